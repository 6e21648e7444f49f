//! What a session is made of.

use crate::{
    account::User,
    actor::{Actor, Origin},
    clock::Timestamp,
    id::{SessionId, UserId},
};

/// Hash of a refresh token's secret: the only form in which it is stored.
pub type RefreshHash = [u8; 32];

/// A session to open.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id, drawn at random.
    pub id: SessionId,
    /// Hash of its first refresh token.
    pub refresh_hash: RefreshHash,
    /// From where.
    pub origin: Origin,
    /// Until when it lives unless it is refreshed.
    pub expires_at: Timestamp,
}

/// A session to open for an account that has proved who it is.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// Whose.
    pub user_id: UserId,
    /// The session.
    pub session: NewSession,
    /// Only if [`crate::account::Credentials::version`] is still this one.
    pub if_credentials: i64,
    /// When.
    pub at: Timestamp,
}

/// One of a user's devices that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSession {
    /// Its id.
    pub id: SessionId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last refreshed, or opened.
    pub last_seen_at: Timestamp,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// From where it was last seen.
    pub ip: String,
}

/// What an access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Who.
    pub user_id: UserId,
    /// In which session.
    pub session_id: SessionId,
    /// Since when.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Somebody who has proved who he is, and for how long that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// Who.
    pub actor: Actor,
    /// Until his access token expires.
    pub expires_at: Timestamp,
}

/// What a ticket is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TicketPurpose {
    /// Opening one stream of notifications.
    Stream,
    /// Uploading files.
    Upload,
}

/// What stands for an access token where no header can be sent, in an address: short-lived, good for one
/// purpose only, and unlike a token of no use to whoever reads it in a log a moment later.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// For what.
    pub purpose: TicketPurpose,
    secret: String,
}

impl Ticket {
    /// A ticket with this secret.
    pub(crate) const fn new(purpose: TicketPurpose, secret: String) -> Self {
        Self { purpose, secret }
    }

    /// The ticket that somebody presents, if it can be one: 40 hexadecimal digits.
    #[must_use]
    pub fn parse(purpose: TicketPurpose, secret: &str) -> Option<Self> {
        let digits = secret.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (secret.len() == 40 && digits).then(|| Self::new(purpose, secret.to_owned()))
    }

    /// Its secret, for whoever asked for it and for where it is kept.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.secret
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// A refresh token that we issued, as its holder presents it. Whether it still counts, the store says.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// The session that it was issued for.
    pub session_id: SessionId,
    /// How many rotations came before it.
    pub generation: i64,
    /// Its hash.
    pub hash: RefreshHash,
    /// The token that follows it: always the same one, so that parallel tabs meet again.
    pub successor: String,
    /// The successor's hash.
    pub successor_hash: RefreshHash,
}

// Logs print values with Debug: no token may be in them.
impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Presented")
            .field("session_id", &self.session_id)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// What signing in gives.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionTokens {
    /// Short-lived, sent with each request.
    pub access_token: String,
    /// How many seconds it is good for.
    pub expires_in: u32,
    /// Long-lived, good for one refresh.
    pub refresh_token: String,
    /// Whose session it is.
    pub user: User,
    /// Which session it is.
    pub session_id: SessionId,
}

impl std::fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionTokens")
            .field("expires_in", &self.expires_in)
            .field("user", &self.user)
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}
