//! What memberships ask of the store.

use async_trait::async_trait;

use super::{Ban, Member, MemberPatch};
use crate::{
    clock::Timestamp,
    error::PortError,
    group::Role,
    id::{GroupId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// Changes to a member.
#[derive(Debug, Clone, Copy)]
pub struct UpdateMember {
    /// Of which group.
    pub group_id: GroupId,
    /// Who changes.
    pub user_id: UserId,
    /// What changes.
    pub patch: MemberPatch,
    /// Who changes it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// How [`MembershipRepository::update_member`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberUpdated {
    /// The member as he is now.
    Done(Member),
    /// `by` may not do this to him; nothing was written.
    NotAllowed,
    /// The group would have no owner; nothing was written.
    LastOwner,
    /// He is no member.
    NoSuchMember,
}

/// How [`MembershipRepository::remove_member`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberRemoved {
    /// He is out.
    Done,
    /// `by` may not do this to him; nothing was written.
    NotAllowed,
    /// The group would have no owner; nothing was written.
    LastOwner,
    /// He is no member.
    NoSuchMember,
}

/// A group that changes hands.
#[derive(Debug, Clone, Copy)]
pub struct Transfer {
    /// Which.
    pub group_id: GroupId,
    /// The owner who hands it over; becomes a moderator.
    pub from: UserId,
    /// The member who becomes an owner, and the first of them.
    pub to: UserId,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`MembershipRepository::transfer_group`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transferred {
    /// It changed hands.
    Done,
    /// `from` is no owner (any more); nothing was written.
    NotAllowed,
    /// `to` is no member.
    NoSuchMember,
}

/// Somebody to be kept out.
#[derive(Debug, Clone)]
pub struct BanMember {
    /// Of which group.
    pub group_id: GroupId,
    /// Who.
    pub user_id: UserId,
    /// Until when; `None` for good.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// Who bans him.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// How [`MembershipRepository::ban_member`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BanSet {
    /// He is banned, and no member any more.
    Done,
    /// `by` may not do this to him; nothing was written.
    NotAllowed,
    /// There is no such user.
    NoSuchUser,
}

/// The members of groups.
///
/// Each method checks, in its own transaction and under the group's lock, that `by` still may: a
/// moderator who was demoted a moment ago decides nothing. Who may do what to whom is
/// [`super::rules::may_change`], [`super::rules::may_remove`] and [`super::rules::may_ban`], which adapters call.
/// `member_count` moves with the membership row and only if it really changed.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait MembershipRepository: Send + Sync {
    /// Members, first joined first; only of this role, if one is named.
    async fn list_members(
        &self,
        group_id: GroupId,
        role: Option<Role>,
        page: PageRequest,
    ) -> Result<Page<Member>, PortError>;

    /// Changes a member's role or mute, atomically. Of any number of parallel calls, those that would
    /// leave the group without an owner MUST be `LastOwner`.
    async fn update_member(&self, update: UpdateMember) -> Result<MemberUpdated, PortError>;

    /// Takes a member out (himself, if `by` is he) and counts him out, atomically. Of any number of
    /// parallel calls for one member exactly one MUST be `Done`, and the last owner never goes.
    async fn remove_member(
        &self,
        group_id: GroupId,
        user_id: UserId,
        by: UserId,
        at: Timestamp,
    ) -> Result<MemberRemoved, PortError>;

    /// Makes a member an owner and the owner a moderator, atomically.
    async fn transfer_group(&self, transfer: Transfer) -> Result<Transferred, PortError>;

    /// Bans a user, takes him out if he is in and refuses his pending request, atomically. A ban that
    /// stands already is replaced.
    async fn ban_member(&self, ban: BanMember) -> Result<BanSet, PortError>;

    /// Lifts a ban; nothing happens if there is none. False if `by` does not moderate the group.
    async fn unban_member(
        &self,
        group_id: GroupId,
        user_id: UserId,
        by: UserId,
        at: Timestamp,
    ) -> Result<bool, PortError>;

    /// Bans that count now, newest first.
    async fn list_bans(
        &self,
        group_id: GroupId,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<Ban>, PortError>;

    /// Makes a user a member of this role, or gives a member this role, whoever he is. For operators;
    /// a group's last owner stays one.
    async fn assign_role(
        &self,
        group_id: GroupId,
        user_id: UserId,
        role: Role,
        at: Timestamp,
    ) -> Result<MemberUpdated, PortError>;
}
