//! What others see of a user: his page, his groups and posts. And whom one wants to hear nothing of.

mod error;
mod model;
mod repository;
mod service;
#[cfg(test)]
mod tests;

pub use error::PeopleError;
pub use model::{Block, BlockSet, Profile, ProfileCounts};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockPeopleRepository;
pub use repository::PeopleRepository;
pub use service::PeopleService;
