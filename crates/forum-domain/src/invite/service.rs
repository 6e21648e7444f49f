//! Making, showing, accepting and revoking invites.

use std::sync::Arc;

use super::{
    Accepted, CreateInvite, Invite, InviteCreated, InviteError, InviteRepository, InviteToken, rules,
};
use crate::{
    actor::Actor,
    clock::{Clock, Random, Timestamp},
    error::Check,
    group::{self, AccessError, GroupRepository},
    id::GroupId,
    idempotency::Claim,
    page::{Page, PageRequest},
    policy::Policy,
};

/// Invites.
pub struct InviteService {
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) invites: Arc<dyn InviteRepository>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) policy: Arc<Policy>,
}

impl InviteService {
    /// Makes an invite. For those who moderate the group.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, [`InviteError::TooMany`].
    pub async fn create(
        &self,
        actor: Actor,
        group_id: GroupId,
        max_uses: i64,
        expires_at: Timestamp,
        claim: Option<Claim>,
    ) -> Result<Invite, InviteError> {
        let now = self.clock.now();
        let mut check = Check::default();
        let max_uses = check.field("/max_uses", rules::uses(max_uses));
        let expires_at = check.field("/expires_at", rules::expiry(expires_at, now));
        let (max_uses, expires_at) = check.done((max_uses, expires_at))?;
        self.may_invite(actor, group_id).await?;
        let create = CreateInvite {
            token: rules::draw(self.random.as_ref()),
            group_id,
            max_uses,
            expires_at,
            by: actor.user_id,
            at_most: self.policy.invites_per_group,
            at: now,
            claim,
        };
        match self.invites.create_invite(create).await? {
            InviteCreated::Done(invite) => Ok(invite),
            InviteCreated::NotAllowed => Err(AccessError::NotAllowed.into()),
            InviteCreated::TooMany => Err(InviteError::TooMany),
        }
    }

    /// A group's invites that could still let somebody in. For those who moderate it.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn list(
        &self,
        actor: Actor,
        group_id: GroupId,
        page: PageRequest,
    ) -> Result<Page<Invite>, InviteError> {
        self.may_invite(actor, group_id).await?;
        Ok(self.invites.list_invites(group_id, page, self.clock.now()).await?)
    }

    /// The invite that the actor made under an idempotency key, for whoever has to answer him again.
    ///
    /// # Errors
    /// [`InviteError::NotFound`], also for another's.
    pub async fn made(&self, actor: Actor, id: i64) -> Result<Invite, InviteError> {
        let found = self.invites.find_invite_by_id(id).await?;
        found.filter(|invite| invite.created_by.id == actor.user_id).ok_or(InviteError::NotFound)
    }

    /// What an invite leads to: for whoever has its link.
    ///
    /// # Errors
    /// [`InviteError::NotFound`], [`InviteError::Expired`], [`InviteError::UsedUp`].
    pub async fn preview(&self, token: &str) -> Result<Invite, InviteError> {
        let invite = self.find(token).await?;
        if invite.expires_at <= self.clock.now() {
            Err(InviteError::Expired)
        } else if invite.used >= invite.max_uses {
            Err(InviteError::UsedUp)
        } else {
            Ok(invite)
        }
    }

    /// Becomes a member. Accepting again changes nothing.
    ///
    /// # Errors
    /// [`InviteError::NotFound`], [`InviteError::Expired`], [`InviteError::UsedUp`], banned.
    pub async fn accept(
        &self,
        actor: Actor,
        token: &str,
        claim: Option<Claim>,
    ) -> Result<GroupId, InviteError> {
        let token = InviteToken::parse(token).ok_or(InviteError::NotFound)?;
        match self.invites.accept_invite(&token, actor.user_id, self.clock.now(), claim).await? {
            Accepted::Done(id) | Accepted::AlreadyMember(id) => Ok(id),
            Accepted::Banned => Err(AccessError::Banned.into()),
            Accepted::Expired => Err(InviteError::Expired),
            Accepted::UsedUp => Err(InviteError::UsedUp),
            Accepted::NotFound => Err(InviteError::NotFound),
        }
    }

    /// Revokes an invite. For those who moderate its group; to others who do not, it is forbidden.
    ///
    /// # Errors
    /// Not for the caller, [`InviteError::NotFound`].
    pub async fn revoke(&self, actor: Actor, token: &str) -> Result<(), InviteError> {
        let invite = self.find(token).await?;
        self.may_invite(actor, invite.group_id).await?;
        Ok(self.invites.revoke_invite(&invite.token, self.clock.now()).await?)
    }

    async fn find(&self, token: &str) -> Result<Invite, InviteError> {
        let token = InviteToken::parse(token).ok_or(InviteError::NotFound)?;
        self.invites.find_invite(&token).await?.ok_or(InviteError::NotFound)
    }

    async fn may_invite(&self, actor: Actor, group_id: GroupId) -> Result<(), InviteError> {
        let standing = self.groups.standing(group_id, Some(actor.user_id), self.clock.now()).await?;
        group::rules::may_moderate(&standing.ok_or(AccessError::NoSuchGroup)?)?;
        Ok(())
    }
}
