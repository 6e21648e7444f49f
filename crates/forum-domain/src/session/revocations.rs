//! Which sessions ended: the part of the store that every request asks, kept in the process.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use chrono::TimeDelta;

use super::{Revocation, rules};
use crate::{clock::Timestamp, id::SessionId};

/// The sessions that ended lately, as of the last poll of the store.
#[derive(Debug, Default)]
pub struct Revocations(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    ended: HashMap<SessionId, Timestamp>,
    polled_at: Option<Timestamp>,
}

/// What the process knows of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It ended.
    Ended,
    /// It had not ended at the last poll, which is fresh.
    Open,
    /// The last poll is too old to tell.
    Unknown,
}

impl Revocations {
    /// What is known of a session now.
    pub(super) fn standing(&self, id: SessionId, now: Timestamp) -> Standing {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.ended.contains_key(&id) {
            Standing::Ended
        } else if known.polled_at.is_some_and(|at| fresh(at, now)) {
            Standing::Open
        } else {
            Standing::Unknown
        }
    }

    /// Notes what this process ended itself: no poll needs to be waited for.
    pub(super) fn note(&self, ended: &[SessionId], now: Timestamp) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.ended.extend(ended.iter().map(|id| (*id, now)));
    }

    /// How far back the next poll must reach: all the way if the last one is too old for the overlap.
    pub(super) fn reach(&self, now: Timestamp) -> Option<u32> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let recent = i64::from(rules::REVOCATION_OVERLAP_SECONDS) / 2;
        known
            .polled_at
            .filter(|at| (now - *at).num_seconds().abs() < recent)
            .map(|_| rules::REVOCATION_OVERLAP_SECONDS)
    }

    /// Takes in a poll that was begun at `begun`, and forgets what no token can outlive.
    pub(super) fn learn(&self, revocations: &[Revocation], begun: Timestamp) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.ended.extend(revocations.iter().map(|one| (one.session_id, one.ended_at)));
        known.ended.retain(|_, ended_at| (begun - *ended_at).num_days() < rules::REMEMBERED_DAYS);
        known.polled_at = Some(begun);
    }
}

// A clock that was set back makes a poll look as if from the future: that is not fresh either. A
// little of it is, since a poll may begin after the request that asks.
fn fresh(polled_at: Timestamp, now: Timestamp) -> bool {
    let age = now - polled_at;
    age > TimeDelta::seconds(-1) && age <= TimeDelta::seconds(rules::REVOCATIONS_STALE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::Policy,
        testing::{at, session_id},
    };

    #[test]
    fn a_clock_that_was_set_back_makes_no_poll_fresh() {
        let known = Revocations::default();
        known.learn(&[], at(0));
        assert_eq!(known.standing(session_id(1), at(-2)), Standing::Unknown);
        // A poll that began a moment after the request that asks is no clock set back.
        assert_eq!(known.standing(session_id(1), at(0) - TimeDelta::milliseconds(5)), Standing::Open);
    }

    #[test]
    fn an_ended_session_stays_ended_however_old_the_poll() {
        let known = Revocations::default();
        known.note(&[session_id(1)], at(0));
        assert_eq!(known.standing(session_id(1), at(3_600)), Standing::Ended);
        assert_eq!(known.standing(session_id(1), at(-3_600)), Standing::Ended);
    }

    #[test]
    fn polls_overlap_unless_the_last_one_is_too_old_for_that() {
        let known = Revocations::default();
        assert_eq!(known.reach(at(0)), None);
        known.learn(&[], at(0));
        for (now, reach) in [(1, Some(30)), (14, Some(30)), (15, None), (-14, Some(30)), (-15, None)] {
            assert_eq!(known.reach(at(now)), reach, "after {now} s");
        }
    }

    #[test]
    fn an_end_is_remembered_longer_than_any_token_lives_and_then_forgotten() {
        let known = Revocations::default();
        known.learn(&[Revocation { session_id: session_id(1), ended_at: at(0) }], at(0));
        let day = 86_400;
        known.learn(&[], at(8 * day - 1));
        assert_eq!(known.standing(session_id(1), at(8 * day - 1)), Standing::Ended);
        known.learn(&[], at(8 * day));
        assert_eq!(known.standing(session_id(1), at(8 * day)), Standing::Open);
        let longest = Policy { access_token_seconds: 86_400, ..Policy::default() };
        assert!(longest.check().is_ok() && rules::REMEMBERED_DAYS > 1);
    }
}
