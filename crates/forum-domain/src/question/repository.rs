//! What questions ask of the store.

use async_trait::async_trait;

use super::{
    MeasuredQuestion, QuestionCategoryCount, QuestionDetail, QuestionDraft, QuestionFilter, QuestionPatch,
    QuestionView,
};
use crate::{
    clock::Timestamp,
    error::PortError,
    id::{AnswerId, QuestionId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A new question.
#[derive(Debug, Clone)]
pub struct CreateQuestion {
    /// Who asks.
    pub author: UserId,
    /// What.
    pub draft: QuestionDraft,
    /// The words in it that somebody who moderates shall look at.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`QuestionRepository::create_question`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionCreated {
    /// It is there.
    Done(QuestionId),
    /// The image at this place is no upload of his that is for everybody; nothing was written.
    NoSuchImage(usize),
}

/// Changes to a question.
#[derive(Debug, Clone)]
pub struct UpdateQuestion {
    /// Which.
    pub id: QuestionId,
    /// What changes; something does.
    pub patch: QuestionPatch,
    /// Who changes it; must be the asker.
    pub by: UserId,
    /// Only if the question still has this version.
    pub if_version: Option<i64>,
    /// The words in it that somebody who moderates shall look at.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How [`QuestionRepository::update_question`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionUpdated {
    /// It is changed, and its history has what it was before.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He did not ask it; nothing was written.
    NotAllowed,
    /// The image at this place is no upload of his that is for everybody; nothing was written.
    NoSuchImage(usize),
    /// There is no such question.
    NoSuchQuestion,
}

/// A question to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeleteQuestion {
    /// Which.
    pub id: QuestionId,
    /// Who deletes it; must be the asker or moderate the site.
    pub by: UserId,
    /// Only if the question still has this version.
    pub if_version: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// How [`QuestionRepository::delete_question`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionDeleted {
    /// It is gone, and what stands under it with it.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He neither asked it nor moderates the site (any more); nothing was written.
    NotAllowed,
    /// There is no such question (any more).
    NoSuchQuestion,
}

/// Which answer shall be the accepted one.
#[derive(Debug, Clone, Copy)]
pub struct Accept {
    /// Of which question.
    pub question_id: QuestionId,
    /// Which; `None` for none.
    pub answer_id: Option<AnswerId>,
    /// Who says so; must be the asker.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// How [`QuestionRepository::accept_answer`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is so from now on. Which was the accepted one until now.
    Done(Option<AnswerId>),
    /// It was so already; nothing was written.
    Already,
    /// He is not the asker; nothing was written.
    NotAllowed,
    /// There is no such question.
    NoSuchQuestion,
    /// The question has no such answer; nothing was written.
    NoSuchAnswer,
}

/// The questions.
///
/// `viewer` is whose [`super::QuestionViewer`] comes with a view; reading it is part of the one statement,
/// and [`super::QuestionViewer::can`] is left empty: it is the rules' to say. A deleted question is not there
/// for anybody.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait QuestionRepository: Send + Sync {
    /// Writes the question, its body and its images, atomically, and records the event.
    async fn create_question(&self, create: CreateQuestion) -> Result<QuestionCreated, PortError>;

    /// The question with its body, as this user sees it.
    async fn find_question(
        &self,
        id: QuestionId,
        viewer: Option<UserId>,
    ) -> Result<Option<QuestionDetail>, PortError>;

    /// These questions, in this order; those that are not there are left out.
    async fn find_questions(
        &self,
        ids: &[QuestionId],
        viewer: Option<UserId>,
    ) -> Result<Vec<QuestionView>, PortError>;

    /// Questions, newest first.
    async fn list_questions(
        &self,
        filter: &QuestionFilter,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<QuestionView>, PortError>;

    /// The `limit` questions of the list in which somebody wrote last, then the newest.
    async fn rank_questions(&self, filter: &QuestionFilter, limit: u32)
    -> Result<Vec<QuestionId>, PortError>;

    /// When the `nth` newest question of the list was asked; `None` if the list has fewer.
    async fn nth_newest_question(
        &self,
        filter: &QuestionFilter,
        nth: u32,
    ) -> Result<Option<Timestamp>, PortError>;

    /// What the heat depends on, for each question of the list that was asked since this moment (all of them
    /// if none is named).
    async fn measure_questions(
        &self,
        filter: &QuestionFilter,
        since: Option<Timestamp>,
    ) -> Result<Vec<MeasuredQuestion>, PortError>;

    /// How many questions each category has; categories without any may be missing.
    async fn count_question_categories(&self) -> Result<Vec<QuestionCategoryCount>, PortError>;

    /// Changes the question, bumps its version, adds what it was before to its history, and records the
    /// event, atomically. Of parallel calls that name one version exactly one MUST be `Done`.
    async fn update_question(&self, update: UpdateQuestion) -> Result<QuestionUpdated, PortError>;

    /// Deletes the question and records the event, atomically. What stands under it stays, unseen, with its
    /// counts. Of parallel calls one MUST be `Done`, the others `NoSuchQuestion`.
    async fn delete_question(&self, delete: DeleteQuestion) -> Result<QuestionDeleted, PortError>;

    /// Makes this answer the accepted one, in place of the one that was, and records both events, atomically.
    /// However many calls there are at once, a question MUST NOT have two, nor one that is deleted.
    async fn accept_answer(&self, accept: Accept) -> Result<Accepted, PortError>;
}
