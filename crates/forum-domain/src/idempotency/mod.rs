//! Idempotency keys: a POST that is sent again happens once.
//!
//! A key is claimed before its fact, marked in the fact's own transaction and given its answer after
//! it. Should the process die between the last two, the fact is known all the same, and the answer
//! is made from it again.

mod error;
mod model;
mod repository;
mod service;
#[cfg(test)]
mod tests;

pub use error::IdempotencyError;
pub use model::{Answer, Begun, Claim};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockIdempotencyRepository;
pub use repository::{ClaimKey, Claimed, IdempotencyRepository};
pub use service::IdempotencyService;
