//! Sessions: logging in, staying logged in, and ending it everywhere.

mod error;
mod model;
mod ports;
mod repository;
mod revocations;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;
mod tickets;

pub use error::AuthError;
pub use model::{
    Claims, DeviceSession, NewSession, OpenSession, Pass, Presented, RefreshHash, SessionTokens, Ticket,
    TicketPurpose,
};
pub use ports::{AccessTokens, PublicKey, RefreshTokens, TicketStore};
#[cfg(any(test, feature = "mock"))]
pub use ports::{MockAccessTokens, MockRefreshTokens, MockTicketStore};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockSessionRepository;
pub use repository::{Ended, Opened, Revocation, Rotate, Rotated, SessionRepository};
pub use revocations::Revocations;
pub use service::SessionService;
