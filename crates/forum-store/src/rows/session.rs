//! Rows of `sessions`.

use chrono::{DateTime, Utc};
use diesel::{Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    id::{SessionId, UserId},
    session::{DeviceSession, NewSession, RefreshHash},
};

use crate::{schema::sessions, types::At};

/// A session to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(crate) struct NewSessionRow {
    id: i64,
    user_id: i64,
    generation: i64,
    refresh_hash: Vec<u8>,
    user_agent: Option<String>,
    ip: String,
    created_at: At,
    last_seen_at: At,
    expires_at: At,
}

impl NewSessionRow {
    /// The row of a session that this user opens at this moment.
    pub(crate) fn new(session: NewSession, user_id: UserId, at: DateTime<Utc>) -> Self {
        Self {
            id: session.id.get(),
            user_id: user_id.get(),
            generation: 0,
            refresh_hash: session.refresh_hash.to_vec(),
            user_agent: session.origin.user_agent,
            ip: session.origin.ip,
            created_at: At(at),
            last_seen_at: At(at),
            expires_at: At(session.expires_at),
        }
    }
}

/// A session as its user lists it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(Pg, Sqlite))]
pub(crate) struct DeviceSessionRow {
    id: i64,
    created_at: At,
    last_seen_at: At,
    user_agent: Option<String>,
    ip: String,
}

impl From<DeviceSessionRow> for DeviceSession {
    fn from(row: DeviceSessionRow) -> Self {
        Self {
            id: SessionId::stored(row.id),
            created_at: row.created_at.0,
            last_seen_at: row.last_seen_at.0,
            user_agent: row.user_agent,
            ip: row.ip,
        }
    }
}

/// What a refresh token is compared with.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(Pg, Sqlite))]
pub(crate) struct RotationRow {
    generation: i64,
    refresh_hash: Vec<u8>,
    pub(crate) rotated_at: Option<At>,
    pub(crate) expires_at: At,
    pub(crate) ended_at: Option<At>,
}

impl RotationRow {
    /// Whether the session's token is the one of this generation with this hash.
    pub(crate) fn holds(&self, generation: i64, hash: &RefreshHash) -> bool {
        self.generation == generation && self.refresh_hash == hash
    }
}
