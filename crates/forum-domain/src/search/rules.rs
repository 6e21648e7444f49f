//! Rules of searching.

use super::SearchKind;

/// The most characters of a query.
pub const QUERY_MAX: usize = 100;

impl SearchKind {
    /// Its name, as in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Question => "question",
            Self::Group => "group",
            Self::User => "user",
        }
    }
}
