//! What answers ask of the store.

use async_trait::async_trait;

use super::{AnswerList, AnswerView};
use crate::{
    clock::Timestamp,
    content::Content,
    error::PortError,
    id::{AnswerId, QuestionId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A new answer.
#[derive(Debug, Clone)]
pub struct CreateAnswer {
    /// To which question.
    pub question_id: QuestionId,
    /// Who writes it.
    pub author: UserId,
    /// What.
    pub content: Content,
    /// The words in it that somebody who moderates shall look at.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`AnswerRepository::create_answer`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerCreated {
    /// It is there, and counted.
    Done(AnswerId),
    /// There is no such question; nothing was written.
    NoSuchQuestion,
}

/// A change of an answer's body.
#[derive(Debug, Clone)]
pub struct UpdateAnswer {
    /// Which.
    pub id: AnswerId,
    /// What it shall say.
    pub content: Content,
    /// Who changes it; must be its author.
    pub by: UserId,
    /// Only if the answer still has this version.
    pub if_version: Option<i64>,
    /// The words in it that somebody who moderates shall look at.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How [`AnswerRepository::update_answer`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerUpdated {
    /// It says so now, and its history has what it said before.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He is not its author; nothing was written.
    NotAllowed,
    /// There is no such answer (any more).
    NoSuchAnswer,
}

/// An answer to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeleteAnswer {
    /// Which.
    pub id: AnswerId,
    /// Who deletes it; must be its author or moderate the site.
    pub by: UserId,
    /// Only if the answer still has this version.
    pub if_version: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// How [`AnswerRepository::delete_answer`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerDeleted {
    /// It is gone, no longer counted, and no longer the accepted one.
    Done {
        /// Under which question it stood.
        question_id: QuestionId,
        /// Whether it was the accepted one.
        was_accepted: bool,
    },
    /// It has another version by now; nothing was written.
    Changed,
    /// He neither wrote it nor moderates the site (any more); nothing was written.
    NotAllowed,
    /// There is no such answer (any more).
    NoSuchAnswer,
}

/// The answers.
///
/// `viewer` is whose [`super::AnswerViewer`] comes with a view; reading it is part of the one statement, and
/// [`super::AnswerViewer::can`] is left empty: it is the rules' to say. A deleted answer is not there for
/// anybody, nor is any under a deleted question.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait AnswerRepository: Send + Sync {
    /// Writes the answer and its body, bumps the question's `answer_count` and `last_activity_at`, and records
    /// the event, atomically. A question that is deleted at the same time MUST NOT get an answer after that
    /// was answered.
    async fn create_answer(&self, create: CreateAnswer) -> Result<AnswerCreated, PortError>;

    /// The answer, as this user sees it.
    async fn find_answer(
        &self,
        id: AnswerId,
        viewer: Option<UserId>,
    ) -> Result<Option<AnswerView>, PortError>;

    /// These answers, in this order; those that are not there are left out.
    async fn find_answers(
        &self,
        ids: &[AnswerId],
        viewer: Option<UserId>,
    ) -> Result<Vec<AnswerView>, PortError>;

    /// A list's answers.
    async fn list_answers(
        &self,
        list: AnswerList,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<AnswerView>, PortError>;

    /// The best `limit` answers of a question: the accepted one, then by likes and twice the visible replies,
    /// then the oldest.
    async fn rank_answers(&self, question: QuestionId, limit: u32) -> Result<Vec<AnswerId>, PortError>;

    /// Changes the answer, bumps its version, adds what it said before to its history, and records the event,
    /// atomically. Of parallel calls that name one version exactly one MUST be `Done`.
    async fn update_answer(&self, update: UpdateAnswer) -> Result<AnswerUpdated, PortError>;

    /// Deletes the answer, takes it out of the question's `answer_count`, has it no longer accepted, and
    /// records the events, atomically. Of parallel calls one MUST be `Done`.
    async fn delete_answer(&self, delete: DeleteAnswer) -> Result<AnswerDeleted, PortError>;
}
