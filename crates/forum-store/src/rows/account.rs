//! Rows of `users`.

use diesel::{Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    account::{Credentials, Gender, Mobile, Nickname, SiteRole, User, UserCard},
    id::UserId,
};

use crate::{
    schema::users,
    types::{At, Read},
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
    id: i64,
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
