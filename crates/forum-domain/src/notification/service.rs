//! Reading notifications, marking them, and speaking for the site.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{
    Announce, Changes, FanOut, Kind, MarkRead, Notification, NotificationError, NotificationFilter,
    NotificationRepository, Preferences, Told, Unread, Which, rules,
};
use crate::{
    actor::Actor,
    clock::{Clock, Random},
    error::{Invalid, PortError},
    id::UserId,
    idempotency::Claim,
    page::{MAX_LIMIT, Page, PageRequest},
    text,
};

/// The longest that the site says at a time, in characters.
const LONGEST: usize = 500;

/// Notifications.
pub struct NotificationService {
    pub(crate) notifications: Arc<dyn NotificationRepository>,
    pub(crate) fan_out: Arc<dyn FanOut>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl NotificationService {
    /// The actor's notifications that he may still see, the last changed first.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn list(
        &self,
        actor: Actor,
        filter: NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Notification>, NotificationError> {
        Ok(self.notifications.list_notifications(actor.user_id, filter, page).await?)
    }

    /// How many of them are unread.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn unread(&self, actor: Actor) -> Result<Unread, NotificationError> {
        Ok(self.notifications.count_unread(actor.user_id).await?)
    }

    /// Marks some of the actor's notifications as read, and answers what is unread then.
    ///
    /// # Errors
    /// `/ids` with more than a hundred; [`NotificationError::NoSuchNotification`] if it is to be up to one
    /// that is not his.
    pub async fn mark_read(
        &self,
        actor: Actor,
        which: Which,
        claim: Option<Claim>,
    ) -> Result<Unread, NotificationError> {
        if matches!(&which, Which::These(ids) if ids.len() > MAX_LIMIT as usize) {
            return Err(Invalid::range("/ids", 0, MAX_LIMIT.into()).into());
        }
        let mark = MarkRead { user: actor.user_id, which, at: self.clock.now(), claim };
        if !self.notifications.mark_read(mark).await? {
            return Err(NotificationError::NoSuchNotification);
        }
        let _ = self.fan_out.tell(&[actor.user_id]).await;
        self.unread(actor).await
    }

    /// What the actor wants to be told of.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn preferences(&self, actor: Actor) -> Result<Preferences, NotificationError> {
        Ok(self.notifications.notification_preferences(actor.user_id).await?)
    }

    /// Replaces what the actor wants to be told of, from now on. What he was told stays.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn set_preferences(
        &self,
        actor: Actor,
        preferences: Preferences,
    ) -> Result<Preferences, NotificationError> {
        let muted = Kind::ALL.into_iter().filter(|kind| preferences.muted.contains(kind)).collect();
        let preferences = Preferences { muted };
        self.notifications.set_notification_preferences(actor.user_id, preferences.clone()).await?;
        Ok(preferences)
    }

    /// Tells one user, or all, what the site has to say. How many it reached.
    ///
    /// # Errors
    /// `/text` is blank or longer than 500 characters.
    pub async fn announce(&self, words: &str, to: Option<UserId>) -> Result<u64, NotificationError> {
        let text = text::block(words, 1, LONGEST).map_err(|flaw| Invalid::field("/text", flaw))?;
        let mut name = [0; 8];
        self.random.fill(&mut name);
        let mut announce = Announce {
            text,
            name: format!("{:016x}", u64::from_le_bytes(name)),
            to,
            after: None,
            limit: rules::ANNOUNCED_AT_ONCE,
            at: self.clock.now(),
        };
        let mut reached = 0;
        loop {
            let told = self.notifications.announce(announce.clone()).await?;
            reached += told.users.len() as u64;
            let _ = self.fan_out.tell(&told.users).await;
            match told.last {
                Some(last) if to.is_none() => announce.after = Some(last),
                _ => return Ok(reached),
            }
        }
    }

    /// What became of a user's feed since it had this number.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn changes(&self, user: UserId, since: Option<i64>) -> Result<Changes, PortError> {
        self.notifications.changes_since(user, since, rules::RESUMED).await
    }

    /// Feeds that changed lately, on any instance.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn changed(&self, within_seconds: u32) -> Result<Vec<(UserId, i64)>, PortError> {
        self.notifications.changed_feeds(within_seconds).await
    }

    /// Hears whose feeds change, on any instance, as far as it is told.
    #[must_use]
    pub fn listen(&self) -> Box<dyn Told> {
        self.fan_out.listen()
    }

    /// Forgets notifications that are old: 90 days if they were read, else a year. How many.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn prune(&self) -> Result<u64, PortError> {
        let now = self.clock.now();
        let [read, any] = [rules::READ_KEPT_DAYS, rules::KEPT_DAYS].map(|days| now - TimeDelta::days(days));
        self.notifications.prune_notifications(read, any).await
    }
}
