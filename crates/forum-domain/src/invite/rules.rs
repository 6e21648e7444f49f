//! Rules about invites.

use chrono::TimeDelta;

use super::InviteToken;
use crate::{
    clock::{Random, Timestamp},
    error::Flaw,
};

/// The most people one invite may let in.
pub const MAX_USES: i32 = 10_000;

/// The longest an invite may live, in days.
pub const MAX_DAYS: i64 = 365;

/// A new secret.
#[must_use]
pub fn draw(random: &dyn Random) -> InviteToken {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    InviteToken::of_bytes(bytes)
}

/// How many an invite may let in.
///
/// # Errors
/// `out_of_range` outside `1..=`[`MAX_USES`].
pub fn uses(max_uses: i64) -> Result<i32, Flaw> {
    let flaw = Flaw::range("out_of_range", 1, MAX_USES.into());
    i32::try_from(max_uses).ok().filter(|uses| (1..=MAX_USES).contains(uses)).ok_or(flaw)
}

/// Until when an invite may live.
///
/// # Errors
/// `out_of_range` unless it is in the future and within [`MAX_DAYS`].
pub fn expiry(expires_at: Timestamp, now: Timestamp) -> Result<Timestamp, Flaw> {
    let in_bounds = expires_at > now && expires_at <= now + TimeDelta::days(MAX_DAYS);
    in_bounds.then_some(expires_at).ok_or(Flaw::new("out_of_range"))
}
