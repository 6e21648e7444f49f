//! Rules about groups: who may do what.

use chrono::TimeDelta;

use super::{
    AccessError, Barred, Capabilities, GroupView, GroupViewer, JoinPolicy, Role, Standing, Visibility,
};
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

/// Whether a mute counts at this moment.
#[must_use]
pub fn is_muted(muted_until: Option<Timestamp>, now: Timestamp) -> bool {
    muted_until.is_some_and(|until| until > now)
}

/// What keeps a user from writing in a group, the first that applies of: a ban, no membership, a mute.
#[must_use]
pub fn barred(
    role: Option<Role>,
    muted_until: Option<Timestamp>,
    banned: bool,
    now: Timestamp,
) -> Option<Barred> {
    match role {
        _ if banned => Some(Barred::Banned),
        None => Some(Barred::NotMember),
        Some(_) if is_muted(muted_until, now) => Some(Barred::Muted),
        Some(_) => None,
    }
}

/// That nothing of [`barred`] keeps a user from writing in a group.
///
/// # Errors
/// [`AccessError::Banned`], [`AccessError::NotMember`], [`AccessError::Muted`].
pub fn may_write(
    role: Option<Role>,
    muted_until: Option<Timestamp>,
    banned: bool,
    now: Timestamp,
) -> Result<(), AccessError> {
    barred(role, muted_until, banned, now).map_or(Ok(()), |barred| Err(barred.into()))
}

