//! What likes ask of the store.

use async_trait::async_trait;

use super::{Day, Tally, Target};
use crate::{clock::Timestamp, error::PortError, id::UserId};

/// A like to be given.
#[derive(Debug, Clone, Copy)]
pub struct Like {
    /// Of what.
    pub target: Target,
    /// By whom.
    pub user: UserId,
    /// The day it belongs to.
    pub day: Day,
    /// How many he may give on that day.
    pub per_day: u32,
    /// How many of them for content of one author.
    pub per_author: u32,
    /// When.
    pub at: Timestamp,
}

/// How [`LikeRepository::like`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liked {
    /// He likes it from now on; it is counted, and taken off both quotas.
    Done(Tally),
    /// He liked it already; nothing was written.
    Already(Tally),
    /// He wrote it himself; nothing was written.
    OwnContent,
    /// The day's quota is used up; nothing was written.
    DailyLimit,
    /// The day's quota for this author is used up; nothing was written.
    AuthorLimit,
    /// It is not there for him; nothing was written.
    NoSuchTarget,
}

/// A like to be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Unlike {
    /// Of what.
    pub target: Target,
    /// By whom.
    pub user: UserId,
    /// Today: a like of this day gives both quotas back.
    pub day: Day,
}

/// How [`LikeRepository::unlike`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unliked {
    /// He no longer likes it.
    Done(Tally),
    /// He did not like it; nothing was written.
    Already(Tally),
    /// It is not there for him; nothing was written.
    NoSuchTarget,
}

/// The likes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait LikeRepository: Send + Sync {
    /// Adds the like, bumps the target's `like_count` and uses one of both quotas, atomically, and only if
    /// the like was not there. However many calls there are at once, from one user or many, a user's likes
    /// of a day MUST NOT exceed `per_day`, those for one author not `per_author`, and exactly as many as
    /// are free MUST be `Done`. A target is there for him as
    /// [`PostRepository`](crate::post::PostRepository),
    /// [`CommentRepository`](crate::comment::CommentRepository) and
    /// [`AnswerRepository`](crate::answer::AnswerRepository) say; a tombstone is not.
    async fn like(&self, like: Like) -> Result<Liked, PortError>;

    /// Removes the like, takes it off the target's `like_count` and, if it was given on this day, gives
    /// both quotas back, atomically, and only if the like was there.
    async fn unlike(&self, unlike: Unlike) -> Result<Unliked, PortError>;

    /// Forgets the quotas of days before this one, at most 1 000 a call. How many.
    async fn prune_quotas(&self, before: Day) -> Result<u64, PortError>;
}
