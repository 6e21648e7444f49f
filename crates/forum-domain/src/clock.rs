//! Time and randomness are ports: a rule that waits a day is tested in a microsecond.

use chrono::{DateTime, Utc};

/// A moment in UTC, with the microseconds that both databases keep.
pub type Timestamp = DateTime<Utc>;

/// The time of day.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, cut to whole microseconds, so that what is stored compares equal to what was meant.
    fn now(&self) -> Timestamp;
}

/// A cryptographically secure source of random bytes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Random: Send + Sync {
    /// Fills `bytes`. MUST be unpredictable: codes, tokens and session ids come from here.
    fn fill(&self, bytes: &mut [u8]);
}

/// A number below `bound`, every one equally likely (rejection sampling, no modulo bias).
pub(crate) fn below(random: &dyn Random, bound: u64) -> u64 {
    let limit = u64::MAX - u64::MAX % bound;
    loop {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        let number = u64::from_le_bytes(bytes);
        if number < limit {
            return number % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingRandom;

    #[test]
    fn numbers_of_the_last_incomplete_run_are_drawn_again() {
        // 2^64 - 1 is the only number of its run of three that a 64-bit draw can give.
        assert_eq!(below(&CountingRandom::from(u64::MAX), 10), 0);
        assert_eq!(below(&CountingRandom::from(u64::MAX - 6), 10), 9);
    }

    #[test]
    fn numbers_stay_below_the_bound() {
        let random = CountingRandom::from(u64::MAX - 1_000);
        assert!((1..=2_000).all(|bound| below(&random, bound) < bound));
    }
}
