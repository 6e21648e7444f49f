//! Time and randomness that a test holds in its hand.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta};
use forum_domain::clock::{Clock, Random, Timestamp};

/// A clock that moves only when it is told to.
#[derive(Debug)]
pub struct TestClock(Mutex<Timestamp>);

impl Default for TestClock {
    /// Stands at 2 000 000 000 seconds after 1970: a Wednesday in 2033.
    fn default() -> Self {
        Self::at(DateTime::UNIX_EPOCH + TimeDelta::seconds(2_000_000_000))
    }
}

impl TestClock {
    /// A clock that stands at this moment.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves on by so much, or back by a negative span.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// Moves to this moment.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that look random and are the same in every run (`SplitMix64`). Never for anything but tests.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// The bytes that belong to this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
            let drawn = mixed.to_le_bytes();
            chunk.iter_mut().zip(drawn).for_each(|(byte, new)| *byte = new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_when_told() {
        let clock = TestClock::default();
        let before = clock.now();
        clock.advance(TimeDelta::hours(24));
        assert_eq!(clock.now() - before, TimeDelta::hours(24));
        clock.set(before);
        assert_eq!(clock.now(), before);
    }

    #[test]
    fn a_seed_gives_the_same_bytes_again_but_never_twice_in_a_row() {
        let draw = |random: &SeededRandom| {
            let mut bytes = [0; 20];
            random.fill(&mut bytes);
            bytes
        };
        let (one, other) = (SeededRandom::new(7), SeededRandom::new(7));
        let first = draw(&one);
        assert_eq!(first, draw(&other));
        assert_ne!(first, draw(&one));
    }
}
