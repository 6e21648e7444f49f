//! The cache of a forum that is one process.
//!
//! Everything is bounded in bytes: whoever asks for more keys than fit drives out the keys that were
//! used least recently, never the process. Everything has its time, by the [`Clock`] and by the
//! monotonic clock, whichever is over first: a clock that is set back extends nothing.

mod code;
mod fan_out;
mod limit;
mod ranking;
mod shelf;
mod ticket;

use std::sync::Arc;

use async_trait::async_trait;
use forum_domain::{
    clock::{Clock, Timestamp},
    code::{CodeKey, IssuedCode},
    error::PortError,
    session::{Pass, Ticket},
    store::Health,
};

use crate::heard::Listeners;

use self::{limit::Attempts, ranking::Slot, shelf::Shelf};

const MIB: u64 = 1024 * 1024;

/// Codes, limits, rankings and tickets in the process.
pub struct Cache {
    codes: Shelf<CodeKey, IssuedCode>,
    quotas: Shelf<String, u32>,
    attempts: Shelf<String, Attempts>,
    rankings: Shelf<ranking::Key, Slot>,
    tickets: Shelf<Ticket, Pass>,
    listeners: Listeners,
}

impl Cache {
    /// An empty cache. It grows to 64 MiB at most, about a quarter of a million limited keys.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_capacity(64 * MIB, clock)
    }

    /// An empty cache that grows to about `bytes` at most: a sixteenth for codes, as much for tickets, a
    /// quarter for quotas, as much for attempts, and the rest for rankings.
    #[must_use]
    pub fn with_capacity(bytes: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            codes: Shelf::new(bytes / 16, |key, _| key.mobile.as_str().len() + 8, clock.clone()),
            quotas: Shelf::new(bytes / 4, |key, _| key.len(), clock.clone()),
            attempts: Shelf::new(bytes / 4, |key, _| key.len(), clock.clone()),
            rankings: Shelf::new(bytes / 16 * 6, |key, slot| key.size() + slot.size(), clock.clone()),
            tickets: Shelf::new(bytes / 16, |ticket, _| ticket.expose().len(), clock),
            listeners: Listeners::default(),
        }
    }
}

#[async_trait]
impl Health for Cache {
    async fn ping(&self) -> Result<(), PortError> {
        Ok(())
    }
}

/// From now until then, and never longer than what it was set to: the clock may have been set back.
fn left(until: Timestamp, now: Timestamp, at_most: std::time::Duration) -> std::time::Duration {
    (until - now).to_std().unwrap_or_default().min(at_most)
}
