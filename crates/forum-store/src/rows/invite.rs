//! Rows of `invites`.

use diesel::{Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    error::PortError,
    group::GroupName,
    id::GroupId,
    invite::{CreateInvite, Invite, InviteToken},
};

use crate::{rows::CardRow, schema::invites, types::At};

/// An invite, without the group's name and who made it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = invites, check_for_backend(Pg, Sqlite))]
pub(crate) struct InviteRow {
    pub(crate) id: i64,
    token: String,
    group_id: i64,
    max_uses: i32,
    used: i32,
    expires_at: At,
    pub(crate) created_at: At,
}

/// An invite, of the row, the group's name and the card of who made it.
///
/// # Errors
/// [`PortError::Broken`] if the stored token is none that we make.
pub(crate) fn invite(
    (row, group_name, created_by): (InviteRow, String, CardRow),
) -> Result<Invite, PortError> {
    let token = InviteToken::parse(&row.token);
    Ok(Invite {
        id: row.id,
        token: token
            .ok_or_else(|| PortError::broken(format!("the token of invite {} is malformed", row.id)))?,
        group_id: GroupId::stored(row.group_id),
        group_name: GroupName::stored(group_name),
        max_uses: row.max_uses,
        used: row.used,
        expires_at: row.expires_at.0,
        created_by: created_by.into(),
        created_at: row.created_at.0,
    })
}

/// An invite to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = invites)]
pub(crate) struct NewInviteRow {
    token: String,
    group_id: i64,
    max_uses: i32,
    expires_at: At,
    created_by: i64,
    created_at: At,
}

impl From<&CreateInvite> for NewInviteRow {
    fn from(create: &CreateInvite) -> Self {
        Self {
            token: create.token.as_str().to_owned(),
            group_id: create.group_id.get(),
            max_uses: create.max_uses,
            expires_at: At(create.expires_at),
            created_by: create.by.get(),
            created_at: At(create.at),
        }
    }
}

/// An invite as accepting it needs it.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = invites, check_for_backend(Pg, Sqlite))]
pub(crate) struct InviteState {
    pub(crate) id: i64,
    pub(crate) group_id: i64,
    pub(crate) created_by: i64,
    pub(crate) expires_at: At,
    pub(crate) revoked_at: Option<At>,
}
