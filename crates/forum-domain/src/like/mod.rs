//! Likes: one per user and target, with a quota for each day.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::LikeError;
pub use model::{Day, LikeState, Tally, Target};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockLikeRepository;
pub use repository::{Like, LikeRepository, Liked, Unlike, Unliked};
pub use service::LikeService;
