//! Listing members, giving roles, muting, removing and banning.

use std::sync::Arc;

use super::{
    Ban, BanMember, BanSet, Member, MemberPatch, MemberRemoved, MemberUpdated, MembershipError,
    MembershipRepository, Transfer, Transferred, UpdateMember,
};
use crate::{
    actor::Actor,
    clock::{Clock, Timestamp},
    error::{Check, Flaw, Invalid},
    group::{AccessError, GroupRepository, Role, Standing, rules},
    id::{GroupId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
    text,
};

/// Members of groups.
pub struct MembershipService {
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) members: Arc<dyn MembershipRepository>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl MembershipService {
    /// Members, first joined first. For whoever may read the group's posts.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn list(
        &self,
        actor: Option<Actor>,
        group_id: GroupId,
        role: Option<Role>,
        page: PageRequest,
    ) -> Result<Page<Member>, MembershipError> {
        let standing = self.standing(group_id, actor).await?;
        rules::may_read(&standing, actor)?;
        Ok(self.members.list_members(group_id, role, page).await?)
    }

    /// Changes a member's role (for owners) or mute (for those who moderate, on those below them).
    ///
    /// # Errors
    /// Not for the caller, [`MembershipError::NoSuchMember`], [`MembershipError::LastOwner`],
    /// [`MembershipError::Outranked`]; a mute must end in the future.
    pub async fn update(
        &self,
        actor: Actor,
        group_id: GroupId,
        user_id: UserId,
        patch: MemberPatch,
    ) -> Result<Member, MembershipError> {
        let now = self.clock.now();
        if patch.muted_until.flatten().is_some_and(|until| until <= now) {
            return Err(Invalid::field("/muted_until", Flaw::new("out_of_range")).into());
        }
        let standing = self.standing(group_id, Some(actor)).await?;
        let refusal = match patch.role {
            Some(_) => {
                rules::may_own(&standing)?;
                MembershipError::from(AccessError::NotAllowed)
            }
            None => {
                rules::may_moderate(&standing)?;
                MembershipError::Outranked
            }
        };
        let update = UpdateMember { group_id, user_id, patch, by: actor.user_id, at: now };
        match self.members.update_member(update).await? {
            MemberUpdated::Done(member) => Ok(member),
            MemberUpdated::NotAllowed => Err(refusal),
            MemberUpdated::LastOwner => Err(MembershipError::LastOwner),
            MemberUpdated::NoSuchMember => Err(MembershipError::NoSuchMember),
        }
    }

    /// Takes a member out, or leaves, if the member is the actor.
    ///
    /// # Errors
    /// Not for the caller, [`MembershipError::NoSuchMember`], [`MembershipError::LastOwner`],
    /// [`MembershipError::Outranked`].
    pub async fn remove(
        &self,
        actor: Actor,
        group_id: GroupId,
        user_id: UserId,
    ) -> Result<(), MembershipError> {
        let standing = self.standing(group_id, Some(actor)).await?;
        if user_id != actor.user_id {
            rules::may_moderate(&standing)?;
        } else if standing.role.is_none() {
            return Err(MembershipError::NoSuchMember);
        }
        match self.members.remove_member(group_id, user_id, actor.user_id, self.clock.now()).await? {
            MemberRemoved::Done => Ok(()),
            MemberRemoved::NotAllowed => Err(MembershipError::Outranked),
            MemberRemoved::LastOwner => Err(MembershipError::LastOwner),
            MemberRemoved::NoSuchMember => Err(MembershipError::NoSuchMember),
        }
    }

    /// Hands the group over to a member, who becomes its first owner; the actor becomes a moderator.
    ///
    /// # Errors
    /// Not an owner, [`MembershipError::NoSuchMember`].
    pub async fn transfer(
        &self,
        actor: Actor,
        group_id: GroupId,
        to: UserId,
        claim: Option<Claim>,
    ) -> Result<(), MembershipError> {
        rules::may_own(&self.standing(group_id, Some(actor)).await?)?;
        if to == actor.user_id {
            return Err(Invalid::field("/user_id", Flaw::new("not_allowed")).into());
        }
        let transfer = Transfer { group_id, from: actor.user_id, to, at: self.clock.now(), claim };
        match self.members.transfer_group(transfer).await? {
            Transferred::Done => Ok(()),
            Transferred::NotAllowed => Err(AccessError::NotAllowed.into()),
            Transferred::NoSuchMember => Err(MembershipError::NoSuchMember),
        }
    }

    /// Bans a user, member or not, until a moment or for good. For those who moderate.
    ///
    /// # Errors
    /// Not for the caller, [`MembershipError::Outranked`], [`MembershipError::NoSuchUser`]; a ban must
    /// end in the future.
    pub async fn ban(
        &self,
        actor: Actor,
        group_id: GroupId,
        user_id: UserId,
        until: Option<Timestamp>,
        reason: Option<&str>,
    ) -> Result<(), MembershipError> {
        let now = self.clock.now();
        let mut check = Check::default();
        let reason = check.field("/reason", reason.map_or(Ok(None), |text| text::optional(text, 200)));
        let future = until.is_none_or(|until| until > now);
        let until = check.field("/until", future.then_some(until).ok_or(Flaw::new("out_of_range")));
        let (reason, until) = check.done((reason, until))?;
        rules::may_moderate(&self.standing(group_id, Some(actor)).await?)?;
        let ban = BanMember { group_id, user_id, until, reason, by: actor.user_id, at: now };
        match self.members.ban_member(ban).await? {
            BanSet::Done => Ok(()),
            BanSet::NotAllowed => Err(MembershipError::Outranked),
            BanSet::NoSuchUser => Err(MembershipError::NoSuchUser),
        }
    }

    /// Lifts a ban, if there is one. For those who moderate.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn unban(
        &self,
        actor: Actor,
        group_id: GroupId,
        user_id: UserId,
    ) -> Result<(), MembershipError> {
        rules::may_moderate(&self.standing(group_id, Some(actor)).await?)?;
        let allowed = self.members.unban_member(group_id, user_id, actor.user_id, self.clock.now()).await?;
        if allowed { Ok(()) } else { Err(AccessError::NotAllowed.into()) }
    }

    /// Bans that count now, newest first. For those who moderate.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn bans(
        &self,
        actor: Actor,
        group_id: GroupId,
        page: PageRequest,
    ) -> Result<Page<Ban>, MembershipError> {
        rules::may_moderate(&self.standing(group_id, Some(actor)).await?)?;
        Ok(self.members.list_bans(group_id, page, self.clock.now()).await?)
    }

    /// Makes a user a member of this role, whoever he is. For operators.
    ///
    /// # Errors
    /// [`MembershipError::LastOwner`], [`MembershipError::NoSuchMember`] if there is no such user or group.
    pub async fn assign(
        &self,
        group_id: GroupId,
        user_id: UserId,
        role: Role,
    ) -> Result<Member, MembershipError> {
        match self.members.assign_role(group_id, user_id, role, self.clock.now()).await? {
            MemberUpdated::Done(member) => Ok(member),
            MemberUpdated::LastOwner => Err(MembershipError::LastOwner),
            MemberUpdated::NotAllowed | MemberUpdated::NoSuchMember => Err(MembershipError::NoSuchMember),
        }
    }

    async fn standing(&self, id: GroupId, actor: Option<Actor>) -> Result<Standing, MembershipError> {
        let user = actor.map(|actor| actor.user_id);
        let standing = self.groups.standing(id, user, self.clock.now()).await?;
        Ok(standing.ok_or(AccessError::NoSuchGroup)?)
    }
}
