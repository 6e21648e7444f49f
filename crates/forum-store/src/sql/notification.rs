//! SQL of notifications.
//!
//! A user's feed is one row of `notification_feeds`. Whoever changes something of what he is shown raises
//! its number first and so holds it until the transaction ends: numbers are committed in their order, and
//! what is read of a fact after that is as it stands when nobody else can tell of it. Of several users the
//! feeds are taken by ascending id.

mod about;
mod asked;
mod follow;
mod likes;
mod mark;
mod view;

pub(crate) use mark::preferences;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{QueryableByName, result::QueryResult, sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    event::Recorded,
    id::UserId,
    notification::{
        Announce, Announced, Changes, MarkRead, Notification, NotificationFilter, NotificationRepository,
        Preferences, Unread,
    },
    page::{Page, PageRequest},
};

use super::{super::notification as local, Conn, Store};
use crate::statement::{ByHand, statement};

#[async_trait]
impl NotificationRepository for Store {
    async fn mentioning_text(&self, event: &Recorded) -> Result<Option<String>, PortError> {
        let subject = event.event.subject;
        self.read(move |conn| Box::pin(about::text_of(conn, subject))).await
    }

    async fn follow(&self, event: &Recorded, mentions: Vec<Vec<String>>) -> Result<Vec<UserId>, PortError> {
        let event = *event;
        self.write(move |conn| Box::pin(follow::follow(conn, event, mentions))).await
    }

    async fn announce(&self, announce: Announce) -> Result<Announced, PortError> {
        self.write(move |conn| Box::pin(follow::announce(conn, announce))).await
    }

    async fn list_notifications(
        &self,
        user: UserId,
        filter: NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Notification>, PortError> {
        self.read(move |conn| Box::pin(view::list(conn, user, filter, page))).await
    }

    async fn count_unread(&self, user: UserId) -> Result<Unread, PortError> {
        self.read(move |conn| Box::pin(view::unread(conn, user))).await
    }

    async fn mark_read(&self, mark: MarkRead) -> Result<bool, PortError> {
        self.write(move |conn| Box::pin(mark::read(conn, mark))).await
    }

    async fn notification_preferences(&self, user: UserId) -> Result<Preferences, PortError> {
        self.read(move |conn| Box::pin(mark::preferences(conn, user))).await
    }

    async fn set_notification_preferences(
        &self,
        user: UserId,
        preferences: Preferences,
    ) -> Result<(), PortError> {
        self.write(move |conn| Box::pin(mark::set_preferences(conn, user, preferences))).await
    }

    async fn changes_since(
        &self,
        user: UserId,
        since: Option<i64>,
        limit: u32,
    ) -> Result<Changes, PortError> {
        self.read(move |conn| Box::pin(view::changes(conn, user, since, limit))).await
    }

    async fn changed_feeds(&self, within_seconds: u32) -> Result<Vec<(UserId, i64)>, PortError> {
        self.read(move |conn| Box::pin(changed(conn, within_seconds))).await
    }

    async fn prune_notifications(&self, read: DateTime<Utc>, any: DateTime<Utc>) -> Result<u64, PortError> {
        self.write(move |conn| Box::pin(mark::prune(conn, read, any))).await
    }
}

statement! {
    /// Raises the number of a feed, and holds it.
    Raise(user: i64 as BigInt) -> BigInt = local::RAISE;
}

/// Raises the number of a user's feed, which nobody else changes until the transaction ends.
async fn raise(conn: &mut Conn, user: i64) -> QueryResult<i64> {
    ByHand(Raise { user }).get_result(conn).await
}

#[derive(QueryableByName)]
struct FeedRow {
    #[diesel(sql_type = BigInt)]
    user_id: i64,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

async fn changed(conn: &mut Conn, within_seconds: u32) -> QueryResult<Vec<(UserId, i64)>> {
    let rows: Vec<FeedRow> =
        sql_query(local::CHANGED).bind::<BigInt, _>(i64::from(within_seconds)).load(conn).await?;
    Ok(rows.into_iter().map(|row| (UserId::stored(row.user_id), row.seq)).collect())
}

/// Raises the feeds of several users, by ascending id. Answers them.
async fn raise_all(conn: &mut Conn, mut users: Vec<i64>) -> QueryResult<Vec<UserId>> {
    users.sort_unstable();
    users.dedup();
    for user in &users {
        raise(conn, *user).await?;
    }
    Ok(users.into_iter().map(UserId::stored).collect())
}
