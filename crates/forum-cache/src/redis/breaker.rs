//! A breaker: a server that does not answer is left alone for moments, instead of making everyone wait.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// So many failures in a row open the breaker.
const PATIENCE: u32 = 3;

/// How long it stays open before one call may try again; short, since a server that is back should be
/// noticed within a second.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    /// Open until then.
    retry_at: Option<Instant>,
}

impl Breaker {
    /// Whether a call may be made at `now`. While open, one may per pause: if its caller gives up
    /// without a word, the next pause lets another try.
    pub(super) fn admits(&self, now: Instant) -> bool {
        let mut state = self.state();
        match state.retry_at {
            None => true,
            Some(at) if now < at => false,
            Some(_) => {
                state.retry_at = Some(now + PAUSE);
                true
            }
        }
    }

    /// The server answered.
    pub(super) fn succeeded(&self) {
        let mut state = self.state();
        state.failures = 0;
        if state.retry_at.take().is_some() {
            tracing::info!("Redis answers again");
        }
    }

    /// It did not, as of `now`.
    pub(super) fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= PATIENCE && state.retry_at.replace(now + PAUSE).is_none() {
            tracing::warn!("Redis does not answer: calls fail at once until it does");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_three_failures_in_a_row_and_not_after_two_and_a_success() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..3 {
            breaker.failed(now);
            breaker.failed(now);
            assert!(breaker.admits(now));
            breaker.succeeded();
        }
        breaker.failed(now);
        breaker.failed(now);
        breaker.failed(now);
        assert!(!breaker.admits(now));
    }

    #[test]
    fn while_open_one_call_per_pause_tries_and_its_success_closes() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..3 {
            breaker.failed(now);
        }
        let later = now + PAUSE;
        assert!(breaker.admits(later));
        assert!(!breaker.admits(later), "a second one while the first tries");
        breaker.failed(later);
        assert!(!breaker.admits(later + PAUSE / 2));
        assert!(breaker.admits(later + PAUSE), "and again after the next pause");
        breaker.succeeded();
        assert!(breaker.admits(later + PAUSE) && breaker.admits(later + PAUSE));
    }
}
