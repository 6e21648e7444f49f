//! SQL of comments.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    comment::{
        CommentCreated, CommentDeleted, CommentOrder, CommentRepository, CommentUpdated, CommentView,
        CreateComment, CreateReply, DeleteComment, ReplyCreated, UpdateComment,
    },
    error::PortError,
    id::{CommentId, GroupId, PostId, UserId},
    page::{Page, PageRequest},
};

use super::Store;

#[async_trait]
impl CommentRepository for Store {
    async fn create_comment(&self, _create: CreateComment) -> Result<CommentCreated, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn create_reply(&self, _create: CreateReply) -> Result<ReplyCreated, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn find_comment(
        &self,
        _id: CommentId,
        _viewer: Option<UserId>,
    ) -> Result<Option<CommentView>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn find_comments(
        &self,
        _ids: &[CommentId],
        _viewer: Option<UserId>,
    ) -> Result<Vec<CommentView>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn list_comments(
        &self,
        _post: PostId,
        _order: CommentOrder,
        _page: PageRequest,
        _viewer: Option<UserId>,
    ) -> Result<Page<CommentView>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn list_replies(
        &self,
        _comment: CommentId,
        _page: PageRequest,
        _viewer: Option<UserId>,
    ) -> Result<Page<CommentView>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn rank_comments(&self, _post: PostId, _limit: u32) -> Result<Vec<CommentId>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn update_comment(&self, _update: UpdateComment) -> Result<CommentUpdated, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn delete_comment(&self, _delete: DeleteComment) -> Result<CommentDeleted, PortError> {
        Err(PortError::broken("not written"))
    }
}
