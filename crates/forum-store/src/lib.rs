//! The forum's store: the repositories of `forum-domain` on SQLite and on PostgreSQL.
//!
//! [`open`] takes a URL and gives the store; the [`migrations`] bring a database up to date first.
//!
//! The queries are written once, in `sql/`, and compiled for both databases; `postgres/` and `sqlite/`
//! hold what differs: how operations get a connection and a transaction. The contract suite of
//! `forum-testkit` runs on both.
//!
//! To add a port method: its SQL in `sql/<feature>.rs` (the rules stand at the top of `sql/mod.rs`), its
//! contract in `forum-testkit/src/store/<feature>.rs`. To add a table: a migration of one name for each
//! database, `schema.rs`, `rows/`.

mod error;
mod ids;
mod keyset;
mod limited;
pub mod migrations;
mod open;
mod postgres;
mod recorded;
mod rows;
mod schema;
mod sqlite;
mod statement;
mod text;
mod types;

pub use open::{OpenError, Options, open};
