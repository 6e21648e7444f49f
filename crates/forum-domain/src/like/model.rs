//! What a like is made of.

use crate::{
    clock::Timestamp,
    id::{AnswerId, CommentId, PostId},
};

/// What can be liked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A post.
    Post(PostId),
    /// A comment or a reply.
    Comment(CommentId),
    /// An answer.
    Answer(AnswerId),
}

/// A day of the policy's time zone, in days since 1 January 1970. A like belongs to the day it was given on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// How things stand between a user and a target, as the store counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// He likes it.
    pub liked: bool,
    /// The target's likes.
    pub like_count: i64,
    /// Likes that he has given today.
    pub used_today: u32,
    /// Those of them for content of the target's author.
    pub used_for_author: u32,
}

/// What a like button needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LikeState {
    /// He likes it.
    pub liked: bool,
    /// The target's likes.
    pub like_count: i64,
    /// Likes that are left to him today.
    pub remaining_today: u32,
    /// Likes of this author's content that are left to him today.
    pub remaining_for_author: u32,
    /// When both are full again.
    pub resets_at: Timestamp,
}
