//! What a deleted account wrote and liked, where it shall not stay.
//!
//! Parts are found by what is not yet cleared, so that they can be done in any order and after any
//! interruption. Locks are taken in the order of [`super::super`]: group, post, comments by ascending id.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    clock::Timestamp,
    event::{Event, Subject, Verb},
    id::{CommentId, PostId, UserId},
};

use super::{
    super::{Conn, media::uses, outbox},
    PART,
};
use crate::{
    schema::{
        comment_likes, comment_revisions, comments, groups, join_requests, moderation_log, post_bodies,
        post_likes, post_revisions, posts, reports,
    },
    types::At,
};

/// Clears a part. Whether there was one.
pub(super) async fn clear(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    Ok(post(conn, user, at).await?
        || thread(conn, user, at).await?
        || likes_of_posts(conn, user, at).await?
        || likes_of_comments(conn, user, at).await?
        || words_to_others(conn, user).await?)
}

/// One post: its words, its history, and its place in its group's count.
async fn post(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let found: Option<(i64, i64)> = posts::table
        .inner_join(post_bodies::table)
        .filter(posts::author_id.eq(user.get()))
        .filter(post_bodies::source.ne(""))
        .order(posts::id)
        .select((posts::id, posts::group_id))
        .first(conn)
        .await
        .optional()?;
    let Some((id, group)) = found else { return Ok(false) };
    locked!(groups::table.find(group).select(groups::id)).first::<i64>(conn).await?;
    locked!(posts::table.find(id).select(posts::id)).first::<i64>(conn).await?;
    let visible = diesel::update(posts::table.find(id).filter(posts::deleted_at.is_null()))
        .set((posts::deleted_at.eq(Some(At(at))), posts::deleted_by.eq(Some(user.get()))))
        .execute(conn)
        .await?;
    if visible > 0 {
        diesel::update(groups::table.find(group))
            .set(groups::post_count.eq(groups::post_count - 1))
            .execute(conn)
            .await?;
    }
    diesel::update(posts::table.find(id))
        .set((posts::title.eq(""), posts::excerpt.eq("")))
        .execute(conn)
        .await?;
    diesel::update(post_bodies::table.find(id))
        .set((post_bodies::source.eq(""), post_bodies::html.eq("")))
        .execute(conn)
        .await?;
    diesel::delete(post_revisions::table.filter(post_revisions::post_id.eq(id))).execute(conn).await?;
    let subject = Subject::Post(PostId::stored(id));
    uses::forget(conn, subject).await?;
    outbox::record(conn, Event { verb: Verb::Deleted, subject, user: Some(user) }, at).await?;
    Ok(true)
}

/// What he wrote under one post: comments that others replied to stay as tombstones.
async fn thread(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let written = comments::table.filter(comments::author_id.eq(user.get())).filter(comments::body.ne(""));
    let post: Option<i64> =
        written.order(comments::id).select(comments::post_id).first(conn).await.optional()?;
    let Some(post) = post else { return Ok(false) };
    locked!(posts::table.find(post).select(posts::id)).first::<i64>(conn).await?;
    let own: Vec<(i64, Option<i64>)> = written
        .filter(comments::post_id.eq(post))
        .order(comments::id)
        .limit(PART)
        .select((comments::id, comments::parent_id))
        .load(conn)
        .await?;
    let mut rows: Vec<i64> = own.iter().flat_map(|(id, parent)| [Some(*id), *parent]).flatten().collect();
    rows.sort_unstable();
    rows.dedup();
    let all = comments::table.filter(comments::id.eq_any(&rows)).order(comments::id);
    locked!(all.select(comments::id)).load::<i64>(conn).await?;
    for (id, parent) in own {
        let visible = diesel::update(comments::table.find(id).filter(comments::deleted_at.is_null()))
            .set((comments::deleted_at.eq(Some(At(at))), comments::deleted_by.eq(Some(user.get()))))
            .execute(conn)
            .await?;
        if visible > 0 {
            diesel::update(posts::table.find(post))
                .set(posts::comment_count.eq(posts::comment_count - 1))
                .execute(conn)
                .await?;
            if let Some(parent) = parent {
                diesel::update(comments::table.find(parent))
                    .set(comments::reply_count.eq(comments::reply_count - 1))
                    .execute(conn)
                    .await?;
            }
        }
        diesel::update(comments::table.find(id)).set(comments::body.eq("")).execute(conn).await?;
        let history = comment_revisions::table.filter(comment_revisions::comment_id.eq(id));
        diesel::delete(history).execute(conn).await?;
        let subject = Subject::Comment(CommentId::stored(id));
        outbox::record(conn, Event { verb: Verb::Deleted, subject, user: Some(user) }, at).await?;
    }
    Ok(true)
}

