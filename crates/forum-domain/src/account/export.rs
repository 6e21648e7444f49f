//! Everything that is a user's, for himself.

mod records;

use async_trait::async_trait;

use super::{AccountError, AccountService, User};
use crate::{
    actor::Actor,
    clock::Timestamp,
    error::PortError,
    id::{PostId, UserId},
    like,
    media::Media,
    notification,
};

pub use records::{
    ExportedAnswer, ExportedAnswerReply, ExportedBody, ExportedComment, ExportedDeed, ExportedMembership,
    ExportedPost, ExportedQuestion, ExportedReport, ExportedRequest, ExportedSession, ExportedText,
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
    /// What he asked, deleted questions too.
    pub questions: Vec<ExportedQuestion>,
    /// What he answered, likewise.
    pub answers: Vec<ExportedAnswer>,
    /// What he wrote under answers, likewise.
    pub answer_replies: Vec<ExportedAnswerReply>,
    /// What he likes.
    pub likes: Vec<(like::Target, Timestamp)>,
    /// What he bookmarked.
    pub bookmarks: Vec<(PostId, Timestamp)>,
    /// Whom he blocked.
    pub blocks: Vec<(UserId, Timestamp)>,
    /// What he uploaded.
    pub uploads: Vec<Media>,
    /// The kinds of notifications that he does not want.
    pub muted: Vec<notification::Kind>,
    /// What he reported.
    pub reports: Vec<ExportedReport>,
    /// What he did as one who moderates.
    pub deeds: Vec<ExportedDeed>,
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
