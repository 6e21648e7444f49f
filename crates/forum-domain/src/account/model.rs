//! What an account is made of.

use crate::{
    clock::Timestamp,
    error::Flaw,
    id::{SessionId, UserId},
    policy::Policy,
    text,
};

/// A mobile number in E.164 (`+8613800000000`), of a country that may register.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mobile(String);

impl Mobile {
    /// Reads a number as people write it: national or international, with spaces, dashes or
    /// full-width digits. All spellings of one number give one value.
    ///
    /// # Errors
    /// `malformed` if it is no valid mobile number, `not_allowed` if its country may not register.
    pub fn parse(text: &str, policy: &Policy) -> Result<Self, Flaw> {
        super::rules::mobile(text, policy).map(Self)
    }

    /// A number that is already stored. Adapters only: nothing is checked.
    #[must_use]
    pub fn stored(e164: String) -> Self {
        Self(e164)
    }

    /// In E.164. Only its owner may see it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With the middle hidden, as others may see it: `138****0000`.
    #[must_use]
    pub fn masked(&self) -> String {
        super::rules::masked(&self.0)
    }
}

// Logs and panics print values with Debug: the number must not be in them.
impl std::fmt::Debug for Mobile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mobile({})", self.masked())
    }
}

/// A name that a user chose: 1 to 32 characters, NFKC, nothing hidden, unique by [`skeleton`](text::skeleton).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nickname(String);

impl Nickname {
    /// The greatest length, in characters.
    pub const MAX: usize = 32;

    /// A nickname, normalised.
    ///
    /// # Errors
    /// As [`text::name`]; `not_allowed` if it would read as a mobile number.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let name = text::name(text, 1, Self::MAX)?;
        if super::rules::reads_as_mobile(&name) { Err(Flaw::new("not_allowed")) } else { Ok(Self(name)) }
    }

    /// A nickname that is already stored. Adapters only: nothing is checked.
    #[must_use]
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// As shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it must not share with another account's nickname.
    #[must_use]
    pub fn skeleton(&self) -> String {
        text::skeleton(&self.0)
    }
}

/// A password as typed: never trimmed, normalised or cut.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The greatest length, in characters.
    pub const MAX: usize = 128;

    /// A password that somebody wants to have.
    ///
    /// # Errors
    /// `too_short`, `too_long`, `control_characters` (NUL), `common`.
    pub fn choose(text: &str, policy: &Policy) -> Result<Self, Flaw> {
        super::rules::password(text, policy)?;
        Ok(Self(text.to_owned()))
    }

    /// A password that somebody claims to have: one that could never be chosen is refused before it
    /// costs a hash, all else is for the hasher to say.
    ///
    /// # Errors
    /// `too_short` if empty, `too_long`.
    pub fn claim(text: &str) -> Result<Self, Flaw> {
        super::rules::claimed_password(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The secret itself, for the hasher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What a user says of his gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither.
    Other,
}

/// What a user may do on the whole site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteRole {
    /// Nothing special.
    User,
    /// Moderates everywhere.
    Moderator,
    /// Runs the site.
    Admin,
}

/// An account, as its owner and the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its mobile.
    pub mobile: Mobile,
    /// The nickname, if one was chosen.
    pub nickname: Option<Nickname>,
    /// The key of the avatar's file.
    pub avatar_key: Option<String>,
    /// Gender, if told.
    pub gender: Option<Gender>,
    /// Address, if told.
    pub address: Option<String>,
    /// Bio, if told.
    pub bio: Option<String>,
    /// What he may do on the site.
    pub role: SiteRole,
    /// Until when he is suspended.
    pub suspended_until: Option<Timestamp>,
    /// Since when the account is there.
    pub created_at: Timestamp,
    /// Goes up with every change of content; what `If-Match` compares.
    pub version: i64,
}

impl User {
    /// What others see of him.
    #[must_use]
    pub fn card(&self) -> UserCard {
        UserCard {
            id: self.id,
            nickname: display_name(self.nickname.as_ref().map(Nickname::as_str), self.mobile.as_str()),
            avatar_key: self.avatar_key.clone(),
            deleted: false,
        }
    }
}

/// What others see of a user beside what he writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCard {
    /// His id.
    pub id: UserId,
    /// His nickname, or his masked mobile.
    pub nickname: String,
    /// The key of the avatar's file.
    pub avatar_key: Option<String>,
    /// The account was deleted; `nickname` then says only that.
    pub deleted: bool,
}

impl UserCard {
    /// A card from what is stored: no mobile is there once an account is deleted.
    #[must_use]
    pub fn stored(
        id: UserId,
        nickname: Option<&str>,
        mobile: Option<&str>,
        avatar_key: Option<String>,
    ) -> Self {
        match mobile {
            Some(mobile) => Self { id, nickname: display_name(nickname, mobile), avatar_key, deleted: false },
            None => Self { id, nickname: String::from("已注销用户"), avatar_key: None, deleted: true },
        }
    }
}

fn display_name(nickname: Option<&str>, mobile: &str) -> String {
    nickname.map_or_else(|| super::rules::masked(mobile), str::to_owned)
}

/// What a log-in is checked against.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Whose they are.
    pub user_id: UserId,
    /// The hash as a PHC string (or an imported one); `None` if the account has no password.
    pub password_hash: Option<String>,
    /// Goes up with every change of password or mobile, so that a log-in that was checked against
    /// the old ones opens no session after the change.
    pub version: i64,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user_id", &self.user_id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Changes to a profile: `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// A new nickname; it cannot be cleared.
    pub nickname: Option<Nickname>,
    /// Gender.
    pub gender: Option<Option<Gender>>,
    /// At most 200 characters.
    pub address: Option<Option<String>>,
    /// At most 500 characters.
    pub bio: Option<Option<String>>,
}

/// An account as an operator lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// The account.
    pub user: User,
    /// Sessions that could still act.
    pub open_sessions: i64,
    /// When one of them last did.
    pub last_seen_at: Option<Timestamp>,
    /// The newest of them, for an operator who wants to look closer.
    pub newest_session: Option<SessionId>,
}
