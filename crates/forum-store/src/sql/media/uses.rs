//! Where media are used, and sweeping those that are used nowhere.
//!
//! Whoever writes what shows media locks their rows before anything but a user, by [`lock`] or [`cover`], and
//! notes the use in the same transaction. Whoever sweeps locks one row, then looks, in a statement of its own.

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
    schema::{groups, media, media_uses, users},
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
    Ok(key.filter(|key| MediaKey::parse(key).is_some_and(|key| key.members_of().is_none())))
}

/// That nothing shows the media of the outer query.
macro_rules! used_nowhere {
    () => {
        not(exists(media_uses::table.filter(media_uses::media_id.eq(media::id))))
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
