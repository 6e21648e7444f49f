//! Reading comments: each read is one statement, who may read included, in one of two shapes: for
//! everyone, and for somebody, with what the comment is to him.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl,
    SelectableHelper,
    dsl::{Nullable, auto_type},
    query_source::AliasedField,
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    comment::{CommentOrder, CommentView},
    id::{CommentId, UserId},
    page::{Page, PageRequest},
};

use super::super::{Conn, access, after, among, before, surplus};
use crate::{
    rows::{
        CardRow,
        comment::{CommentRow, SeenRow, ViewRow, WholeRow},
    },
    schema::{comment_likes, comments, groups, memberships, posts, users},
};

diesel::alias! {
    const RECIPIENTS: Alias<Recipients> = users as recipients;
}

/// The comments and replies under posts that are there for everyone, deleted ones among them.
#[auto_type]
fn for_all() -> _ {
    let open: access::open_to_all = access::open_to_all();
    let answers: diesel::dsl::Eq<Nullable<AliasedField<Recipients, users::id>>, comments::reply_to_id> =
        RECIPIENTS.field(users::id).nullable().eq(comments::reply_to_id);
    comments::table
        .inner_join(posts::table.inner_join(groups::table))
        .inner_join(users::table)
        .left_join(RECIPIENTS.on(answers))
        .filter(posts::deleted_at.is_null())
        .filter(open)
}

/// The comments and replies under posts that are there for `user`, deleted ones among them, with his
/// membership, which [`to_him`] reads.
#[auto_type]
fn for_him(user: i64) -> _ {
    let belongs: access::his = access::his(user);
    let open: access::open_to_him = access::open_to_him();
    let answers: diesel::dsl::Eq<Nullable<AliasedField<Recipients, users::id>>, comments::reply_to_id> =
        RECIPIENTS.field(users::id).nullable().eq(comments::reply_to_id);
    comments::table
        .inner_join(posts::table.inner_join(groups::table))
        .inner_join(users::table)
        .left_join(RECIPIENTS.on(answers))
        .left_join(memberships::table.on(belongs))
        .filter(posts::deleted_at.is_null())
        .filter(open)
}

/// The like that `user` gave to the comment of the outer query.
#[auto_type]
fn his_like(user: i64) -> _ {
    comment_likes::table
        .filter(comment_likes::comment_id.eq(comments::id))
        .filter(comment_likes::user_id.eq(user))
}

/// What a comment of [`for_him`] is to `user`, as [`ViewerRow`](crate::rows::comment::ViewerRow) reads it.
///
/// Likes are looked up by their key, one for each row that is shown. Joined, a planner that does not
/// know the `LIMIT` would rather read all of them: PostgreSQL did.
#[auto_type]
fn to_him(user: i64) -> _ {
    let like: his_like = his_like(user);
    (
        like.select(comment_likes::user_id).single_value().is_not_null(),
        memberships::role.nullable(),
        memberships::muted_until.nullable(),
        posts::locked,
    )
}

/// That a comment is there, if only for its replies; a deleted reply is not.
#[auto_type]
fn shown() -> _ {
    let tombstone = comments::parent_id.is_null().and(comments::reply_count.gt(0_i64));
    comments::deleted_at.is_null().or(tombstone)
}

/// What is selected of a comment, with its author and whom it answers, and what it is to the viewer.
macro_rules! loaded {
    ($conn:expr, $viewer:expr, |$comments:ident| $narrowed:expr) => {{
        let (comment, author) = (CommentRow::as_select(), CardRow::as_select());
        let reply_to = RECIPIENTS.fields(CardRow::COLUMNS).nullable();
        let rows: Vec<ViewRow> = match $viewer {
            None => {
                let $comments = for_all();
                let rows: Vec<WholeRow> = $narrowed.select((comment, author, reply_to)).load($conn).await?;
                rows.into_iter().map(Into::into).collect()
            }
            Some(user) => {
                let $comments = for_him(UserId::get(user));
                let rows: Vec<SeenRow> = $narrowed
                    .select((comment, author, reply_to, to_him(UserId::get(user))))
                    .load($conn)
                    .await?;
                rows.into_iter().map(Into::into).collect()
            }
        };
        rows
    }};
}

pub(super) async fn find(
    conn: &mut Conn,
    id: i64,
    viewer: Option<UserId>,
) -> QueryResult<Option<CommentView>> {
    let mut found = loaded!(conn, viewer, |all| all.filter(comments::id.eq(id)).filter(shown()));
    Ok(found.pop().map(Into::into))
}

pub(super) async fn find_several(
    conn: &mut Conn,
    ids: Vec<i64>,
    viewer: Option<UserId>,
) -> QueryResult<Vec<CommentView>> {
    let found = loaded!(conn, viewer, |all| all.filter(among(comments::id, &ids)).filter(shown()));
    let mut found: HashMap<i64, ViewRow> = found.into_iter().map(|row| (row.whole.0.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(Into::into).collect())
}

pub(super) async fn list(
    conn: &mut Conn,
    post: i64,
    order: CommentOrder,
    page: PageRequest,
    viewer: Option<UserId>,
) -> QueryResult<Page<CommentView>> {
    let (created_at, id) = (comments::created_at, comments::id);
    let rows = loaded!(conn, viewer, |all| {
        let list = all
            .filter(comments::post_id.eq(post))
            .filter(comments::parent_id.is_null())
            .filter(shown())
            .limit(surplus(page))
            .into_boxed();
        match (order, page.key()) {
            (CommentOrder::New, None) => list.order((created_at.desc(), id.desc())),
            (CommentOrder::New, Some(place)) => {
                list.filter(before(created_at, id, place)).order((created_at.desc(), id.desc()))
            }
            (CommentOrder::Old, None) => list.order((created_at.asc(), id.asc())),
            (CommentOrder::Old, Some(place)) => {
                list.filter(after(created_at, id, place)).order((created_at.asc(), id.asc()))
            }
        }
    });
    Ok(paged(rows, page))
}

pub(super) async fn replies(
    conn: &mut Conn,
    comment: i64,
    page: PageRequest,
    viewer: Option<UserId>,
) -> QueryResult<Page<CommentView>> {
    let rows = loaded!(conn, viewer, |all| {
        let list = all
            .filter(comments::parent_id.eq(comment))
            .filter(comments::deleted_at.is_null())
            .order((comments::created_at, comments::id))
            .limit(surplus(page))
            .into_boxed();
        match page.key() {
            None => list,
            Some(place) => list.filter(after(comments::created_at, comments::id, place)),
        }
    });
    Ok(paged(rows, page))
}

fn paged(rows: Vec<ViewRow>, page: PageRequest) -> Page<CommentView> {
    Page::from_surplus(rows, page.limit, |row| (row.whole.0.created_at.0, row.whole.0.id)).map(Into::into)
}

pub(super) async fn rank(conn: &mut Conn, post: i64, limit: u32) -> QueryResult<Vec<CommentId>> {
    let points = comments::like_count + comments::reply_count + comments::reply_count;
    let ids: Vec<i64> = comments::table
        .filter(comments::post_id.eq(post))
        .filter(comments::parent_id.is_null())
        .filter(shown())
        .order((points.desc(), comments::created_at, comments::id))
        .limit(limit.into())
        .select(comments::id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(CommentId::stored).collect())
}
