//! Rows of `join_requests`.

use chrono::{DateTime, Utc};
use diesel::{AsChangeset, Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    id::{GroupId, JoinRequestId, UserId},
    join::{JoinRequest, JoinStatus},
};

use crate::{
    rows::CardRow,
    schema::join_requests,
    types::{At, Read, Word},
};

/// A request, without whose it is and who decided it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = join_requests, check_for_backend(Pg, Sqlite))]
pub(crate) struct JoinRequestRow {
    id: i64,
    group_id: i64,
    reason: String,
    status: Read<JoinStatus>,
    reply: Option<String>,
    created_at: At,
    decided_at: Option<At>,
}

/// A request, of the row and of the cards of who asks and who decided.
pub(crate) fn join_request(
    (row, user, decided_by): (JoinRequestRow, CardRow, Option<CardRow>),
) -> JoinRequest {
    JoinRequest {
        id: JoinRequestId::stored(row.id),
        group_id: GroupId::stored(row.group_id),
        user: user.into(),
        reason: row.reason,
        status: row.status.0,
        reply: row.reply,
        decided_by: decided_by.map(Into::into),
        created_at: row.created_at.0,
        decided_at: row.decided_at.map(|at| at.0),
    }
}

/// A request to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = join_requests, treat_none_as_default_value = false)]
pub(crate) struct NewJoinRequestRow {
    pub(crate) group_id: i64,
    pub(crate) user_id: i64,
    pub(crate) reason: String,
    pub(crate) status: &'static str,
    pub(crate) created_at: At,
    pub(crate) decided_at: Option<At>,
}

/// What is written when a request stops waiting.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = join_requests, treat_none_as_null = true)]
pub(crate) struct Decision {
    pub(crate) status: &'static str,
    pub(crate) reply: Option<String>,
    pub(crate) decided_by: Option<i64>,
    pub(crate) decided_at: Option<At>,
}

impl Decision {
    /// One that says nothing to the asker; by nobody, if the group's policy or the time decided.
    pub(crate) fn without_reply(status: JoinStatus, by: Option<UserId>, at: DateTime<Utc>) -> Self {
        Self { status: status.word(), reply: None, decided_by: by.map(UserId::get), decided_at: Some(At(at)) }
    }
}

/// A request as a decision on it needs it.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = join_requests, check_for_backend(Pg, Sqlite))]
pub(crate) struct RequestState {
    pub(crate) id: i64,
    pub(crate) group_id: i64,
    pub(crate) user_id: i64,
    pub(crate) status: Read<JoinStatus>,
    pub(crate) created_at: At,
}
