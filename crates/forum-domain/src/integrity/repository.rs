//! What the doctor asks of the store.

use async_trait::async_trait;

use super::{Finding, Invariant};
use crate::{clock::Timestamp, error::PortError};

/// Checks and repairs.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IntegrityRepository: Send + Sync {
    /// Everything that is wrong with one invariant, at most `limit` findings, read from one snapshot:
    /// writes that go on meanwhile MUST NOT make findings.
    async fn inspect(
        &self,
        invariant: Invariant,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Finding>, PortError>;

    /// Puts one finding right, in a transaction that looks again first. False if nothing was wrong
    /// any more, or if the invariant is not repairable.
    async fn repair(&self, finding: &Finding, now: Timestamp) -> Result<bool, PortError>;
}
