//! The randomness of the system.

use forum_domain::clock::Random;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// # Panics
    /// If the system has no randomness to give: a code or key that can be guessed is worse than none.
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the system gives no random bytes: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ_and_fill_everything() {
        let (mut one, mut two) = ([0; 64], [0; 64]);
        SystemRandom.fill(&mut one);
        SystemRandom.fill(&mut two);
        assert_ne!(one, two);
        assert!(one[32..].iter().any(|byte| *byte != 0));
    }
}
