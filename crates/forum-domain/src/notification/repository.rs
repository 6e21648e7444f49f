//! What notifications ask of the store.

use async_trait::async_trait;

use super::{Changes, Kind, Notification, Preferences, Unread};
use crate::{
    clock::Timestamp,
    error::PortError,
    event::Recorded,
    id::{NotificationId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// Which of a user's notifications are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Only unread ones, or only read ones.
    pub unread: Option<bool>,
}

/// Which notifications are marked as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These. What is not his, or not there, is passed over.
    These(Vec<NotificationId>),
    /// This one and all that stand below it in the list.
    UpTo(NotificationId),
    /// All.
    All,
}

/// Notifications to be marked.
#[derive(Debug, Clone)]
pub struct MarkRead {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub which: Which,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// Something that the site tells everybody, some users at a time.
#[derive(Debug, Clone)]
pub struct Announce {
    /// What.
    pub text: String,
    /// What it is known by: told twice under one name it reaches each user once.
    pub name: String,
    /// To this user only.
    pub to: Option<UserId>,
    /// To users with greater ids only.
    pub after: Option<UserId>,
    /// To so many at most.
    pub limit: u32,
    /// When.
    pub at: Timestamp,
}

/// How [`NotificationRepository::announce`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Whom it reached now.
    pub users: Vec<UserId>,
    /// The greatest id that was looked at; `None` if there was none.
    pub last: Option<UserId>,
}

/// Keeps what users are told.
///
/// Each user has a feed whose number goes up with every change of what he is shown. A change and its
/// number MUST be one: whoever saw a number saw every change up to it. What a user may not see (content
/// of a group he is not in, deleted content, what somebody he blocks did) MUST NOT be in any answer to him,
/// nor be counted, whatever he could see when it was written.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationRepository: Send + Sync {
    /// The text whose mentions an event may tell of: the title and the HTML, or plain text escaped as HTML,
    /// of what was written, if it is there.
    ///
    /// # Errors
    /// Only a port's.
    async fn mentioning_text(&self, event: &Recorded) -> Result<Option<String>, PortError>;

    /// Makes notifications be as they should be by now after this event: writes those that are missing,
    /// takes back unread ones whose fact was undone, merges likes. `mentions` holds, for each mention in
    /// what was written, the skeletons of the names it may mean, the likeliest first. Answers whose feeds
    /// changed.
    ///
    /// One fact is told to one user once however often this is called, and never to whoever did it, to who
    /// blocks him, to who does not want this kind, or to who may not see it.
    ///
    /// # Errors
    /// Only a port's.
    async fn follow(&self, event: &Recorded, mentions: Vec<Vec<String>>) -> Result<Vec<UserId>, PortError>;

    /// Tells users what the site says.
    ///
    /// # Errors
    /// Only a port's.
    async fn announce(&self, announce: Announce) -> Result<Announced, PortError>;

    /// A user's notifications, the last changed first.
    ///
    /// # Errors
    /// Only a port's.
    async fn list_notifications(
        &self,
        user: UserId,
        filter: NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Notification>, PortError>;

    /// How many are unread.
    ///
    /// # Errors
    /// Only a port's.
    async fn count_unread(&self, user: UserId) -> Result<Unread, PortError>;

    /// Marks notifications as read: whether there was the one that [`Which::UpTo`] names.
    ///
    /// # Errors
    /// Only a port's.
    async fn mark_read(&self, mark: MarkRead) -> Result<bool, PortError>;

    /// What a user wants to be told of.
    ///
    /// # Errors
    /// Only a port's.
    async fn notification_preferences(&self, user: UserId) -> Result<Preferences, PortError>;

    /// Replaces what a user wants to be told of.
    ///
    /// # Errors
    /// Only a port's.
    async fn set_notification_preferences(
        &self,
        user: UserId,
        preferences: Preferences,
    ) -> Result<(), PortError>;

    /// What became of a feed since it had this number, at most `limit` notifications; with `None` only
    /// its number and what is unread.
    ///
    /// # Errors
    /// Only a port's.
    async fn changes_since(&self, user: UserId, since: Option<i64>, limit: u32)
    -> Result<Changes, PortError>;

    /// The feeds that changed within so many seconds of the store's own time, each with its number.
    ///
    /// # Errors
    /// Only a port's.
    async fn changed_feeds(&self, within_seconds: u32) -> Result<Vec<(UserId, i64)>, PortError>;

    /// Forgets notifications that were made before these moments, read ones and any; up to a thousand at a
    /// time. How many.
    ///
    /// # Errors
    /// Only a port's.
    async fn prune_notifications(&self, read: Timestamp, any: Timestamp) -> Result<u64, PortError>;
}
