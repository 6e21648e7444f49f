//! SQL of sessions.

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl,
    QueryResult, SelectableHelper, dsl::exists,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::User,
    clock::Timestamp,
    error::PortError,
    id::{SessionId, UserId},
    session::{DeviceSession, Ended, OpenSession, Opened, Revocation, Rotate, Rotated, SessionRepository},
};

use super::{Conn, Outcome, Store, account, speakable};
use crate::{
    rows::{
        UserRow,
        session::{DeviceSessionRow, NewSessionRow, RotationRow},
    },
    schema::{sessions, users},
    types::{Ago, At, Now},
};

/// The most sessions that a list shows, and that one call forgets.
const LISTED: i64 = 100;
const PRUNED: i64 = 1_000;

#[async_trait]
impl SessionRepository for Store {
    async fn open_session(&self, open: OpenSession) -> Result<Opened, PortError> {
        self.write(move |conn| Box::pin(open_it(conn, open))).await
    }

    async fn rotate(&self, rotate: Rotate) -> Result<Rotated, PortError> {
        self.write(move |conn| Box::pin(rotate_it(conn, rotate))).await
    }

    async fn list_sessions(&self, user_id: UserId, now: Timestamp) -> Result<Vec<DeviceSession>, PortError> {
        self.read(move |conn| Box::pin(list(conn, user_id, now))).await
    }

    async fn end_session(&self, user_id: UserId, id: SessionId, at: Timestamp) -> Result<Ended, PortError> {
        self.write(move |conn| Box::pin(end(conn, user_id, id, at))).await
    }

    async fn end_other_sessions(
        &self,
        user_id: UserId,
        keep: SessionId,
        _at: Timestamp,
    ) -> Result<Vec<SessionId>, PortError> {
        self.write(move |conn| Box::pin(async move { Ok(end_all_but(conn, user_id, Some(keep)).await?) }))
            .await
    }

    async fn session_is_open(&self, id: SessionId, now: Timestamp) -> Result<bool, PortError> {
        self.read(move |conn| Box::pin(is_open(conn, id, now))).await
    }

    async fn revocations(&self, within_seconds: Option<u32>) -> Result<Vec<Revocation>, PortError> {
        self.read(move |conn| Box::pin(ended(conn, within_seconds))).await
    }

    async fn prune_sessions(&self, before: Timestamp) -> Result<u64, PortError> {
        self.write(move |conn| Box::pin(prune(conn, before))).await
    }
}

async fn open_it(conn: &mut Conn, open: OpenSession) -> Outcome<Opened> {
    let Some((user, credentials)) = account::lock(conn, open.user_id).await? else {
        return Ok(Opened::Changed);
    };
    if credentials != open.if_credentials {
        return Ok(Opened::Changed);
    }
    if suspended(&user, open.at) {
        return Ok(Opened::Suspended);
    }
    diesel::insert_into(sessions::table)
        .values(NewSessionRow::new(open.session, open.user_id, open.at))
        .execute(conn)
        .await?;
    Ok(Opened::Done(Box::new(user)))
}

/// No lock: the update that moves the generation says itself what it moves from. Who loses the race
/// looks again, and finds the successor in place.
async fn rotate_it(conn: &mut Conn, rotate: Rotate) -> Outcome<Rotated> {
    let id = rotate.presented.session_id;
    for _ in 0..2 {
        let Some((row, user)) = session_and_user(conn, id).await? else { return Ok(Rotated::Gone) };
        if suspended(&user, rotate.at) {
            return Ok(Rotated::Suspended);
        }
        if row.ended_at.is_some() || row.expires_at.0 <= rotate.at {
            return Ok(Rotated::Gone);
        }
        if row.holds(rotate.presented.generation, &rotate.presented.hash) {
            if advance(conn, &rotate).await? {
                return Ok(Rotated::Done(user));
            }
            continue;
        }
        let parallel = row.holds(rotate.presented.generation + 1, &rotate.presented.successor_hash)
            && row.rotated_at.is_some_and(|at| at.0 >= rotate.grace_since);
        if parallel {
            return Ok(Rotated::Done(user));
        }
        break;
    }
    diesel::update(sessions::table)
        .filter(sessions::id.eq(id.get()))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(Now.nullable()))
        .execute(conn)
        .await?;
    Ok(Rotated::Reused)
}

