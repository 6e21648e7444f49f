//! Asking to join, and deciding.

use std::sync::Arc;

use super::{
    Decide, Decided, Decision, JoinError, JoinRepository, JoinRequest, JoinStatus, RequestToJoin, Requested,
    Withdrawn, rules,
};
use crate::{
    actor::Actor,
    clock::Clock,
    error::Invalid,
    group::{self, AccessError, GroupRepository},
    id::{GroupId, JoinRequestId},
    idempotency::Claim,
    page::{Page, PageRequest},
    policy::Policy,
    text,
};

/// Join requests.
pub struct JoinService {
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) joins: Arc<dyn JoinRepository>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl JoinService {
    /// Asks to be let in. An open group lets in at once.
    ///
    /// # Errors
    /// A wrong reason, [`JoinError::AlreadyMember`], [`JoinError::AlreadyPending`],
    /// [`JoinError::Cooldown`], [`JoinError::InviteOnly`], banned.
    pub async fn request(
        &self,
        actor: Actor,
        group_id: GroupId,
        reason: &str,
        claim: Option<Claim>,
    ) -> Result<JoinRequestId, JoinError> {
        let reason =
            text::block(reason, 1, rules::TEXT_MAX).map_err(|flaw| Invalid::field("/reason", flaw))?;
        let now = self.clock.now();
        let request = RequestToJoin {
            group_id,
            user_id: actor.user_id,
            reason,
            cooldown_since: rules::cooldown_since(now, &self.policy),
            expired_since: rules::expired_since(now, &self.policy),
            at: now,
            claim,
        };
        match self.joins.request_to_join(request).await? {
            Requested::Done(id) => Ok(id),
            Requested::AlreadyMember => Err(JoinError::AlreadyMember),
            Requested::AlreadyPending => Err(JoinError::AlreadyPending),
            Requested::Cooldown => Err(JoinError::Cooldown),
            Requested::InviteOnly => Err(JoinError::InviteOnly),
            Requested::Banned => Err(AccessError::Banned.into()),
            Requested::NoSuchGroup => Err(AccessError::NoSuchGroup.into()),
        }
    }

    /// Decides a request. For those who moderate its group; to others it does not exist.
    ///
    /// # Errors
    /// A wrong reply, [`JoinError::NotFound`], [`JoinError::AlreadyDecided`].
    pub async fn decide(
        &self,
        actor: Actor,
        id: JoinRequestId,
        decision: Decision,
        reply: Option<&str>,
        claim: Option<Claim>,
    ) -> Result<(), JoinError> {
        let reply = reply
            .map_or(Ok(None), |text| text::optional(text, rules::TEXT_MAX))
            .map_err(|flaw| Invalid::field("/reply", flaw))?;
        let now = self.clock.now();
        let decide = Decide {
            id,
            decision,
            reply,
            by: actor.user_id,
            expired_since: rules::expired_since(now, &self.policy),
            at: now,
            claim,
        };
        match self.joins.decide(decide).await? {
            Decided::Done => Ok(()),
            Decided::AlreadyDecided => Err(JoinError::AlreadyDecided),
            // Banning refuses what waits, so this is a race that the ban won.
            Decided::Banned => Err(JoinError::AlreadyDecided),
            Decided::NotFound => Err(self.why_not(actor, id).await?),
        }
    }

    /// Takes the actor's own request back.
    ///
    /// # Errors
    /// [`JoinError::NotFound`], [`JoinError::AlreadyDecided`], [`JoinError::Changed`].
    pub async fn withdraw(
        &self,
        actor: Actor,
        id: JoinRequestId,
        if_version: Option<i64>,
    ) -> Result<(), JoinError> {
        let request = self.get(actor, id).await?;
        if request.user.id != actor.user_id {
            return Err(AccessError::NotAllowed.into());
        }
        if request.status == JoinStatus::Withdrawn {
            return Ok(());
        }
        // A request changes once, from version 1; the store's compare-and-set does the rest.
        if if_version.is_some_and(|version| version != request.version()) {
            return Err(JoinError::Changed);
        }
        match self.joins.withdraw(id, actor.user_id, self.clock.now()).await? {
            Withdrawn::Done => Ok(()),
            Withdrawn::AlreadyDecided => Err(JoinError::AlreadyDecided),
            Withdrawn::NotFound => Err(JoinError::NotFound),
        }
    }

    /// A request. For who made it and those who moderate its group.
    ///
    /// # Errors
    /// [`JoinError::NotFound`].
    pub async fn get(&self, actor: Actor, id: JoinRequestId) -> Result<JoinRequest, JoinError> {
        self.joins.find_join_request(id, actor.user_id).await?.ok_or(JoinError::NotFound)
    }

    /// A group's requests, newest first. For those who moderate it.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn list(
        &self,
        actor: Actor,
        group_id: GroupId,
        status: Option<JoinStatus>,
        page: PageRequest,
    ) -> Result<Page<JoinRequest>, JoinError> {
        let standing = self.groups.standing(group_id, Some(actor.user_id), self.clock.now()).await?;
        group::rules::may_moderate(&standing.ok_or(AccessError::NoSuchGroup)?)?;
        Ok(self.joins.list_join_requests(group_id, status, page).await?)
    }

    /// The actor's requests, newest first.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn mine(
        &self,
        actor: Actor,
        status: Option<JoinStatus>,
        page: PageRequest,
    ) -> Result<Page<JoinRequest>, JoinError> {
        Ok(self.joins.list_join_requests_of(actor.user_id, status, page).await?)
    }

    /// Expires what waited too long. Called now and then by every instance; how many expired.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn expire(&self) -> Result<u64, JoinError> {
        let now = self.clock.now();
        Ok(self.joins.expire_join_requests(rules::expired_since(now, &self.policy), now).await?)
    }

    /// Who made a request may see it but not decide it; to all others it does not exist.
    async fn why_not(&self, actor: Actor, id: JoinRequestId) -> Result<JoinError, JoinError> {
        Ok(match self.joins.find_join_request(id, actor.user_id).await? {
            Some(_) => AccessError::NotAllowed.into(),
            None => JoinError::NotFound,
        })
    }
}
