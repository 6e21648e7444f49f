//! What a question is made of.

use crate::{
    account::{SiteRole, UserCard},
    clock::Timestamp,
    content::{Content, Format, Source},
    error::Flaw,
    id::{AnswerId, MediaId, QuestionId, UserId},
    text,
};

/// A question's title: one line of 1 to 256 characters, nothing hidden in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionTitle(String);

impl QuestionTitle {
    /// The greatest length, in characters.
    pub const MAX: usize = 256;

    /// A title, trimmed.
    ///
    /// # Errors
    /// As [`text::line`].
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        text::line(text, 1, Self::MAX).map(Self)
    }

    /// A title that is already stored. Adapters only: nothing is checked.
    #[must_use]
    pub fn stored(title: String) -> Self {
        Self(title)
    }

    /// As shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An image of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The upload.
    pub id: MediaId,
    /// The key of its file.
    pub key: String,
}

/// A question, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// Who asks.
    pub author: UserCard,
    /// Its category: one that was configured when it was asked.
    pub category: String,
    /// Its title.
    pub title: QuestionTitle,
    /// How its body is written.
    pub format: Format,
    /// The beginning of its text.
    pub excerpt: String,
    /// Its images, in their order.
    pub images: Vec<Image>,
    /// Visible answers to it.
    pub answer_count: i64,
    /// The answer that the asker accepted.
    pub accepted_answer_id: Option<AnswerId>,
    /// When it was asked.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// When somebody last wrote: the question, an answer, or a reply to one. Never goes back.
    pub last_activity_at: Timestamp,
    /// Goes up with every edit; what `If-Match` compares. Answers and their acceptance leave it alone.
    pub version: i64,
}

/// A question as somebody sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionView {
    /// The question.
    pub question: Question,
    /// What it is to whoever looks; `None` if nobody is signed in.
    pub viewer: Option<QuestionViewer>,
}

/// A question with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionDetail {
    /// The question.
    pub view: QuestionView,
    /// Its body as it was written.
    pub source: Source,
    /// What is served of it, sanitised when it was written.
    pub html: String,
}

/// What a question is to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionViewer {
    /// What he is on the site.
    pub role: SiteRole,
    /// What he may do.
    pub can: QuestionCapabilities,
}

/// What a user may do with a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuestionCapabilities {
    /// Change it, and say which answer is the right one.
    pub edit: bool,
    /// Delete it.
    pub delete: bool,
    /// Answer it.
    pub answer: bool,
    /// Moderate the site it stands on.
    pub moderate: bool,
}

/// A question to be asked, all of it valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionDraft {
    /// One of the policy's categories.
    pub category: String,
    /// Its title.
    pub title: QuestionTitle,
    /// Its body, rendered.
    pub content: Content,
    /// Its images, in their order, none twice: uploads of the asker's own that are for everybody, which
    /// is the store's to see.
    pub images: Vec<MediaId>,
}

/// Changes to a question: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionPatch {
    /// One of the policy's categories.
    pub category: Option<String>,
    /// Its title.
    pub title: Option<QuestionTitle>,
    /// Its body, rendered.
    pub content: Option<Content>,
    /// Its images instead of those that it has, as in a [`QuestionDraft`].
    pub images: Option<Vec<MediaId>>,
}

/// Which questions a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionFilter {
    /// Only those of this category.
    pub category: Option<String>,
    /// Only those without a visible answer.
    pub unanswered: bool,
    /// Only those that he asked.
    pub author: Option<UserId>,
}

/// Which of the questions are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QuestionChoice {
    /// All.
    #[default]
    All,
    /// Those without a visible answer.
    Unanswered,
}

/// In which order a list holds them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QuestionSort {
    /// Newest first.
    #[default]
    New,
    /// By likes of answers and how many answered, the fresher the hotter: a frozen ranking.
    Hot,
    /// By when somebody last wrote: a frozen ranking.
    Active,
}

/// A category and how many questions it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionCategoryCount {
    /// Its name.
    pub name: String,
    /// Visible questions in it.
    pub question_count: i64,
}

/// What the heat of a question depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasuredQuestion {
    /// The question.
    pub id: QuestionId,
    /// When it was asked.
    pub created_at: Timestamp,
    /// Likes of its visible answers.
    pub like_count: i64,
    /// How many different users have visible answers to it.
    pub answerers: i64,
}
