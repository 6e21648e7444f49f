//! Signing in and out.

mod dto;

pub(crate) use dto::Session;

use forum_domain::{id::SessionId, page::Page, session::AuthError};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Done, Listed, MadeOnce, Plain, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    ids::Id,
    json::Body,
    page::{Cursor, Limit, Scope},
    problem::refusals,
    tags::Tag,
};

use dto::{CodeLogin, DeviceSession, DeviceSessionList, Jwks, Login, Refresh, Ticket, TicketDraft};

refusals! {
    LogIn [BODY] "auth.invalid_credentials" "auth.too_many_attempts" "auth.suspended";
    LogInWithCode [BODY] "auth.invalid_code" "auth.invalid_credentials" "auth.suspended";
    RefreshSession [BODY] "auth.invalid_refresh_token" "auth.suspended";
    LogOut [SESSION];
    ListSessions [SESSION LIST];
    RevokeSession [SESSION] "session.not_found";
    RevokeOtherSessions [SESSION];
    CreateTicket [SESSION BODY];
    GetJwks [];
}

/// The endpoints of sessions.
pub(crate) struct SessionApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl SessionApi {
    /// Log in by password
    ///
    /// An unknown mobile is refused like a wrong password, after the same time. Failed attempts have to wait
    /// longer and longer; `loginWithCode` does not.
    #[oai(path = "/auth/login", method = "post", operation_id = "login")]
    async fn log_in(&self, call: Call, body: Body<Login>) -> Answer<Reply<Session, Plain>, LogIn> {
        let Login { mobile, password } = &body.value;
        let tokens = call.forum().sessions.log_in(mobile, password, &call.origin).await?;
        Ok(Reply::new(Rendered::of(200, &Session::of(tokens, &call))?))
    }

    /// Log in by SMS code
    ///
    /// With a code that was sent with the purpose `login`.
    #[oai(path = "/auth/login/code", method = "post", operation_id = "loginWithCode")]
    async fn log_in_with_code(
        &self,
        call: Call,
        body: Body<CodeLogin>,
    ) -> Answer<Reply<Session, Plain>, LogInWithCode> {
        let CodeLogin { mobile, code } = &body.value;
        let tokens = call.forum().sessions.log_in_with_code(mobile, code, &call.origin).await?;
        Ok(Reply::new(Rendered::of(200, &Session::of(tokens, &call))?))
    }

    /// Stay signed in
    ///
    /// Trades a refresh token for the next one and a new access token. Each is good once; for 10 seconds it
    /// still gives the same successor, so that parallel tabs meet again. Later use of it ends the session.
    #[oai(path = "/auth/refresh", method = "post", operation_id = "refreshSession")]
    async fn refresh(
        &self,
        call: Call,
        body: Body<Refresh>,
    ) -> Answer<Reply<Session, Plain>, RefreshSession> {
        let tokens = call.forum().sessions.refresh(&body.value.refresh_token, &call.origin).await?;
        Ok(Reply::new(Rendered::of(200, &Session::of(tokens, &call))?))
    }

    /// Log out
    ///
    /// Ends the calling session on every instance.
    #[oai(path = "/auth/logout", method = "post", operation_id = "logout")]
    async fn log_out(&self, call: Call, SignedIn(actor): SignedIn) -> Answer<Done, LogOut> {
        call.forum().sessions.log_out(actor).await?;
        Ok(Done)
    }

    /// One's devices that are signed in
    ///
    /// Last signed in first.
    #[oai(path = "/auth/sessions", method = "get", operation_id = "listSessions")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<DeviceSessionList, Listed>, ListSessions> {
        let scope = Scope::new("listSessions", &[]);
        let page = scope.page(&call, &limit, &cursor)?;
        let mut sessions = call.forum().sessions.list(actor).await?;
        // There are few, so they come all at once, and are cut here.
        sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
        if let Some(after) = page.key() {
            sessions.retain(|session| (session.created_at, session.id.get()) < after);
        }
        let page = Page::from_surplus(sessions, page.limit, |session| (session.created_at, session.id.get()));
        let next_cursor = scope.cursor(&call, page.next);
        let of = |session: forum_domain::session::DeviceSession| {
            let current = session.id == actor.session_id;
            DeviceSession::of(session, current)
        };
        let list = DeviceSessionList { items: page.items.into_iter().map(of).collect(), next_cursor };
        Ok(Reply::new(Rendered::of(200, &list)?))
    }

    /// End one of one's sessions
    ///
    /// Signs a device out, on every instance within 5 seconds.
    #[oai(path = "/auth/sessions/:session_id", method = "delete", operation_id = "revokeSession")]
    async fn revoke(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The session's id.
        session_id: Path<Id>,
    ) -> Answer<Done, RevokeSession> {
        let id = session_id.of(SessionId::new).ok_or(AuthError::NoSuchSession)?;
        call.forum().sessions.end(actor, id).await?;
        Ok(Done)
    }

    /// End one's other sessions
    ///
    /// Signs every device out but the calling one.
    #[oai(path = "/auth/sessions", method = "delete", operation_id = "revokeOtherSessions")]
    async fn revoke_others(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
    ) -> Answer<Done, RevokeOtherSessions> {
        call.forum().sessions.end_others(actor).await?;
        Ok(Done)
    }

    /// Get a ticket for an address
    ///
    /// For what cannot send a header: a browser's `EventSource`, an editor that uploads. It stands for the
    /// token as the query parameter `ticket`, and dies with the session. One for `stream` opens
    /// `streamNotifications` once, within 60 seconds; one for `upload` is good for `uploadMedia` for half an hour,
    /// any number of times. An access token never belongs into an address, which logs and histories keep.
    #[oai(path = "/auth/tickets", method = "post", operation_id = "createTicket")]
    async fn create_ticket(
        &self,
        call: Call,
        SignedIn(_actor): SignedIn,
        body: Body<TicketDraft>,
    ) -> Answer<Reply<Ticket, MadeOnce>, CreateTicket> {
        let pass = call.pass.clone()?.ok_or(AuthError::Required)?;
        let (ticket, life) = call.forum().sessions.issue_ticket(pass, body.value.purpose.into()).await?;
        Ok(Reply::new(Rendered::of(201, &Ticket::of(&ticket, life))?))
    }
}

/// What stands at the root, where the world looks for it.
pub(crate) struct WellKnownApi;

#[OpenApi(tag = "Tag::Accounts")]
impl WellKnownApi {
    /// The keys that access tokens are verified with
    ///
    /// For other services that take our tokens: `sub` is the user's id as text, `sid` the session's id, `iss`
    /// this server's public address. Two keys are valid while they are rotated.
    #[oai(path = "/.well-known/jwks.json", method = "get", operation_id = "getJwks")]
    async fn jwks(&self, call: Call) -> Answer<Reply<Jwks, Plain>, GetJwks> {
        Ok(Reply::new(Rendered::of(200, &Jwks::of(call.forum().sessions.public_keys()))?))
    }
}
