//! Changing and deleting comments.
//!
//! A deletion locks the post, then the comment that a reply stands under, then the comment itself; an
//! edit moves no counter, and locks the comment alone.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    comment::{CommentDeleted, CommentUpdated, DeleteComment, UpdateComment},
    event::{Event, Subject, Verb},
    group::{Role, Standing, rules::barred},
    id::{CommentId, UserId},
    moderation::{Deed, TargetKind},
};

use super::super::{
    Conn, Outcome, access,
    moderation::{
        self,
        log::{self, Line},
    },
    outbox,
};
use crate::{
    rows::{
        comment::{LockedComment, PlaceRow},
        moderation::Place,
    },
    schema::{comment_revisions, comments, posts},
    types::At,
};

pub(super) async fn update(conn: &mut Conn, update: UpdateComment) -> Outcome<CommentUpdated> {
    let (id, at) = (update.id.get(), update.at);
    let Some((place, standing)) = place_of(conn, id, update.by, at).await? else {
        return Ok(CommentUpdated::NoSuchComment);
    };
    if place.author_id != update.by.get() {
        return Ok(CommentUpdated::NotAllowed);
    }
    if let Some(barred) = barred(standing.role, standing.muted_until, standing.banned, at) {
        return Ok(CommentUpdated::Barred(barred));
    }
    let Some(now) = lock(conn, id).await? else { return Ok(CommentUpdated::NoSuchComment) };
    if update.if_version.is_some_and(|version| version != now.version) {
        return Ok(CommentUpdated::Changed);
    }
    diesel::insert_into(comment_revisions::table)
        .values((
            comment_revisions::comment_id.eq(id),
            comment_revisions::version.eq(now.version),
            comment_revisions::body.eq(now.body),
            comment_revisions::created_at.eq(now.edited_at.unwrap_or(now.created_at)),
            comment_revisions::replaced_at.eq(At(at)),
        ))
        .execute(conn)
        .await?;
    diesel::update(comments::table.find(id))
        .set((
            comments::body.eq(update.body.as_str()),
            comments::version.eq(comments::version + 1),
            comments::edited_at.eq(Some(At(at))),
        ))
        .execute(conn)
        .await?;
    happened(conn, Verb::Edited, id, update.by, at).await?;
    let whose = Place { group_id: Some(place.group_id), author_id: Some(place.author_id) };
    moderation::review(conn, update.review, (TargetKind::Comment, id), whose, at).await?;
    Ok(CommentUpdated::Done)
}

pub(super) async fn delete(conn: &mut Conn, delete: DeleteComment) -> Outcome<CommentDeleted> {
    let (id, by, at) = (delete.id.get(), delete.by, delete.at);
    let Some((place, standing)) = place_of(conn, id, by, at).await? else {
        return Ok(CommentDeleted::NoSuchComment);
    };
    if place.author_id != by.get() && !standing.role.is_some_and(Role::moderates) {
        return Ok(CommentDeleted::NotAllowed);
    }
    if !lock_post(conn, place.post_id).await? {
        return Ok(CommentDeleted::NoSuchComment);
    }
    if let Some(parent) = place.parent_id {
        locked!(comments::table.find(parent).select(comments::id)).first::<i64>(conn).await?;
    }
    let Some(now) = lock(conn, id).await? else { return Ok(CommentDeleted::NoSuchComment) };
    if delete.if_version.is_some_and(|version| version != now.version) {
        return Ok(CommentDeleted::Changed);
    }
    count_out(conn, id, place, by, at).await?;
    if place.author_id != by.get() {
        let line = Line::new(Some(by), Deed::Delete, TargetKind::Comment, id, at);
        log::write(conn, line.within(place.group_id)).await?;
    }
    Ok(CommentDeleted::Done)
}

