//! What idempotency keys ask of the store.

use async_trait::async_trait;

use super::{Answer, Begun, Claim};
use crate::{clock::Timestamp, error::PortError, id::UserId};

/// A key to be claimed.
#[derive(Debug, Clone)]
pub struct ClaimKey {
    /// Whose: two users may use the same key.
    pub user_id: UserId,
    /// For which operation, likewise.
    pub operation: &'static str,
    /// The key, literally.
    pub key: String,
    /// Hash of the request, so that another one under the same key is noticed.
    pub fingerprint: [u8; 32],
    /// A claim without a fact from before this moment was abandoned.
    pub abandoned_since: Timestamp,
    /// A key from before this moment is forgotten.
    pub forgotten_since: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// How [`IdempotencyRepository::claim_key`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// What the request finds.
    Begun(Begun),
    /// Somebody else has claimed it and is at work.
    InFlight,
    /// It was used with another fingerprint.
    Mismatch,
}

/// The keys.
///
/// Every command that carries a [`Claim`] marks its key in its own transaction, only when its outcome
/// is the fact itself, with the fact's id.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IdempotencyRepository: Send + Sync {
    /// Claims a key, atomically: of any number of parallel calls exactly one MUST be
    /// [`Begun::Fresh`] as long as its claim is not abandoned.
    async fn claim_key(&self, claim: ClaimKey) -> Result<Claimed, PortError>;

    /// Keeps the answer; nothing happens if the claim is no longer the key's.
    async fn answer_key(&self, claim: Claim, answer: Answer) -> Result<(), PortError>;

    /// Forgets a claim under which nothing happened, so that the key can be used again.
    async fn release_key(&self, claim: Claim) -> Result<(), PortError>;

    /// Forgets keys from before this moment, at most 1 000 a call. How many.
    async fn prune_keys(&self, before: Timestamp) -> Result<u64, PortError>;
}
