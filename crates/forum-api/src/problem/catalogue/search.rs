//! Searching.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[Entry {
    code: "search.nothing_to_find",
    title: text("没有可搜索的内容", "Nothing to search for"),
    detail: text("请输入至少一个文字、字母或数字。", "Type at least one letter or digit to search for."),
    advice: text(
        "`q` 只含空格或符号时不要发起搜索，或把此提示显示在搜索框旁。",
        "Do not search while `q` holds nothing but spaces and symbols, or show this beside the search box.",
    ),
}];
