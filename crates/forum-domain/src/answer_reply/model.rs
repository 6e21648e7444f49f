//! What a reply to an answer is made of.

use crate::{
    account::{SiteRole, UserCard},
    clock::Timestamp,
    comment::CommentBody,
    id::{AnswerId, AnswerReplyId},
};

/// A reply under an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerReply {
    /// Its id.
    pub id: AnswerReplyId,
    /// The answer it stands under.
    pub answer_id: AnswerId,
    /// What it says; `None` if it was deleted and stands only for what was said to it.
    pub said: Option<AnswerReplySaid>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Goes up with every edit; what `If-Match` compares.
    pub version: i64,
}

/// What a reply says, and who says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerReplySaid {
    /// Who.
    pub author: UserCard,
    /// Whom it answers, if that is said.
    pub reply_to: Option<UserCard>,
    /// What: as long as a comment may be.
    pub body: CommentBody,
}

/// A reply as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerReplyView {
    /// The reply.
    pub reply: AnswerReply,
    /// What it is to whoever looks; `None` if nobody is signed in.
    pub viewer: Option<AnswerReplyViewer>,
}

/// What a reply is to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerReplyViewer {
    /// What he is on the site.
    pub role: SiteRole,
    /// What he may do.
    pub can: AnswerReplyCapabilities,
}

/// What a user may do with a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswerReplyCapabilities {
    /// Change it.
    pub edit: bool,
    /// Delete it.
    pub delete: bool,
    /// Reply to it: under the same answer, naming its author.
    pub reply: bool,
    /// Moderate the site it stands on.
    pub moderate: bool,
}
