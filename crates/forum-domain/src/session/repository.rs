//! What sessions ask of the store.

use async_trait::async_trait;

use super::{DeviceSession, OpenSession, Presented};
use crate::{
    account::User,
    actor::Origin,
    clock::Timestamp,
    error::PortError,
    id::{SessionId, UserId},
};

/// How [`SessionRepository::open_session`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It is open.
    Done(Box<User>),
    /// The account is suspended.
    Suspended,
    /// The credentials changed since they were checked, or the account is gone.
    Changed,
}

/// A refresh token presented for its successor.
#[derive(Debug, Clone)]
pub struct Rotate {
    /// The token.
    pub presented: Presented,
    /// From where.
    pub origin: Origin,
    /// A token rotated away at or after this moment still gets its successor, if that is unused.
    pub grace_since: Timestamp,
    /// Until when the session lives from now on.
    pub expires_at: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// How [`SessionRepository::rotate`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotated {
    /// The successor is the session's token: just made so, or a moment ago by a parallel call.
    Done(User),
    /// The token had been rotated away: somebody else has it. The session was ended.
    Reused,
    /// The session ended, expired, or was never there.
    Gone,
    /// The account is suspended.
    Suspended,
}

/// How ending one session went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It ended now.
    Done,
    /// This user has no such open session.
    NoSuchSession,
}

/// A session that was ended: its access tokens no longer count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// The session.
    pub session_id: SessionId,
    /// When it was ended, by the database's clock.
    pub ended_at: Timestamp,
}

/// The sessions; those that ended are the revocations that every instance polls.
///
/// A session is ended by its row, with the database's time, in the transaction of what ends it; the
/// row stays until no access token of the session can be valid.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// Opens a session, atomically with the check of its conditions.
    async fn open_session(&self, open: OpenSession) -> Result<Opened, PortError>;

    /// Replaces a refresh token by its successor, atomically. Of any number of parallel calls with
    /// one token, the generation MUST advance once and each MUST be `Done`; a token older than that,
    /// or one after the grace, MUST end the session.
    async fn rotate(&self, rotate: Rotate) -> Result<Rotated, PortError>;

    /// The user's open sessions, last seen first, at most 100.
    async fn list_sessions(&self, user_id: UserId, now: Timestamp) -> Result<Vec<DeviceSession>, PortError>;

    /// Ends one session of this user.
    async fn end_session(&self, user_id: UserId, id: SessionId, at: Timestamp) -> Result<Ended, PortError>;

    /// Ends every session of this user but one, and names those that ended.
    async fn end_other_sessions(
        &self,
        user_id: UserId,
        keep: SessionId,
        at: Timestamp,
    ) -> Result<Vec<SessionId>, PortError>;

    /// Whether the session is open: the check that needs no revocations.
    async fn session_is_open(&self, id: SessionId, now: Timestamp) -> Result<bool, PortError>;

    /// Sessions that were ended in the last `within_seconds` by the database's clock, or, with `None`,
    /// every one that is not forgotten yet. One whose end is committed MUST be in each answer asked
    /// for after that, as long as `within_seconds` reaches back to when its transaction began.
    async fn revocations(&self, within_seconds: Option<u32>) -> Result<Vec<Revocation>, PortError>;

    /// Forgets sessions that ended or expired before this moment, at most 1 000 a call. How many were
    /// forgotten.
    async fn prune_sessions(&self, before: Timestamp) -> Result<u64, PortError>;
}
