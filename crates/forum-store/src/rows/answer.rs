//! Rows of `answers` and of what hangs on them.

use diesel::{AsChangeset, Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    account::SiteRole,
    answer::{Answer, AnswerCapabilities, AnswerView, AnswerViewer, CreateAnswer},
    content::{Content, Format, Source},
    id::{AnswerId, QuestionId},
};

use crate::{
    rows::CardRow,
    schema::{answer_bodies, answers},
    types::{At, Read, Word},
};

/// An answer, without its author and its body.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = answers, check_for_backend(Pg, Sqlite))]
pub(crate) struct AnswerRow {
    pub(crate) id: i64,
    question_id: i64,
    format: Read<Format>,
    excerpt: String,
    pub(crate) accepted: bool,
    like_count: i64,
    reply_count: i64,
    version: i64,
    pub(crate) created_at: At,
    edited_at: Option<At>,
}

/// An answer's body, as its readers get it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = answer_bodies, check_for_backend(Pg, Sqlite))]
pub(crate) struct BodyRow {
    source: String,
    html: String,
}

/// An answer as somebody sees it: with its author and its body, whether the viewer likes it, and what he is on
/// the site, if there is one.
pub(crate) type ViewRow = (AnswerRow, CardRow, BodyRow, bool, Option<Read<SiteRole>>);

/// An answer as somebody sees it, of its row.
pub(crate) fn view((row, author, body, liked, role): ViewRow) -> AnswerView {
    let answer = Answer {
        id: AnswerId::stored(row.id),
        question_id: QuestionId::stored(row.question_id),
        author: author.into(),
        format: row.format.0,
        excerpt: row.excerpt,
        source: Source::stored(body.source),
        html: body.html,
        accepted: row.accepted,
        like_count: row.like_count,
        reply_count: row.reply_count,
        created_at: row.created_at.0,
        edited_at: row.edited_at.map(|at| at.0),
        version: row.version,
    };
    let viewer = role.map(|role| AnswerViewer { liked, role: role.0, can: AnswerCapabilities::default() });
    AnswerView { answer, viewer }
}

/// An answer that is locked, as far as what is written under its lock depends on it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = answers, check_for_backend(Pg, Sqlite))]
pub(crate) struct LockedAnswer {
    pub(crate) author_id: i64,
    pub(crate) format: String,
    pub(crate) accepted: bool,
    pub(crate) version: i64,
    pub(crate) created_at: At,
    pub(crate) edited_at: Option<At>,
}

/// An answer to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = answers)]
pub(crate) struct NewAnswerRow {
    question_id: i64,
    author_id: i64,
    format: &'static str,
    excerpt: String,
    created_at: At,
}

impl NewAnswerRow {
    /// The row of an answer, and what its body will be.
    pub(crate) fn of(create: CreateAnswer) -> (Self, NewBody) {
        let (change, body) = AnswerChange::of(create.content);
        let row = Self {
            question_id: create.question_id.get(),
            author_id: create.author.get(),
            format: change.format,
            excerpt: change.excerpt,
            created_at: At(create.at),
        };
        (row, body)
    }
}

/// A body to be written, for an answer that is there or will be.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = answer_bodies)]
pub(crate) struct NewBody {
    source: String,
    html: String,
    policy: i32,
}

/// Columns of an answer that an edit touches.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = answers)]
pub(crate) struct AnswerChange {
    format: &'static str,
    excerpt: String,
}

impl AnswerChange {
    /// What an edit changes of the answer, and of its body.
    pub(crate) fn of(content: Content) -> (Self, NewBody) {
        let Content { format, source, rendered } = content;
        let body = NewBody { source: source.as_str().into(), html: rendered.html, policy: rendered.policy };
        (Self { format: format.word(), excerpt: rendered.excerpt }, body)
    }
}
