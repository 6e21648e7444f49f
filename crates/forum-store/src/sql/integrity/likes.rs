//! Putting likes and their quotas right.

use diesel::{ExpressionMethods, QueryDsl, result::QueryResult, sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;

use super::{
    Conn, Outcome,
    content::{lock_comment, lock_post},
    questions,
};
use crate::schema::{comment_likes, comments, like_quotas, post_likes, posts};

/// Takes back the author's like of his own post, which no rule ever allowed, and counts the rest. What it
/// used of his quotas stays used.
pub(super) async fn take_back_own_of_post(conn: &mut Conn, post: i64) -> Outcome<bool> {
    let Some(author) = lock_post(conn, post).await? else { return Ok(false) };
    let taken = diesel::delete(post_likes::table.find((post, author))).execute(conn).await?;
    if taken > 0 {
        count_of_post(conn, post).await?;
    }
    Ok(taken > 0)
}

/// As [`take_back_own_of_post`], of a comment or a reply.
pub(super) async fn take_back_own_of_comment(conn: &mut Conn, comment: i64) -> Outcome<bool> {
    let Some(author) = lock_comment(conn, comment).await? else { return Ok(false) };
    let taken = diesel::delete(comment_likes::table.find((comment, author))).execute(conn).await?;
    if taken > 0 {
        count_of_comment(conn, comment).await?;
    }
    Ok(taken > 0)
}

/// Counts a post's likes anew.
pub(super) async fn recount_of_post(conn: &mut Conn, post: i64) -> Outcome<bool> {
    if lock_post(conn, post).await?.is_none() {
        return Ok(false);
    }
    Ok(count_of_post(conn, post).await?)
}

/// Counts the likes of a comment or a reply anew.
pub(super) async fn recount_of_comment(conn: &mut Conn, comment: i64) -> Outcome<bool> {
    if lock_comment(conn, comment).await?.is_none() {
        return Ok(false);
    }
    Ok(count_of_comment(conn, comment).await?)
}

/// Under the post's lock. Whether the count was another.
async fn count_of_post(conn: &mut Conn, post: i64) -> QueryResult<bool> {
    let rows = post_likes::table.filter(post_likes::post_id.eq(post));
    let counted: i64 = rows.count().get_result(conn).await?;
    let wrong = posts::table.find(post).filter(posts::like_count.ne(counted));
    Ok(diesel::update(wrong).set(posts::like_count.eq(counted)).execute(conn).await? == 1)
}

/// Under the comment's lock. Whether the count was another.
async fn count_of_comment(conn: &mut Conn, comment: i64) -> QueryResult<bool> {
    let rows = comment_likes::table.filter(comment_likes::comment_id.eq(comment));
    let counted: i64 = rows.count().get_result(conn).await?;
    let wrong = comments::table.find(comment).filter(comments::like_count.ne(counted));
    Ok(diesel::update(wrong).set(comments::like_count.eq(counted)).execute(conn).await? == 1)
}

/// Raises those of a user's quotas that count fewer than he gave to what he gave: the likes stand, so they
/// were used. Where that is more than was allowed, so much is now taken to have been.
pub(super) async fn raise_quotas(conn: &mut Conn, user: i64) -> Outcome<bool> {
    let his = like_quotas::table
        .filter(like_quotas::user_id.eq(user))
        .order((like_quotas::day, like_quotas::author_id))
        .select(like_quotas::author_id);
    let _: Vec<i64> = locked!(his).load(conn).await?;
    Ok(sql_query(questions::RAISE_QUOTAS).bind::<BigInt, _>(user).execute(conn).await? > 0)
}
