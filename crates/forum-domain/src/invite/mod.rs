//! Invites: links that let in without asking.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::InviteError;
pub use model::{Invite, InviteToken};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockInviteRepository;
pub use repository::{Accepted, CreateInvite, InviteCreated, InviteRepository};
pub use service::InviteService;
