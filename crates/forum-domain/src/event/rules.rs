//! How events are handed out.

/// How many events one round takes.
pub const AT_ONCE: u32 = 32;

/// How long a handler has for a round, in seconds: after that it is taken for dead.
pub const LEASE_SECONDS: u32 = 30;

/// The longest that an event waits between two attempts, in seconds.
pub const LONGEST_PAUSE_SECONDS: u32 = 300;

/// How often an event is tried before the doctor speaks of it: it was a quarter of an hour by then.
pub const PATIENCE: u32 = 10;

/// How long an event waits after so many attempts, in seconds.
#[must_use]
pub fn pause_seconds(attempts: u32) -> u32 {
    1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(LONGEST_PAUSE_SECONDS)
}
