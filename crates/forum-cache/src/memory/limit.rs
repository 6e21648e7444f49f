//! Limits in the process.

use std::time::Duration;

use async_trait::async_trait;
use forum_domain::{
    clock::Timestamp,
    error::PortError,
    limit::{Allowance, Backoff, Limiter, Quota},
};

use super::{Cache, left};

/// How many attempts a key made, and when the last.
#[derive(Clone, Copy)]
pub(super) struct Attempts {
    count: u32,
    last: Timestamp,
}

#[async_trait]
impl Limiter for Cache {
    async fn take(&self, quotas: &[Quota]) -> Result<Allowance, PortError> {
        let counters = self.quotas.lock();
        let wait = quotas.iter().filter_map(|quota| match counters.get(&quota.key) {
            Some((taken, until)) if taken >= quota.limit => Some(left(until, counters.now, quota.window)),
            None if quota.limit == 0 => Some(quota.window),
            _ => None,
        });
        if let Some(wait) = wait.max() {
            return Ok(Allowance::Wait(wait));
        }
        for quota in quotas {
            match counters.get(&quota.key) {
                Some((taken, until)) => counters.change(&quota.key, taken + 1, until),
                None => counters.put(quota.key.clone(), 1, quota.window),
            }
        }
        Ok(Allowance::Granted)
    }

    async fn give_back(&self, quotas: &[Quota]) -> Result<(), PortError> {
        let counters = self.quotas.lock();
        for quota in quotas {
            match counters.get(&quota.key) {
                Some((taken, until)) if taken > 1 => counters.change(&quota.key, taken - 1, until),
                _ => counters.remove(&quota.key),
            }
        }
        Ok(())
    }

    async fn attempt(&self, backoffs: &[Backoff]) -> Result<Allowance, PortError> {
        let attempts = self.attempts.lock();
        let now = attempts.now;
        let before = |backoff: &Backoff| attempts.get(&backoff.key).map(|(before, _)| before);
        let wait = backoffs.iter().filter_map(|backoff| {
            let before = before(backoff)?;
            let delay = backoff.delay(before.count);
            // The clock may have been set back since.
            let since = (now - before.last).to_std().unwrap_or_default();
            delay.checked_sub(since).filter(|wait| *wait > Duration::ZERO)
        });
        if let Some(wait) = wait.max() {
            return Ok(Allowance::Wait(wait));
        }
        for backoff in backoffs {
            let count = before(backoff).map_or(1, |before| before.count.saturating_add(1));
            attempts.put(backoff.key.clone(), Attempts { count, last: now }, backoff.memory());
        }
        Ok(Allowance::Granted)
    }

    async fn forget(&self, key: &str) -> Result<(), PortError> {
        self.attempts.lock().remove(&key.to_owned());
        Ok(())
    }

    async fn take_back(&self, key: &str) -> Result<(), PortError> {
        let attempts = self.attempts.lock();
        let key = key.to_owned();
        match attempts.get(&key) {
            Some((Attempts { count, last }, until)) if count > 1 => {
                attempts.change(&key, Attempts { count: count - 1, last }, until);
            }
            _ => attempts.remove(&key),
        }
        Ok(())
    }
}
