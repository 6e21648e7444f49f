//! Frozen rankings: a list sorted by what changes stands still while it is paged.

mod error;
mod model;
mod ports;
mod service;
#[cfg(test)]
mod tests;

pub use error::RankingError;
pub use model::{Ranking, Scope};
#[cfg(any(test, feature = "mock"))]
pub use ports::MockRankingStore;
pub use ports::RankingStore;
pub use service::{LENGTH, RankingService};
