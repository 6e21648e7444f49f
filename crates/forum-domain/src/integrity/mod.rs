//! What must be true of the stored forum, and checking it: `forum doctor`.

mod model;
mod repository;

pub use model::{Finding, Invariant};
pub use repository::IntegrityRepository;
#[cfg(any(test, feature = "mock"))]
pub use repository::MockIntegrityRepository;
