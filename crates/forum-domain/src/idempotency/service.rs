//! Claiming keys and keeping answers.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{Answer, Begun, Claim, ClaimKey, Claimed, IdempotencyError, IdempotencyRepository};
use crate::{actor::Actor, clock::Clock, error::PortError};

/// How long a key is remembered.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// How long a claim without a fact is honoured: far longer than any request may take.
const ABANDONED: TimeDelta = TimeDelta::seconds(60);

/// Idempotency keys.
pub struct IdempotencyService {
    pub(crate) keys: Arc<dyn IdempotencyRepository>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl IdempotencyService {
    /// What a request under a key finds. `fingerprint` is a hash of everything the request says.
    ///
    /// # Errors
    /// [`IdempotencyError::Mismatch`], [`IdempotencyError::InFlight`].
    pub async fn begin(
        &self,
        actor: Actor,
        operation: &'static str,
        key: &str,
        fingerprint: [u8; 32],
    ) -> Result<Begun, IdempotencyError> {
        let at = self.clock.now();
        let claim = ClaimKey {
            user_id: actor.user_id,
            operation,
            key: key.to_owned(),
            fingerprint,
            abandoned_since: at - ABANDONED,
            forgotten_since: at - REMEMBERED,
            at,
        };
        match self.keys.claim_key(claim).await? {
            Claimed::Begun(begun) => Ok(begun),
            Claimed::InFlight => Err(IdempotencyError::InFlight),
            Claimed::Mismatch => Err(IdempotencyError::Mismatch),
        }
    }

    /// Keeps an answer for whoever sends the request again.
    ///
    /// # Errors
    /// Only a port's; the fact stands all the same.
    pub async fn finish(&self, claim: Claim, answer: Answer) -> Result<(), PortError> {
        self.keys.answer_key(claim, answer).await
    }

    /// Gives a key back under which nothing happened.
    ///
    /// # Errors
    /// Only a port's; the key is free after a minute all the same.
    pub async fn release(&self, claim: Claim) -> Result<(), PortError> {
        self.keys.release_key(claim).await
    }

    /// Forgets old keys. How many.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn prune(&self) -> Result<u64, PortError> {
        self.keys.prune_keys(self.clock.now() - REMEMBERED).await
    }
}
