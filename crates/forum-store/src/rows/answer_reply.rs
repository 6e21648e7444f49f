//! Rows of `answer_replies`.

use diesel::{Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    account::SiteRole,
    answer_reply::{
        AnswerReply, AnswerReplyCapabilities, AnswerReplySaid, AnswerReplyView, AnswerReplyViewer,
    },
    comment::CommentBody,
    id::{AnswerId, AnswerReplyId},
};

use crate::{
    rows::CardRow,
    schema::answer_replies,
    types::{At, Read},
};

/// A reply, without who wrote it and whom it answers.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = answer_replies, check_for_backend(Pg, Sqlite))]
pub(crate) struct ReplyRow {
    pub(crate) id: i64,
    answer_id: i64,
    body: String,
    version: i64,
    pub(crate) created_at: At,
    edited_at: Option<At>,
    deleted_at: Option<At>,
}

/// A reply as somebody sees it: with its author, whom it answers, and what the viewer is on the site, if there
/// is one.
pub(crate) type ViewRow = (ReplyRow, CardRow, Option<CardRow>, Option<Read<SiteRole>>);

/// A reply as somebody sees it, of its row.
pub(crate) fn view((row, author, reply_to, role): ViewRow) -> AnswerReplyView {
    let said = row.deleted_at.is_none().then(|| AnswerReplySaid {
        author: author.into(),
        reply_to: reply_to.map(Into::into),
        body: CommentBody::stored(row.body),
    });
    let reply = AnswerReply {
        id: AnswerReplyId::stored(row.id),
        answer_id: AnswerId::stored(row.answer_id),
        said,
        created_at: row.created_at.0,
        edited_at: row.edited_at.map(|at| at.0),
        version: row.version,
    };
    let viewer = role.map(|role| AnswerReplyViewer { role: role.0, can: AnswerReplyCapabilities::default() });
    AnswerReplyView { reply, viewer }
}

/// A reply that is locked, as far as what is written under its lock depends on it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = answer_replies, check_for_backend(Pg, Sqlite))]
pub(crate) struct LockedReply {
    pub(crate) author_id: i64,
    pub(crate) body: String,
    pub(crate) version: i64,
    pub(crate) created_at: At,
    pub(crate) edited_at: Option<At>,
}
