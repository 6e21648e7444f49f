//! What comments ask of the store.

use async_trait::async_trait;

use super::{CommentBody, CommentOrder, CommentView};
use crate::{
    clock::Timestamp,
    error::PortError,
    group::Barred,
    id::{CommentId, PostId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A new comment under a post.
#[derive(Debug, Clone)]
pub struct CreateComment {
    /// Under which post.
    pub post_id: PostId,
    /// Who writes it.
    pub author: UserId,
    /// What.
    pub body: CommentBody,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`CommentRepository::create_comment`] ended. Of several refusals the first in this order counts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "the large one is what nearly every call answers")]
pub enum CommentCreated {
    /// It is there, and counted: as its author sees it.
    Done(CommentView),
    /// There is no such post for him; nothing was written.
    NoSuchPost,
    /// He may not write there; nothing was written.
    Barred(Barred),
    /// The post takes no new comments; nothing was written.
    Locked,
}

/// A new reply under a comment.
#[derive(Debug, Clone)]
pub struct CreateReply {
    /// To which comment. A reply to a reply stands under the same comment as that one, and answers its
    /// author if nobody else is named.
    pub comment_id: CommentId,
    /// Who writes it.
    pub author: UserId,
    /// What.
    pub body: CommentBody,
    /// Whom it answers, if that is said.
    pub reply_to: Option<UserId>,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`CommentRepository::create_reply`] ended. Of several refusals the first in this order counts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "the large one is what nearly every call answers")]
pub enum ReplyCreated {
    /// It is there, and counted: as its author sees it.
    Done(CommentView),
    /// There is no such comment for him; nothing was written.
    NoSuchComment,
    /// He may not write there; nothing was written.
    Barred(Barred),
    /// The post takes no new comments; nothing was written.
    Locked,
    /// The comment was deleted, and stands only for its replies; nothing was written.
    Deleted,
    /// Whom it shall answer wrote neither the comment nor a visible reply under it; nothing was written.
    NoSuchRecipient,
}

/// A change of what a comment says.
#[derive(Debug, Clone)]
pub struct UpdateComment {
    /// Which.
    pub id: CommentId,
    /// What it shall say.
    pub body: CommentBody,
    /// Who changes it; must be its author and may write in the group.
    pub by: UserId,
    /// Only if the comment still has this version.
    pub if_version: Option<i64>,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How [`CommentRepository::update_comment`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentUpdated {
    /// It says so now, and its history has what it said before.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He is not its author; nothing was written.
    NotAllowed,
    /// He may not write there (any more); nothing was written.
    Barred(Barred),
    /// There is no such comment (any more).
    NoSuchComment,
}

/// A comment to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeleteComment {
    /// Which.
    pub id: CommentId,
    /// Who deletes it; must be its author or moderate the group.
    pub by: UserId,
    /// Only if the comment still has this version.
    pub if_version: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// How [`CommentRepository::delete_comment`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentDeleted {
    /// It is gone, and no longer counted.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He neither wrote it nor moderates the group (any more); nothing was written.
    NotAllowed,
    /// There is no such comment (any more).
    NoSuchComment,
}

/// The comments and replies.
///
/// `viewer` is whose [`super::CommentViewer`] comes with a view; reading it is part of the one statement,
/// and [`super::CommentViewer::can`] is left empty: it is the rules' to say. What stands under a post that
/// is not there for somebody ([`crate::post::PostRepository`]) MUST NOT be given to him by any method.
///
/// A deleted comment with visible replies stands as a tombstone, whose [`super::Comment::said`] is `None`;
/// without, and any deleted reply, it is not there. Deleting a comment leaves its replies, visible and
/// counted.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait CommentRepository: Send + Sync {
    /// Writes the comment and bumps the post's `comment_count` and `last_activity_at`, atomically. A post
    /// that is deleted or locked at the same time MUST NOT get a comment after that was answered.
    async fn create_comment(&self, create: CreateComment) -> Result<CommentCreated, PortError>;

    /// Writes the reply and bumps the comment's `reply_count` and, as [`Self::create_comment`], the post's,
    /// atomically. Neither may a comment that is deleted at the same time get one.
    async fn create_reply(&self, create: CreateReply) -> Result<ReplyCreated, PortError>;

    /// The comment or reply, as this user sees it.
    async fn find_comment(
        &self,
        id: CommentId,
        viewer: Option<UserId>,
    ) -> Result<Option<CommentView>, PortError>;

    /// These comments, in this order; those that are not there for him are left out.
    async fn find_comments(
        &self,
        ids: &[CommentId],
        viewer: Option<UserId>,
    ) -> Result<Vec<CommentView>, PortError>;

    /// The comments of a post, without replies.
    async fn list_comments(
        &self,
        post: PostId,
        order: CommentOrder,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<CommentView>, PortError>;

    /// The visible replies of a comment, oldest first. A reply has none.
    async fn list_replies(
        &self,
        comment: CommentId,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<CommentView>, PortError>;

    /// The best `limit` comments of a post, without replies: by likes and twice the visible replies, then
    /// the oldest. Who may see them is not asked: they are read one by one afterwards.
    async fn rank_comments(&self, post: PostId, limit: u32) -> Result<Vec<CommentId>, PortError>;

    /// Changes the comment and bumps its version, and adds what it said before to its history,
    /// atomically. Of parallel calls that name one version exactly one MUST be `Done`.
    async fn update_comment(&self, update: UpdateComment) -> Result<CommentUpdated, PortError>;

    /// Deletes the comment or reply and takes it out of the post's `comment_count` and, if it is a reply,
    /// out of its comment's `reply_count`, atomically. Of parallel calls one MUST be `Done`.
    async fn delete_comment(&self, delete: DeleteComment) -> Result<CommentDeleted, PortError>;
}
