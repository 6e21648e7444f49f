//! Where media are used, and sweeping those that are used nowhere.
//!
//! Whoever writes what shows media locks their rows before anything but a user, by [`lock`], [`lock_with`] or
//! [`cover`], and notes the use in the same transaction. Whoever sweeps locks one row, then looks, in a statement of its own.

use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl,
    QueryResult,
    dsl::{exists, not},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    event::Subject,
    id::{MediaId, UserId},
    media::{MediaKey, rules::keys_in},
};

use super::super::{Conn, Outcome, outbox::subject};
use crate::{
    schema::{departures, groups, media, media_uses, question_images, users},
    types::At,
};

/// How many rows a sweep looks at.
const BATCH: i64 = 100;

/// The media that HTML shows, locked until the transaction ends, so that they are not swept meanwhile. To be
/// called before anything else is locked but a user.
pub(crate) async fn lock(conn: &mut Conn, html: &str) -> QueryResult<Vec<i64>> {
    let keys = keys_in(html);
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&str> = keys.iter().map(MediaKey::as_str).collect();
    locked!(media::table.filter(media::key.eq_any(keys)).order(media::id).select(media::id)).load(conn).await
}

/// What [`lock_with`] locked.
pub(crate) struct Named {
    /// The media that the HTML shows.
    pub(crate) shown: Vec<i64>,
    /// Of the ids those that are the user's own uploads for everybody.
    pub(crate) own: Vec<i64>,
}

/// Locks, as [`lock`] does and in the same order, the media that HTML shows and those of these ids.
pub(crate) async fn lock_with(conn: &mut Conn, html: &str, ids: &[i64], user: UserId) -> QueryResult<Named> {
    if ids.is_empty() {
        return Ok(Named { shown: lock(conn, html).await?, own: Vec::new() });
    }
    let keys = keys_in(html);
    let named = media::key.eq_any(keys.iter().map(MediaKey::as_str)).or(media::id.eq_any(ids));
    let columns = (media::id, media::key, media::owner_id);
    let found: Vec<(i64, String, i64)> =
        locked!(media::table.filter(named).order(media::id).select(columns)).load(conn).await?;
    let mut named = Named { shown: Vec::new(), own: Vec::new() };
    for (id, key, owner) in found {
        if keys.iter().any(|shown| shown.as_str() == key) {
            named.shown.push(id);
        }
        if owner == user.get() && ids.contains(&id) && for_everybody(&key) {
            named.own.push(id);
        }
    }
    Ok(named)
}

/// Forgets what a text showed of which nothing is left, neither it nor its history.
pub(crate) async fn forget(conn: &mut Conn, by: Subject) -> QueryResult<()> {
    let (subject, subject_id) = subject(by);
    let uses = media_uses::table.filter(media_uses::subject.eq(subject));
    diesel::delete(uses.filter(media_uses::subject_id.eq(subject_id))).execute(conn).await?;
    Ok(())
}

/// Notes that a text shows these media, once and for all: its history keeps showing them.
pub(crate) async fn note(conn: &mut Conn, used: &[i64], by: Subject) -> QueryResult<()> {
    let (subject, subject_id) = subject(by);
    for id in used {
        diesel::insert_into(media_uses::table)
            .values((
                media_uses::media_id.eq(id),
                media_uses::subject.eq(subject),
                media_uses::subject_id.eq(subject_id),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// The key of an upload of this user's that everybody may see, locked as by [`lock`].
pub(crate) async fn cover(conn: &mut Conn, id: MediaId, of: UserId) -> QueryResult<Option<String>> {
    let key: Option<String> = locked!(
        media::table.filter(media::id.eq(id.get())).filter(media::owner_id.eq(of.get())).select(media::key)
    )
    .first(conn)
    .await
    .optional()?;
    Ok(key.filter(|key| for_everybody(key)))
}

fn for_everybody(key: &str) -> bool {
    MediaKey::parse(key).is_some_and(|key| key.members_of().is_none())
}

/// That nothing shows the media of the outer query.
macro_rules! used_nowhere {
    () => {
        not(exists(media_uses::table.filter(media_uses::media_id.eq(media::id))))
            .and(not(exists(question_images::table.filter(question_images::media_id.eq(media::id)))))
            .and(not(exists(
                users::table
                    .filter(users::id.eq(media::owner_id))
                    .filter(users::avatar_key.eq(media::key.nullable())),
            )))
            .and(not(exists(groups::table.filter(groups::cover_key.eq(media::key.nullable())))))
    };
}

/// Media from before this moment that are used nowhere, as it looks.
pub(super) async fn unused(conn: &mut Conn, before: DateTime<Utc>) -> QueryResult<Vec<i64>> {
    media::table
        .filter(media::created_at.lt(At(before)))
        .filter(used_nowhere!())
        .order(media::created_at)
        .limit(BATCH)
        .select(media::id)
        .load(conn)
        .await
}

/// As [`delete_unused`], in a transaction of its own.
pub(super) async fn sweep(conn: &mut Conn, id: i64) -> Outcome<Option<MediaKey>> {
    Ok(delete_unused(conn, id).await?)
}

/// Deletes the row of media if they are used nowhere. Their key, if they were not.
pub(super) async fn delete_unused(conn: &mut Conn, id: i64) -> QueryResult<Option<MediaKey>> {
    let there: Option<String> =
        locked!(media::table.filter(media::id.eq(id)).select(media::key)).first(conn).await.optional()?;
    let Some(key) = there else { return Ok(None) };
    let unused = media::table.filter(media::id.eq(id)).filter(used_nowhere!()).select(media::id);
    if unused.first::<i64>(conn).await.optional()?.is_none() {
        return Ok(None);
    }
    diesel::delete(media::table.find(id)).execute(conn).await?;
    Ok(MediaKey::parse(&key))
}

/// Deletes one of the media that a deleted account left: any of them if it takes along what it wrote, else one
/// that is used nowhere. The file that is the caller's to remove; `None` once there is none.
pub(crate) async fn clear_one(conn: &mut Conn, user: UserId, at: DateTime<Utc>) -> Outcome<Option<MediaKey>> {
    let departure = departures::table.find(user.get()).select(departures::erase);
    let Some(erase) = departure.first::<bool>(conn).await.optional()? else { return Ok(None) };
    let his = media::table.filter(media::owner_id.eq(user.get()));
    let next = if erase {
        his.order(media::id).select(media::id).first(conn).await.optional()?
    } else {
        his.filter(used_nowhere!()).order(media::id).select(media::id).first(conn).await.optional()?
    };
    let Some(id) = next else { return Ok(None) };
    if !erase {
        return Ok(delete_unused(conn, id).await?);
    }
    let key: Option<String> =
        locked!(media::table.filter(media::id.eq(id)).select(media::key)).first(conn).await.optional()?;
    let Some(key) = key else { return Ok(None) };
    delete_everywhere(conn, id, &key, at).await?;
    Ok(MediaKey::parse(&key))
}

/// Deletes the row of media that are locked, and what notes their use; groups that show them as their cover
/// have none any more.
pub(super) async fn delete_everywhere(
    conn: &mut Conn,
    id: i64,
    key: &str,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(groups::table.filter(groups::cover_key.eq(key)))
        .set((
            groups::cover_key.eq(None::<String>),
            groups::version.eq(groups::version + 1),
            groups::edited_at.eq(Some(At(at))),
        ))
        .execute(conn)
        .await?;
    diesel::delete(media_uses::table.filter(media_uses::media_id.eq(id))).execute(conn).await?;
    diesel::delete(media::table.find(id)).execute(conn).await?;
    Ok(())
}
