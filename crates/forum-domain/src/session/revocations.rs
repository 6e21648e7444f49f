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
