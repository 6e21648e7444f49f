//! The forum as its clients see it: over HTTP, each behaviour on both pairs of back ends.
//!
//! A module for each feature. Tests named `sec_NN_…` are the statements about security of that number.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy exempts test functions, but not what they call"
)]

mod account;
mod answer;
mod bookmark;
mod comment;
mod conventions;
mod deletion;
mod group;
mod hook;
mod idempotency;
mod invite;
mod join;
mod like;
mod live;
mod matrix;
mod media;
mod membership;
mod moderation;
mod notification;
mod people;
mod post;
mod post_list;
mod question;
mod race;
mod search;
mod security;
mod seed;
mod session;
mod startup;
mod support;
mod ticket;
mod unseen;
mod viewer;
