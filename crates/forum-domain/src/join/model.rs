//! What a join request is made of.

use crate::{
    account::UserCard,
    clock::Timestamp,
    id::{GroupId, JoinRequestId},
};

/// Where a request stands. From `Pending` it goes once to one of the others, and stays there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinStatus {
    /// It waits.
    Pending,
    /// Its user was let in.
    Approved,
    /// Its user was not let in.
    Refused,
    /// Its user took it back.
    Withdrawn,
    /// Nobody decided it in time.
    Expired,
}

impl JoinStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Approved, Self::Refused, Self::Withdrawn, Self::Expired];

    /// Its name, as in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

/// What a decider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Come in.
    Approve,
    /// No.
    Refuse,
}

/// Somebody's wish to be a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// Its id.
    pub id: JoinRequestId,
    /// Of which group.
    pub group_id: GroupId,
    /// Who asks.
    pub user: UserCard,
    /// Why, 1 to 200 characters.
    pub reason: String,
    /// Where it stands.
    pub status: JoinStatus,
    /// What the decider said, at most 200 characters.
    pub reply: Option<String>,
    /// Who decided; `None` if nobody, or the group's own policy did.
    pub decided_by: Option<UserCard>,
    /// When he asked.
    pub created_at: Timestamp,
    /// When it stopped waiting.
    pub decided_at: Option<Timestamp>,
}

impl JoinRequest {
    /// What `If-Match` compares: a request changes once.
    #[must_use]
    pub const fn version(&self) -> i64 {
        match self.status {
            JoinStatus::Pending => 1,
            _ => 2,
        }
    }
}
