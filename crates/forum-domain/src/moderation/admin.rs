//! What those who run the site see and change of it.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{AccountModerated, AdminError, LogEntry, ModerateAccount, ModerationRepository, SiteStats};
use crate::{
    account::{AccountError, AccountRepository, AccountSummary, Mobile, SiteRole},
    actor::Actor,
    clock::{Clock, Timestamp},
    error::{Flaw, Invalid},
    id::UserId,
    page::{Page, PageRequest},
    policy::Policy,
    session::SessionService,
};

/// The site, for its admins.
pub struct AdminService {
    pub(crate) moderation: Arc<dyn ModerationRepository>,
    pub(crate) accounts: Arc<dyn AccountRepository>,
    pub(crate) sessions: Arc<SessionService>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl AdminService {
    /// Accounts, newest first; `text` is part of a nickname or a whole mobile.
    ///
    /// # Errors
    /// [`AdminError::NotAdmin`].
    pub async fn users(
        &self,
        actor: Actor,
        text: Option<&str>,
        role: Option<SiteRole>,
        page: PageRequest,
    ) -> Result<Page<AccountSummary>, AdminError> {
        self.require(actor).await?;
        let text = text.map(|text| {
            let mobile = Mobile::parse(text, &self.policy).map(|mobile| mobile.as_str().to_owned());
            mobile.unwrap_or_else(|_| text.trim().to_owned())
        });
        Ok(self.accounts.list_users(text, role, page, self.clock.now()).await?)
    }

    /// Changes an account's role on the site and its suspension: `None` leaves one as it is, `Some(None)`
    /// lifts a suspension. A suspension ends every session.
    ///
    /// # Errors
    /// [`AdminError::NotAdmin`], [`AdminError::OwnAccount`], no such user; a suspension must end in the future.
    pub async fn update_user(
        &self,
        actor: Actor,
        user_id: UserId,
        role: Option<SiteRole>,
        suspended_until: Option<Option<Timestamp>>,
    ) -> Result<AccountSummary, AdminError> {
        self.require(actor).await?;
        let now = self.clock.now();
        if suspended_until.flatten().is_some_and(|until| until <= now) {
            return Err(Invalid::field("/suspended_until", Flaw::new("out_of_range")).into());
        }
        if user_id == actor.user_id {
            return Err(AdminError::OwnAccount);
        }
        let change = ModerateAccount { user_id, role, suspended_until, by: actor.user_id, at: now };
        match self.moderation.moderate_account(change).await? {
            AccountModerated::Done { ended } => self.sessions.note_ended(&ended, now),
            AccountModerated::NotAllowed => return Err(AdminError::NotAdmin),
            AccountModerated::NoSuchUser => return Err(AccountError::NotFound.into()),
        }
        let user = self.accounts.find_user(user_id).await?.ok_or(AccountError::NotFound)?;
        let mobile = Some(user.mobile.as_str().to_owned());
        let found = self.accounts.list_users(mobile, None, PageRequest::first(), now).await?;
        let summary = found.items.into_iter().find(|summary| summary.user.id == user_id);
        Ok(summary.ok_or(AccountError::NotFound)?)
    }

    /// What those who moderate did, in every group and on the whole site, newest first.
    ///
    /// # Errors
    /// [`AdminError::NotAdmin`].
    pub async fn log(&self, actor: Actor, page: PageRequest) -> Result<Page<LogEntry>, AdminError> {
        self.require(actor).await?;
        Ok(self.moderation.list_log(None, page).await?)
    }

    /// The site in numbers.
    ///
    /// # Errors
    /// [`AdminError::NotAdmin`].
    pub async fn stats(&self, actor: Actor) -> Result<SiteStats, AdminError> {
        self.require(actor).await?;
        let now = self.clock.now();
        Ok(self.moderation.site_stats(now - TimeDelta::days(1), now).await?)
    }

    async fn require(&self, actor: Actor) -> Result<(), AdminError> {
        match self.accounts.find_user(actor.user_id).await? {
            Some(user) if user.role == SiteRole::Admin => Ok(()),
            _ => Err(AdminError::NotAdmin),
        }
    }
}
