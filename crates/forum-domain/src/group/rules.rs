//! Rules about groups: who may do what.

use chrono::TimeDelta;

use super::{AccessError, Capabilities, GroupView, GroupViewer, JoinPolicy, Role, Standing, Visibility};
use crate::{
    actor::Actor,
    clock::Timestamp,
    error::Flaw,
    join::{self, JoinStatus},
    policy::Policy,
    session::AuthError,
};

/// How far back `hot` counts posts.
pub const HOT_DAYS: i64 = 7;

/// A category that is configured.
///
/// # Errors
/// `not_allowed`.
pub fn category(name: &str, policy: &Policy) -> Result<String, Flaw> {
    let name = name.trim();
    policy.group_categories.iter().find(|known| *known == name).cloned().ok_or(Flaw::new("not_allowed"))
}

impl JoinPolicy {
    /// Its name, as in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approval => "approval",
            Self::Invite => "invite",
        }
    }
}

impl Role {
    /// Whether members of this role decide join requests and moderate.
    #[must_use]
    pub const fn moderates(self) -> bool {
        matches!(self, Self::Owner | Self::Moderator)
    }
}

/// That this user may read the group's content.
///
/// # Errors
/// [`AuthError::Required`] if nobody is signed in, else [`AccessError::NotMember`].
pub fn may_read(standing: &Standing, actor: Option<Actor>) -> Result<(), AccessError> {
    match (standing.visibility, standing.role, actor) {
        (Visibility::Public, _, _) | (_, Some(_), _) => Ok(()),
        (Visibility::Members, None, None) => Err(AuthError::Required.into()),
        (Visibility::Members, None, Some(_)) => Err(AccessError::NotMember),
    }
}

/// That this user moderates the group.
///
/// # Errors
/// [`AccessError::NotMember`], [`AccessError::NotAllowed`].
pub fn may_moderate(standing: &Standing) -> Result<Role, AccessError> {
    match standing.role {
        Some(role) if role.moderates() => Ok(role),
        Some(_) => Err(AccessError::NotAllowed),
        None => Err(AccessError::NotMember),
    }
}

/// That this user owns the group.
///
/// # Errors
/// [`AccessError::NotMember`], [`AccessError::NotAllowed`].
pub fn may_own(standing: &Standing) -> Result<(), AccessError> {
    match standing.role {
        Some(Role::Owner) => Ok(()),
        Some(_) => Err(AccessError::NotAllowed),
        None => Err(AccessError::NotMember),
    }
}

/// What a user may do in a group.
#[must_use]
pub fn capabilities(role: Option<Role>, muted_until: Option<Timestamp>, now: Timestamp) -> Capabilities {
    let moderates = role.is_some_and(Role::moderates);
    let owns = role == Some(Role::Owner);
    Capabilities {
        post: role.is_some() && muted_until.is_none_or(|until| until <= now),
        edit: owns,
        moderate: moderates,
        decide: moderates,
        invite: moderates,
        leave: role.is_some(),
        delete: owns,
    }
}

/// Completes what the store read of a viewer with what the rules make of it.
pub(crate) fn complete(mut view: GroupView, policy: &Policy, now: Timestamp) -> GroupView {
    let join_policy = view.group.join_policy;
    if let Some(viewer) = &mut view.viewer {
        viewer.can = capabilities(viewer.role, viewer.muted_until, now);
        viewer.muted_until = viewer.muted_until.filter(|until| *until > now);
        viewer.can_request_at = can_request_at(viewer, join_policy, policy, now);
        if !viewer.can.decide {
            viewer.pending_request_count = None;
        }
    }
    view
}

fn can_request_at(
    viewer: &GroupViewer,
    join_policy: JoinPolicy,
    policy: &Policy,
    now: Timestamp,
) -> Option<Timestamp> {
    let refused = matches!(viewer.join_request, Some((_, JoinStatus::Refused)));
    viewer
        .can_request_at
        .filter(|_| refused && viewer.role.is_none() && join_policy == JoinPolicy::Approval)
        .map(|decided_at| join::rules::cooldown_end(decided_at, policy))
        .filter(|end| *end > now)
}

/// Since when posts count for `hot`.
pub(crate) fn hot_since(now: Timestamp) -> Timestamp {
    now - TimeDelta::days(HOT_DAYS)
}
