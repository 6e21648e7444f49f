//! What replies to answers ask of the store.

use async_trait::async_trait;

use super::AnswerReplyView;
use crate::{
    clock::Timestamp,
    comment::CommentBody,
    error::PortError,
    id::{AnswerId, AnswerReplyId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A new reply under an answer.
#[derive(Debug, Clone)]
pub struct CreateAnswerReply {
    /// Under which answer.
    pub answer_id: AnswerId,
    /// Who writes it.
    pub author: UserId,
    /// What.
    pub body: CommentBody,
    /// Whom it answers, if that is said.
    pub reply_to: Option<UserId>,
    /// The words in it that somebody who moderates shall look at.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`AnswerReplyRepository::create_answer_reply`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerReplyCreated {
    /// It is there, and counted.
    Done(AnswerReplyId),
    /// There is no such answer; nothing was written.
    NoSuchAnswer,
    /// Whom it shall answer wrote neither the answer nor a visible reply under it; nothing was written.
    NoSuchRecipient,
}

/// A change of what a reply says.
#[derive(Debug, Clone)]
pub struct UpdateAnswerReply {
    /// Which.
    pub id: AnswerReplyId,
    /// What it shall say.
    pub body: CommentBody,
    /// Who changes it; must be its author.
    pub by: UserId,
    /// Only if the reply still has this version.
    pub if_version: Option<i64>,
    /// The words in it that somebody who moderates shall look at.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How [`AnswerReplyRepository::update_answer_reply`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerReplyUpdated {
    /// It says so now, and its history has what it said before.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He is not its author; nothing was written.
    NotAllowed,
    /// There is no such reply (any more).
    NoSuchReply,
}

/// A reply to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeleteAnswerReply {
    /// Which.
    pub id: AnswerReplyId,
    /// Who deletes it; must be its author or moderate the site.
    pub by: UserId,
    /// Only if the reply still has this version.
    pub if_version: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// How [`AnswerReplyRepository::delete_answer_reply`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerReplyDeleted {
    /// It is gone, and no longer counted.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He neither wrote it nor moderates the site (any more); nothing was written.
    NotAllowed,
    /// There is no such reply (any more).
    NoSuchReply,
}

/// The replies under answers.
///
/// `viewer` is whose [`super::AnswerReplyViewer`] comes with a view; reading it is part of the one statement,
/// and [`super::AnswerReplyViewer::can`] is left empty: it is the rules' to say. What stands under an answer
/// that is not there is not there either.
///
/// A deleted reply stands as a tombstone, whose [`super::AnswerReply::said`] is `None`, while a later visible
/// reply under the same answer answers its author; otherwise it is not there.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait AnswerReplyRepository: Send + Sync {
    /// Writes the reply, bumps the answer's `reply_count` and the question's `last_activity_at`, and records
    /// the event, atomically. An answer or a question that is deleted at the same time MUST NOT get a reply
    /// after that was answered.
    async fn create_answer_reply(&self, create: CreateAnswerReply) -> Result<AnswerReplyCreated, PortError>;

    /// The reply, as this user sees it.
    async fn find_answer_reply(
        &self,
        id: AnswerReplyId,
        viewer: Option<UserId>,
    ) -> Result<Option<AnswerReplyView>, PortError>;

    /// The replies of an answer, oldest first.
    async fn list_answer_replies(
        &self,
        answer: AnswerId,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<AnswerReplyView>, PortError>;

    /// Changes the reply, bumps its version, adds what it said before to its history, and records the event,
    /// atomically. Of parallel calls that name one version exactly one MUST be `Done`.
    async fn update_answer_reply(&self, update: UpdateAnswerReply) -> Result<AnswerReplyUpdated, PortError>;

    /// Deletes the reply, takes it out of the answer's `reply_count`, and records the event, atomically. Of
    /// parallel calls one MUST be `Done`.
    async fn delete_answer_reply(&self, delete: DeleteAnswerReply) -> Result<AnswerReplyDeleted, PortError>;
}