/// What a user may do in a group.
#[must_use]
pub fn capabilities(role: Option<Role>, muted_until: Option<Timestamp>, now: Timestamp) -> Capabilities {
    let moderates = role.is_some_and(Role::moderates);
    let owns = role == Some(Role::Owner);
    Capabilities {
        post: may_write(role, muted_until, false, now).is_ok(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, at, join_request, refused, standing, view, viewer};

    const ROLES: [Option<Role>; 4] = [None, Some(Role::Member), Some(Role::Moderator), Some(Role::Owner)];

    #[test]
    fn what_each_role_may_do() {
        let can = |role| {
            let c = capabilities(role, None, at(0));
            [c.post, c.leave, c.moderate, c.decide, c.invite, c.edit, c.delete]
        };
        assert_eq!(can(None), [false; 7]);
        assert_eq!(can(Some(Role::Member)), [true, true, false, false, false, false, false]);
        assert_eq!(can(Some(Role::Moderator)), [true, true, true, true, true, false, false]);
        assert_eq!(can(Some(Role::Owner)), [true; 7]);
    }

    #[test]
    fn a_mute_takes_the_voice_until_its_end_and_nothing_else() {
        for role in [Role::Member, Role::Moderator] {
            let free = capabilities(Some(role), None, at(0));
            let muted = capabilities(Some(role), Some(at(1)), at(0));
            assert_eq!(muted, Capabilities { post: false, ..free });
            assert_eq!(capabilities(Some(role), Some(at(0)), at(0)), free);
        }
    }

    #[test]
    fn a_mute_counts_until_its_end() {
        let muted = [None, Some(at(-1)), Some(at(0)), Some(at(1))].map(|until| is_muted(until, at(0)));
        assert_eq!(muted, [false, false, false, true]);
    }

    #[test]
    fn a_ban_bars_from_writing_before_no_membership_and_that_before_a_mute() {
        let muted = [None, Some(at(0)), Some(at(1))];
        for until in muted {
            assert_eq!(barred(None, until, false, at(0)), Some(Barred::NotMember));
            for role in ROLES {
                assert_eq!(barred(role, until, true, at(0)), Some(Barred::Banned));
            }
        }
        for role in [Role::Member, Role::Moderator, Role::Owner] {
            let bars = muted.map(|until| barred(Some(role), until, false, at(0)));
            assert_eq!(bars, [None, None, Some(Barred::Muted)]);
        }
    }

    #[test]
    fn members_only_content_is_for_members() {
        let read = |visibility, role, actor: Option<Actor>| {
            may_read(&Standing { visibility, ..standing(role) }, actor)
        };
        for role in ROLES {
            assert!(read(Visibility::Public, role, Some(actor())).is_ok());
            assert_eq!(read(Visibility::Members, role, Some(actor())).is_ok(), role.is_some());
        }
        assert!(read(Visibility::Public, None, None).is_ok());
        assert_eq!(refused(read(Visibility::Members, None, None)), "auth.required");
        assert_eq!(refused(read(Visibility::Members, None, Some(actor()))), "group.not_member");
    }

    #[test]
    fn moderating_and_owning_are_refused_by_what_is_missing() {
        let moderate = ROLES.map(|role| may_moderate(&standing(role)).map_err(|e| crate::Coded::code(&e)));
        assert_eq!(
            moderate,
            [Err("group.not_member"), Err("group.not_allowed"), Ok(Role::Moderator), Ok(Role::Owner)]
        );
        let own = ROLES.map(|role| may_own(&standing(role)).map_err(|e| crate::Coded::code(&e)));
        assert_eq!(
            own,
            [Err("group.not_member"), Err("group.not_allowed"), Err("group.not_allowed"), Ok(())]
        );
    }

    #[test]
    fn categories_are_those_configured() {
        let policy = Policy::default();
        assert_eq!(category(" 程序设计 ", &policy).as_deref(), Ok("程序设计"));
        for unknown in ["", "程序", "程序设计\0"] {
            assert_eq!(category(unknown, &policy).unwrap_err().code, "not_allowed");
        }
    }

    /// A viewer whose request was refused at this moment, as the store tells it.
    fn refused_viewer(decided_at: Timestamp) -> GroupViewer {
        GroupViewer {
            join_request: Some((join_request(1, JoinStatus::Refused).id, JoinStatus::Refused)),
            can_request_at: Some(decided_at),
            ..viewer(None)
        }
    }

    fn can_request_at(viewer: GroupViewer, join_policy: JoinPolicy) -> Option<Timestamp> {
        let mut view = view(Some(viewer));
        view.group.join_policy = join_policy;
        complete(view, &Policy::default(), at(0)).viewer.unwrap().can_request_at
    }

    #[test]
    fn a_refusal_makes_wait_a_day_where_joining_needs_approval() {
        let day = 24 * 3_600;
        assert_eq!(can_request_at(refused_viewer(at(-1)), JoinPolicy::Approval), Some(at(day - 1)));
        assert_eq!(can_request_at(refused_viewer(at(1 - day)), JoinPolicy::Approval), Some(at(1)));
        assert_eq!(can_request_at(refused_viewer(at(-day)), JoinPolicy::Approval), None);
        for other in [JoinPolicy::Open, JoinPolicy::Invite] {
            assert_eq!(can_request_at(refused_viewer(at(-1)), other), None);
        }
    }

    #[test]
    fn who_is_in_or_asked_again_does_not_wait() {
        let member = GroupViewer { role: Some(Role::Member), ..refused_viewer(at(-1)) };
        assert_eq!(can_request_at(member, JoinPolicy::Approval), None);
        for status in [JoinStatus::Pending, JoinStatus::Withdrawn, JoinStatus::Expired, JoinStatus::Approved]
        {
            let again = GroupViewer {
                join_request: Some((join_request(1, status).id, status)),
                ..refused_viewer(at(-1))
            };
            assert_eq!(can_request_at(again, JoinPolicy::Approval), None);
        }
    }

    #[test]
    fn only_deciders_see_how_many_wait() {
        for role in ROLES {
            let stored = GroupViewer { pending_request_count: Some(3), ..viewer(role) };
            let seen = complete(view(Some(stored)), &Policy::default(), at(0)).viewer.unwrap();
            assert_eq!(seen.pending_request_count.is_some(), role.is_some_and(Role::moderates));
        }
    }

    #[test]
    fn a_mute_that_ended_is_not_shown() {
        for (until, shown) in [(at(1), Some(at(1))), (at(0), None), (at(-1), None)] {
            let stored = GroupViewer { muted_until: Some(until), ..viewer(Some(Role::Member)) };
            let seen = complete(view(Some(stored)), &Policy::default(), at(0)).viewer.unwrap();
            assert_eq!((seen.muted_until, seen.can.post), (shown, shown.is_none()));
        }
    }
}
