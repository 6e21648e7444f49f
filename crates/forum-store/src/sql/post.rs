//! SQL of posts.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    error::PortError,
    id::{CommentId, GroupId, PostId, UserId},
    page::{Page, PageRequest},
    post::{
        CreatePost, DeletePost, Mark, Measured, PostCreated, PostDeleted, PostDetail, PostList,
        PostRepository, PostRestored, PostRevision, PostUpdated, PostView, RankBy, UpdatePost,
    },
};

use super::Store;

#[async_trait]
impl PostRepository for Store {
    async fn create_post(&self, _create: CreatePost) -> Result<PostCreated, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn find_post(&self, _id: PostId, _viewer: Option<UserId>) -> Result<Option<PostDetail>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn find_posts(&self, _ids: &[PostId], _viewer: Option<UserId>) -> Result<Vec<PostView>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn list_posts(
        &self,
        _list: &PostList,
        _page: PageRequest,
        _viewer: Option<UserId>,
    ) -> Result<Page<PostView>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn rank_posts(&self, _list: &PostList, _by: RankBy, _limit: u32) -> Result<Vec<PostId>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn nth_newest_post(&self, _list: &PostList, _nth: u32) -> Result<Option<DateTime<Utc>>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn measure_posts(
        &self,
        _list: &PostList,
        _since: Option<DateTime<Utc>>,
    ) -> Result<Vec<Measured>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn update_post(&self, _update: UpdatePost) -> Result<PostUpdated, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn delete_post(&self, _delete: DeletePost) -> Result<PostDeleted, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn restore_post(
        &self,
        _id: PostId,
        _by: UserId,
        _at: DateTime<Utc>,
    ) -> Result<PostRestored, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn list_revisions(
        &self,
        _id: PostId,
        _by: UserId,
        _page: PageRequest,
    ) -> Result<Option<Page<PostRevision>>, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn mark_post(&self, _id: PostId, _mark: Mark, _on: bool, _by: UserId) -> Result<bool, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn bookmark_post(
        &self,
        _id: PostId,
        _user: UserId,
        _on: bool,
        _at: DateTime<Utc>,
    ) -> Result<bool, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn list_bookmarks(&self, _user: UserId, _page: PageRequest) -> Result<Page<PostView>, PortError> {
        Err(PortError::broken("not written"))
    }
}
