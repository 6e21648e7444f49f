//! SQL of replies under answers.

mod view;
mod write;

use async_trait::async_trait;
use forum_domain::{
    answer_reply::{
        AnswerReplyCreated, AnswerReplyDeleted, AnswerReplyRepository, AnswerReplyUpdated, AnswerReplyView,
        CreateAnswerReply, DeleteAnswerReply, UpdateAnswerReply,
    },
    error::PortError,
    id::{AnswerId, AnswerReplyId, UserId},
    page::{Page, PageRequest},
};

pub(super) use write::{hold, take_away};

use super::Store;

#[async_trait]
impl AnswerReplyRepository for Store {
    async fn create_answer_reply(&self, create: CreateAnswerReply) -> Result<AnswerReplyCreated, PortError> {
        self.write(move |conn| Box::pin(write::create(conn, create))).await
    }

    async fn find_answer_reply(
        &self,
        id: AnswerReplyId,
        viewer: Option<UserId>,
    ) -> Result<Option<AnswerReplyView>, PortError> {
        self.read(move |conn| Box::pin(view::find(conn, id.get(), viewer))).await
    }

    async fn list_answer_replies(
        &self,
        answer: AnswerId,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<AnswerReplyView>, PortError> {
        self.read(move |conn| Box::pin(view::list(conn, answer.get(), page, viewer))).await
    }

    async fn update_answer_reply(&self, update: UpdateAnswerReply) -> Result<AnswerReplyUpdated, PortError> {
        self.write(move |conn| Box::pin(write::update(conn, update))).await
    }

    async fn delete_answer_reply(&self, delete: DeleteAnswerReply) -> Result<AnswerReplyDeleted, PortError> {
        self.write(move |conn| Box::pin(write::delete(conn, delete))).await
    }
}
