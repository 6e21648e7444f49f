//! What members and bans look like in the API.

use forum_domain::membership as domain;
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    account::UserCard,
    context::Call,
    fields::{Moment, Patch, present},
    group::GroupRole,
    page::list_of,
};

/// A member of a group.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Member {
    /// Who.
    user: UserCard,
    /// His role.
    role: GroupRole,
    /// Since when he is in.
    joined_at: Moment,
    /// Until when he may only read.
    muted_until: Option<Moment>,
}

impl Member {
    pub(crate) fn of(member: domain::Member, call: &Call) -> Self {
        Self {
            user: UserCard::of(member.user, call),
            role: member.role.into(),
            joined_at: member.joined_at.into(),
            muted_until: member.muted_until.map(Moment),
        }
    }
}

impl Example for Member {
    fn example() -> Self {
        Self {
            user: UserCard::example(),
            role: GroupRole::Member,
            joined_at: Moment::example(2, 9),
            muted_until: None,
        }
    }
}

list_of! {
    /// A page of a group's members, first joined first.
    MemberList of Member
}

/// Changes to a member: a field that is absent stays as it is.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct MemberPatch {
    /// A new role; for owners to give.
    #[serde(default, deserialize_with = "present")]
    pub(crate) role: Option<GroupRole>,
    /// Until when he may only read, in the future; `null` lets him write again.
    #[serde(default)]
    pub(crate) muted_until: Patch<Moment>,
}

impl Example for MemberPatch {
    fn example() -> Self {
        Self { role: Some(GroupRole::Moderator), muted_until: Patch::Absent }
    }
}

/// To whom a group is handed over.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct GroupTransfer {
    /// A member's user id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) user_id: i64,
}

impl Example for GroupTransfer {
    fn example() -> Self {
        Self { user_id: 42 }
    }
}

/// A ban to be set.
#[derive(Debug, Default, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct BanDraft {
    /// Until when, in the future; for good if absent or `null`.
    #[serde(default)]
    pub(crate) until: Patch<Moment>,
    /// Why.
    #[serde(default)]
    #[oai(validator(max_length = 200))]
    pub(crate) reason: Patch<String>,
}

impl Example for BanDraft {
    fn example() -> Self {
        Self { until: Patch::Null, reason: Patch::Value("多次发布广告".into()) }
    }
}

/// Somebody who is kept out of a group.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Ban {
    /// Who.
    user: UserCard,
    /// Until when; null for good.
    until: Option<Moment>,
    /// Why.
    #[oai(validator(max_length = 200))]
    reason: Option<String>,
    /// Who banned him.
    created_by: UserCard,
    /// When.
    created_at: Moment,
}

impl Ban {
    pub(crate) fn of(ban: domain::Ban, call: &Call) -> Self {
        Self {
            user: UserCard::of(ban.user, call),
            until: ban.until.map(Moment),
            reason: ban.reason,
            created_by: UserCard::of(ban.created_by, call),
            created_at: ban.created_at.into(),
        }
    }
}

impl Example for Ban {
    fn example() -> Self {
        Self {
            user: UserCard::example(),
            until: None,
            reason: Some("多次发布广告".into()),
            created_by: UserCard::example(),
            created_at: Moment::example(3, 10),
        }
    }
}

list_of! {
    /// A page of the bans that count now, newest first.
    BanList of Ban
}

#[cfg(test)]
crate::fields::assert_examples! { requests [MemberPatch, GroupTransfer, BanDraft] }

#[cfg(test)]
crate::fields::assert_examples! { answers [Member, MemberList, Ban, BanList] }
