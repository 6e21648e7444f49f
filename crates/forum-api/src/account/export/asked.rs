//! What one asked and answered.

use forum_domain::account as domain;
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use super::{each, records::PostText};
use crate::{content::BodyFormat, fields::Moment};

/// A question, as it is or was.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct QuestionRecord {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Its category.
    #[oai(validator(max_length = 200))]
    category: String,
    /// What it says now.
    text: PostText,
    /// What it said before.
    #[oai(validator(max_items = 1000000))]
    before: Vec<PostText>,
    /// When it was asked.
    created_at: Moment,
    /// When it was deleted.
    deleted_at: Option<Moment>,
}

/// An answer, as it is or was.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct AnswerRecord {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// To which question.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    question_id: i64,
    /// What it says now.
    text: AnswerText,
    /// What it said before.
    #[oai(validator(max_items = 1000000))]
    before: Vec<AnswerText>,
    /// Whether the asker accepted it.
    accepted: bool,
    /// When it was written.
    created_at: Moment,
    /// When it was deleted.
    deleted_at: Option<Moment>,
}

/// What an answer says or said.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct AnswerText {
    /// How the body is written.
    format: BodyFormat,
    /// The body as it was written.
    #[oai(validator(max_length = 100000))]
    body: String,
    /// Since when it said so.
    since: Moment,
}

/// A reply to an answer, as it is or was.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct AnswerReplyRecord {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Under which answer.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    answer_id: i64,
    /// What it says.
    #[oai(validator(max_length = 100000))]
    body: String,
    /// What it said before.
    #[oai(validator(max_items = 1000000, max_length = 100000))]
    before: Vec<String>,
    /// When it was written.
    created_at: Moment,
    /// When it was deleted.
    deleted_at: Option<Moment>,
}

impl From<domain::ExportedQuestion> for QuestionRecord {
    fn from(question: domain::ExportedQuestion) -> Self {
        Self {
            id: question.id.get(),
            category: question.category,
            text: question.text.into(),
            before: each(question.before),
            created_at: question.created_at.into(),
            deleted_at: question.deleted_at.map(Moment),
        }
    }
}

impl From<domain::ExportedAnswer> for AnswerRecord {
    fn from(answer: domain::ExportedAnswer) -> Self {
        Self {
            id: answer.id.get(),
            question_id: answer.question_id.get(),
            text: answer.body.into(),
            before: each(answer.before),
            accepted: answer.accepted,
            created_at: answer.created_at.into(),
            deleted_at: answer.deleted_at.map(Moment),
        }
    }
}

impl From<domain::ExportedBody> for AnswerText {
    fn from(text: domain::ExportedBody) -> Self {
        Self { format: text.format.into(), body: text.body.as_str().to_owned(), since: text.since.into() }
    }
}

impl From<domain::ExportedAnswerReply> for AnswerReplyRecord {
    fn from(reply: domain::ExportedAnswerReply) -> Self {
        Self {
            id: reply.id.get(),
            answer_id: reply.answer_id.get(),
            body: reply.body,
            before: reply.before,
            created_at: reply.created_at.into(),
            deleted_at: reply.deleted_at.map(Moment),
        }
    }
}

impl Example for QuestionRecord {
    fn example() -> Self {
        Self {
            id: 512,
            category: "技术问答".into(),
            text: PostText::example(),
            before: Vec::new(),
            created_at: Moment::example(2, 8),
            deleted_at: None,
        }
    }
}

impl Example for AnswerRecord {
    fn example() -> Self {
        Self {
            id: 640,
            question_id: 512,
            text: AnswerText::example(),
            before: Vec::new(),
            accepted: true,
            created_at: Moment::example(2, 9),
            deleted_at: None,
        }
    }
}

impl Example for AnswerText {
    fn example() -> Self {
        Self {
            format: BodyFormat::Markdown,
            body: "用 `Rc` 或重新组织所有权。".into(),
            since: Moment::example(2, 9),
        }
    }
}

impl Example for AnswerReplyRecord {
    fn example() -> Self {
        Self {
            id: 700,
            answer_id: 640,
            body: "谢谢，解决了。".into(),
            before: vec!["谢谢。".into()],
            created_at: Moment::example(3, 8),
            deleted_at: None,
        }
    }
}
