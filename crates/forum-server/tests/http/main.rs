//! The forum as its clients see it: over HTTP, each behaviour on both pairs of back ends.
//!
//! A module for each feature. Tests named `sec_NN_…` are the statements about security of that number.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy exempts test functions, but not what they call"
)]

mod account;
mod conventions;
mod group;
mod idempotency;
mod invite;
mod join;
mod matrix;
mod membership;
mod race;
mod security;
mod session;
mod startup;
mod support;
