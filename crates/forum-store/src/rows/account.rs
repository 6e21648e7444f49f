//! Rows of `users`.

use diesel::{AsChangeset, Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    account::{Credentials, Gender, Mobile, Nickname, ProfilePatch, Register, SiteRole, User, UserCard},
    id::UserId,
};

use crate::{
    schema::users,
    text::folded,
    types::{At, Read, Word},
};

/// What an account's owner and the rules see. Only accounts that are not deleted are read so.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Pg, Sqlite))]
pub(crate) struct UserRow {
    id: i64,
    mobile: Option<String>,
    nickname: Option<String>,
    avatar_key: Option<String>,
    gender: Option<Read<Gender>>,
    address: Option<String>,
    bio: Option<String>,
    role: Read<SiteRole>,
    suspended_until: Option<At>,
    created_at: At,
    version: i64,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId::stored(row.id),
            mobile: Mobile::stored(row.mobile.unwrap_or_default()),
            nickname: row.nickname.map(Nickname::stored),
            avatar_key: row.avatar_key,
            gender: row.gender.map(|gender| gender.0),
            address: row.address,
            bio: row.bio,
            role: row.role.0,
            suspended_until: row.suspended_until.map(|until| until.0),
            created_at: row.created_at.0,
            version: row.version,
        }
    }
}

/// What others see of a user, deleted or not. To be selected from `users` or from an alias of it
/// ([`CardRow::COLUMNS`]).
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Pg, Sqlite))]
pub(crate) struct CardRow {
    pub(crate) id: i64,
    nickname: Option<String>,
    mobile: Option<String>,
    avatar_key: Option<String>,
}

impl CardRow {
    /// The columns of a card, for `alias.fields(CardRow::COLUMNS)` where a query meets `users` twice.
    pub(crate) const COLUMNS: (users::id, users::nickname, users::mobile, users::avatar_key) =
        (users::id, users::nickname, users::mobile, users::avatar_key);
}

impl From<CardRow> for UserCard {
    fn from(row: CardRow) -> Self {
        Self::stored(UserId::stored(row.id), row.nickname.as_deref(), row.mobile.as_deref(), row.avatar_key)
    }
}

/// What a log-in is checked against.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Pg, Sqlite))]
pub(crate) struct CredentialsRow {
    id: i64,
    password_hash: Option<String>,
    credentials_version: i64,
}

impl From<CredentialsRow> for Credentials {
    fn from(row: CredentialsRow) -> Self {
        Self {
            user_id: UserId::stored(row.id),
            password_hash: row.password_hash,
            version: row.credentials_version,
        }
    }
}

/// An account to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(crate) struct NewUserRow {
    pub(crate) mobile: String,
    nickname: Option<String>,
    nickname_skeleton: Option<String>,
    nickname_folded: Option<String>,
    password_hash: String,
    created_at: At,
}

impl NewUserRow {
    /// The row of this registration.
    pub(crate) fn new(register: &Register) -> Self {
        let nickname = register.nickname.as_ref();
        Self {
            mobile: register.mobile.as_str().to_owned(),
            nickname: nickname.map(|name| name.as_str().to_owned()),
            nickname_skeleton: nickname.map(Nickname::skeleton),
            nickname_folded: nickname.map(|name| folded(name.as_str())),
            password_hash: register.password_hash.clone(),
            created_at: At(register.at),
        }
    }
}

/// What a profile's patch changes; what is `None` stays.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = users)]
pub(crate) struct ProfileChange {
    nickname: Option<String>,
    nickname_skeleton: Option<String>,
    nickname_folded: Option<String>,
    gender: Option<Option<&'static str>>,
    address: Option<Option<String>>,
    bio: Option<Option<String>>,
}

impl From<ProfilePatch> for ProfileChange {
    fn from(patch: ProfilePatch) -> Self {
        let nickname = patch.nickname.as_ref();
        Self {
            nickname: nickname.map(|name| name.as_str().to_owned()),
            nickname_skeleton: nickname.map(Nickname::skeleton),
            nickname_folded: nickname.map(|name| folded(name.as_str())),
            gender: patch.gender.map(|gender| gender.map(Word::word)),
            address: patch.address,
            bio: patch.bio,
        }
    }
}
