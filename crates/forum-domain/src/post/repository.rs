//! What posts ask of the store.

use async_trait::async_trait;

use super::{Mark, Measured, PostDetail, PostDraft, PostList, PostPatch, PostRevision, PostView, RankBy};
use crate::{
    clock::Timestamp,
    error::PortError,
    group::Barred,
    id::{GroupId, PostId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A new post.
#[derive(Debug, Clone)]
pub struct CreatePost {
    /// Where.
    pub group_id: GroupId,
    /// Who writes it.
    pub author: UserId,
    /// What.
    pub draft: PostDraft,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`PostRepository::create_post`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostCreated {
    /// It is there, and counted.
    Done(PostId),
    /// He may not write there; nothing was written.
    Barred(Barred),
    /// There is no such group.
    NoSuchGroup,
}

/// Changes to a post.
#[derive(Debug, Clone)]
pub struct UpdatePost {
    /// Which.
    pub id: PostId,
    /// What changes; something does.
    pub patch: PostPatch,
    /// Who changes it; must be its author and may write in its group.
    pub by: UserId,
    /// Only if the post still has this version.
    pub if_version: Option<i64>,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How [`PostRepository::update_post`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostUpdated {
    /// It is changed, and its history has what it was before.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He is not its author; nothing was written.
    NotAllowed,
    /// He may not write there (any more); nothing was written.
    Barred(Barred),
    /// There is no such post.
    NoSuchPost,
}

/// A post to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeletePost {
    /// Which.
    pub id: PostId,
    /// Who deletes it; must be its author or moderate its group.
    pub by: UserId,
    /// Only if the post still has this version.
    pub if_version: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// How [`PostRepository::delete_post`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostDeleted {
    /// It is gone, and no longer counted.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He neither wrote it nor moderates its group (any more); nothing was written.
    NotAllowed,
    /// There is no such post (any more).
    NoSuchPost,
}

/// How [`PostRepository::restore_post`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostRestored {
    /// It is back, and counted.
    Done,
    /// It was not deleted.
    NotDeleted,
    /// There is no such post, or he does not moderate its group and may not know of it.
    NoSuchPost,
    /// It is not deleted, and he does not moderate its group.
    NotAllowed,
}

/// The posts.
///
/// `viewer` is whose [`super::PostViewer`] comes with a view; reading it is part of the one statement, and
/// [`super::PostViewer::can`] is left empty: it is the rules' to say. Nobody but members MUST ever be given
/// a post of a group whose content is for members, by whatever method: to others it is not there. Neither is
/// a deleted post, nor one of a deleted group, to anybody, unless a method says otherwise.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PostRepository: Send + Sync {
    /// Writes the post and its body and bumps the group's `post_count`, atomically, if the author may
    /// write there by [`crate::group::rules::barred`].
    async fn create_post(&self, create: CreatePost) -> Result<PostCreated, PortError>;

    /// The post with its body, as this user sees it.
    async fn find_post(&self, id: PostId, viewer: Option<UserId>) -> Result<Option<PostDetail>, PortError>;

    /// These posts, in this order; those that are not there for him are left out.
    async fn find_posts(&self, ids: &[PostId], viewer: Option<UserId>) -> Result<Vec<PostView>, PortError>;

    /// Posts, newest first; of a group's list the pinned ones before the others, newest first, and the page
    /// goes on from [`PageRequest::pinned_key`].
    async fn list_posts(
        &self,
        list: &PostList,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<PostView>, PortError>;

    /// The best `limit` posts of the list by this, then the newest; of a group's list the pinned ones first.
    /// Who may see them is not asked: they are read one by one afterwards.
    async fn rank_posts(&self, list: &PostList, by: RankBy, limit: u32) -> Result<Vec<PostId>, PortError>;

    /// When the `nth` newest post of the list was written; `None` if the list has fewer.
    async fn nth_newest_post(&self, list: &PostList, nth: u32) -> Result<Option<Timestamp>, PortError>;

    /// What the heat depends on, for each post of the list that was written since this moment (all of
    /// them if none is named), and for each pinned one if it is a group's list. In any other list no post
    /// is pinned.
    async fn measure_posts(
        &self,
        list: &PostList,
        since: Option<Timestamp>,
    ) -> Result<Vec<Measured>, PortError>;

    /// Changes the post and bumps its version, and adds what it was before to its history, atomically.
    /// Of parallel calls that name one version exactly one MUST be `Done`.
    async fn update_post(&self, update: UpdatePost) -> Result<PostUpdated, PortError>;

    /// Deletes the post and takes it out of the group's `post_count`, atomically. Its comments, likes and
    /// bookmarks stay, unseen, with their counts. Of parallel calls one MUST be `Done`, the others
    /// `NoSuchPost`.
    async fn delete_post(&self, delete: DeletePost) -> Result<PostDeleted, PortError>;

    /// Brings a deleted post back and counts it again, atomically, if `by` moderates its group.
    async fn restore_post(&self, id: PostId, by: UserId, at: Timestamp) -> Result<PostRestored, PortError>;

    /// What the post was before its edits, newest first by [`PostRevision::replaced_at`] and version; also of
    /// a deleted post. `None` unless `by` wrote the post and may still see it, or moderates its group.
    async fn list_revisions(
        &self,
        id: PostId,
        by: UserId,
        page: PageRequest,
    ) -> Result<Option<Page<PostRevision>>, PortError>;

    /// Sets or takes away a mark if `by` moderates the group. False if he does not (any more) or the post
    /// is gone. The version stays.
    async fn mark_post(
        &self,
        id: PostId,
        mark: Mark,
        on: bool,
        by: UserId,
        at: Timestamp,
    ) -> Result<bool, PortError>;

    /// Remembers the post for this user, or no longer. False if it is not there for him (to forget one
    /// always works).
    async fn bookmark_post(
        &self,
        id: PostId,
        user: UserId,
        on: bool,
        at: Timestamp,
    ) -> Result<bool, PortError>;

    /// The posts that he remembers and may still see, last bookmarked first.
    async fn list_bookmarks(&self, user: UserId, page: PageRequest) -> Result<Page<PostView>, PortError>;
}
