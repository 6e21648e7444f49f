//! What comments look like in the API. A reply is a comment under a comment.

use forum_domain::comment::{self as domain, CommentView};
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    account::UserCard,
    content::ContentCapabilities,
    context::Call,
    fields::{Moment, Patch, choices, present},
    page::list_of,
};

choices! {
    /// In which order comments are listed.
    CommentSort for domain::CommentSort {
        /// Newest first.
        New = "new",
        /// Oldest first.
        Old = "old",
        /// By likes and replies: a ranking that stands still while it is paged.
        Hot = "hot",
    }
}

/// A comment to be written.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct CommentDraft {
    /// Plain text; its line breaks count. At most 1 000 characters, unless the operator allows another number.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub(crate) body: String,
}

impl Example for CommentDraft {
    fn example() -> Self {
        Self { body: "写得很清楚，收藏了！".into() }
    }
}

/// A reply to be written.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct ReplyDraft {
    /// Plain text; its line breaks count. At most 1 000 characters, unless the operator allows another number.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub(crate) body: String,
    /// Whom it answers: who wrote the comment, or a reply under it. If absent or `null`, a reply to a reply
    /// answers that one's author, and a reply to a comment names nobody.
    #[serde(default)]
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) reply_to_user_id: Patch<i64>,
}

impl Example for ReplyDraft {
    fn example() -> Self {
        Self { body: "Thanks! See you on Saturday.".into(), reply_to_user_id: Patch::Value(42) }
    }
}

/// Changes to a comment: a field that is absent stays as it is.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct CommentPatch {
    /// Plain text, as when it was written.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub(crate) body: Option<String>,
}

impl Example for CommentPatch {
    fn example() -> Self {
        Self { body: Some("写得很清楚，收藏了！期待下一篇。".into()) }
    }
}

/// A comment, or a reply: a comment under a comment. One that was deleted while replies stand under it stays
/// in its place as a tombstone, with `deleted` true and nothing of what it said or who said it.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Comment {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// The post it stands under.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    post_id: i64,
    /// The comment it stands under, if it is a reply.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    parent_id: Option<i64>,
    /// Who wrote it; null of a tombstone.
    author: Option<UserCard>,
    /// Whom a reply answers, if that is said; null of a comment that stands directly under its post.
    reply_to: Option<UserCard>,
    /// What it says, as it was written: plain text; null of a tombstone.
    #[oai(validator(max_length = 10000))]
    body: Option<String>,
    /// What it says as HTML that is safe to put into a page; null of a tombstone.
    #[oai(validator(max_length = 100000))]
    body_html: Option<String>,
    /// Its likes.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    like_count: i64,
    /// Visible replies under it.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    reply_count: i64,
    /// It is a tombstone: it was deleted, and stands only for the replies under it.
    deleted: bool,
    /// When it was written.
    created_at: Moment,
    /// When it was last edited.
    edited_at: Option<Moment>,
    /// What it is to whoever asks; null if nobody is signed in.
    viewer: Option<CommentViewer>,
}

impl Comment {
    pub(crate) fn of(view: CommentView, call: &Call) -> Self {
        let comment = view.comment;
        let deleted = comment.said.is_none();
        let (author, reply_to, body) = match comment.said {
            Some(said) => (Some(said.author), said.reply_to, Some(said.body)),
            None => (None, None, None),
        };
        Self {
            id: comment.id.get(),
            post_id: comment.post_id.get(),
            parent_id: comment.parent_id.map(|id| id.get()),
            author: author.map(|card| UserCard::of(card, call)),
            reply_to: reply_to.map(|card| UserCard::of(card, call)),
            body_html: body.as_ref().map(domain::CommentBody::html),
            body: body.map(|body| body.as_str().to_owned()),
            like_count: comment.like_count,
            reply_count: comment.reply_count,
            deleted,
            created_at: comment.created_at.into(),
            edited_at: comment.edited_at.map(Moment),
            viewer: view.viewer.map(CommentViewer::from),
        }
    }

    /// One in English.
    fn english() -> Self {
        Self {
            id: 2050,
            body: Some("Very helpful, thank you!\nWill there be a second part?".into()),
            body_html: Some("<p>Very helpful, thank you!<br>Will there be a second part?</p>".into()),
            like_count: 2,
            created_at: Moment::example(4, 8),
            ..Self::example()
        }
    }
}

/// A reply, which has no `null` where 3.0 refers to another schema: by its letter none may stand there.
impl Example for Comment {
    fn example() -> Self {
        Self {
            id: 2049,
            post_id: 1024,
            parent_id: Some(2048),
            author: Some(UserCard { id: 1, nickname: "老船长".into(), avatar_url: None, deleted: false }),
            reply_to: Some(UserCard::example()),
            body: Some("写得很清楚，收藏了！".into()),
            body_html: Some("<p>写得很清楚，收藏了！</p>".into()),
            like_count: 5,
            reply_count: 0,
            deleted: false,
            created_at: Moment::example(3, 7),
            edited_at: None,
            viewer: Some(CommentViewer::example()),
        }
    }
}

/// What a comment is to whoever asks.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct CommentViewer {
    /// He likes it.
    liked: bool,
    /// What he may do, so that a page shows only what works.
    can: ContentCapabilities,
}

impl From<domain::CommentViewer> for CommentViewer {
    fn from(viewer: domain::CommentViewer) -> Self {
        Self { liked: viewer.liked, can: viewer.can.into() }
    }
}

impl Example for CommentViewer {
    fn example() -> Self {
        Self { liked: false, can: ContentCapabilities::example() }
    }
}

list_of! {
    /// A page of a post's comments, or of a comment's replies.
    CommentList of Comment as example and english
}

#[cfg(test)]
crate::fields::assert_examples! { requests [CommentDraft, ReplyDraft, CommentPatch] }

#[cfg(test)]
crate::fields::assert_examples! { answers [Comment, CommentList] }

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn a_comment_cannot_be_cleared_and_a_reply_may_name_nobody() {
        assert!(from_value::<CommentPatch>(json!({"body": null})).is_err());
        assert!(from_value::<CommentPatch>(json!({})).is_ok());
        let reply: ReplyDraft = from_value(json!({"body": "a", "reply_to_user_id": null})).unwrap();
        assert_eq!(reply.reply_to_user_id.value(), None);
    }
}
