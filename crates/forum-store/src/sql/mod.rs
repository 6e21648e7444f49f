//! The repositories, written once and compiled for both databases.
//!
//! This module stands under [`crate::postgres`] and under [`crate::sqlite`]. What differs comes from
//! `super`, and nothing else may:
//!
//! - `Store`: the database. `store.read(op)` runs an operation that only reads, `store.snapshot(op)`
//!   one whose statements all see the same moment and that may take long, `store.write(op)` one that
//!   writes, in a transaction of its own;
//! - `Conn`: a connection, as every operation is given it;
//! - `locked!(query)` (in scope everywhere below): a `SELECT` that locks the rows it finds until the transaction ends
//!   (`FOR NO KEY UPDATE`, which unlike `FOR UPDATE` does not stand in the way of foreign keys). On
//!   SQLite it is the query itself: there is one writer.
//!
//! # How to write a port method
//!
//! The trait method only hands an `async fn` of this module to `read` or `write`:
//!
//! ```text
//! async fn rename(&self, rename: Rename) -> Result<Renamed, PortError> {
//!     self.write(move |conn| Box::pin(rename_it(conn, rename))).await
//! }
//!
//! async fn rename_it(conn: &mut Conn, rename: Rename) -> Outcome<Renamed> { … }
//! ```
//!
//! - A reading operation returns `QueryResult<T>`, a writing one [`Outcome<T>`].
//! - `Ok(outcome)` commits. `Err(Stop::Answer(outcome))` rolls everything back and answers the outcome
//!   all the same: for refusals that show themselves after something was written. A failed statement
//!   (`?`) rolls back and becomes a `PortError`.
//! - Operations MUST NOT begin transactions, wait for anything but their connection, or touch time,
//!   randomness or other I/O: on SQLite a future that pends is a defect and fails.
//! - After a failed statement an operation MUST return: PostgreSQL refuses the rest of the transaction.
//!   So prefer `ON CONFLICT DO NOTHING` and count rows; where an `UPDATE` may meet a unique index, end
//!   with [`Stop::if_taken`], for indexes named `<table>_<column>_key`.
//! - Read-then-write only under a lock; else conditional updates (`WHERE status = 'pending'`), whose
//!   row count is the answer. Counters move relatively, with the fact, only if its row really changed.
//! - A command's `claim` is marked with [`idempotency::mark`], once the outcome is the fact itself.
//! - What must follow a fact is recorded with it by [`outbox::record`], once its row is really there. A
//!   statement of one's own that writes to `outbox` calls [`note`](crate::recorded::note) when it did.
//! - What somebody who moderates does is written with it by [`moderation::log::write`].
//! - A command's `review` becomes a report by [`moderation::review`], in the same transaction.
//! - Stored enums are words: `.eq(role.word())` to write and compare, a field `Read<Role>` in a row to
//!   read. Moments are [`At`](crate::types::At), in rows as in queries.
//!   The database's own time is [`crate::types::Now`].
//! - Where a partial index on `status = 'pending'` shall serve, compare with [`crate::types::Pending`],
//!   a literal: a generic plan cannot prove that a parameter has this value.
//! - Lists: `limit + 1` rows and `Page::from_surplus`; the place is a row comparison ([`before`],
//!   [`after`]), which both databases take as an index condition.
//!   Lists that join other tables: [`rows_for`], whose limit the planner sees.
//!   Lists with pinned items first: [`before_pinned`] and `Page::from_pinned`.
//! - Whoever writes HTML, covers or avatars notes the media that they show: [`media::uses`].
//! - What stands in a group: who may read it is said by [`access`], in the same statement.
//! - Several ids: [`among`], which both databases keep prepared; not `eq_any`.
//! - Text that a client chose may hold NUL, which PostgreSQL cannot store or compare: [`speakable`].
//! - Search by a part of a name: the `…_folded` column against [`folded_pattern`].
//!
//! # Lock order
//!
//! user → media → group → post or question → comment or answer. Within one table by ascending id. Rows that
//! hang on a locked one (memberships, requests, bans and invites on their group; sessions and keys on
//! their user) are written under its lock, or by a conditional update that takes one row only and
//! nothing after it.

mod access;
mod account;
mod answer;
mod answer_reply;
pub(crate) mod comment;
mod content;
mod departure;
mod export;
mod group;
mod health;
pub(crate) mod idempotency;
mod integrity;
mod invite;
mod join;
pub(crate) mod like;
pub(crate) mod media;
mod membership;
pub(crate) mod moderation;
mod notification;
pub(crate) mod outbox;
mod people;
mod post;
mod question;
mod roster;
pub(crate) mod search;
mod session;
mod site;

pub(crate) use super::{Conn, Store};
pub(crate) use crate::{
    error::Stop,
    ids::among,
    keyset::{after, before, before_pinned},
    limited::rows_for,
    text::{folded_pattern, speakable},
};

/// How a writing operation ends.
pub(crate) type Outcome<T> = Result<T, Stop<T>>;

/// This database, as diesel calls it: what a boxed query is for.
pub(crate) type Backend = <Conn as diesel_async::AsyncConnectionCore>::Backend;

/// How many rows to read for a page: the one too many tells that there is more.
pub(crate) fn surplus(page: forum_domain::page::PageRequest) -> i64 {
    i64::from(page.limit) + 1
}
