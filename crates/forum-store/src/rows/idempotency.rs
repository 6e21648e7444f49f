//! Rows of `idempotency_keys`.

use diesel::{Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::idempotency::{Answer, ClaimKey};

use crate::{schema::idempotency_keys, types::At};

/// A key that is claimed for the first time.
#[derive(Debug, Insertable)]
#[diesel(table_name = idempotency_keys)]
pub(crate) struct NewKeyRow {
    user_id: i64,
    operation: &'static str,
    key: String,
    fingerprint: Vec<u8>,
    claimed_at: At,
    created_at: At,
}

impl NewKeyRow {
    /// The row of this claim, its key spelled as the database can take it.
    pub(crate) fn new(claim: &ClaimKey, key: &str) -> Self {
        Self {
            user_id: claim.user_id.get(),
            operation: claim.operation,
            key: key.to_owned(),
            fingerprint: claim.fingerprint.to_vec(),
            claimed_at: At(claim.at),
            created_at: At(claim.at),
        }
    }
}

/// A key as a later claim finds it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = idempotency_keys, check_for_backend(Pg, Sqlite))]
pub(crate) struct KeyRow {
    pub(crate) id: i64,
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) attempt: i64,
    pub(crate) claimed_at: At,
    pub(crate) created_at: At,
    pub(crate) fact: Option<i64>,
    status: Option<i32>,
    content_type: Option<String>,
    location: Option<String>,
    body: Option<String>,
}

impl KeyRow {
    /// The answer, if one was kept.
    pub(crate) fn answer(self) -> Option<Answer> {
        Some(Answer {
            status: u16::try_from(self.status?).ok()?,
            content_type: self.content_type?,
            location: self.location,
            body: self.body?,
        })
    }
}
