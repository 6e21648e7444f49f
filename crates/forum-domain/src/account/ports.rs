//! What accounts need besides a store.

use async_trait::async_trait;

use super::Password;
use crate::error::PortError;

/// Turns passwords into hashes, away from the async workers and behind a bounded queue.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The hash as a PHC string, algorithm, parameters and a fresh salt in it.
    ///
    /// # Errors
    /// [`PortError::Busy`] when the queue is full: nothing was hashed.
    async fn hash(&self, password: &Password) -> Result<String, PortError>;

    /// Whether the password is the one hashed. `hash` may be argon2id of any parameters, or what was
    /// imported from MxForum (`pbkdf2:sha256:…`, bcrypt). With `None` it MUST take as long as with a
    /// hash of today's parameters and answer [`Verdict::Wrong`], so that time tells nobody whether an
    /// account exists.
    ///
    /// # Errors
    /// [`PortError::Busy`] when the queue is full.
    async fn verify<'a>(&self, password: &Password, hash: Option<&'a str>) -> Result<Verdict, PortError>;
}

/// What a hasher says of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the one.
    Right,
    /// It is the one, but its hash is older than today's parameters: hash it anew.
    RightButOld,
    /// It is not.
    Wrong,
}