/// Deletes a comment that is there and locked, after its post and what it stands under, and counts it out.
async fn count_out(
    conn: &mut Conn,
    id: i64,
    place: PlaceRow,
    by: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(posts::table.find(place.post_id))
        .set(posts::comment_count.eq(posts::comment_count - 1))
        .execute(conn)
        .await?;
    if let Some(parent) = place.parent_id {
        diesel::update(comments::table.find(parent))
            .set(comments::reply_count.eq(comments::reply_count - 1))
            .execute(conn)
            .await?;
    }
    diesel::update(comments::table.find(id))
        .set((comments::deleted_at.eq(Some(At(at))), comments::deleted_by.eq(Some(by.get()))))
        .execute(conn)
        .await?;
    happened(conn, Verb::Deleted, id, by, at).await?;
    Ok(())
}

/// Deletes a comment that was reported, under a post that may be deleted, if nobody has; it is locked by
/// [`lock_with_post`]. An operator (`None`) deletes in the author's name, since a deleted comment names who
/// deleted it.
pub(crate) async fn take_away(
    conn: &mut Conn,
    id: i64,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let there = comments::table.filter(comments::id.eq(id)).filter(comments::deleted_at.is_null());
    let place: Option<PlaceRow> = there
        .inner_join(posts::table)
        .select((comments::post_id, posts::group_id, comments::parent_id, comments::author_id))
        .first(conn)
        .await
        .optional()?;
    let Some(place) = place else { return Ok(()) };
    let by = by.unwrap_or(UserId::stored(place.author_id));
    count_out(conn, id, place, by, at).await
}

/// Locks the post of a comment, what the comment stands under, and the comment, deleted or not, until the
/// transaction ends.
pub(crate) async fn lock_with_post(conn: &mut Conn, id: i64) -> QueryResult<()> {
    let place: Option<(i64, Option<i64>)> = comments::table
        .find(id)
        .select((comments::post_id, comments::parent_id))
        .first(conn)
        .await
        .optional()?;
    let Some((post, parent)) = place else { return Ok(()) };
    locked!(posts::table.find(post).select(posts::id)).first::<i64>(conn).await?;
    for comment in parent.into_iter().chain([id]) {
        locked!(comments::table.find(comment).select(comments::id)).first::<i64>(conn).await?;
    }
    Ok(())
}

/// Records what somebody did with a comment.
async fn happened(
    conn: &mut Conn,
    verb: Verb,
    comment: i64,
    by: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let subject = Subject::Comment(CommentId::stored(comment));
    outbox::record(conn, Event { verb, subject, user: Some(by) }, at).await
}

/// Where a comment stands that is there, not deleted, for `user`, and what he is there.
async fn place_of(
    conn: &mut Conn,
    id: i64,
    user: UserId,
    at: DateTime<Utc>,
) -> QueryResult<Option<(PlaceRow, Standing)>> {
    let place: Option<PlaceRow> = comments::table
        .inner_join(posts::table)
        .filter(comments::id.eq(id))
        .filter(comments::deleted_at.is_null())
        .filter(posts::deleted_at.is_null())
        .select((comments::post_id, posts::group_id, comments::parent_id, comments::author_id))
        .first(conn)
        .await
        .optional()?;
    let Some(place) = place else { return Ok(None) };
    let standing = access::standing(conn, place.group_id, Some(user), at).await?;
    Ok(standing.filter(access::may_read).map(|standing| (place, standing)))
}

/// Locks a post that is there until the transaction ends. Whether it is.
pub(super) async fn lock_post(conn: &mut Conn, id: i64) -> QueryResult<bool> {
    let post = posts::table.filter(posts::id.eq(id)).filter(posts::deleted_at.is_null());
    let found: Option<i64> = locked!(post.select(posts::id)).first(conn).await.optional()?;
    Ok(found.is_some())
}

/// Locks a comment that is there until the transaction ends.
async fn lock(conn: &mut Conn, id: i64) -> QueryResult<Option<LockedComment>> {
    let comment = comments::table.filter(comments::id.eq(id)).filter(comments::deleted_at.is_null());
    locked!(comment.select(LockedComment::as_select())).first(conn).await.optional()
}
