//! Where events wait.

use async_trait::async_trait;

use super::{Backlog, Claimed};
use crate::error::PortError;

/// Keeps events until they are handled. Their facts record them, so there is no method that does.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait EventRepository: Send + Sync {
    /// Lends up to `limit` events that nobody holds, the oldest first, for `lease_seconds` of the store's
    /// own time, and counts the attempt. Each MUST be lent to one caller at a time, on whichever instance; an
    /// event whose time ran out, because its handler died, is free again.
    ///
    /// # Errors
    /// Only a port's.
    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<Claimed>, PortError>;

    /// Forgets events that were handled. Those that are gone already are no error.
    ///
    /// # Errors
    /// Only a port's.
    async fn finish_events(&self, ids: &[i64]) -> Result<(), PortError>;

    /// Lends an event to nobody for so many seconds of the store's own time.
    ///
    /// # Errors
    /// Only a port's.
    async fn postpone_event(&self, id: i64, seconds: u32) -> Result<(), PortError>;

    /// What waits.
    ///
    /// # Errors
    /// Only a port's.
    async fn backlog(&self) -> Result<Backlog, PortError>;

    /// Returns soon after an event of this process is committed, at once if one was since it last
    /// returned. One that returns for nothing, or misses what other instances record, is no error: who
    /// handles events asks now and then besides.
    async fn recorded(&self);
}
