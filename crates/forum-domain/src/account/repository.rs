//! What accounts ask of the store.

use async_trait::async_trait;

use super::{AccountSummary, Credentials, Mobile, Nickname, ProfilePatch, SiteRole, User};
use crate::{
    clock::Timestamp,
    error::PortError,
    id::{SessionId, UserId},
    page::{Page, PageRequest},
    session::NewSession,
};

/// A new account, with its first session.
#[derive(Clone)]
pub struct Register {
    /// Its mobile.
    pub mobile: Mobile,
    /// Hash of its password.
    pub password_hash: String,
    /// Its nickname, if one was chosen.
    pub nickname: Option<Nickname>,
    /// The session that registering opens.
    pub session: NewSession,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

// A hash has no business in a log.
impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Register")
            .field("mobile", &self.mobile)
            .field("nickname", &self.nickname)
            .field("session", &self.session.id)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// How [`AccountRepository::register`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// The account and its session are there.
    Created(Box<User>),
    /// An account has this mobile; nothing was written.
    MobileTaken,
    /// An account has a nickname with this skeleton; nothing was written.
    NicknameTaken,
}

/// Changes to a profile.
#[derive(Debug, Clone)]
pub struct UpdateProfile {
    /// Whose.
    pub user_id: UserId,
    /// What changes.
    pub patch: ProfilePatch,
    /// Only if the account still has this version.
    pub if_version: Option<i64>,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How [`AccountRepository::update_profile`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Updated {
    /// The account as it is now.
    Done(User),
    /// Another account has a nickname with this skeleton; nothing was written.
    NicknameTaken,
    /// It has another version by now; nothing was written.
    Changed,
    /// There is no such account.
    NoSuchUser,
}

/// A new password.
#[derive(Clone)]
pub struct SetPassword {
    /// Whose.
    pub user_id: UserId,
    /// Its hash.
    pub password_hash: String,
    /// Only if [`Credentials::version`] is still this one; `None`: whatever it is (a reset by SMS).
    pub if_credentials: Option<i64>,
    /// The session that lives on; `None` ends them all.
    pub keep: Option<SessionId>,
    /// When.
    pub at: Timestamp,
}

impl std::fmt::Debug for SetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetPassword")
            .field("user_id", &self.user_id)
            .field("if_credentials", &self.if_credentials)
            .field("keep", &self.keep)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// How [`AccountRepository::set_password`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSet {
    /// It is set, and these sessions ended with it.
    Done {
        /// The sessions that ended.
        ended: Vec<SessionId>,
    },
    /// The credentials changed meanwhile; nothing was written.
    Changed,
    /// There is no such account.
    NoSuchUser,
}

/// A new mobile.
#[derive(Debug, Clone)]
pub struct ChangeMobile {
    /// Whose.
    pub user_id: UserId,
    /// The new one.
    pub mobile: Mobile,
    /// Only if [`Credentials::version`] is still this one.
    pub if_credentials: i64,
    /// The session that lives on.
    pub keep: SessionId,
    /// When.
    pub at: Timestamp,
}

/// How [`AccountRepository::change_mobile`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MobileChanged {
    /// The account as it is now, and the sessions that ended with the change.
    Done(User, Vec<SessionId>),
    /// Another account has it; nothing was written.
    MobileTaken,
    /// The credentials changed meanwhile; nothing was written.
    Changed,
    /// There is no such account.
    NoSuchUser,
}

/// How [`AccountRepository::suspend`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suspended {
    /// It is as asked, and these sessions ended with it.
    Done {
        /// The sessions that ended.
        ended: Vec<SessionId>,
    },
    /// There is no such account.
    NoSuchUser,
}

/// The accounts.
///
/// Sessions end by a row in the revocations (see [`crate::session::SessionRepository`]), written in
/// the same transaction as what ends them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait AccountRepository: Send + Sync {
    /// Writes the account and its first session, atomically. Of any number of calls with one mobile,
    /// or with nicknames of one skeleton, exactly one MUST be `Created`.
    async fn register(&self, register: Register) -> Result<Registered, PortError>;

    /// The account, unless it was deleted.
    async fn find_user(&self, id: UserId) -> Result<Option<User>, PortError>;

    /// The account with this mobile.
    async fn find_user_by_mobile(&self, mobile: &Mobile) -> Result<Option<User>, PortError>;

    /// What the log-in with this mobile is checked against.
    async fn credentials_by_mobile(&self, mobile: &Mobile) -> Result<Option<Credentials>, PortError>;

    /// What this user's password is checked against.
    async fn credentials(&self, id: UserId) -> Result<Option<Credentials>, PortError>;

    /// Whether an account has a nickname with this skeleton. May be untrue a moment later:
    /// [`AccountRepository::register`] and [`AccountRepository::update_profile`] decide.
    async fn nickname_taken(&self, nickname: &Nickname) -> Result<bool, PortError>;

    /// Changes the profile and bumps the version, atomically.
    async fn update_profile(&self, update: UpdateProfile) -> Result<Updated, PortError>;

    /// Replaces the hash, bumps the credentials' version and ends every session but the one kept, atomically.
    async fn set_password(&self, set: SetPassword) -> Result<PasswordSet, PortError>;

    /// Replaces a hash by a newer one of the same password: no version moves, no session ends.
    /// Nothing happens if the hash is no longer `old`.
    async fn upgrade_hash<'a>(&self, id: UserId, old: &'a str, new: &'a str) -> Result<(), PortError>;

    /// Replaces the mobile, bumps both versions and ends every session but the one kept, atomically.
    async fn change_mobile(&self, change: ChangeMobile) -> Result<MobileChanged, PortError>;

    /// Sets until when the account is suspended (`None` lifts it); a suspension ends every session, atomically.
    async fn suspend(
        &self,
        id: UserId,
        until: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<Suspended, PortError>;

    /// Sets the role on the site; false if there is no such account.
    async fn set_site_role(&self, id: UserId, role: SiteRole, at: Timestamp) -> Result<bool, PortError>;

    /// Accounts, newest first. `text` is part of a nickname or a whole mobile.
    async fn list_users(
        &self,
        text: Option<String>,
        role: Option<SiteRole>,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<AccountSummary>, PortError>;
}