async fn session_and_user(conn: &mut Conn, id: SessionId) -> QueryResult<Option<(RotationRow, User)>> {
    let row = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.get()))
        .filter(users::deleted_at.is_null())
        .select((RotationRow::as_select(), UserRow::as_select()))
        .first::<(RotationRow, UserRow)>(conn)
        .await
        .optional()?;
    Ok(row.map(|(session, user)| (session, user.into())))
}

/// Makes the successor the session's token, if the presented one still is.
async fn advance(conn: &mut Conn, rotate: &Rotate) -> QueryResult<bool> {
    let presented = &rotate.presented;
    let moved = diesel::update(sessions::table)
        .filter(sessions::id.eq(presented.session_id.get()))
        .filter(sessions::generation.eq(presented.generation))
        .filter(sessions::refresh_hash.eq(presented.hash.as_slice()))
        .filter(sessions::ended_at.is_null())
        .set((
            sessions::generation.eq(presented.generation + 1),
            sessions::refresh_hash.eq(presented.successor_hash.as_slice()),
            sessions::rotated_at.eq(At(rotate.at)),
            sessions::last_seen_at.eq(At(rotate.at)),
            sessions::expires_at.eq(At(rotate.expires_at)),
            sessions::user_agent.eq(rotate.origin.user_agent.as_deref().map(speakable)),
            sessions::ip.eq(speakable(&rotate.origin.ip)),
        ))
        .execute(conn)
        .await?;
    Ok(moved == 1)
}

async fn list(conn: &mut Conn, user_id: UserId, now: Timestamp) -> QueryResult<Vec<DeviceSession>> {
    let rows = sessions::table
        .filter(sessions::user_id.eq(user_id.get()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(At(now)))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .limit(LISTED)
        .select(DeviceSessionRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(DeviceSession::from).collect())
}

async fn end(conn: &mut Conn, user_id: UserId, id: SessionId, at: Timestamp) -> Outcome<Ended> {
    let ended = diesel::update(sessions::table)
        .filter(sessions::id.eq(id.get()))
        .filter(sessions::user_id.eq(user_id.get()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(At(at)))
        .set(sessions::ended_at.eq(Now.nullable()))
        .execute(conn)
        .await?;
    Ok(if ended == 1 { Ended::Done } else { Ended::NoSuchSession })
}

/// Ends every session of a user but the one kept, in the transaction of what ends them, and names
/// those that ended.
pub(super) async fn end_all_but(
    conn: &mut Conn,
    user_id: UserId,
    keep: Option<SessionId>,
) -> QueryResult<Vec<SessionId>> {
    let ended = diesel::update(sessions::table)
        .filter(sessions::user_id.eq(user_id.get()))
        .filter(sessions::ended_at.is_null())
        // No session has the id 0.
        .filter(sessions::id.ne(keep.map_or(0, SessionId::get)))
        .set(sessions::ended_at.eq(Now.nullable()))
        .returning(sessions::id)
        .get_results::<i64>(conn)
        .await?;
    Ok(ended.into_iter().map(SessionId::stored).collect())
}

async fn is_open(conn: &mut Conn, id: SessionId, now: Timestamp) -> QueryResult<bool> {
    let open = sessions::table
        .filter(sessions::id.eq(id.get()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(At(now)));
    diesel::select(exists(open)).get_result(conn).await
}

async fn ended(conn: &mut Conn, within_seconds: Option<u32>) -> QueryResult<Vec<Revocation>> {
    let every = sessions::table
        .filter(sessions::ended_at.is_not_null())
        .select((sessions::id, sessions::ended_at.assume_not_null()));
    let rows: Vec<(i64, At)> = match within_seconds {
        Some(seconds) => {
            every.filter(sessions::ended_at.ge(Ago::seconds(seconds).nullable())).load(conn).await?
        }
        None => every.load(conn).await?,
    };
    let revocation = |(id, at): (i64, At)| Revocation { session_id: SessionId::stored(id), ended_at: at.0 };
    Ok(rows.into_iter().map(revocation).collect())
}

async fn prune(conn: &mut Conn, before: Timestamp) -> Outcome<u64> {
    let oldest = sessions::table
        .filter(sessions::ended_at.lt(At(before)).or(sessions::expires_at.lt(At(before)).nullable()))
        .limit(PRUNED)
        .select(sessions::id)
        .load::<i64>(conn)
        .await?;
    let pruned = diesel::delete(sessions::table.filter(sessions::id.eq_any(oldest))).execute(conn).await?;
    Ok(pruned as u64)
}

fn suspended(user: &User, at: Timestamp) -> bool {
    user.suspended_until.is_some_and(|until| until > at)
}
