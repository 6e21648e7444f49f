//! Marking notifications as read, what a user wants to be told of, and forgetting what is old.

use chrono::{DateTime, Utc};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    id::UserId,
    notification::{Kind, MarkRead, Preferences, Which},
};

use super::{
    super::{Conn, Outcome, among, idempotency},
    raise,
};
use crate::{
    schema::{notification_actors as a, notification_mutes as m, notifications as n},
    types::{At, Word},
};

/// What one call forgets at most.
const PRUNED: i64 = 1_000;

pub(super) async fn read(conn: &mut Conn, mark: MarkRead) -> Outcome<bool> {
    let user = mark.user.get();
    let his = n::table.filter(n::user_id.eq(user));
    let upto: i64 = match &mark.which {
        Which::UpTo(id) => {
            let one = his.filter(n::id.eq(id.get())).select(n::seq);
            match one.first(conn).await.optional()? {
                Some(seq) => seq,
                None => return Ok(false),
            }
        }
        Which::All | Which::These(_) => i64::MAX,
    };
    raise(conn, user).await?;
    let unread = his.filter(n::read_at.is_null()).filter(n::seq.le(upto));
    let now = n::read_at.eq(Some(At(mark.at)));
    if let Which::These(ids) = &mark.which {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        diesel::update(unread.filter(among(n::id, &ids))).set(now).execute(conn).await?;
    } else {
        diesel::update(unread).set(now).execute(conn).await?;
    }
    idempotency::mark(conn, mark.claim, user).await?;
    Ok(true)
}

pub(crate) async fn preferences(conn: &mut Conn, user: UserId) -> QueryResult<Preferences> {
    let words: Vec<String> = m::table.filter(m::user_id.eq(user.get())).select(m::kind).load(conn).await?;
    let muted = Kind::ALL.into_iter().filter(|kind| words.iter().any(|word| word == kind.word()));
    Ok(Preferences { muted: muted.collect() })
}

pub(super) async fn set_preferences(conn: &mut Conn, user: UserId, preferences: Preferences) -> Outcome<()> {
    // His feed's row is what two of his calls wait for each other at.
    raise(conn, user.get()).await?;
    diesel::delete(m::table.filter(m::user_id.eq(user.get()))).execute(conn).await?;
    for kind in preferences.muted {
        diesel::insert_into(m::table)
            .values((m::user_id.eq(user.get()), m::kind.eq(kind.word())))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Likes may be added meanwhile, so whoever is told of them is held first.
pub(super) async fn prune(conn: &mut Conn, read: DateTime<Utc>, any: DateTime<Utc>) -> Outcome<u64> {
    let old = n::table
        .filter(n::created_at.lt(At(any)).or(n::read_at.is_not_null().and(n::created_at.lt(At(read)))));
    let rows: Vec<(i64, i64)> =
        old.order(n::created_at).limit(PRUNED).select((n::id, n::user_id)).load(conn).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut users: Vec<i64> = rows.iter().map(|(_, user)| *user).collect();
    users.sort_unstable();
    users.dedup();
    for user in users {
        raise(conn, user).await?;
    }
    let ids: Vec<i64> = rows.into_iter().map(|(id, _)| id).collect();
    let ids: Vec<i64> = old.filter(among(n::id, &ids)).select(n::id).load(conn).await?;
    diesel::delete(a::table.filter(among(a::notification_id, &ids))).execute(conn).await?;
    let pruned = diesel::delete(n::table.filter(among(n::id, &ids))).execute(conn).await?;
    Ok(pruned as u64)
}
