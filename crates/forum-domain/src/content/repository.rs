//! What rendering anew asks of the store.

use async_trait::async_trait;

use super::{Outdated, Renewed, Shelf, TextKey};
use crate::error::PortError;

/// Texts with what is served of them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ContentRepository: Send + Sync {
    /// Texts that a policy before `policy` rendered: by ascending key from `after` on, at most `limit`.
    async fn rendered_before(
        &self,
        shelf: Shelf,
        policy: i32,
        after: TextKey,
        limit: u32,
    ) -> Result<Vec<Outdated>, PortError>;

    /// Replaces what is served of texts, atomically, under the lock of what they are of; the excerpts of the
    /// newest with it. Uploads that are shown by now are noted as used, and what can be found by its words
    /// is out of step with the index where its HTML changed. Neither versions nor moments change. A text
    /// that has another source or format by now, or was rendered by this policy meanwhile, stays as it is,
    /// and so does one that is gone. How many have other HTML than before.
    async fn put_rendered(&self, shelf: Shelf, texts: Vec<Renewed>) -> Result<u64, PortError>;
}
