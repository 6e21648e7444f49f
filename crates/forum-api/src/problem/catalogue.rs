//! What each code means, in every language that the server speaks.

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
    /// What happened and what helps, in a sentence.
    pub detail: Text,
}

/// What a code means; `None` if no such code is known.
#[must_use]
pub fn entry(_code: &str) -> Option<&'static Entry> {
    None
}

/// What is wrong with a field of this code (one of [`forum_domain::error::FIELD_CODES`]), with `{min}` and
/// `{max}` where its bounds go.
#[must_use]
pub fn field(_code: &str) -> Option<Text> {
    None
}
