//! The store on both databases: the contract of its ports, its migrations, and what an outage, a
//! cancelled request or a second process do to it.
//!
//! PostgreSQL tests need a server that they may fill with databases; `cargo xtask test` starts one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets what it does not expect shall stop"
)]

mod corruption;
mod embed;
mod migrations;
mod postgres;
mod sqlite;
mod traces;