/// Some of his likes of posts, counted out.
async fn likes_of_posts(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let liked = post_likes::table.filter(post_likes::user_id.eq(user.get()));
    let some: Vec<i64> =
        liked.order(post_likes::post_id).limit(PART).select(post_likes::post_id).load(conn).await?;
    let all = posts::table.filter(posts::id.eq_any(&some)).order(posts::id).select(posts::id);
    locked!(all).load::<i64>(conn).await?;
    let gone: Vec<i64> = diesel::delete(liked.filter(post_likes::post_id.eq_any(&some)))
        .returning(post_likes::post_id)
        .get_results(conn)
        .await?;
    diesel::update(posts::table.filter(posts::id.eq_any(&gone)))
        .set(posts::like_count.eq(posts::like_count - 1))
        .execute(conn)
        .await?;
    for id in gone {
        let subject = Subject::Post(PostId::stored(id));
        outbox::record(conn, Event { verb: Verb::Unliked, subject, user: Some(user) }, at).await?;
    }
    Ok(!some.is_empty())
}

/// Some of his likes of comments, counted out.
async fn likes_of_comments(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let liked = comment_likes::table.filter(comment_likes::user_id.eq(user.get()));
    let newest = liked.order(comment_likes::comment_id).limit(PART);
    let some: Vec<i64> = newest.select(comment_likes::comment_id).load(conn).await?;
    let all = comments::table.filter(comments::id.eq_any(&some)).order(comments::id).select(comments::id);
    locked!(all).load::<i64>(conn).await?;
    let gone: Vec<i64> = diesel::delete(liked.filter(comment_likes::comment_id.eq_any(&some)))
        .returning(comment_likes::comment_id)
        .get_results(conn)
        .await?;
    diesel::update(comments::table.filter(comments::id.eq_any(&gone)))
        .set(comments::like_count.eq(comments::like_count - 1))
        .execute(conn)
        .await?;
    for id in gone {
        let subject = Subject::Comment(CommentId::stored(id));
        outbox::record(conn, Event { verb: Verb::Unliked, subject, user: Some(user) }, at).await?;
    }
    Ok(!some.is_empty())
}

/// What he wrote to those whose requests he decided, to those who moderate, and as one of these.
async fn words_to_others(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    let replies = join_requests::decided_by.eq(user.get()).and(join_requests::reply.is_not_null());
    let mut cleared = diesel::update(join_requests::table.filter(replies))
        .set(join_requests::reply.eq(None::<String>))
        .execute(conn)
        .await?;
    let told = reports::reporter_id.eq(user.get()).and(reports::detail.is_not_null());
    cleared += diesel::update(reports::table.filter(told))
        .set(reports::detail.eq(None::<String>))
        .execute(conn)
        .await?;
    let resolved = reports::resolved_by.eq(user.get()).and(reports::note.is_not_null());
    cleared += diesel::update(reports::table.filter(resolved))
        .set(reports::note.eq(None::<String>))
        .execute(conn)
        .await?;
    let logged = moderation_log::actor_id.eq(user.get()).and(moderation_log::note.is_not_null());
    cleared += diesel::update(moderation_log::table.filter(logged))
        .set(moderation_log::note.eq(None::<String>))
        .execute(conn)
        .await?;
    Ok(cleared > 0)
}
