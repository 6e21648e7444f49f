//! SQL of posts.

mod bookmark;
mod rank;
pub(super) mod view;
mod write;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    error::PortError,
    id::{PostId, UserId},
    page::{Page, PageRequest},
    post::{
        CreatePost, DeletePost, Mark, Measured, PostCreated, PostDeleted, PostDetail, PostList,
        PostRepository, PostRestored, PostRevision, PostUpdated, PostView, RankBy, UpdatePost,
    },
};

pub(crate) use write::{hold as lock, take_away_reported as take_away};

use super::Store;

#[async_trait]
impl PostRepository for Store {
    async fn create_post(&self, create: CreatePost) -> Result<PostCreated, PortError> {
        self.write(move |conn| Box::pin(write::create(conn, create))).await
    }

    async fn find_post(&self, id: PostId, viewer: Option<UserId>) -> Result<Option<PostDetail>, PortError> {
        self.read(move |conn| Box::pin(view::find(conn, id.get(), viewer))).await
    }

    async fn find_posts(&self, ids: &[PostId], viewer: Option<UserId>) -> Result<Vec<PostView>, PortError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        self.read(move |conn| Box::pin(view::find_several(conn, ids, viewer))).await
    }

    async fn list_posts(
        &self,
        list: &PostList,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<PostView>, PortError> {
        let list = *list;
        self.read(move |conn| Box::pin(view::list(conn, list, page, viewer))).await
    }

    async fn rank_posts(&self, list: &PostList, by: RankBy, limit: u32) -> Result<Vec<PostId>, PortError> {
        let list = *list;
        self.read(move |conn| Box::pin(rank::best(conn, list, by, limit))).await
    }

    async fn nth_newest_post(&self, list: &PostList, nth: u32) -> Result<Option<DateTime<Utc>>, PortError> {
        let list = *list;
        self.read(move |conn| Box::pin(rank::nth_newest(conn, list, nth))).await
    }

    async fn measure_posts(
        &self,
        list: &PostList,
        since: Option<DateTime<Utc>>,
    ) -> Result<Vec<Measured>, PortError> {
        let list = *list;
        self.read(move |conn| Box::pin(rank::measure(conn, list, since))).await
    }

    async fn update_post(&self, update: UpdatePost) -> Result<PostUpdated, PortError> {
        self.write(move |conn| Box::pin(write::update(conn, update))).await
    }

    async fn delete_post(&self, delete: DeletePost) -> Result<PostDeleted, PortError> {
        self.write(move |conn| Box::pin(write::delete(conn, delete))).await
    }

    async fn restore_post(
        &self,
        id: PostId,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<PostRestored, PortError> {
        self.write(move |conn| Box::pin(write::restore(conn, id.get(), by, at))).await
    }

    async fn list_revisions(
        &self,
        id: PostId,
        by: UserId,
        page: PageRequest,
    ) -> Result<Option<Page<PostRevision>>, PortError> {
        self.read(move |conn| Box::pin(view::revisions(conn, id.get(), by.get(), page))).await
    }

    async fn mark_post(
        &self,
        id: PostId,
        mark: Mark,
        on: bool,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<bool, PortError> {
        self.write(move |conn| Box::pin(write::mark_it(conn, id.get(), mark, on, by, at))).await
    }

    async fn bookmark_post(
        &self,
        id: PostId,
        user: UserId,
        on: bool,
        at: DateTime<Utc>,
    ) -> Result<bool, PortError> {
        self.write(move |conn| Box::pin(bookmark::set(conn, id.get(), user.get(), on, at))).await
    }

    async fn list_bookmarks(&self, user: UserId, page: PageRequest) -> Result<Page<PostView>, PortError> {
        self.read(move |conn| Box::pin(bookmark::list(conn, user.get(), page))).await
    }
}
