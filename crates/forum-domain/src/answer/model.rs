//! What an answer is made of.

use crate::{
    account::{SiteRole, UserCard},
    clock::Timestamp,
    content::{Format, Source},
    id::{AnswerId, QuestionId, UserId},
};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its id.
    pub id: AnswerId,
    /// The question it answers.
    pub question_id: QuestionId,
    /// Who wrote it.
    pub author: UserCard,
    /// How its body is written.
    pub format: Format,
    /// The beginning of its text.
    pub excerpt: String,
    /// Its body as it was written.
    pub source: Source,
    /// What is served of it, sanitised when it was written.
    pub html: String,
    /// The asker accepted it.
    pub accepted: bool,
    /// Its likes.
    pub like_count: i64,
    /// Visible replies under it.
    pub reply_count: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Goes up with every edit; what `If-Match` compares. Likes, replies and acceptance leave it alone.
    pub version: i64,
}

/// An answer as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerView {
    /// The answer.
    pub answer: Answer,
    /// What it is to whoever looks; `None` if nobody is signed in.
    pub viewer: Option<AnswerViewer>,
}

/// What an answer is to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerViewer {
    /// He likes it.
    pub liked: bool,
    /// What he is on the site.
    pub role: SiteRole,
    /// What he may do.
    pub can: AnswerCapabilities,
}

/// What a user may do with an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswerCapabilities {
    /// Change it.
    pub edit: bool,
    /// Delete it.
    pub delete: bool,
    /// Reply to it.
    pub reply: bool,
    /// Like it.
    pub like: bool,
    /// Moderate the site it stands on.
    pub moderate: bool,
}

/// In which order a list holds answers; the accepted one stands first in each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnswerSort {
    /// By likes and replies: a frozen ranking.
    #[default]
    Hot,
    /// Newest first.
    New,
    /// Oldest first.
    Old,
}

/// The orders that never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerOrder {
    /// Newest first.
    New,
    /// Oldest first.
    Old,
}

/// Which answers there are to be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerList {
    /// Those of a question, the accepted one first; the page goes on from
    /// [`PageRequest::pinned_key`](crate::page::PageRequest::pinned_key).
    Question(QuestionId, AnswerOrder),
    /// Those that he wrote, newest first.
    Author(UserId),
}
