//! What the events of a stream of notifications carry.

use poem_openapi::{Object, Union, types::Example};
use serde::Serialize;

use super::dto::{Notification, UnreadCount};

/// The `data` of an event: of `notification` a Notification, of `unread_count` an UnreadCount, of `resync` a
/// StreamResync, of `session_expired` a StreamEnd.
#[derive(Debug, Union, Serialize)]
#[oai(one_of)]
#[serde(untagged)]
pub(super) enum NotificationStreamEvent {
    Notification(Notification),
    UnreadCount(UnreadCount),
    StreamResync(StreamResync),
    StreamEnd(StreamEnd),
}

/// More happened than is sent, or the event that the client named is none of this user's: the list is to
/// be read anew, and what was kept of it to be thrown away.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(super) struct StreamResync {
    /// The id of this event: from here the stream goes on.
    #[oai(validator(max_length = 20))]
    pub(super) last_event_id: String,
}

impl Example for StreamResync {
    fn example() -> Self {
        Self { last_event_id: "1207".into() }
    }
}

/// Why a stream ended.
#[derive(Debug, Clone, Copy, poem_openapi::Enum, Serialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(super) enum StreamEndReason {
    /// The access token expired: with a new one, or a new ticket, the stream goes on.
    TokenExpired,
    /// The session was ended: the user has to sign in again.
    SessionEnded,
}

/// That the stream ends, and why.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(super) struct StreamEnd {
    /// Why.
    pub(super) reason: StreamEndReason,
}

impl Example for StreamEnd {
    fn example() -> Self {
        Self { reason: StreamEndReason::TokenExpired }
    }
}
