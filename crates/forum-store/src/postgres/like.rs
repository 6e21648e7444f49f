//! Likes on PostgreSQL: one statement for each, its own transaction.
//!
//! # What it relies on
//!
//! All parts of a statement see the snapshot it began with; what they take from each other makes their
//! order: like row, then the user's quota rows (that to all, then the author's), then the target's row.
//!
//! - A like row is written by one: the second of two waits for the first at the primary key, and writes
//!   nothing if that one commits.
//! - The snapshot tells most limits without writing. Of several likes that race for the last of a
//!   quota each waits for the one before at the quota's row, and adds to what that one left; who would
//!   exceed it violates the row's check, and everything he did is undone.
//! - Nothing deadlocks: like rows and quota rows are waited for only by calls of the same user, all in
//!   this order; a target's row is the last that a like takes, so who holds one waits for nothing. Posts
//!   and comments never touch likes or quotas. Foreign keys lock `FOR KEY SHARE` what is only ever
//!   locked `FOR NO KEY UPDATE`, and those go together.
//! - A target that is deleted meanwhile is liked before it was deleted: the call began when it stood.

use std::marker::PhantomData;

use diesel::{
    OptionalExtension,
    result::{DatabaseErrorKind, Error, QueryResult},
    sql_types::{BigInt, Bool, Integer},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    like::{Like, Liked, Tally, Unlike, Unliked},
};

use super::{
    Conn, Store,
    sql::like::standing::{Kind, allowed, id_of, read},
};
use crate::{
    recorded,
    rows::like::WrittenRow,
    statement::{ByHand, statement},
    types::{At, Moment},
};

/// `$4` the moment, `$5` how many on a day, `$6` how many of them for one author.
const LIKE: &str = "
WITH target AS ({standing}
), added AS (
    INSERT INTO {likes} ({target_id}, user_id, day, created_at)
    SELECT $3, $1, $2, $4 FROM target
    WHERE author_id <> $1 AND NOT liked AND used_today < $5 AND used_for_author < $6
    ON CONFLICT DO NOTHING
    RETURNING 1
), spent AS (
    INSERT INTO like_quotas (user_id, day, author_id, used, allowed)
    SELECT $1, $2, quota.author_id, 1, quota.allowed
    FROM added, target, LATERAL (VALUES (0, $5), (target.author_id, $6)) quota (author_id, allowed)
    ORDER BY quota.author_id
    ON CONFLICT (user_id, day, author_id)
        DO UPDATE SET used = like_quotas.used + 1, allowed = excluded.allowed
    RETURNING author_id, used
), counted AS (
    UPDATE {targets} SET like_count = like_count + 1
    WHERE id = $3 AND (SELECT count(*) FROM spent) = 2
    RETURNING like_count
), recorded AS (
    INSERT INTO outbox (verb, subject, subject_id, user_id, created_at)
    SELECT 'liked', '{subject}', $3, $1, $4 FROM counted
)
SELECT author_id,
    coalesce((SELECT like_count FROM counted), like_count),
    liked,
    coalesce((SELECT used FROM spent WHERE author_id = 0), used_today),
    coalesce((SELECT used FROM spent WHERE author_id <> 0), used_for_author),
    EXISTS (SELECT 1 FROM counted)
FROM target";

/// The quotas have back only what was given on this day.
const UNLIKE: &str = "
WITH target AS ({standing}
), removed AS (
    DELETE FROM {likes}
    WHERE {target_id} = $3 AND user_id = $1 AND EXISTS (SELECT 1 FROM target)
    RETURNING day
), back_to_all AS (
    UPDATE like_quotas SET used = used - 1
    WHERE user_id = $1 AND day = (SELECT day FROM removed WHERE day = $2) AND author_id = 0 AND used > 0
    RETURNING used
), back_to_author AS (
    UPDATE like_quotas SET used = used - 1
    WHERE user_id = $1 AND day = (SELECT day FROM removed WHERE day = $2) AND used > 0
        AND author_id = (SELECT author_id FROM target) AND (SELECT count(*) FROM back_to_all) = 1
    RETURNING used
), counted AS (
    UPDATE {targets} SET like_count = like_count - 1
    WHERE id = $3 AND (SELECT count(*) FROM removed) = 1
        -- No condition, but an order: the quotas' rows come before the target's.
        AND (SELECT count(*) FROM back_to_author) >= 0
    RETURNING like_count
), recorded AS (
    INSERT INTO outbox (verb, subject, subject_id, user_id, created_at)
    SELECT 'unliked', '{subject}', $3, $1, now() FROM counted
)
SELECT author_id,
    coalesce((SELECT like_count FROM counted), like_count),
    liked,
    coalesce((SELECT used FROM back_to_all), used_today),
    coalesce((SELECT used FROM back_to_author), used_for_author),
    EXISTS (SELECT 1 FROM counted)
