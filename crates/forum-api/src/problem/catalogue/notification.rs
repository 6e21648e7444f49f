//! Notifications.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[Entry {
    code: "notification.not_found",
    title: text("通知不存在", "No such notification"),
    detail: text(
        "没有这条通知，或它已被撤回。",
        "There is no such notification of yours, or it was taken back.",
    ),
    advice: text(
        "重新读取列表，用其中的 id 再标记。",
        "Read the list anew, and mark up to one that stands in it.",
    ),
}];
