//! What users are told, and what they want to be told of.

mod dto;
mod events;
mod hub;
mod kinds;
mod stream;

pub use hub::Hub;

use forum_domain::{
    error::Flaw,
    id::NotificationId,
    notification::{NotificationFilter, Preferences, Unread, Which},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Query},
};

use crate::{
    answer::{Answer, Listed, Plain, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    idempotent::{Fact, IdempotencyKey, Once},
    json::Body,
    page::{Cursor, Limit, Scope},
    params::{Choice, Text},
    problem::{Problem, refusals},
    tags::Tag,
    ticket::{self, TokenOrTicket},
};

use dto::{Notification, NotificationList, NotificationsRead, UnreadCount, UnreadLeft};
pub(crate) use kinds::NotificationKind;
use kinds::{NotificationPreferences, NotificationSwitches};
use stream::{From, Live, Streamed};

refusals! {
    ListNotifications [SESSION LIST];
    GetUnreadCount [SESSION];
    StreamNotifications [SESSION TICKET] "request.invalid" "notification.too_many_streams";
    MarkNotificationsRead [SESSION BODY KEY] "notification.not_found";
    GetNotificationPreferences [SESSION];
    SetNotificationPreferences [SESSION BODY];
}

/// Which notifications a body means.
fn which(draft: &NotificationsRead) -> Result<Which, Problem> {
    let id = |number: i64, pointer: &'static str| {
        NotificationId::new(number).ok_or_else(|| Problem::field(pointer, Flaw::new("out_of_range")))
    };
    match (&draft.ids, draft.up_to, draft.all) {
        (Some(ids), None, None) => {
            Ok(Which::These(ids.iter().map(|number| id(*number, "/ids")).collect::<Result<_, _>>()?))
        }
        (None, Some(number), None) => Ok(Which::UpTo(id(number, "/up_to")?)),
        (None, None, Some(true)) => Ok(Which::All),
        (None, None, Some(false)) => Err(Problem::field("/all", Flaw::new("not_allowed"))),
        (None, None, None) => Err(Problem::field("", Flaw::new("required"))),
        _ => Err(Problem::field("", Flaw::new("not_allowed"))),
    }
}

/// The endpoints of notifications.
pub(crate) struct NotificationApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Notifications")]
impl NotificationApi {
    /// One's notifications
    ///
    /// The last changed first: likes of the same thing are one notification, which moves to the top, unread,
    /// with each of them. What one may not see any more (in groups one left, deleted) is not listed, and not
    /// counted; nor is what people did whom one blocks.
    #[oai(path = "/me/notifications", method = "get", operation_id = "listNotifications")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Only of this kind.
        kind: Query<Choice<NotificationKind>>,
        /// `true`: only unread ones; `false`: only read ones.
        unread: Query<Choice<bool>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<NotificationList, Listed>, ListNotifications> {
        let (kind, unread) = (kind.0.0, unread.0.0);
        let filters =
            [kind.map_or("", NotificationKind::as_str), unread.map_or("", |on| if on { "1" } else { "0" })];
        let scope = Scope::new("listNotifications", &filters);
        let page = scope.page(&call, &limit, &cursor)?;
        let filter = NotificationFilter { kind: kind.map(Into::into), unread };
        let page = call.forum().notifications.list(actor, filter, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|one| Notification::of(one, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &NotificationList { items, next_cursor })?))
    }

    /// How many of one's notifications are unread
    ///
    /// For the badge, in all and of each kind. It is counted, so that it is always what the list shows.
    #[oai(path = "/me/notifications/unread-count", method = "get", operation_id = "getUnreadCount")]
    async fn unread_count(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
    ) -> Answer<Reply<UnreadCount, Plain>, GetUnreadCount> {
        let unread = call.forum().notifications.unread(actor).await?;
        Ok(Reply::new(Rendered::of(200, &UnreadCount::from(&unread))?))
    }

    /// One's notifications, as they happen
    ///
    /// Server-sent events, each an `event` with its `data`:
    ///
    /// - `notification`: a Notification that is new or changed, as the list has it now;
    /// - `unread_count`: an UnreadCount, first of all and whenever it changes, on another device too;
    /// - `resync`: a StreamResync; read the list anew, for more happened than is sent;
    /// - `session_expired`: a StreamEnd, the last event.
    ///
    /// Each but the last has an `id` that goes up. Who comes again with the last one he got, as browsers do by
    /// themselves, gets what he missed, up to a hundred notifications. A comment every 15 seconds keeps the
    /// stream alive. A browser's `EventSource` cannot send a token, and sends a ticket instead: see
    /// `createTicket`; a ticket opens one stream, so each time it fetches another one.
    #[oai(path = "/me/notifications/stream", method = "get", operation_id = "streamNotifications")]
    async fn stream(
        &self,
        call: Call,
        by: TokenOrTicket<ticket::Stream>,
        /// The last event that the caller got.
        #[oai(name = "Last-Event-ID")]
        last: Header<Text<40>>,
        /// The same, for who cannot send the header.
        last_event_id: Query<Text<40>>,
    ) -> Answer<Streamed, StreamNotifications> {
        let pass = by.0;
        let from = From::of(last.get(), last_event_id.get());
        let life = (pass.expires_at - call.forum().clock.now()).to_std().unwrap_or_default();
        let seat = call.state.live.enter(pass.actor)?;
        Ok(Streamed(Live::open(seat, call, from, life).await?))
    }

    /// Mark notifications as read
    ///
    /// Some, all up to one, or all: exactly one of the fields. Marking again changes nothing.
    #[oai(path = "/me/notifications/read", method = "post", operation_id = "markNotificationsRead")]
    async fn mark_read(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<NotificationsRead>,
    ) -> Answer<Reply<UnreadLeft, Plain>, MarkNotificationsRead> {
        let (call, which) = (&call, which(&body.value)?);
        let once = Once { call, actor, operation: "markNotificationsRead", key, body: body.hash };
        let make =
            |claim| async move { Ok(call.forum().notifications.mark_read(actor, which, claim).await?) };
        let render = |fact: Fact<Unread>| async move {
            let unread = match fact {
                Fact::New(unread) => unread,
                Fact::Known(_) => call.forum().notifications.unread(actor).await?,
            };
            Rendered::of(200, &UnreadLeft { unread: unread.total() })
        };
        Ok(once.run(make, render).await?)
    }

    /// What one wants to be told of
    ///
    /// Every kind, until one says otherwise.
    #[oai(path = "/me/notification-preferences", method = "get", operation_id = "getNotificationPreferences")]
    async fn preferences(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
    ) -> Answer<Reply<NotificationPreferences, Plain>, GetNotificationPreferences> {
        let preferences = call.forum().notifications.preferences(actor).await?;
        Ok(Reply::new(Rendered::of(200, &NotificationPreferences::from(preferences))?))
    }

    /// Say what one wants to be told of
    ///
    /// From now on, of each kind; what one was told before stays.
    #[oai(path = "/me/notification-preferences", method = "put", operation_id = "setNotificationPreferences")]
    async fn set_preferences(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        body: Body<NotificationSwitches>,
    ) -> Answer<Reply<NotificationPreferences, Plain>, SetNotificationPreferences> {
        let wanted = Preferences::from(&body.value);
        let preferences = call.forum().notifications.set_preferences(actor, wanted).await?;
        Ok(Reply::new(Rendered::of(200, &NotificationPreferences::from(preferences))?))
    }
}
