//! SQL of comments. Writing new ones differs by database: `comment.rs` of each back end.

mod change;
pub(crate) mod create;
mod view;

use async_trait::async_trait;
use forum_domain::{
    comment::{
        CommentCreated, CommentDeleted, CommentOrder, CommentRepository, CommentUpdated, CommentView,
        CreateComment, CreateReply, DeleteComment, ReplyCreated, UpdateComment,
    },
    error::PortError,
    id::{CommentId, PostId, UserId},
    page::{Page, PageRequest},
};

pub(crate) use change::{lock_with_post, take_away};

use super::{super::comment as hot, Store};

#[async_trait]
impl CommentRepository for Store {
    async fn create_comment(&self, create: CreateComment) -> Result<CommentCreated, PortError> {
        hot::create_comment(self, create).await
    }

    async fn create_reply(&self, create: CreateReply) -> Result<ReplyCreated, PortError> {
        hot::create_reply(self, create).await
    }

    async fn find_comment(
        &self,
        id: CommentId,
        viewer: Option<UserId>,
    ) -> Result<Option<CommentView>, PortError> {
        self.read(move |conn| Box::pin(view::find(conn, id.get(), viewer))).await
    }

    async fn find_comments(
        &self,
        ids: &[CommentId],
        viewer: Option<UserId>,
    ) -> Result<Vec<CommentView>, PortError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        self.read(move |conn| Box::pin(view::find_several(conn, ids, viewer))).await
    }

    async fn list_comments(
        &self,
        post: PostId,
        order: CommentOrder,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<CommentView>, PortError> {
        self.read(move |conn| Box::pin(view::list(conn, post.get(), order, page, viewer))).await
    }

    async fn list_replies(
        &self,
        comment: CommentId,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<CommentView>, PortError> {
        self.read(move |conn| Box::pin(view::replies(conn, comment.get(), page, viewer))).await
    }

    async fn rank_comments(&self, post: PostId, limit: u32) -> Result<Vec<CommentId>, PortError> {
        self.read(move |conn| Box::pin(view::rank(conn, post.get(), limit))).await
    }

    async fn update_comment(&self, update: UpdateComment) -> Result<CommentUpdated, PortError> {
        self.write(move |conn| Box::pin(change::update(conn, update))).await
    }

    async fn delete_comment(&self, delete: DeleteComment) -> Result<CommentDeleted, PortError> {
        self.write(move |conn| Box::pin(change::delete(conn, delete))).await
    }
}
