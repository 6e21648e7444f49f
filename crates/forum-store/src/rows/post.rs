//! Rows of `posts` and of what hangs on them.

use diesel::{AsChangeset, Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    content::{Content, Format, Source},
    group::Role,
    id::{GroupId, PostId, UserId},
    post::{
        CreatePost, Measured, Post, PostCapabilities, PostDetail, PostRevision, PostView, PostViewer, Title,
    },
};

use super::group::GroupCardRow;
use crate::{
    rows::CardRow,
    schema::{post_bodies, post_revisions, posts},
    types::{At, Read, Word},
};

/// A post, without its group, its author and its body.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = posts, check_for_backend(Pg, Sqlite))]
pub(crate) struct PostRow {
    pub(crate) id: i64,
    title: String,
    format: Read<Format>,
    excerpt: String,
    comment_count: i64,
    like_count: i64,
    pub(crate) pinned: bool,
    excellent: bool,
    locked: bool,
    hot: bool,
    version: i64,
    pub(crate) created_at: At,
    edited_at: Option<At>,
    last_activity_at: At,
}

/// A post with its group and its author.
pub(crate) type WholeRow = (PostRow, GroupCardRow, CardRow);

/// The same, and what the post is to a user.
pub(crate) type SeenRow = (PostRow, GroupCardRow, CardRow, ViewerRow);

/// What a post is to a user, in the order of the columns that `sql::post` selects.
#[derive(Debug, Queryable)]
pub(crate) struct ViewerRow {
    liked: bool,
    bookmarked: bool,
    role: Option<Read<Role>>,
    muted_until: Option<At>,
}

impl From<ViewerRow> for PostViewer {
    fn from(row: ViewerRow) -> Self {
        Self {
            liked: row.liked,
            bookmarked: row.bookmarked,
            role: row.role.map(|role| role.0),
            muted_until: row.muted_until.map(|until| until.0),
            can: PostCapabilities::default(),
        }
    }
}

/// A post as somebody sees it.
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
    fn from((post, group, author, viewer): SeenRow) -> Self {
        Self { whole: (post, group, author), viewer: Some(viewer) }
    }
}

impl From<ViewRow> for PostView {
    fn from(row: ViewRow) -> Self {
        let (post, group, author) = row.whole;
        let post = Post {
            id: PostId::stored(post.id),
            group: group.into(),
            author: author.into(),
            title: Title::stored(post.title),
            format: post.format.0,
            excerpt: post.excerpt,
            comment_count: post.comment_count,
            like_count: post.like_count,
            pinned: post.pinned,
            excellent: post.excellent,
            locked: post.locked,
            hot: post.hot,
            created_at: post.created_at.0,
            edited_at: post.edited_at.map(|at| at.0),
            last_activity_at: post.last_activity_at.0,
            version: post.version,
        };
        Self { post, viewer: row.viewer.map(Into::into) }
    }
}

/// A post's body, as its readers get it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = post_bodies, check_for_backend(Pg, Sqlite))]
pub(crate) struct BodyRow {
    source: String,
    html: String,
}

/// A post with its body, of the row of its view and of its body.
pub(crate) fn detail((view, body): (ViewRow, BodyRow)) -> PostDetail {
    PostDetail { view: view.into(), source: Source::stored(body.source), html: body.html }
}

/// What the heat of a post depends on, in the order of the columns that `sql::post` selects.
#[derive(Debug, Queryable)]
pub(crate) struct MeasuredRow {
    id: i64,
    pinned: bool,
    created_at: At,
    like_count: i64,
    commenters: i64,
}

impl From<MeasuredRow> for Measured {
    fn from(row: MeasuredRow) -> Self {
        Self {
            id: PostId::stored(row.id),
            pinned: row.pinned,
            created_at: row.created_at.0,
            like_count: row.like_count,
            commenters: row.commenters,
        }
    }
}

/// What a post was before an edit.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = post_revisions, check_for_backend(Pg, Sqlite))]
pub(crate) struct RevisionRow {
    version: i64,
    title: String,
    format: Read<Format>,
    source: String,
    html: String,
    created_at: At,
    replaced_at: At,
}

impl RevisionRow {
    /// What it says of a post in this group.
    pub(crate) fn of_group(self, group: i64) -> PostRevision {
        let row = self;
        PostRevision {
            group_id: GroupId::stored(group),
            version: row.version,
            title: Title::stored(row.title),
            format: row.format.0,
            source: Source::stored(row.source),
            html: row.html,
            created_at: row.created_at.0,
            replaced_at: row.replaced_at.0,
        }
    }
}

/// A post that is locked, as far as what is written under its lock depends on it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = posts, check_for_backend(Pg, Sqlite))]
pub(crate) struct LockedPost {
    pub(crate) group_id: i64,
    pub(crate) author_id: i64,
    pub(crate) title: String,
    pub(crate) format: String,
    pub(crate) version: i64,
    pub(crate) created_at: At,
    pub(crate) edited_at: Option<At>,
    pub(crate) deleted_at: Option<At>,
}

impl LockedPost {
    /// Whether he wrote it.
    pub(crate) fn is_by(&self, user: UserId) -> bool {
        self.author_id == user.get()
    }
}

/// A post to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = posts)]
pub(crate) struct NewPostRow {
    group_id: i64,
    author_id: i64,
    title: String,
    format: &'static str,
    excerpt: String,
    created_at: At,
    last_activity_at: At,
}

impl NewPostRow {
    /// The row of a post, and what its body will be.
    pub(crate) fn of(create: CreatePost) -> (Self, NewBody) {
        let content = create.draft.content;
        let row = Self {
            group_id: create.group_id.get(),
            author_id: create.author.get(),
            title: create.draft.title.as_str().into(),
            format: content.format.word(),
            excerpt: content.rendered.excerpt,
            created_at: At(create.at),
            last_activity_at: At(create.at),
        };
        (row, NewBody::new(&content.source, content.rendered.html, content.rendered.policy))
    }
}

/// A body to be written, for a post that is there or will be.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = post_bodies)]
pub(crate) struct NewBody {
    source: String,
    html: String,
    policy: i32,
}

impl NewBody {
    fn new(source: &Source, html: String, policy: i32) -> Self {
        Self { source: source.as_str().into(), html, policy }
    }
}

/// Columns of a post that an edit touches: `None` leaves one as it is.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = posts)]
pub(crate) struct PostChanges {
    title: Option<String>,
    format: Option<&'static str>,
    excerpt: Option<String>,
}

impl PostChanges {
    /// What an edit changes of the post, and of its body.
    pub(crate) fn of(title: Option<Title>, content: Option<Content>) -> (Self, Option<NewBody>) {
        let title = title.map(|title| title.as_str().to_owned());
        let Some(content) = content else { return (Self { title, ..Self::default() }, None) };
        let rendered = content.rendered;
        let changes = Self { title, format: Some(content.format.word()), excerpt: Some(rendered.excerpt) };
        (changes, Some(NewBody::new(&content.source, rendered.html, rendered.policy)))
    }
}
