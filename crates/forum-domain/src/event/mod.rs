//! Events: what follows facts. Each is recorded in the fact's own transaction, and handled after it:
//! notifications, the search index, and whatever else must not be lost and may come a moment later.
//!
//! A [`Dispatcher`] hands events to every [`Consumer`]; an embedder adds his own with
//! [`Builder::consumer`](crate::forum::Builder::consumer).

mod dispatcher;
mod model;
mod ports;
mod repository;
pub mod rules;
#[cfg(test)]
mod tests;

pub use dispatcher::{Dispatched, Dispatcher};
pub use model::{Backlog, Claimed, Event, Recorded, Subject, Verb};
pub use ports::Consumer;
#[cfg(any(test, feature = "mock"))]
pub use ports::MockConsumer;
pub use repository::EventRepository;
#[cfg(any(test, feature = "mock"))]
pub use repository::MockEventRepository;
