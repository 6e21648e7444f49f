//! A stream of notifications, as the protocol of server-sent events has it.

use std::{io, time::Duration};

use bytes::Bytes;
use forum_domain::{
    error::PortError,
    notification::{Changes, Unread},
};
use futures_util::{Stream, stream};
use poem::{Body, IntoResponse, Response, http::header};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use super::{
    dto::{Notification, UnreadCount},
    events::{NotificationStreamEvent, StreamEnd, StreamEndReason, StreamResync},
    hub::{self, Seat},
};
use crate::context::Call;

const EVENT_STREAM: &str = "text/event-stream";

/// How often something is sent, so that nobody on the way takes the stream for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// After how long a reading that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How long a browser waits before it connects again, in milliseconds.
const RECONNECT: u32 = 2_000;

/// From where a client goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// From now.
    Now,
    /// From the last event that it has.
    Last(i64),
    /// It names an event that cannot be one of ours.
    Unknown,
}

impl From {
    /// What a client says of the last event that it has; the header counts for more, since a browser sends
    /// it with what it got after the address was made.
    pub(super) fn of(header: Option<&str>, parameter: Option<&str>) -> Self {
        let said = header.into_iter().chain(parameter).map(str::trim).find(|said| !str::is_empty(said));
        said.map_or(Self::Now, |said| {
            let digits = said.len() <= 16 && said.bytes().all(|byte| byte.is_ascii_digit());
            said.parse().ok().filter(|_| digits).map_or(Self::Unknown, Self::Last)
        })
    }
}

/// A stream that is open.
pub(super) struct Live {
    seat: Seat,
    call: Call,
    /// The number up to which the client was told.
    since: i64,
    /// What it was last told of what is unread.
    unread: Option<Unread>,
    expires: Instant,
    /// What is sent first.
    first: Option<String>,
    /// When what could not be read is tried again.
    retry: Option<Instant>,
    ended: bool,
}

impl Live {
    /// Opens a stream: the seat is taken, so that nothing is missed from here on; then what was missed is read.
    ///
    /// # Errors
    /// Only a port's.
    pub(super) async fn open(
        mut seat: Seat,
        call: Call,
        from: From,
        expires_in: Duration,
    ) -> Result<Self, PortError> {
        let since = if let From::Last(since) = from { Some(since) } else { None };
        let changes = seat.read(since).await?;
        let mut live = Self {
            seat,
            call,
            since: 0,
            unread: None,
            expires: Instant::now() + expires_in,
            first: None,
            retry: None,
            ended: false,
        };
        let mut text = format!("retry: {RECONNECT}\n\n");
        if from == From::Unknown {
            live.resync(&mut text, changes.seq);
        }
        live.tell(&mut text, &changes);
        live.first = Some(text);
        Ok(live)
    }

    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        if self.ended {
            return None;
        }
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let heartbeat = Instant::now() + HEARTBEAT;
        loop {
            let wake = self.retry.unwrap_or(heartbeat).min(heartbeat).min(self.expires);
            let look = tokio::select! {
                biased;
                called = self.seat.called() => {
                    if called == hub::Call::Close {
                        return None;
                    }
                    true
                }
                () = sleep_until(wake) => false,
            };
            let now = Instant::now();
            if now >= self.expires {
                return Some(self.end(StreamEndReason::TokenExpired));
            }
            if look || self.retry.is_some_and(|at| now >= at) {
                match self.look().await {
                    Ok(text) => {
                        self.retry = None;
                        if !text.is_empty() {
                            return Some(text);
                        }
                    }
                    // Nothing is skipped: it is read from the same place again.
                    Err(error) => {
                        tracing::debug!(%error, "a stream of notifications could not be read");
                        self.retry = Some(Instant::now() + RETRY);
                    }
                }
            }
            if Instant::now() >= heartbeat {
                return Some(":\n\n".into());
            }
        }
    }

    /// What is new, if anything is; what the client may see of it is decided now.
    async fn look(&mut self) -> Result<String, PortError> {
        let mut text = String::new();
        if self.seat.is_open().await? {
            let changes = self.seat.changes(self.since).await?;
            self.tell(&mut text, &changes);
        } else {
            text = self.end(StreamEndReason::SessionEnded);
        }
        Ok(text)
    }

    fn tell(&mut self, text: &mut String, changes: &Changes) {
        // What was written while it was read has a higher number than the feed had.
        let last = changes.items.last().map_or(changes.seq, |item| item.seq.max(changes.seq));
        if changes.gap {
            self.resync(text, last);
        }
        for item in &changes.items {
            let notification = Notification::of(item.clone(), &self.call);
            event(text, "notification", Some(item.seq), &NotificationStreamEvent::Notification(notification));
        }
        self.since = last;
        if self.unread.as_ref() != Some(&changes.unread) {
            let count = NotificationStreamEvent::UnreadCount(UnreadCount::from(&changes.unread));
            event(text, "unread_count", Some(last), &count);
            self.unread = Some(changes.unread.clone());
        }
    }

    fn resync(&mut self, text: &mut String, seq: i64) {
        let resync = NotificationStreamEvent::StreamResync(StreamResync { last_event_id: seq.to_string() });
        event(text, "resync", Some(seq), &resync);
    }

    fn end(&mut self, reason: StreamEndReason) -> String {
        self.ended = true;
        let mut text = String::new();
        let end = NotificationStreamEvent::StreamEnd(StreamEnd { reason });
        event(&mut text, "session_expired", None, &end);
        text
    }

    fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::unfold(self, async |mut live| {
            let text = live.next().await?;
            Some((Ok(Bytes::from(text)), live))
        })
    }
}

