//! What a ranking is made of.

use crate::clock::Timestamp;

/// Which list is ranked: its name and its filters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope(String);

impl Scope {
    /// The list `name` with these filters. Different filters never give the same scope: each is
    /// written with its length.
    #[must_use]
    pub fn new(name: &'static str, filters: &[Option<&str>]) -> Self {
        let parts = filters.iter().map(|filter| match filter {
            Some(text) => format!(":{}={text}", text.len()),
            None => String::from(":-"),
        });
        Self(std::iter::once(name.to_owned()).chain(parts).collect())
    }

    /// As a key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The best of a list at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// Which one: a cursor names it.
    pub generation: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Ids, best first.
    pub ids: Vec<i64>,
}
