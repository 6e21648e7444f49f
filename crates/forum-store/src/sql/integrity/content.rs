//! Putting posts, comments and replies right.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl::max, result::QueryResult};
use diesel_async::RunQueryDsl;

use super::{Conn, Outcome};
use crate::{
    schema::{comments, posts},
    types::At,
};

/// Locks a post until the transaction ends, deleted or not. Its author; `None` if there is no such post.
pub(super) async fn lock_post(conn: &mut Conn, post: i64) -> QueryResult<Option<i64>> {
    locked!(posts::table.filter(posts::id.eq(post)).select(posts::author_id)).first(conn).await.optional()
}

/// As [`lock_post`], for a comment or a reply.
pub(super) async fn lock_comment(conn: &mut Conn, comment: i64) -> QueryResult<Option<i64>> {
    locked!(comments::table.filter(comments::id.eq(comment)).select(comments::author_id))
        .first(conn)
        .await
        .optional()
}

/// Who did not delete a post is not said to have done so.
pub(super) async fn clear_post_deleter(conn: &mut Conn, post: i64) -> Outcome<bool> {
    let wrong =
        posts::table.find(post).filter(posts::deleted_at.is_null()).filter(posts::deleted_by.is_not_null());
    Ok(diesel::update(wrong).set(posts::deleted_by.eq(None::<i64>)).execute(conn).await? == 1)
}

/// Who did not delete a comment is not said to have done so.
pub(super) async fn clear_comment_deleter(conn: &mut Conn, comment: i64) -> Outcome<bool> {
    let wrong = comments::table
        .find(comment)
        .filter(comments::deleted_at.is_null())
        .filter(comments::deleted_by.is_not_null());
    Ok(diesel::update(wrong).set(comments::deleted_by.eq(None::<i64>)).execute(conn).await? == 1)
}

/// Counts a comment's visible replies anew.
pub(super) async fn recount_replies(conn: &mut Conn, comment: i64) -> Outcome<bool> {
    if lock_comment(conn, comment).await?.is_none() {
        return Ok(false);
    }
    let visible =
        comments::table.filter(comments::parent_id.eq(comment)).filter(comments::deleted_at.is_null());
    let counted: i64 = visible.count().get_result(conn).await?;
    let wrong = comments::table.find(comment).filter(comments::reply_count.ne(counted));
    Ok(diesel::update(wrong).set(comments::reply_count.eq(counted)).execute(conn).await? == 1)
}

/// Counts the visible comments and replies under a post anew.
pub(super) async fn recount_comments(conn: &mut Conn, post: i64) -> Outcome<bool> {
    if lock_post(conn, post).await?.is_none() {
        return Ok(false);
    }
    let visible = comments::table.filter(comments::post_id.eq(post)).filter(comments::deleted_at.is_null());
    let counted: i64 = visible.count().get_result(conn).await?;
    let wrong = posts::table.find(post).filter(posts::comment_count.ne(counted));
    Ok(diesel::update(wrong).set(posts::comment_count.eq(counted)).execute(conn).await? == 1)
}

/// Moves a post's last activity on to the post itself or the newest that stands under it.
pub(super) async fn advance_activity(conn: &mut Conn, post: i64) -> Outcome<bool> {
    if lock_post(conn, post).await?.is_none() {
        return Ok(false);
    }
    let visible = comments::table.filter(comments::post_id.eq(post)).filter(comments::deleted_at.is_null());
    let newest: Option<At> = visible.select(max(comments::created_at)).first(conn).await?;
    let written: At = posts::table.find(post).select(posts::created_at).first(conn).await?;
    let newest = newest.map_or(written, |newest| newest.max(written));
    let wrong = posts::table.find(post).filter(posts::last_activity_at.lt(newest));
    Ok(diesel::update(wrong).set(posts::last_activity_at.eq(newest)).execute(conn).await? == 1)
}
