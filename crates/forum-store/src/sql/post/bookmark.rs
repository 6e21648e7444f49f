//! The posts that users remember.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, NullableExpressionMethods, QueryDsl,
    dsl::{exists, select},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    page::{Page, PageRequest},
    post::PostView,
};

use super::{
    super::{Conn, Outcome, before, rows_for},
    view,
};
use crate::{
    rows::{
        CardRow,
        group::GroupCardRow,
        post::{PostRow, ViewRow, ViewerRow},
    },
    schema::{bookmarks, memberships, post_likes, posts},
    types::At,
};

/// A post that is remembered already keeps its place.
pub(super) async fn set(conn: &mut Conn, post: i64, user: i64, on: bool, at: DateTime<Utc>) -> Outcome<bool> {
    if !on {
        diesel::delete(bookmarks::table.find((user, post))).execute(conn).await?;
        return Ok(true);
    }
    if !select(exists(view::for_him(user).filter(posts::id.eq(post)))).get_result(conn).await? {
        return Ok(false);
    }
    let row = (bookmarks::user_id.eq(user), bookmarks::post_id.eq(post), bookmarks::created_at.eq(At(at)));
    diesel::insert_into(bookmarks::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    Ok(true)
}

pub(super) async fn list(conn: &mut Conn, user: i64, page: PageRequest) -> QueryResult<Page<PostView>> {
    let mut list =
        view::for_him(user).inner_join(bookmarks::table).filter(bookmarks::user_id.eq(user)).into_boxed();
    if let Some(place) = page.key() {
        list = list.filter(before(bookmarks::created_at, bookmarks::post_id, place));
    }
    let (post, group, author) = view::whole();
    // As `view::to_him`, but that a bookmark is there is known.
    let viewer = (
        view::his_like(user).select(post_likes::user_id).single_value().is_not_null(),
        bookmarks::user_id.is_not_null(),
        memberships::role.nullable(),
        memberships::muted_until.nullable(),
    );
    let list = list.order((bookmarks::created_at.desc(), bookmarks::post_id.desc())).select((
        post,
        group,
        author,
        viewer,
        bookmarks::created_at,
    ));
    let rows: Vec<(PostRow, GroupCardRow, CardRow, ViewerRow, At)> = rows_for(list, page).load(conn).await?;
    Ok(Page::from_surplus(rows, page.limit, |(post, .., at)| (at.0, post.id))
        .map(|(post, group, author, viewer, _)| ViewRow::from((post, group, author, viewer)).into()))
}
