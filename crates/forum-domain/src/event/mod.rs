//! Events: what follows facts. Each is recorded in the fact's own transaction, and handled after it:
//! notifications, the search index, and whatever else must not be lost and may come a moment later.

mod model;
mod ports;

pub use model::{Event, Recorded, Subject, Verb};
pub use ports::Consumer;
#[cfg(any(test, feature = "mock"))]
pub use ports::MockConsumer;
