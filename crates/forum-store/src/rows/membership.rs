//! Rows of `memberships` and `bans`.

use diesel::{AsChangeset, Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    group::Role,
    membership::{Ban, BanMember, Member, MemberPatch},
};

use crate::{
    rows::CardRow,
    schema::{bans, memberships},
    types::{At, Read, Word},
};

/// A membership, without whose it is.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = memberships, check_for_backend(Pg, Sqlite))]
pub(crate) struct MembershipRow {
    role: Read<Role>,
    joined_at: At,
    muted_until: Option<At>,
}

/// A member, of the row and of his card.
pub(crate) fn member((row, card): (MembershipRow, CardRow)) -> Member {
    Member {
        user: card.into(),
        role: row.role.0,
        joined_at: row.joined_at.0,
        muted_until: row.muted_until.map(|until| until.0),
    }
}

/// A membership to be written.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = memberships)]
pub(crate) struct NewMembershipRow {
    pub(crate) group_id: i64,
    pub(crate) user_id: i64,
    pub(crate) role: &'static str,
    pub(crate) joined_at: At,
}

/// Columns that a change of a member touches: `None` leaves one as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Copy, AsChangeset)]
#[diesel(table_name = memberships)]
pub(crate) struct MembershipChanges {
    role: Option<&'static str>,
    muted_until: Option<Option<At>>,
}

impl MembershipChanges {
    /// The changes of a patch; `None` if it has none.
    pub(crate) fn of(patch: MemberPatch) -> Option<Self> {
        let changes = Self {
            role: patch.role.map(Word::word),
            muted_until: patch.muted_until.map(|until| until.map(At)),
        };
        (changes.role.is_some() || changes.muted_until.is_some()).then_some(changes)
    }
}

/// A ban, without whose it is and who set it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = bans, check_for_backend(Pg, Sqlite))]
pub(crate) struct BanRow {
    until: Option<At>,
    reason: Option<String>,
    created_at: At,
}

/// A ban, of the row and of the cards of who is banned and who banned him.
pub(crate) fn ban((row, user, created_by): (BanRow, CardRow, CardRow)) -> Ban {
    Ban {
        user: user.into(),
        until: row.until.map(|until| until.0),
        reason: row.reason,
        created_by: created_by.into(),
        created_at: row.created_at.0,
    }
}

/// A ban to be written, or to replace one.
#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = bans, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct NewBanRow {
    group_id: i64,
    user_id: i64,
    until: Option<At>,
    reason: Option<String>,
    created_by: i64,
    created_at: At,
}

impl From<BanMember> for NewBanRow {
    fn from(ban: BanMember) -> Self {
        Self {
            group_id: ban.group_id.get(),
            user_id: ban.user_id.get(),
            until: ban.until.map(At),
            reason: ban.reason,
            created_by: ban.by.get(),
            created_at: At(ban.at),
        }
    }
}
