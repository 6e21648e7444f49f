//! What sessions look like in the API.

use std::time::Duration;

use forum_domain::session::{self as domain, SessionTokens};
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    account::Me,
    context::Call,
    fields::{Moment, choices},
    page::list_of,
};

/// How an access token is sent.
#[derive(Debug, Clone, Copy, poem_openapi::Enum, Serialize)]
pub(crate) enum TokenType {
    /// In the header `Authorization`, after the word `Bearer`.
    Bearer,
}

/// What signing in gives.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Session {
    /// Short-lived, sent with each request.
    #[oai(validator(max_length = 4000))]
    access_token: String,
    /// How it is sent.
    token_type: TokenType,
    /// How many seconds it is good for.
    #[oai(validator(minimum(value = "1"), maximum(value = "86400")))]
    expires_in: i32,
    /// Long-lived, good for one refresh.
    #[oai(validator(max_length = 1000))]
    refresh_token: String,
    /// Who is signed in.
    user: Me,
}

impl Session {
    pub(crate) fn of(tokens: SessionTokens, call: &Call) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: TokenType::Bearer,
            expires_in: i32::try_from(tokens.expires_in).unwrap_or(i32::MAX),
            refresh_token: tokens.refresh_token,
            user: Me::of(tokens.user, call),
        }
    }
}

impl Example for Session {
    fn example() -> Self {
        Self {
            access_token: "eyJhbGciOiJFZERTQSIsImtpZCI6IjIwMjYtMDMifQ.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl".into(),
            token_type: TokenType::Bearer,
            expires_in: 900,
            refresh_token: "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ".into(),
            user: Me::example(),
        }
    }
}

/// Signing in by password.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct Login {
    /// The account's mobile, as people write it.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub(crate) mobile: String,
    /// Its password.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub(crate) password: String,
}

impl Example for Login {
    fn example() -> Self {
        Self { mobile: "13800000000".into(), password: "春江花月夜-1024".into() }
    }
}

/// Signing in by SMS code.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct CodeLogin {
    /// The account's mobile, as people write it.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub(crate) mobile: String,
    /// The code that was sent to it with the purpose `login`.
    #[oai(validator(min_length = 4, max_length = 64))]
    pub(crate) code: String,
}

impl Example for CodeLogin {
    fn example() -> Self {
        Self { mobile: "13800000000".into(), code: "482913".into() }
    }
}

/// Staying signed in.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct Refresh {
    /// The newest refresh token of the session.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub(crate) refresh_token: String,
}

impl Example for Refresh {
    fn example() -> Self {
        Self { refresh_token: "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ".into() }
    }
}

choices! {
    /// What a ticket is good for.
    TicketPurpose for domain::TicketPurpose {
        /// Opening one stream of notifications.
        Stream = "stream",
        /// Uploading files.
        Upload = "upload",
    }
}

/// Asking for a ticket.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct TicketDraft {
    /// For what.
    pub(crate) purpose: TicketPurpose,
}

impl Example for TicketDraft {
    fn example() -> Self {
        Self { purpose: TicketPurpose::Stream }
    }
}

/// What stands for an access token in an address.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Ticket {
    /// For the query parameter `ticket`.
    #[oai(validator(max_length = 100))]
    ticket: String,
    /// How many seconds it is good for.
    #[oai(validator(minimum(value = "1"), maximum(value = "86400")))]
    expires_in: i32,
}

impl Ticket {
    pub(crate) fn of(ticket: &domain::Ticket, life: Duration) -> Self {
        let expires_in = i32::try_from(life.as_secs()).unwrap_or(i32::MAX);
        Self { ticket: ticket.expose().to_owned(), expires_in }
    }
}

impl Example for Ticket {
    fn example() -> Self {
        Self { ticket: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b".into(), expires_in: 60 }
    }
}

/// One of a user's devices that is signed in.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct DeviceSession {
    /// Its id, as `sid` in its access tokens.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Since when it is signed in.
    created_at: Moment,
    /// When it was last refreshed, or signed in.
    last_seen_at: Moment,
    /// What its program calls itself.
    #[oai(validator(max_length = 300))]
    user_agent: Option<String>,
    /// From where it was last seen (IPv6 by its /64).
    #[oai(validator(max_length = 64))]
    ip: String,
    /// It is the one that asks.
    current: bool,
}

impl DeviceSession {
    pub(crate) fn of(session: domain::DeviceSession, current: bool) -> Self {
        Self {
            id: session.id.get(),
            created_at: session.created_at.into(),
            last_seen_at: session.last_seen_at.into(),
            user_agent: session.user_agent,
            ip: session.ip,
            current,
        }
    }
}

impl Example for DeviceSession {
    fn example() -> Self {
        Self {
            id: 7_346_821_905_413,
            created_at: Moment::example(1, 8),
            last_seen_at: Moment::example(2, 9),
            user_agent: Some("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)".into()),
            ip: "203.0.113.9".into(),
            current: true,
        }
    }
}

list_of! {
    /// A page of a user's devices that are signed in, last signed in first.
    DeviceSessionList of DeviceSession
}

/// The keys that access tokens are verified with (RFC 7517).
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Jwks {
    /// The keys, the signing one first.
    #[oai(validator(max_items = 16))]
    keys: Vec<Jwk>,
}

/// A public key (RFC 8037).
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Jwk {
    /// Its kind: `OKP`.
    #[oai(validator(max_length = 16))]
    kty: String,
    /// Its curve: `Ed25519`.
    #[oai(validator(max_length = 16))]
    crv: String,
    /// Its id, as in the header of tokens.
    #[oai(validator(max_length = 128))]
    kid: String,
    /// How it signs: `EdDSA`.
    #[oai(validator(max_length = 16))]
    alg: String,
    /// What for: `sig`.
    #[oai(rename = "use", validator(max_length = 16))]
    #[serde(rename = "use")]
    usage: String,
    /// The key itself, base64url.
    #[oai(validator(max_length = 64))]
    x: String,
}

impl Jwks {
    pub(crate) fn of(keys: Vec<domain::PublicKey>) -> Self {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let key = |key: domain::PublicKey| Jwk::new(key.key_id, URL_SAFE_NO_PAD.encode(key.ed25519));
        Self { keys: keys.into_iter().map(key).collect() }
    }
}

impl Jwk {
    fn new(kid: String, x: String) -> Self {
        Self { kty: "OKP".into(), crv: "Ed25519".into(), kid, alg: "EdDSA".into(), usage: "sig".into(), x }
    }
}

impl Example for Jwk {
    fn example() -> Self {
        Self::new("2026-03".into(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into())
    }
}

impl Example for Jwks {
    fn example() -> Self {
        Self { keys: vec![Jwk::example()] }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [Login, CodeLogin, Refresh] }

#[cfg(test)]
crate::fields::assert_examples! { answers [Session, DeviceSession, DeviceSessionList, Jwks] }
