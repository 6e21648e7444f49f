//! What the tests of every adapter share: the contracts of the ports, a clock and randomness in the
//! test's own hand, and builders.
//!
//! - [`mod@cache`] and [`store`]: one function per promise of a port; `cache_contract!` and
//!   `store_contract!` make tests of them for an adapter;
//! - [`clock`]: a [`clock::TestClock`] that moves when it is told to, [`clock::SeededRandom`] that is the
//!   same in every run;
//! - [`build`]: accounts, sessions, tokens and groups to put into a store.
//!
//! To add a promise: a `pub async fn` in the port's file, its name in the macro's list.

pub mod build;
pub mod cache;
pub mod clock;
#[expect(clippy::unwrap_used, reason = "a test that meets what it does not expect shall stop there")]
pub mod store;
