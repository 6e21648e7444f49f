//! Rows of `groups`, and of what a group is to somebody.

use diesel::{AsChangeset, Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    group::{
        Capabilities, CreateGroup, Group, GroupCard, GroupName, GroupPatch, GroupView, GroupViewer,
        JoinPolicy, Role, Standing, Visibility,
    },
    id::{GroupId, JoinRequestId},
    join::JoinStatus,
};

use crate::{
    rows::CardRow,
    schema::groups,
    text::folded,
    types::{At, Read, Word},
};

/// A group as everyone sees it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = groups, check_for_backend(Pg, Sqlite))]
pub(crate) struct GroupRow {
    pub(crate) id: i64,
    name: String,
    category: String,
    description: String,
    notice: Option<String>,
    cover_key: Option<String>,
    join_policy: Read<JoinPolicy>,
    visibility: Read<Visibility>,
    member_count: i64,
    post_count: i64,
    pub(crate) created_at: At,
    edited_at: Option<At>,
    version: i64,
}

impl From<GroupRow> for Group {
    fn from(row: GroupRow) -> Self {
        Self {
            id: GroupId::stored(row.id),
            name: GroupName::stored(row.name),
            category: row.category,
            description: row.description,
            notice: row.notice,
            cover_key: row.cover_key,
            join_policy: row.join_policy.0,
            visibility: row.visibility.0,
            member_count: row.member_count,
            post_count: row.post_count,
            created_at: row.created_at.0,
            edited_at: row.edited_at.map(|at| at.0),
            version: row.version,
        }
    }
}

/// A group as it is named beside what stands in it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = groups, check_for_backend(Pg, Sqlite))]
pub(crate) struct GroupCardRow {
    id: i64,
    name: String,
}

impl From<GroupCardRow> for GroupCard {
    fn from(row: GroupCardRow) -> Self {
        Self { id: GroupId::stored(row.id), name: row.name }
    }
}

/// What a group is to a user, in the order of the columns that `sql::group` selects.
#[derive(Debug, Queryable)]
pub(crate) struct ViewerRow {
    role: Option<Read<Role>>,
    muted_until: Option<At>,
    banned: bool,
    request_id: Option<i64>,
    request_status: Option<Read<JoinStatus>>,
    refused_at: Option<At>,
    pending_request_count: Option<i64>,
}

impl From<ViewerRow> for GroupViewer {
    fn from(row: ViewerRow) -> Self {
        let request = row.request_id.zip(row.request_status);
        Self {
            role: row.role.map(|role| role.0),
            join_request: request.map(|(id, status)| (JoinRequestId::stored(id), status.0)),
            can_request_at: row.refused_at.map(|at| at.0),
            muted_until: row.muted_until.map(|until| until.0),
            banned: row.banned,
            pending_request_count: row.pending_request_count,
            can: Capabilities::default(),
        }
    }
}

/// A group, its shown owner, and what it is to who looks.
#[derive(Debug)]
pub(crate) struct ViewRow {
    pub(crate) group: GroupRow,
    pub(crate) owner: CardRow,
    pub(crate) viewer: Option<ViewerRow>,
}

impl From<ViewRow> for GroupView {
    fn from(row: ViewRow) -> Self {
        Self { group: row.group.into(), owner: row.owner.into(), viewer: row.viewer.map(Into::into) }
    }
}

/// What the rules need to know of a user in a group.
#[derive(Debug, Queryable)]
pub(crate) struct StandingRow {
    visibility: Read<Visibility>,
    join_policy: Read<JoinPolicy>,
    role: Option<Read<Role>>,
    muted_until: Option<At>,
    banned: bool,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        Self {
            visibility: row.visibility.0,
            join_policy: row.join_policy.0,
            role: row.role.map(|role| role.0),
            muted_until: row.muted_until.map(|until| until.0),
            banned: row.banned,
        }
    }
}

/// A group to be written, its maker counted in.
#[derive(Debug, Insertable)]
#[diesel(table_name = groups, treat_none_as_default_value = false)]
pub(crate) struct NewGroupRow {
    name: String,
    name_skeleton: String,
    name_folded: String,
    category: String,
    description: String,
    notice: Option<String>,
    cover_key: Option<String>,
    join_policy: &'static str,
    visibility: &'static str,
    owner_id: i64,
    member_count: i64,
    created_at: At,
}

impl NewGroupRow {
    pub(crate) fn new(create: CreateGroup, cover_key: Option<String>) -> Self {
        let draft = create.draft;
        Self {
            name: draft.name.as_str().to_owned(),
            name_skeleton: draft.name.skeleton(),
            name_folded: folded(draft.name.as_str()),
            category: draft.category,
            description: draft.description,
            notice: draft.notice,
            cover_key,
            join_policy: draft.join_policy.word(),
            visibility: draft.visibility.word(),
            owner_id: create.owner.get(),
            member_count: 1,
            created_at: At(create.at),
        }
    }
}

/// Columns that an edit changes: `None` leaves one as it is, `Some(None)` clears it.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = groups)]
pub(crate) struct GroupChanges {
    name: Option<String>,
    name_skeleton: Option<String>,
    name_folded: Option<String>,
    category: Option<String>,
    description: Option<String>,
    notice: Option<Option<String>>,
    cover_key: Option<Option<String>>,
    join_policy: Option<&'static str>,
    visibility: Option<&'static str>,
}

impl GroupChanges {
    /// The changes, and the key of the cover that they name.
    pub(crate) fn new(patch: GroupPatch, cover_key: Option<String>) -> Self {
        let name = patch.name.as_ref();
        Self {
            name: name.map(|name| name.as_str().to_owned()),
            name_skeleton: name.map(GroupName::skeleton),
            name_folded: name.map(|name| folded(name.as_str())),
            category: patch.category,
            description: patch.description,
            notice: patch.notice,
            cover_key: patch.cover.map(|_| cover_key),
            join_policy: patch.join_policy.map(Word::word),
            visibility: patch.visibility.map(Word::word),
        }
    }
}

/// A group that is locked, as far as what is written under its lock depends on it.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = groups, check_for_backend(Pg, Sqlite))]
pub(crate) struct LockedGroup {
    pub(crate) owner_id: i64,
    pub(crate) join_policy: Read<JoinPolicy>,
    pub(crate) version: i64,
}
