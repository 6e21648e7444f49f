//! What a membership is made of.

use crate::{account::UserCard, clock::Timestamp, group::Role};

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserCard,
    /// His role.
    pub role: Role,
    /// Since when he is in.
    pub joined_at: Timestamp,
    /// Until when he may only read.
    pub muted_until: Option<Timestamp>,
}

/// Changes to a member: `None` leaves as it is, `Some(None)` clears.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberPatch {
    /// A new role.
    pub role: Option<Role>,
    /// Until when he may only read.
    pub muted_until: Option<Option<Timestamp>>,
}

/// Somebody who is kept out of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// Who.
    pub user: UserCard,
    /// Until when; `None` for good.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who banned him.
    pub created_by: UserCard,
    /// When.
    pub created_at: Timestamp,
}
