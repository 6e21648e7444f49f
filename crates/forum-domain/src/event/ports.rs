//! Who handles events.

use async_trait::async_trait;

use super::Recorded;
use crate::error::PortError;

/// Handles events.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Consumer: Send + Sync {
    /// Handles an event, at least once, on any instance, not always in the order of the facts: so it MUST
    /// make things as they are by now, and the same again if it is called again. One that it does not
    /// care for it answers at once.
    ///
    /// # Errors
    /// What failed; the event comes again.
    async fn handle(&self, event: &Recorded) -> Result<(), PortError>;
}
