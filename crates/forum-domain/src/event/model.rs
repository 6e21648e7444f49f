//! What an event says. It names things and tells nothing of them: who handles it reads what they are by
//! then.

use crate::{
    clock::Timestamp,
    id::{AnswerId, AnswerReplyId, CommentId, GroupId, JoinRequestId, PostId, QuestionId, UserId},
};

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A group, and who is in it.
    Group(GroupId),
    /// A post.
    Post(PostId),
    /// A comment or a reply to one.
    Comment(CommentId),
    /// A question.
    Question(QuestionId),
    /// An answer.
    Answer(AnswerId),
    /// A reply to an answer.
    AnswerReply(AnswerReplyId),
    /// A join request.
    JoinRequest(JoinRequestId),
    /// A user.
    User(UserId),
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// It was written or made: any subject.
    Created,
    /// What it says changed: any subject; of a user his profile, of a group also who may read it.
    Edited,
    /// It was deleted, by its author or whoever moderates.
    Deleted,
    /// It is back: a post, or what a moderator had removed.
    Restored,
    /// Somebody likes it.
    Liked,
    /// He likes it no more.
    Unliked,
    /// The asker accepted it: an answer.
    Accepted,
    /// He did so no longer.
    Unaccepted,
    /// A join request was approved, refused, withdrawn, or ran out.
    Decided,
    /// A group has somebody in it, or he has another role there.
    RoleChanged,
    /// Somebody is no longer in a group.
    Left,
}

/// Something that happened, as it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event {
    /// What happened.
    pub verb: Verb,
    /// To what.
    pub subject: Subject,
    /// Who did it; for [`Verb::RoleChanged`] and [`Verb::Left`] to whom it happened. `None` if it
    /// happened by itself.
    pub user: Option<UserId>,
}

/// An event that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Its number: no order of facts, which are recorded side by side.
    pub id: i64,
    /// What happened.
    pub event: Event,
    /// When.
    pub at: Timestamp,
}

/// An event that somebody handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// The event.
    pub recorded: Recorded,
    /// How often it was handed out, this time included.
    pub attempts: u32,
}

/// What waits to be handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Events.
    pub waiting: i64,
    /// Those of them that were handed out more than once.
    pub failed: i64,
    /// When the oldest of them happened.
    pub oldest: Option<Timestamp>,
}
