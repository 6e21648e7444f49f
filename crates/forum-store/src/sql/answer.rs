//! SQL of answers.

mod view;
mod write;

use async_trait::async_trait;
use forum_domain::{
    answer::{
        AnswerCreated, AnswerDeleted, AnswerList, AnswerRepository, AnswerUpdated, AnswerView, CreateAnswer,
        DeleteAnswer, UpdateAnswer,
    },
    error::PortError,
    id::{AnswerId, QuestionId, UserId},
    page::{Page, PageRequest},
};

pub(super) use write::{hold, take_away};

use super::Store;

#[async_trait]
impl AnswerRepository for Store {
    async fn create_answer(&self, create: CreateAnswer) -> Result<AnswerCreated, PortError> {
        self.write(move |conn| Box::pin(write::create(conn, create))).await
    }

    async fn find_answer(
        &self,
        id: AnswerId,
        viewer: Option<UserId>,
    ) -> Result<Option<AnswerView>, PortError> {
        self.read(move |conn| Box::pin(view::find(conn, id.get(), viewer))).await
    }

    async fn find_answers(
        &self,
        ids: &[AnswerId],
        viewer: Option<UserId>,
    ) -> Result<Vec<AnswerView>, PortError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        self.read(move |conn| Box::pin(view::find_several(conn, ids, viewer))).await
    }

    async fn list_answers(
        &self,
        list: AnswerList,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<AnswerView>, PortError> {
        self.read(move |conn| Box::pin(view::list(conn, list, page, viewer))).await
    }

    async fn rank_answers(&self, question: QuestionId, limit: u32) -> Result<Vec<AnswerId>, PortError> {
        self.read(move |conn| Box::pin(view::rank(conn, question.get(), limit))).await
    }

    async fn update_answer(&self, update: UpdateAnswer) -> Result<AnswerUpdated, PortError> {
        self.write(move |conn| Box::pin(write::update(conn, update))).await
    }

    async fn delete_answer(&self, delete: DeleteAnswer) -> Result<AnswerDeleted, PortError> {
        self.write(move |conn| Box::pin(write::delete(conn, delete))).await
    }
}
