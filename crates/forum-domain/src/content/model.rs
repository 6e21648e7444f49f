//! What a written text is made of.

use crate::{error::Flaw, media::rules::unsigned, text};

/// How a source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// HTML, as a rich-text editor makes it.
    Html,
    /// Markdown: CommonMark with tables, strikethrough and task lists.
    Markdown,
    /// Plain text; its line breaks count.
    Plain,
}

/// A text as it was written, kept as it is: trimmed, not blank, with no control characters but line
/// breaks and tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(String);

impl Source {
    /// A source of at most `max` characters; how many that is stands in the policy. Addresses of media lose
    /// their signatures, which lapse.
    ///
    /// # Errors
    /// As [`text::block`], with a least length of 1.
    pub fn parse(text: &str, max: u32) -> Result<Self, Flaw> {
        text::block(&unsigned(text), 1, max as usize).map(Self)
    }

    /// A source that is already stored. Adapters only: nothing is checked.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is served of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// HTML that is safe to put into a page: it went through the sanitiser, whatever the format.
    pub html: String,
    /// The beginning of its text, one line, at most [`rules::EXCERPT`](super::rules::EXCERPT) characters.
    pub excerpt: String,
    /// Whether there is nothing to see in it: no text, no image.
    pub blank: bool,
    /// Which version of the sanitising policy made it.
    pub policy: i32,
}

/// A source with what is served of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// How the source is written.
    pub format: Format,
    /// As it was written.
    pub source: Source,
    /// What is served of it.
    pub rendered: Rendered,
}
