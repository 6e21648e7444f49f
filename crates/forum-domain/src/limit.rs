//! Limits on how often: a port, since they are shared by all instances and may be lost.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::error::PortError;

/// At most so many in a window, which begins with the first.
#[derive(Clone, PartialEq, Eq)]
pub struct Quota {
    /// What is counted, such as `sms:day:+8613800000000`.
    pub key: String,
    /// At most so many.
    pub limit: u32,
    /// In so long.
    pub window: Duration,
}

// A key may end in a mobile, which must not reach a log.
impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quota({}: {} in {:?})", kind(&self.key), self.limit, self.window)
    }
}

/// Attempts that have to wait longer and longer: the first `free` not at all, the next one second,
/// then twice as long each, at most `max_delay`. Forgotten `max_delay` plus an hour after the last.
#[derive(Clone, PartialEq, Eq)]
pub struct Backoff {
    /// What is counted, such as `login:ip:192.0.2.1`.
    pub key: String,
    /// Attempts that need not wait.
    pub free: u32,
    /// The longest wait.
    pub max_delay: Duration,
}

impl Backoff {
    /// How long after the attempt before it an attempt must come, given how many came before.
    #[must_use]
    pub fn delay(&self, before: u32) -> Duration {
        match before.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(over) => Duration::from_secs(1u64 << over.min(32)).min(self.max_delay),
        }
    }

    /// How long after its last attempt a key is forgotten.
    #[must_use]
    pub fn memory(&self) -> Duration {
        self.max_delay + Duration::from_secs(3_600)
    }
}

impl fmt::Debug for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Backoff({}: {} free, {:?} at most)", kind(&self.key), self.free, self.max_delay)
    }
}

/// What kind of key it is: all but its last part, which says whose.
fn kind(key: &str) -> &str {
    key.rsplit_once(':').map_or(key, |(kind, _)| kind)
}

/// Whether something may happen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// It may, and was counted.
    Granted,
    /// It may not, was not counted, and may after this long.
    Wait(Duration),
}

/// Counts what may happen only so often, for all instances together.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Takes one from each quota or, if any is used up, none, atomically: of 2N parallel calls on a
    /// quota of N, exactly N MUST be granted. When several are used up, the longest wait is told.
    async fn take(&self, quotas: &[Quota]) -> Result<Allowance, PortError>;

    /// Gives one back to each quota, where what it was taken for did not happen.
    async fn give_back(&self, quotas: &[Quota]) -> Result<(), PortError>;

    /// Counts an attempt for each key or, if any has to wait, for none, atomically.
    async fn attempt(&self, backoffs: &[Backoff]) -> Result<Allowance, PortError>;

    /// Forgets every attempt of a key: one succeeded.
    async fn forget(&self, key: &str) -> Result<(), PortError>;

    /// Takes back one attempt of a key, where many people share it and one of them succeeded.
    async fn take_back(&self, key: &str) -> Result<(), PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_mobile() {
        let quota = Quota { key: "sms:day:+8613800000000".into(), limit: 5, window: Duration::from_secs(60) };
        assert_eq!(format!("{quota:?}"), "Quota(sms:day: 5 in 60s)");
        let backoff = Backoff {
            key: "login:account:+8613800000000".into(),
            free: 3,
            max_delay: Duration::from_secs(9),
        };
        assert_eq!(format!("{backoff:?}"), "Backoff(login:account: 3 free, 9s at most)");
    }

    #[test]
    fn delays_double_from_one_second_up_to_the_longest() {
        let backoff = Backoff { key: "k".into(), free: 3, max_delay: Duration::from_secs(10) };
        let seconds: Vec<u64> = (0..9).map(|before| backoff.delay(before).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 1, 2, 4, 8, 10, 10]);
        assert_eq!(backoff.delay(u32::MAX).as_secs(), 10);
    }
}
