//! Rows of `comments`, and of what is asked before one is written.

use diesel::{Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    clock::Timestamp,
    comment::{Comment, CommentBody, CommentCapabilities, CommentView, CommentViewer, Said},
    group::{Barred, Role, rules::barred},
    id::{CommentId, PostId},
};

use crate::{
    rows::CardRow,
    schema::comments,
    types::{At, Read},
};

/// A comment or reply, without who wrote it and whom it answers.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = comments, check_for_backend(Pg, Sqlite))]
pub(crate) struct CommentRow {
    pub(crate) id: i64,
    post_id: i64,
    parent_id: Option<i64>,
    body: String,
    like_count: i64,
    reply_count: i64,
    version: i64,
    pub(crate) created_at: At,
    edited_at: Option<At>,
    deleted_at: Option<At>,
}

/// A comment with its author and whom it answers.
pub(crate) type WholeRow = (CommentRow, CardRow, Option<CardRow>);

/// The same, and what the comment is to a user.
pub(crate) type SeenRow = (CommentRow, CardRow, Option<CardRow>, ViewerRow);

/// What a comment is to a user, in the order of the columns that `sql::comment` selects.
#[derive(Debug, Queryable)]
pub(crate) struct ViewerRow {
    liked: bool,
    role: Option<Read<Role>>,
    muted_until: Option<At>,
    locked: bool,
}

impl From<ViewerRow> for CommentViewer {
    fn from(row: ViewerRow) -> Self {
        Self {
            liked: row.liked,
            role: row.role.map(|role| role.0),
            muted_until: row.muted_until.map(|until| until.0),
            locked: row.locked,
            can: CommentCapabilities::default(),
        }
    }
}

/// A comment as somebody sees it.
#[derive(Debug)]
pub(crate) struct ViewRow {
    pub(crate) whole: WholeRow,
    pub(crate) viewer: Option<ViewerRow>,
}

impl From<WholeRow> for ViewRow {
    fn from(whole: WholeRow) -> Self {
        Self { whole, viewer: None }
    }
}

impl From<SeenRow> for ViewRow {
    fn from((comment, author, reply_to, viewer): SeenRow) -> Self {
        Self { whole: (comment, author, reply_to), viewer: Some(viewer) }
    }
}

impl From<ViewRow> for CommentView {
    fn from(row: ViewRow) -> Self {
        let (comment, author, reply_to) = row.whole;
        let said = comment.deleted_at.is_none().then(|| Said {
            author: author.into(),
            reply_to: reply_to.map(Into::into),
            body: CommentBody::stored(comment.body),
        });
        let comment = Comment {
            id: CommentId::stored(comment.id),
            post_id: PostId::stored(comment.post_id),
            parent_id: comment.parent_id.map(CommentId::stored),
            said,
            like_count: comment.like_count,
            reply_count: comment.reply_count,
            created_at: comment.created_at.0,
            edited_at: comment.edited_at.map(|at| at.0),
            version: comment.version,
        };
        Self { comment, viewer: row.viewer.map(Into::into) }
    }
}

/// What somebody is, who would write under a post that is there for him.
#[derive(Debug, Queryable)]
pub(crate) struct WriterRow {
    pub(crate) post_id: i64,
    /// The post takes no new comments.
    pub(crate) locked: bool,
    role: Option<Read<Role>>,
    muted_until: Option<At>,
    banned: bool,
    card: CardRow,
}

impl WriterRow {
    /// What keeps him from writing there.
    pub(crate) fn barred(&self, now: Timestamp) -> Option<Barred> {
        let muted_until = self.muted_until.map(|until| until.0);
        barred(self.role.map(|role| role.0), muted_until, self.banned, now)
    }

    /// What he wrote, as he sees it.
    pub(crate) fn wrote(self, body: CommentBody, added: AddedRow, under: Option<ThreadRow>) -> CommentView {
        let (parent_id, reply_to) = under.map_or((None, None), |under| (Some(under.id), under.recipient));
        let comment = Comment {
            id: CommentId::stored(added.id),
            post_id: PostId::stored(self.post_id),
            parent_id: parent_id.map(CommentId::stored),
            said: Some(Said { author: self.card.into(), reply_to: reply_to.map(Into::into), body }),
            like_count: 0,
            reply_count: 0,
            created_at: added.created_at.0,
            edited_at: None,
            version: 1,
        };
        let viewer =
            ViewerRow { liked: false, role: self.role, muted_until: self.muted_until, locked: false };
        CommentView { comment, viewer: Some(viewer.into()) }
    }
}

/// The comment that a reply would stand under.
#[derive(Debug, Queryable)]
pub(crate) struct ThreadRow {
    pub(crate) id: i64,
    /// It stands only for its replies.
    pub(crate) deleted: bool,
    /// Whom the reply would answer.
    pub(crate) recipient: Option<CardRow>,
}

/// What the database says of a new comment.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct AddedRow {
    pub(crate) id: i64,
    pub(crate) created_at: At,
}

/// A comment that is there, as far as who may change it depends on it.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct PlaceRow {
    pub(crate) post_id: i64,
    pub(crate) group_id: i64,
    pub(crate) parent_id: Option<i64>,
    pub(crate) author_id: i64,
}

/// A comment that is locked, as far as what is written under its lock depends on it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = comments, check_for_backend(Pg, Sqlite))]
pub(crate) struct LockedComment {
    pub(crate) version: i64,
    pub(crate) body: String,
    pub(crate) created_at: At,
    pub(crate) edited_at: Option<At>,
}