/// Writes one event.
fn event(text: &mut String, name: &str, id: Option<i64>, data: &impl Serialize) {
    // JSON on one line; what has no odd keys can always be written.
    let Ok(data) = serde_json::to_string(data) else { return };
    if let Some(id) = id {
        text.push_str(&format!("id: {id}\n"));
    }
    text.push_str(&format!("event: {name}\ndata: {data}\n\n"));
}

/// The answer of `streamNotifications`.
pub(super) struct Streamed(pub(super) Live);

impl IntoResponse for Streamed {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type(EVENT_STREAM)
            // Neither kept nor compressed on the way: that would hold events back.
            .header(header::CACHE_CONTROL, "no-store, no-transform")
            // nginx passes on at once what says this.
            .header("x-accel-buffering", "no")
            .body(Body::from_bytes_stream(self.0.into_stream()))
    }
}

impl ApiResponse for Streamed {
    fn meta() -> MetaResponses {
        let stream = MetaResponse {
            description: "The stream, for as long as the token is valid. The schema is that of one event's `data`.",
            status: Some(200),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: EVENT_STREAM,
                schema: NotificationStreamEvent::schema_ref(),
            }],
            headers: Vec::new(),
        };
        MetaResponses { responses: vec![stream] }
    }

    fn register(registry: &mut Registry) {
        NotificationStreamEvent::register(registry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_counts_for_more_than_the_address_and_nonsense_is_no_number() {
        for (header, parameter, expected) in [
            (None, None, From::Now),
            (Some(""), Some(""), From::Now),
            (None, Some("7"), From::Last(7)),
            (Some("9"), Some("7"), From::Last(9)),
            (Some(""), Some("7"), From::Last(7)),
            (Some("0"), None, From::Last(0)),
            (Some("-1"), None, From::Unknown),
            (Some("+1"), None, From::Unknown),
            (Some("x"), Some("7"), From::Unknown),
            (Some("99999999999999999999"), None, From::Unknown),
        ] {
            assert_eq!(From::of(header, parameter), expected, "{header:?} {parameter:?}");
        }
    }
}
