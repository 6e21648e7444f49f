//! Join requests: asking to be let in, and being let in.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::JoinError;
pub use model::{Decision, JoinRequest, JoinStatus};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockJoinRepository;
pub use repository::{Decide, Decided, JoinRepository, RequestToJoin, Requested, Withdrawn};
pub use service::JoinService;
