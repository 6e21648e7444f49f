//! What answers to questions look like in the API.

use forum_domain::answer::{self as domain, AnswerView};
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    account::UserCard,
    content::{BodyFormat, ContentCapabilities},
    context::Call,
    fields::{Moment, choices, present},
    page::list_of,
};

choices! {
    /// In which order answers are listed; the accepted one stands first in each.
    AnswerSort for domain::AnswerSort {
        /// By likes and replies: a ranking that stands still while it is paged.
        Hot = "hot",
        /// Newest first.
        New = "new",
        /// Oldest first.
        Old = "old",
    }
}

/// An answer to be written.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct AnswerDraft {
    /// The body, written in `format`. At most 20 000 characters, unless the operator allows another number;
    /// something must be seen of it: markup that shows neither text nor image is `too_short`.
    #[oai(validator(min_length = 1, max_length = 20000))]
    pub(crate) body: String,
    /// How the body is written.
    pub(crate) format: BodyFormat,
}

impl Example for AnswerDraft {
    fn example() -> Self {
        Self {
            body: "换成 `tokio::sync::Mutex`，或者在 `await` 之前释放锁。".into(),
            format: BodyFormat::Markdown,
        }
    }
}

/// Changes to an answer: a field that is absent stays as it is.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct AnswerPatch {
    /// The body, written in `format`, or in the format that the answer has.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 20000))]
    pub(crate) body: Option<String>,
    /// How the body is written; of a body that stays as it is, how it shall be read from now on.
    #[serde(default, deserialize_with = "present")]
    pub(crate) format: Option<BodyFormat>,
}

impl Example for AnswerPatch {
    fn example() -> Self {
        Self { body: Some("Drop the guard before you `await`.".into()), format: None }
    }
}

/// An answer to a question.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Answer {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// The question it answers.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    question_id: i64,
    /// Who wrote it.
    author: UserCard,
    /// How its body is written.
    format: BodyFormat,
    /// The beginning of its text, one line without markup.
    #[oai(validator(max_length = 200))]
    excerpt: String,
    /// Its body as it was written, for editing. Never put it into a page as it is: show `body_html`.
    #[oai(validator(max_length = 100000))]
    body: String,
    /// Its body as HTML, sanitised by the server when it was written: safe to put into a page.
    #[oai(validator(max_length = 20000000))]
    body_html: String,
    /// Its likes.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    like_count: i64,
    /// Visible replies under it.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    reply_count: i64,
    /// The asker accepted it.
    accepted: bool,
    /// When it was written.
    created_at: Moment,
    /// When it was last edited.
    edited_at: Option<Moment>,
    /// What it is to whoever asks; null if nobody is signed in.
    viewer: Option<AnswerViewer>,
}

impl Answer {
    pub(crate) fn of(view: AnswerView, call: &Call) -> Self {
        let answer = view.answer;
        Self {
            id: answer.id.get(),
            question_id: answer.question_id.get(),
            author: UserCard::of(answer.author, call),
            format: answer.format.into(),
            excerpt: answer.excerpt,
            body: answer.source.as_str().to_owned(),
            body_html: answer.html,
            like_count: answer.like_count,
            reply_count: answer.reply_count,
            accepted: answer.accepted,
            created_at: answer.created_at.into(),
            edited_at: answer.edited_at.map(Moment),
            viewer: view.viewer.map(AnswerViewer::from),
        }
    }

    /// One in English.
    fn english() -> Self {
        Self {
            id: 513,
            format: BodyFormat::Plain,
            excerpt: "Drop the guard before you await.".into(),
            body: "Drop the guard before you await.".into(),
            body_html: "<p>Drop the guard before you await.</p>".into(),
            like_count: 2,
            reply_count: 0,
            accepted: false,
            created_at: Moment::example(4, 8),
            edited_at: None,
            ..Self::example()
        }
    }
}

impl Example for Answer {
    fn example() -> Self {
        Self {
            id: 512,
            question_id: 256,
            author: UserCard::example(),
            format: BodyFormat::Markdown,
            excerpt: "换成 tokio::sync::Mutex，或者在 await 之前释放锁。".into(),
            body: "换成 `tokio::sync::Mutex`，或者在 `await` 之前释放锁。".into(),
            body_html: "<p>换成 <code>tokio::sync::Mutex</code>，或者在 <code>await</code> 之前释放锁。</p>"
                .into(),
            like_count: 12,
            reply_count: 4,
            accepted: true,
            created_at: Moment::example(3, 7),
            edited_at: Some(Moment::example(3, 9)),
            viewer: Some(AnswerViewer::example()),
        }
    }
}

/// What an answer is to whoever asks.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct AnswerViewer {
    /// He likes it.
    liked: bool,
    /// What he may do, so that a page shows only what works: `comment` is to reply to it. The question's asker
    /// accepts it.
    can: ContentCapabilities,
}

impl From<domain::AnswerViewer> for AnswerViewer {
    fn from(viewer: domain::AnswerViewer) -> Self {
        Self { liked: viewer.liked, can: viewer.can.into() }
    }
}

impl Example for AnswerViewer {
    fn example() -> Self {
        Self { liked: false, can: ContentCapabilities::example() }
    }
}

list_of! {
    /// A page of answers.
    AnswerList of Answer as example and english
}

#[cfg(test)]
crate::fields::assert_examples! { requests [AnswerDraft, AnswerPatch] }

#[cfg(test)]
crate::fields::assert_examples! { answers [Answer, AnswerList] }
