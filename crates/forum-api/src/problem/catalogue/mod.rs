//! What each code means, in every language that the server speaks.
//!
//! A new code of [`forum_domain::error::CODES`] or of the API's own [`CODES`](super::CODES) needs an entry
//! in the file of its subject; a test names the one that is missing. `title` and `detail` go into the
//! problem itself, for people; `advice` stands on the code's page, for those who write clients.

mod account;
mod field;
mod group;
mod media;
mod moderation;
mod notification;
mod page;
mod post;
mod question;
mod request;
mod search;

pub use field::field_text;
pub use page::{PATHS, add};

use crate::language::Language;

/// A text in every language.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// Simplified Chinese.
    pub chinese: &'static str,
    /// English.
    pub english: &'static str,
}

impl Text {
    /// The text in one of them.
    #[must_use]
    pub const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese,
            Language::English => self.english,
        }
    }
}

/// What a code means.
#[derive(Debug)]
pub struct Entry {
    /// The code.
    pub code: &'static str,
    /// What happened, in a few words.
    pub title: Text,
    /// What happened and what helps, in a sentence that a person can be shown.
    pub detail: Text,
    /// What a client should do.
    pub advice: Text,
}

/// A text in Chinese and English.
const fn text(chinese: &'static str, english: &'static str) -> Text {
    Text { chinese, english }
}

/// Every entry, by subject.
const SUBJECTS: &[&[Entry]] = &[
    request::ENTRIES,
    account::ENTRIES,
    group::ENTRIES,
    post::ENTRIES,
    question::ENTRIES,
    media::ENTRIES,
    search::ENTRIES,
    notification::ENTRIES,
    moderation::ENTRIES,
];

/// Every entry, in the order of the page.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    SUBJECTS.iter().copied().flatten()
}

/// What a code means; `None` if no such code is known.
#[must_use]
pub fn entry(code: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_has_one_entry_and_every_entry_a_code() {
        let domain = forum_domain::error::CODES.iter().copied().flatten().map(|(code, _)| *code);
        let api = super::super::CODES.iter().map(|(code, _)| *code);
        let codes: BTreeSet<&str> = domain.chain(api).collect();
        let known: BTreeSet<&str> = entries().map(|entry| entry.code).collect();
        assert_eq!(
            codes.difference(&known).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "codes without an entry"
        );
        assert_eq!(
            known.difference(&codes).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "entries without a code"
        );
        assert_eq!(entries().count(), known.len(), "an entry stands twice");
    }

    #[test]
    fn every_text_is_there_in_its_own_language() {
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for entry in entries() {
            for text in [entry.title, entry.detail, entry.advice] {
                assert!(chinese(text.chinese), "{}: {}", entry.code, text.chinese);
                assert!(
                    !chinese(text.english) && !text.english.is_empty(),
                    "{}: {}",
                    entry.code,
                    text.english
                );
                assert!(text.chinese.trim() == text.chinese && text.english.trim() == text.english);
            }
            // A title is no sentence, a detail is one.
            assert!(
                !entry.title.english.ends_with('.') && !entry.title.chinese.ends_with('。'),
                "{}",
                entry.code
            );
            assert!(
                entry.detail.english.ends_with('.') && entry.detail.chinese.ends_with('。'),
                "{}",
                entry.code
            );
        }
    }

    #[test]
    fn a_code_that_is_none_has_no_entry() {
        assert!(entry("join.cooldown").is_some());
        assert!(entry("join.").is_none());
        assert!(entry("").is_none());
    }
}
