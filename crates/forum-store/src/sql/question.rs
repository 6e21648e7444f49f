//! SQL of questions.

mod accept;
mod view;
mod write;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    error::PortError,
    id::{QuestionId, UserId},
    page::{Page, PageRequest},
    question::{
        Accept, Accepted, CreateQuestion, DeleteQuestion, MeasuredQuestion, QuestionCategoryCount,
        QuestionCreated, QuestionDeleted, QuestionDetail, QuestionFilter, QuestionRepository,
        QuestionUpdated, QuestionView, UpdateQuestion,
    },
};

use super::Store;

pub(super) use write::{hold, lock, take_away};

#[async_trait]
impl QuestionRepository for Store {
    async fn create_question(&self, create: CreateQuestion) -> Result<QuestionCreated, PortError> {
        self.write(move |conn| Box::pin(write::create(conn, create))).await
    }

    async fn find_question(
        &self,
        id: QuestionId,
        viewer: Option<UserId>,
    ) -> Result<Option<QuestionDetail>, PortError> {
        self.read(move |conn| Box::pin(view::find(conn, id.get(), viewer))).await
    }

    async fn find_questions(
        &self,
        ids: &[QuestionId],
        viewer: Option<UserId>,
    ) -> Result<Vec<QuestionView>, PortError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        self.read(move |conn| Box::pin(view::find_several(conn, ids, viewer))).await
    }

    async fn list_questions(
        &self,
        filter: &QuestionFilter,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<QuestionView>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(view::list(conn, filter, page, viewer))).await
    }

    async fn rank_questions(
        &self,
        filter: &QuestionFilter,
        limit: u32,
    ) -> Result<Vec<QuestionId>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(view::last_active(conn, filter, limit))).await
    }

    async fn nth_newest_question(
        &self,
        filter: &QuestionFilter,
        nth: u32,
    ) -> Result<Option<DateTime<Utc>>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(view::nth_newest(conn, filter, nth))).await
    }

    async fn measure_questions(
        &self,
        filter: &QuestionFilter,
        since: Option<DateTime<Utc>>,
    ) -> Result<Vec<MeasuredQuestion>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(view::measure(conn, filter, since))).await
    }

    async fn count_question_categories(&self) -> Result<Vec<QuestionCategoryCount>, PortError> {
        self.read(|conn| Box::pin(view::categories(conn))).await
    }

    async fn update_question(&self, update: UpdateQuestion) -> Result<QuestionUpdated, PortError> {
        self.write(move |conn| Box::pin(write::update(conn, update))).await
    }

    async fn delete_question(&self, delete: DeleteQuestion) -> Result<QuestionDeleted, PortError> {
        self.write(move |conn| Box::pin(write::delete(conn, delete))).await
    }

    async fn accept_answer(&self, accept: Accept) -> Result<Accepted, PortError> {
        self.write(move |conn| Box::pin(accept::set(conn, accept))).await
    }
}
