//! Chance that can be had again: everything drawn follows from the seed, on any machine.
//!
//! Only integers are drawn and computed with: what logarithms and powers are in their last digit differs
//! between machines, and one other digit would be another forum.

use rand::{
    RngExt, SeedableRng,
    distr::{Distribution, weighted::WeightedIndex},
    rngs::ChaCha8Rng,
    seq::SliceRandom,
};

use crate::cli::Failure;

/// A moment of the history, in milliseconds since its beginning.
pub(super) type Moment = i64;

pub(super) const SECOND: Moment = 1_000;
pub(super) const MINUTE: Moment = 60 * SECOND;
pub(super) const HOUR: Moment = 60 * MINUTE;
pub(super) const DAY: Moment = 24 * HOUR;

/// What draws for one purpose; other purposes' draws do not move it.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The draws of this purpose that belong to a seed.
    pub(super) fn new(seed: u64, purpose: u64) -> Self {
        let mut draws = ChaCha8Rng::seed_from_u64(seed);
        draws.set_stream(purpose);
        Self(draws)
    }

    /// A number below `bound`; 0 if that is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0.random_range(0..bound) }
    }

    /// An index of something so long.
    pub(super) fn index(&mut self, length: usize) -> usize {
        // What was below a usize is one.
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    ///
    /// # Panics
    /// Never but if there are none.
    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }

    /// A moment from `from` on and before `to`.
    pub(super) fn between(&mut self, from: Moment, to: Moment) -> Moment {
        from + i64::try_from(self.below(u64::try_from(to - from).unwrap_or(0))).unwrap_or(0)
    }

    /// As [`Self::between`], the later the likelier: how a forum grows.
    pub(super) fn growing(&mut self, from: Moment, to: Moment) -> Moment {
        self.between(from, to).max(self.between(from, to))
    }

    /// How long people take to react: mostly minutes or hours, sometimes weeks.
    pub(super) fn delay(&mut self) -> Moment {
        let longest = match self.below(100) {
            0..40 => HOUR,
            40..75 => DAY,
            75..90 => 7 * DAY,
            _ => 60 * DAY,
        };
        self.between(10 * SECOND, longest)
    }

    /// A moment after `from`, one [`Self::delay`] later if that is before `end`.
    pub(super) fn after(&mut self, from: Moment, end: Moment) -> Moment {
        let moment = from + self.delay();
        if moment < end { moment } else { self.between(from, end) }
    }

    /// How much something is looked at: of twenty thousand a few draw as much as thousands of others.
    pub(super) fn heat(&mut self) -> u64 {
        100_000 / (1 + self.below(1_000))
    }

    /// In another order.
    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        all.shuffle(&mut self.0);
    }

    /// One of what was weighed.
    pub(super) fn weighed(&mut self, weights: &Weights) -> usize {
        weights.0.sample(&mut self.0)
    }

    /// So many bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.0.random()
    }
}

/// How likely each of several is.
pub(super) struct Weights(WeightedIndex<u64>);

impl Weights {
    /// By these weights, of which one at least is not zero.
    pub(super) fn new(weights: impl IntoIterator<Item = u64>) -> Result<Self, Failure> {
        Ok(Self(WeightedIndex::new(weights)?))
    }
}

/// The weights of so many, of which the first do most: by Zipf's law.
pub(super) fn zipf(count: usize) -> impl Iterator<Item = u64> {
    (0..count as u64).map(|rank| 1_000_000 / (rank + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_again_for_each_purpose_by_itself() {
        let draw = |seed, purpose| {
            let mut dice = Dice::new(seed, purpose);
            (0..8).map(|_| dice.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
        assert_ne!(draw(1, 1), draw(2, 1));
        // Written down, so that another version of a library that drew otherwise would not go unnoticed.
        assert_eq!(draw(1, 1)[..3], [851_912, 50_913, 558_752]);
    }

    #[test]
    fn reactions_come_after_what_they_react_to_and_before_the_end() {
        let mut dice = Dice::new(1, 1);
        for _ in 0..1_000 {
            let moment = dice.after(5 * DAY, 6 * DAY);
            assert!((5 * DAY..6 * DAY).contains(&moment));
        }
        assert_eq!(dice.after(DAY, DAY), DAY);
    }
}
