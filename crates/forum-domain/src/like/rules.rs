//! Rules about likes: what a day is, and what is left of its quotas.

use chrono::{Days, MappedLocalTime, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::{GapInfo, Tz};

use super::{Day, LikeState, Tally};
use crate::{clock::Timestamp, policy::Policy};

/// The day that this moment belongs to.
#[must_use]
pub fn day(now: Timestamp, zone: Tz) -> Day {
    let date = now.with_timezone(&zone).date_naive();
    let days = (date - NaiveDate::default()).num_days();
    Day(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
}

/// When the day of this moment ends: at the next midnight, or, where a clock is put forward over it, at the
/// first moment after.
#[must_use]
pub fn resets_at(now: Timestamp, zone: Tz) -> Timestamp {
    let date = now.with_timezone(&zone).date_naive();
    let Some(midnight) = date.checked_add_days(Days::new(1)).map(|date| date.and_time(NaiveTime::MIN)) else {
        return now;
    };
    match zone.from_local_datetime(&midnight) {
        MappedLocalTime::Single(at) => at.to_utc(),
        // A clock was, or will be, put back over midnight: the first one may have passed.
        MappedLocalTime::Ambiguous(first, second) => {
            if first > now {
                first.to_utc()
            } else {
                second.to_utc()
            }
        }
        MappedLocalTime::None => {
            GapInfo::new(&midnight, &zone).and_then(|gap| gap.end).map_or(now, |end| end.to_utc())
        }
    }
}

/// What a like button needs to know.
#[must_use]
pub fn state(tally: Tally, policy: &Policy, now: Timestamp) -> LikeState {
    LikeState {
        liked: tally.liked,
        like_count: tally.like_count,
        remaining_today: policy.likes_per_day.saturating_sub(tally.used_today),
        remaining_for_author: policy.likes_per_author_per_day.saturating_sub(tally.used_for_author),
        resets_at: resets_at(now, policy.day_timezone),
    }
}
