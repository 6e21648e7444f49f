//! Likes on SQLite: a few statements in the writer's savepoint. Nobody else writes meanwhile, so what
//! the first one reads is still so when the others write.

use std::marker::PhantomData;

use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    like::{Like, Liked, Unlike, Unliked},
};

use super::{
    Conn, Store,
    sql::{
        Outcome,
        like::standing::{Kind, allowed, id_of, read},
    },
};
use crate::{
    recorded,
    statement::{ByHand, statement},
    types::{At, Moment},
};

/// `$1` the user, `$2` the day, `$3` the target, `$4` the moment.
const LIKE: &str =
    "INSERT INTO {likes} (user_id, day, {target_id}, created_at) VALUES ($1, $2, $3, $4) RETURNING day";

/// `$1` the user, `$2` the target.
const UNLIKE: &str = "DELETE FROM {likes} WHERE user_id = $1 AND {target_id} = $2 RETURNING day";

/// `$1` how many more, `$2` the target.
const COUNT: &str = "UPDATE {targets} SET like_count = like_count + $1 WHERE id = $2 RETURNING like_count";

/// `$1` the user, `$2` the day, `$3` how many on a day, `$4` the author, `$5` how many for one author.
const SPEND: &str = "
    INSERT INTO like_quotas (user_id, day, author_id, used, allowed)
    VALUES ($1, $2, 0, 1, $3), ($1, $2, $4, 1, $5)
    ON CONFLICT (user_id, day, author_id) DO UPDATE SET used = used + 1, allowed = excluded.allowed
    RETURNING author_id, used";

/// `$1` the user, `$2` the day, `$3` the author.
const GIVE_BACK: &str = "
    UPDATE like_quotas SET used = used - 1
    WHERE user_id = $1 AND day = $2 AND author_id IN (0, $3) AND used > 0
    RETURNING author_id, used";

/// `$1` the target, `$2` the user, `$3` the moment.
const RECORD_LIKE: &str = "
    INSERT INTO outbox (verb, subject, subject_id, user_id, created_at)
    VALUES ('liked', '{subject}', $1, $2, $3)";

/// `$1` the target, `$2` the user.
const RECORD_UNLIKE: &str = "
    INSERT INTO outbox (verb, subject, subject_id, user_id, created_at)
    VALUES ('unliked', '{subject}', $1, $2,
        CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000)";

/// The statements about one kind of target.
pub(crate) struct Writes {
    like: String,
    unlike: String,
    count: String,
    record_like: String,
    record_unlike: String,
}

impl Writes {
    /// With its names filled in.
    pub(crate) fn new(fill: impl Fn(&str) -> String) -> Self {
        Self {
            like: fill(LIKE),
            unlike: fill(UNLIKE),
            count: fill(COUNT),
            record_like: fill(RECORD_LIKE),
            record_unlike: fill(RECORD_UNLIKE),
        }
    }
}

statement! {
    /// See [`LIKE`].
    Add<K: Kind>(user: i64 as BigInt, day: i32 as Integer, target: i64 as BigInt, at: At as Moment)
        -> Integer = &K::texts().writes.like;

    /// See [`UNLIKE`].
    Remove<K: Kind>(user: i64 as BigInt, target: i64 as BigInt) -> Integer = &K::texts().writes.unlike;

    /// See [`COUNT`].
    Count<K: Kind>(more: i64 as BigInt, target: i64 as BigInt) -> BigInt = &K::texts().writes.count;

    /// See [`RECORD_LIKE`].
    RecordLike<K: Kind>(target: i64 as BigInt, user: i64 as BigInt, at: At as Moment)
        -> () = &K::texts().writes.record_like;

    /// See [`RECORD_UNLIKE`].
    RecordUnlike<K: Kind>(target: i64 as BigInt, user: i64 as BigInt)
        -> () = &K::texts().writes.record_unlike;

    /// See [`SPEND`].
    Spend(
        user: i64 as BigInt,
        day: i32 as Integer,
        per_day: i32 as Integer,
        author: i64 as BigInt,
        per_author: i32 as Integer,
    ) -> (BigInt, Integer) = SPEND;

    /// See [`GIVE_BACK`].
    GiveBack(user: i64 as BigInt, day: i32 as Integer, author: i64 as BigInt)
        -> (BigInt, Integer) = GIVE_BACK;
}

/// See [`LikeRepository::like`](forum_domain::like::LikeRepository::like).
pub(super) async fn like<K: Kind>(store: &Store, like: Like) -> Result<Liked, PortError> {
    store.write(move |conn| Box::pin(give::<K>(conn, like))).await
}

async fn give<K: Kind>(conn: &mut Conn, like: Like) -> Outcome<Liked> {
    let Some(stands) = read::<K>(conn, like.user, like.day, like.target).await? else {
        return Ok(Liked::NoSuchTarget);
    };
    if let Some(objection) = stands.objection(&like) {
        return Ok(objection);
    }
    let (user, day, target, kind) = (like.user.get(), like.day.0, id_of(like.target), PhantomData::<K>);
    ByHand(Add { user, day, target, at: At(like.at), kind }).get_result::<i32>(conn).await?;
    let (per_day, per_author) = (allowed(like.per_day), allowed(like.per_author));
    let spend = Spend { user, day, per_day, author: stands.author_id, per_author };
    let quotas: Vec<(i64, i32)> = ByHand(spend).load(conn).await?;
    let like_count = ByHand(Count { more: 1, target, kind }).get_result(conn).await?;
    ByHand(RecordLike { target, user, at: At(like.at), kind }).execute(conn).await?;
    recorded::note();
    Ok(Liked::Done(stands.written(true, like_count, &quotas)))
}

/// See [`LikeRepository::unlike`](forum_domain::like::LikeRepository::unlike).
pub(super) async fn unlike<K: Kind>(store: &Store, unlike: Unlike) -> Result<Unliked, PortError> {
    store.write(move |conn| Box::pin(take_back::<K>(conn, unlike))).await
}

async fn take_back<K: Kind>(conn: &mut Conn, unlike: Unlike) -> Outcome<Unliked> {
    let Some(stands) = read::<K>(conn, unlike.user, unlike.day, unlike.target).await? else {
        return Ok(Unliked::NoSuchTarget);
    };
    if !stands.liked {
        return Ok(Unliked::Already(stands.tally()));
    }
    let (user, target, kind) = (unlike.user.get(), id_of(unlike.target), PhantomData::<K>);
    let day: i32 = ByHand(Remove { user, target, kind }).get_result(conn).await?;
    let quotas: Vec<(i64, i32)> = if day == unlike.day.0 {
        ByHand(GiveBack { user, day, author: stands.author_id }).load(conn).await?
    } else {
        Vec::new()
    };
    let like_count = ByHand(Count { more: -1, target, kind }).get_result(conn).await?;
    ByHand(RecordUnlike { target, user, kind }).execute(conn).await?;
    recorded::note();
    Ok(Unliked::Done(stands.written(false, like_count, &quotas)))
}
