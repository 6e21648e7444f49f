//! Rules about sessions.

use std::time::Duration;

use super::TicketPurpose;
use crate::{
    account::Mobile,
    clock::{Random, below},
    id::{MAX_ID, SessionId},
    limit::Backoff,
    policy::Policy,
};

/// How far back each poll of the revocations reaches: longer than any transaction may take.
pub const REVOCATION_OVERLAP_SECONDS: u32 = 30;

/// How old the last poll may be before every request asks the store itself.
pub const REVOCATIONS_STALE_SECONDS: i64 = 4;

/// A session's id: unguessable enough never to meet another's.
pub(crate) fn draw_id(random: &dyn Random) -> SessionId {
    let number = i64::try_from(below(random, MAX_ID.unsigned_abs())).unwrap_or(0);
    SessionId::stored(number + 1)
}

/// What tries of an account's password count against, whether or not there is such an account.
#[must_use]
pub fn account_backoff(mobile: &Mobile, policy: &Policy) -> Backoff {
    backoff(format!("login:account:{}", mobile.as_str()), policy.login_free_attempts, policy)
}

/// What tries from an address count against. It may stand for many people and so bears ten times as much.
#[must_use]
pub fn address_backoff(ip: &str, policy: &Policy) -> Backoff {
    backoff(format!("login:ip:{ip}"), policy.login_free_attempts * 10, policy)
}

fn backoff(key: String, free: u32, policy: &Policy) -> Backoff {
    Backoff { key, free, max_delay: Duration::from_secs(policy.login_max_delay_seconds.into()) }
}

/// How long a ticket is good for.
#[must_use]
pub const fn ticket_life(purpose: TicketPurpose) -> Duration {
    match purpose {
        TicketPurpose::Stream => Duration::from_secs(60),
        TicketPurpose::Upload => Duration::from_secs(30 * 60),
    }
}

/// How long a session that ended is remembered, in days: longer than any access token may live.
pub const REMEMBERED_DAYS: i64 = 8;
