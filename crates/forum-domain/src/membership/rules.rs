//! Rules about members: who may do what to whom. Adapters ask them inside their transactions.

use super::MemberPatch;
use crate::{group::Role, id::UserId};

/// Whether one role stands above another. Owners are not above each other, moderators neither.
#[must_use]
pub fn outranks(one: Role, other: Role) -> bool {
    one > other
}

/// Whether `by` may make this change to a member. Roles are for owners to give, an owner may step
/// down himself and set other owners; muting is for those who moderate, on those below them.
#[must_use]
pub fn may_change(by: Option<Role>, of_oneself: bool, target: Role, patch: &MemberPatch) -> bool {
    let Some(by) = by else { return false };
    let role_ok = patch.role.is_none_or(|_| by == Role::Owner);
    let mute_ok = patch.muted_until.is_none_or(|_| by.moderates() && !of_oneself && outranks(by, target));
    role_ok && mute_ok
}

/// Whether `by` may take a member out: everyone himself, owners everyone, moderators those below them.
#[must_use]
pub fn may_remove(by: Option<Role>, by_id: UserId, target_id: UserId, target: Role) -> bool {
    by_id == target_id
        || by == Some(Role::Owner)
        || by.is_some_and(|by| by.moderates() && outranks(by, target))
}

/// Whether `by` may ban: those who moderate, somebody who is no member or below them, never themselves.
#[must_use]
pub fn may_ban(by: Option<Role>, of_oneself: bool, target: Option<Role>) -> bool {
    !of_oneself && by.is_some_and(|by| by.moderates() && target.is_none_or(|target| outranks(by, target)))
}
