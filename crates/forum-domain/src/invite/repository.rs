//! What invites ask of the store.

use async_trait::async_trait;

use super::{Invite, InviteToken};
use crate::{
    clock::Timestamp,
    error::PortError,
    id::{GroupId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// An invite to be made.
#[derive(Debug, Clone)]
pub struct CreateInvite {
    /// Its secret.
    pub token: InviteToken,
    /// Into which group.
    pub group_id: GroupId,
    /// How many it may let in.
    pub max_uses: i32,
    /// Until when.
    pub expires_at: Timestamp,
    /// Who makes it; must moderate the group.
    pub by: UserId,
    /// Only if the group has fewer open invites than this.
    pub at_most: u32,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`InviteRepository::create_invite`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InviteCreated {
    /// It is there.
    Done(Invite),
    /// `by` does not moderate the group (any more), or there is none.
    NotAllowed,
    /// The group has `at_most` open invites; nothing was written.
    TooMany,
}

/// How [`InviteRepository::accept_invite`] ended. But for `Done`, nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// He is a member now.
    Done(GroupId),
    /// He was one already; the invite is as good as before.
    AlreadyMember(GroupId),
    /// He is banned.
    Banned,
    /// Its time is over.
    Expired,
    /// It let in as many as it may.
    UsedUp,
    /// There is no such invite, it was revoked, or its group is gone.
    NotFound,
}

/// The invites.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait InviteRepository: Send + Sync {
    /// Writes an invite if `by` moderates the group, atomically with the count of open ones.
    async fn create_invite(&self, create: CreateInvite) -> Result<InviteCreated, PortError>;

    /// A group's invites that could still let somebody in, newest first.
    async fn list_invites(
        &self,
        group_id: GroupId,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Invite>, PortError>;

    /// The invite, unless it was revoked or its group is gone; also one that is expired or used up.
    async fn find_invite(&self, token: &InviteToken) -> Result<Option<Invite>, PortError>;

    /// The invite with this id, as [`Self::find_invite`]: for a request that is sent again, whose answer
    /// was lost.
    async fn find_invite_by_id(&self, id: i64) -> Result<Option<Invite>, PortError>;

    /// Makes the user a member, counts the use and bumps `member_count`, atomically; a request of his
    /// that waits is approved, its decider the invite's maker. Of 2N users in parallel on an invite
    /// for N, exactly N MUST be `Done`.
    async fn accept_invite(
        &self,
        token: &InviteToken,
        user_id: UserId,
        at: Timestamp,
        claim: Option<Claim>,
    ) -> Result<Accepted, PortError>;

    /// Revokes an invite; nothing happens if it is revoked already.
    async fn revoke_invite(&self, token: &InviteToken, at: Timestamp) -> Result<(), PortError>;
}
