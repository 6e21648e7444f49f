//! Making words of texts.

use async_trait::async_trait;

use super::{Body, Query, Source, Terms};
use crate::error::PortError;

/// A text in which to show what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The title, if it is searched.
    pub title: Option<String>,
    /// The body.
    pub body: Body,
}

/// Makes words of texts and of queries.
///
/// Two texts that differ only in case or compatibility forms (full-width letters, ligatures) MUST give the
/// same words. Runs of scripts without spaces between words (Han, kana, hangul) MUST give each pair of
/// neighbours, and the last character of the run, so that whatever two or more of them stand together in a
/// text are found, and a single one is where a word begins. Everything is done in time linear in the text.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Analyser: Send + Sync {
    /// Goes up whenever the words of a text become others than they were: entries of another scheme are
    /// to be made anew.
    fn scheme(&self) -> i32;

    /// The words of each of these, in their order. Words MUST hold nothing but letters, digits and marks.
    async fn terms(&self, sources: Vec<Source>) -> Result<Vec<Terms>, PortError>;

    /// What a query says, whatever characters are in it: none of them is an operator.
    ///
    /// # Errors
    /// Only of an analyser that is not there.
    fn query(&self, text: &str) -> Result<Query, PortError>;

    /// A passage of each as HTML, in their order: of the body around the first of what was searched for, or
    /// of the title if the body has none of it. It MUST hold no markup but `<mark>` around what was searched for.
    async fn highlight(&self, query: &Query, passages: Vec<Passage>) -> Result<Vec<String>, PortError>;
}
