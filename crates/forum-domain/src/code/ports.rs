//! What codes need: somewhere to wait, and a way to the mobile.

use std::time::Duration;

use async_trait::async_trait;

use super::{Code, CodeKey, Purpose};
use crate::{account::Mobile, error::PortError};

/// A code that waits for its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// Its digits.
    pub code: Code,
    /// How long it lives from now on.
    pub ttl: Duration,
    /// How many wrong tries it still bears; with none left it is gone.
    pub attempts: u32,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consumed {
    /// It was the code, which is gone now. It can be issued again as it was, should what it was
    /// spent on fail through no fault of its owner's.
    Right(IssuedCode),
    /// It was not, or there is none.
    Wrong,
}

/// Where codes wait. They may be lost: their owner asks for another.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait CodeStore: Send + Sync {
    /// Keeps the code, in place of any other under this key.
    async fn issue(&self, key: &CodeKey, issued: &IssuedCode) -> Result<(), PortError>;

    /// Spends the code if this is it, else one of its tries, atomically: of any number of parallel
    /// right tries exactly one MUST be [`Consumed::Right`], and of any number of parallel wrong tries
    /// at most `attempts` MUST be compared at all.
    async fn consume(&self, key: &CodeKey, code: &Code) -> Result<Consumed, PortError>;
}

/// The way to a mobile.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Hands the code over to whoever delivers it. Answers once it was taken, within 10 s.
    ///
    /// # Errors
    /// [`PortError::Unavailable`] if it was not taken.
    async fn send(&self, mobile: &Mobile, purpose: Purpose, code: &Code) -> Result<(), PortError>;
}
