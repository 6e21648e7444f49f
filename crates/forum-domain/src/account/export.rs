//! Everything that is a user's, for himself.

use async_trait::async_trait;

use super::{AccountError, AccountService, User};
use crate::{
    actor::Actor,
    clock::Timestamp,
    comment::CommentBody,
    content::{Format, Source},
    error::PortError,
    group::{GroupCard, Role},
    id::{CommentId, GroupId, JoinRequestId, PostId, SessionId, UserId},
    join::JoinStatus,
    like,
    post::Title,
};

/// All that the forum keeps of a user, each list oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The account, with the whole mobile.
    pub user: User,
    /// The devices that signed in, as long as they are remembered.
    pub sessions: Vec<ExportedSession>,
    /// The groups he is in.
    pub memberships: Vec<ExportedMembership>,
    /// What he asked to join.
    pub join_requests: Vec<ExportedRequest>,
    /// What he posted, deleted posts too.
    pub posts: Vec<ExportedPost>,
    /// What he commented and replied, likewise.
    pub comments: Vec<ExportedComment>,
    /// What he likes.
    pub likes: Vec<(like::Target, Timestamp)>,
    /// What he bookmarked.
    pub bookmarks: Vec<(PostId, Timestamp)>,
    /// Whom he blocked.
    pub blocks: Vec<(UserId, Timestamp)>,
}

/// A device that signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedSession {
    /// Its id.
    pub id: SessionId,
    /// What it called itself.
    pub user_agent: Option<String>,
    /// From where it came last.
    pub ip: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
}

/// A group that he is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedMembership {
    /// Which.
    pub group: GroupCard,
    /// As what.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// A wish to join a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRequest {
    /// Its id.
    pub id: JoinRequestId,
    /// Which group.
    pub group_id: GroupId,
    /// Why.
    pub reason: String,
    /// What became of it.
    pub status: JoinStatus,
    /// What the decider said.
    pub reply: Option<String>,
    /// When he asked.
    pub created_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// A post, as it is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedPost {
    /// Its id.
    pub id: PostId,
    /// Where it stands.
    pub group_id: GroupId,
    /// What it says now.
    pub text: ExportedText,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What it said before, oldest first.
    pub before: Vec<ExportedText>,
}

/// What a post says or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedText {
    /// Its title.
    pub title: Title,
    /// How the body is written.
    pub format: Format,
    /// The body as it was written.
    pub body: Source,
    /// Since when it said so.
    pub since: Timestamp,
}

/// A comment or reply, as it is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedComment {
    /// Its id.
    pub id: CommentId,
    /// Under which post.
    pub post_id: PostId,
    /// Under which comment, if it is a reply.
    pub parent_id: Option<CommentId>,
    /// What it says.
    pub body: CommentBody,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What it said before, oldest first.
    pub before: Vec<CommentBody>,
}

/// What exporting asks of the store.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ExportRepository: Send + Sync {
    /// Everything of this user, all of one moment; `None` if there is no such account. It MUST hold
    /// whatever any table says of him that he wrote, chose or did, and nothing that others did to him in
    /// confidence (bans' authors, reports).
    async fn export(&self, user: UserId) -> Result<Option<Export>, PortError>;
}

impl AccountService {
    /// Everything that the forum keeps of the actor.
    ///
    /// # Errors
    /// [`AccountError::NotFound`] if the account was deleted a moment ago.
    pub async fn export(&self, actor: Actor) -> Result<Export, AccountError> {
        self.exports.export(actor.user_id).await?.ok_or(AccountError::NotFound)
    }
}
