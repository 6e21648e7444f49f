//! The time of the system.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use forum_domain::clock::{Clock, Timestamp};

/// The system's clock, to the microsecond.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is to use")]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX);
        DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_whole_microseconds_and_goes_on() {
        let first = SystemClock.now();
        std::thread::sleep(std::time::Duration::from_millis(2));
        let second = SystemClock.now();
        assert!(second > first && (second - first).num_seconds() < 60);
        assert_eq!(first.timestamp_subsec_nanos() % 1_000, 0);
        assert!(first.timestamp() > 1_700_000_000);
    }
}
