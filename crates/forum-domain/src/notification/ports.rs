//! How processes tell each other whose notifications changed.

use async_trait::async_trait;

use crate::{error::PortError, id::UserId};

/// Tells every process whose notifications changed. What it loses, each finds out by itself a moment
/// later: it makes quick, and nothing depends on it.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait FanOut: Send + Sync {
    /// Tells all who listen, in this process and in others.
    ///
    /// # Errors
    /// Only a port's: nobody, or not everybody, was told.
    async fn tell(&self, users: &[UserId]) -> Result<(), PortError>;

    /// Listens from now on.
    fn listen(&self) -> Box<dyn Told>;
}

/// What is told.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Told: Send {
    /// Whose notifications changed, once somebody tells. `None` if more was told than could be kept: it may
    /// be anybody's.
    async fn next(&mut self) -> Option<Vec<UserId>>;
}
