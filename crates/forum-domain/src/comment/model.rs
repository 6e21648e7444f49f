//! What a comment is made of. A reply is a comment under a comment.

use crate::{
    account::UserCard,
    clock::Timestamp,
    content::rules::plain_html,
    error::Flaw,
    group::Role,
    id::{CommentId, PostId},
    text,
};

/// What a comment says: plain text, trimmed, not blank, with no control characters but line breaks and tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentBody(String);

impl CommentBody {
    /// A text of at most `max` characters; how many that is stands in the policy.
    ///
    /// # Errors
    /// As [`text::block`], with a least length of 1.
    pub fn parse(text: &str, max: u32) -> Result<Self, Flaw> {
        text::block(text, 1, max as usize).map(Self)
    }

    /// A text that is already stored. Adapters only: nothing is checked.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As HTML: see [`plain_html`].
    #[must_use]
    pub fn html(&self) -> String {
        plain_html(&self.0)
    }
}

/// A comment, or a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The post it stands under.
    pub post_id: PostId,
    /// The comment it stands under, if it is a reply.
    pub parent_id: Option<CommentId>,
    /// What it says; `None` if it was deleted and stands only for the replies under it.
    pub said: Option<Said>,
    /// Its likes.
    pub like_count: i64,
    /// Visible replies under it.
    pub reply_count: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Goes up with every edit; what `If-Match` compares.
    pub version: i64,
}

/// What a comment says, and who says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub author: UserCard,
    /// Whom a reply answers, if that is said.
    pub reply_to: Option<UserCard>,
    /// What.
    pub body: CommentBody,
}

/// A comment as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentView {
    /// The comment.
    pub comment: Comment,
    /// What it is to whoever looks; `None` if nobody is signed in.
    pub viewer: Option<CommentViewer>,
}

/// What a comment is to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentViewer {
    /// He likes it.
    pub liked: bool,
    /// His role in the group; `None` if he is no member.
    pub role: Option<Role>,
    /// Until when he may only read in the group.
    pub muted_until: Option<Timestamp>,
    /// The post takes no new comments.
    pub locked: bool,
    /// What he may do.
    pub can: CommentCapabilities,
}

/// What a user may do with a comment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommentCapabilities {
    /// Change it.
    pub edit: bool,
    /// Delete it.
    pub delete: bool,
    /// Reply to it.
    pub comment: bool,
    /// Like it.
    pub like: bool,
    /// Moderate the group it stands in.
    pub moderate: bool,
}

/// In which order a list holds comments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CommentSort {
    /// Newest first.
    #[default]
    New,
    /// Oldest first.
    Old,
    /// By likes and replies: a frozen ranking.
    Hot,
}

/// The orders that never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentOrder {
    /// Newest first.
    New,
    /// Oldest first.
    Old,
}
