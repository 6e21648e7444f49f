//! The store: every repository in one, so that a database is one value.

use async_trait::async_trait;

use crate::{
    account::AccountRepository, error::PortError, group::GroupRepository, idempotency::IdempotencyRepository,
    integrity::IntegrityRepository, invite::InviteRepository, join::JoinRepository,
    membership::MembershipRepository, session::SessionRepository,
};

/// Whether something answers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Health: Send + Sync {
    /// Asks it, and answers within two seconds.
    ///
    /// # Errors
    /// [`PortError::Unavailable`].
    async fn ping(&self) -> Result<(), PortError>;
}

/// A database that holds a forum. One value of it upcasts to each repository.
pub trait Store:
    AccountRepository
    + SessionRepository
    + GroupRepository
    + MembershipRepository
    + JoinRepository
    + InviteRepository
    + IdempotencyRepository
    + IntegrityRepository
    + Health
{
}

impl<T> Store for T where
    T: AccountRepository
        + SessionRepository
        + GroupRepository
        + MembershipRepository
        + JoinRepository
        + InviteRepository
        + IdempotencyRepository
        + IntegrityRepository
        + Health
{
}
