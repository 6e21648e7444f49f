//! What replies to answers look like in the API.

use forum_domain::{
    answer_reply::{self as domain, AnswerReplyView},
    comment::CommentBody,
};
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    account::UserCard,
    content::ContentCapabilities,
    context::Call,
    fields::{Moment, Patch, present},
    page::list_of,
};

/// A reply to an answer, to be written.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct AnswerReplyDraft {
    /// Plain text; its line breaks count. At most 1 000 characters, unless the operator allows another number.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub(crate) body: String,
    /// Whom it answers: who wrote the answer, or a reply under it. If absent or `null`, it names nobody.
    #[serde(default)]
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) reply_to_user_id: Patch<i64>,
}

impl Example for AnswerReplyDraft {
    fn example() -> Self {
        Self { body: "试过了，可以编译！".into(), reply_to_user_id: Patch::Value(42) }
    }
}

/// Changes to a reply: a field that is absent stays as it is.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct AnswerReplyPatch {
    /// Plain text, as when it was written.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub(crate) body: Option<String>,
}

impl Example for AnswerReplyPatch {
    fn example() -> Self {
        Self { body: Some("试过了，可以编译，谢谢！".into()) }
    }
}

/// A reply under an answer. One that was deleted while a later one answers its author stays in its place as a
/// tombstone, with `deleted` true and nothing of what it said or who said it.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct AnswerReply {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// The answer it stands under.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    answer_id: i64,
    /// Who wrote it; null of a tombstone.
    author: Option<UserCard>,
    /// Whom it answers, if that is said.
    reply_to: Option<UserCard>,
    /// What it says, as it was written: plain text; null of a tombstone.
    #[oai(validator(max_length = 10000))]
    body: Option<String>,
    /// What it says as HTML that is safe to put into a page; null of a tombstone.
    #[oai(validator(max_length = 100000))]
    body_html: Option<String>,
    /// It is a tombstone.
    deleted: bool,
    /// When it was written.
    created_at: Moment,
    /// When it was last edited.
    edited_at: Option<Moment>,
    /// What it is to whoever asks; null if nobody is signed in.
    viewer: Option<AnswerReplyViewer>,
}

impl AnswerReply {
    pub(crate) fn of(view: AnswerReplyView, call: &Call) -> Self {
        let reply = view.reply;
        let deleted = reply.said.is_none();
        let (author, reply_to, body) = match reply.said {
            Some(said) => (Some(said.author), said.reply_to, Some(said.body)),
            None => (None, None, None),
        };
        Self {
            id: reply.id.get(),
            answer_id: reply.answer_id.get(),
            author: author.map(|card| UserCard::of(card, call)),
            reply_to: reply_to.map(|card| UserCard::of(card, call)),
            body_html: body.as_ref().map(CommentBody::html),
            body: body.map(|body| body.as_str().to_owned()),
            deleted,
            created_at: reply.created_at.into(),
            edited_at: reply.edited_at.map(Moment),
            viewer: view.viewer.map(AnswerReplyViewer::from),
        }
    }
}

impl Example for AnswerReply {
    fn example() -> Self {
        Self {
            id: 700,
            answer_id: 512,
            author: Some(UserCard { id: 1, nickname: "老船长".into(), avatar_url: None, deleted: false }),
            reply_to: Some(UserCard::example()),
            body: Some("试过了，可以编译！".into()),
            body_html: Some("<p>试过了，可以编译！</p>".into()),
            deleted: false,
            created_at: Moment::example(3, 8),
            edited_at: None,
            viewer: Some(AnswerReplyViewer::example()),
        }
    }
}

/// What a reply is to whoever asks.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct AnswerReplyViewer {
    /// What he may do, so that a page shows only what works: `comment` is to answer it, under the same answer;
    /// nobody likes a reply.
    can: ContentCapabilities,
}

impl From<domain::AnswerReplyViewer> for AnswerReplyViewer {
    fn from(viewer: domain::AnswerReplyViewer) -> Self {
        Self { can: viewer.can.into() }
    }
}

impl Example for AnswerReplyViewer {
    fn example() -> Self {
        Self { can: ContentCapabilities::example() }
    }
}

list_of! {
    /// A page of an answer's replies.
    AnswerReplyList of AnswerReply
}

#[cfg(test)]
crate::fields::assert_examples! { requests [AnswerReplyDraft, AnswerReplyPatch] }

#[cfg(test)]
crate::fields::assert_examples! { answers [AnswerReply, AnswerReplyList] }
