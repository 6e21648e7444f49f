//! What sessions need besides a store: tokens, and a place for tickets.

use std::time::Duration;

use async_trait::async_trait;

use super::{Claims, Pass, Presented, RefreshHash, Ticket};
use crate::{clock::Timestamp, error::PortError, id::SessionId};

/// A key that others can verify our access tokens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its id, as in the token's header.
    pub key_id: String,
    /// The 32 bytes of an Ed25519 public key.
    pub ed25519: [u8; 32],
}

/// Signs and reads access tokens (EdDSA). Pure computation.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait AccessTokens: Send + Sync {
    /// A signed token with these claims.
    ///
    /// # Errors
    /// [`PortError::Broken`].
    fn issue(&self, claims: &Claims) -> Result<String, PortError>;

    /// What the token says, if one of our keys signed it for us with every claim present and of its
    /// type, and it is valid at `now` (leeway at most 60 s for clocks that disagree, none for `exp`
    /// of our own). Never an error: what cannot be read is not ours.
    fn verify(&self, token: &str, now: Timestamp) -> Option<Claims>;

    /// The keys that tokens are verified with, the signing one first.
    fn public_keys(&self) -> Vec<PublicKey>;
}

/// Makes and reads refresh tokens: opaque, each naming its session and generation under a seal, so
/// that a token that was rotated away is known for what it is. Pure computation.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait RefreshTokens: Send + Sync {
    /// The first token of a session, and its hash.
    fn first(&self, session_id: SessionId) -> (String, RefreshHash);

    /// The token, if its seal is ours; its successor MUST be the same at every call.
    fn read(&self, token: &str) -> Option<Presented>;
}

/// Where tickets wait for their use. They may be lost: their owner asks for another.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TicketStore: Send + Sync {
    /// Keeps whose ticket it is, for so long.
    async fn keep_ticket(&self, ticket: &Ticket, pass: &Pass, ttl: Duration) -> Result<(), PortError>;

    /// Whose it is, if it is still kept. It MUST NOT be the ticket of another purpose.
    async fn show_ticket(&self, ticket: &Ticket) -> Result<Option<Pass>, PortError>;

    /// As [`TicketStore::show_ticket`], and it is kept no longer, atomically: of any number of parallel
    /// calls exactly one MUST be answered.
    async fn spend_ticket(&self, ticket: &Ticket) -> Result<Option<Pass>, PortError>;
}
