//! What a key is made of.

/// The right to make the fact of a key. It travels in the command, and the store marks the key in the
/// fact's transaction; if the claim is no longer the key's, the fact MUST NOT happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The key's row.
    pub id: i64,
    /// Which claim of it: a later one voids the earlier.
    pub attempt: i64,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body's media type.
    pub content_type: String,
    /// The resource that was made, if one was.
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

/// What a request under a key finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is the first: make the fact under this claim, then finish or release it.
    Fresh(Claim),
    /// It was answered before.
    Answered(Answer),
    /// Its fact, with this id, happened, but its answer was lost: make it from the fact.
    Happened {
        /// The key, to be finished.
        claim: Claim,
        /// The id of what was made or decided.
        fact: i64,
    },
}
