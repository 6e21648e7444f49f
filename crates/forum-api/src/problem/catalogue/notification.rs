//! Notifications.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "notification.too_many_streams",
        title: text("通知连接过多", "Too many streams"),
        detail: text(
            "你打开的页面太多，请关闭一些再试。",
            "Too many pages of yours listen for notifications: close some, and try again.",
        ),
        advice: text(
            "每个用户同时打开的通知流有上限（`policy.streams_per_user`）。让同一浏览器的标签页共用一条流（如 `SharedWorker` 或 `BroadcastChannel`），或改为定时读取 `getUnreadCount`。",
            "A user may have only so many streams open (`policy.streams_per_user`). Let the tabs of a browser share one (a `SharedWorker`, a `BroadcastChannel`), or poll `getUnreadCount`.",
        ),
    },
    Entry {
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
    },
];
