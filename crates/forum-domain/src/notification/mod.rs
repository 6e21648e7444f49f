//! Notifications: what users are told of what others did, written from events, pushed to open clients.

mod consumer;
mod error;
mod model;
mod ports;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use consumer::Notifier;
pub use error::NotificationError;
pub use model::{Changes, Kind, Notification, Place, Preferences, Target, Unread};
pub use ports::{FanOut, Told};
#[cfg(any(test, feature = "mock"))]
pub use ports::{MockFanOut, MockTold};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockNotificationRepository;
pub use repository::{Announce, Announced, MarkRead, NotificationFilter, NotificationRepository, Which};
pub use service::NotificationService;
