//! Rules about join requests.

use chrono::TimeDelta;

use crate::{clock::Timestamp, policy::Policy};

/// Greatest length of a reason and of a reply, in characters.
pub const TEXT_MAX: usize = 200;

/// When somebody who was refused at `decided_at` may ask again.
#[must_use]
pub fn cooldown_end(decided_at: Timestamp, policy: &Policy) -> Timestamp {
    decided_at + TimeDelta::hours(policy.join_cooldown_hours.into())
}

/// A refusal decided after this moment still stands in the way.
#[must_use]
pub fn cooldown_since(now: Timestamp, policy: &Policy) -> Timestamp {
    now - TimeDelta::hours(policy.join_cooldown_hours.into())
}

/// A request that waits since before this moment has expired.
#[must_use]
pub fn expired_since(now: Timestamp, policy: &Policy) -> Timestamp {
    now - TimeDelta::days(policy.join_request_expiry_days.into())
}