FROM target";

/// The statements about one kind of target.
pub(crate) struct Writes {
    like: String,
    unlike: String,
}

impl Writes {
    /// With its names filled in.
    pub(crate) fn new(fill: impl Fn(&str) -> String) -> Self {
        Self { like: fill(LIKE), unlike: fill(UNLIKE) }
    }
}

/// How often a like is tried whose quota had been used up, and is free again.
const TRIES: usize = 10;

statement! {
    /// See [`LIKE`].
    Give<K: Kind>(
        user: i64 as BigInt,
        day: i32 as Integer,
        target: i64 as BigInt,
        at: At as Moment,
        per_day: i32 as Integer,
        per_author: i32 as Integer,
    ) -> (BigInt, BigInt, Bool, Integer, Integer, Bool) = &K::texts().writes.like;

    /// See [`UNLIKE`].
    TakeBack<K: Kind>(user: i64 as BigInt, day: i32 as Integer, target: i64 as BigInt)
        -> (BigInt, BigInt, Bool, Integer, Integer, Bool) = &K::texts().writes.unlike;
}

/// See [`LikeRepository::like`](forum_domain::like::LikeRepository::like).
pub(super) async fn like<K: Kind>(store: &Store, like: Like) -> Result<Liked, PortError> {
    for _ in 0..TRIES {
        let given = store.once(move |conn| Box::pin(give::<K>(conn, like))).await?;
        if let Some(liked) = given {
            return Ok(liked);
        }
    }
    Err(PortError::unavailable("a quota was used up and given back too often meanwhile"))
}

/// Likes it. `None`: the quota was used up when the statement asked for it, but is not any more.
async fn give<K: Kind>(conn: &mut Conn, like: Like) -> QueryResult<Option<Liked>> {
    let give = Give {
        user: like.user.get(),
        day: like.day.0,
        target: id_of(like.target),
        at: At(like.at),
        per_day: allowed(like.per_day),
        per_author: allowed(like.per_author),
        kind: PhantomData::<K>,
    };
    let written: WrittenRow = match ByHand(give).get_result(conn).await.optional() {
        Ok(Some(written)) => written,
        Ok(None) => return Ok(Some(Liked::NoSuchTarget)),
        Err(error) if exceeds_quota(&error) => {
            let now = read::<K>(conn, like.user, like.day, like.target).await?;
            return Ok(now.map_or(Some(Liked::NoSuchTarget), |now| now.objection(&like)));
        }
        Err(error) => return Err(error),
    };
    let stood = written.standing();
    if written.done {
        recorded::note();
        return Ok(Some(Liked::Done(Tally { liked: true, ..stood.tally() })));
    }
    if let Some(objection) = stood.objection(&like) {
        return Ok(Some(objection));
    }
    // Another call of his liked it after this statement began; he may have taken it back since, but then
    // he liked it when this one asked.
    let now = read::<K>(conn, like.user, like.day, like.target).await?;
    Ok(Some(now.map_or(Liked::NoSuchTarget, |now| Liked::Already(Tally { liked: true, ..now.tally() }))))
}

fn exceeds_quota(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(DatabaseErrorKind::CheckViolation, information)
            if information.constraint_name() == Some("like_quotas_within")
    )
}

/// See [`LikeRepository::unlike`](forum_domain::like::LikeRepository::unlike).
pub(super) async fn unlike<K: Kind>(store: &Store, unlike: Unlike) -> Result<Unliked, PortError> {
    store.once(move |conn| Box::pin(take_back::<K>(conn, unlike))).await
}

async fn take_back<K: Kind>(conn: &mut Conn, unlike: Unlike) -> QueryResult<Unliked> {
    let (user, day, target) = (unlike.user, unlike.day, unlike.target);
    let take_back = TakeBack { user: user.get(), day: day.0, target: id_of(target), kind: PhantomData::<K> };
    let written: Option<WrittenRow> = ByHand(take_back).get_result(conn).await.optional()?;
    let Some(written) = written else { return Ok(Unliked::NoSuchTarget) };
    let stood = written.standing();
    if written.done {
        recorded::note();
        return Ok(Unliked::Done(Tally { liked: false, ..stood.tally() }));
    }
    if !stood.liked {
        return Ok(Unliked::Already(stood.tally()));
    }
    // Another call of his took it back after this statement began.
    let now = read::<K>(conn, user, day, target).await?;
    Ok(now.map_or(Unliked::NoSuchTarget, |now| Unliked::Already(Tally { liked: false, ..now.tally() })))
}
