//! Rules of moderation: who resolves what, and how.

use chrono::TimeDelta;

use super::{Action, Deed, Reason, TargetKind};
use crate::{account::SiteRole, clock::Timestamp, policy::Policy};

/// Whether those who moderate a group resolve reports of this kind in it. All others are for those who
/// moderate the site: a group's own owners shall not decide about a report of the group.
#[must_use]
pub const fn is_for_groups(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Post | TargetKind::Comment)
}

/// Whether this can be done about such a thing: only what somebody wrote is removed, as is a group; only in
/// a group is anybody muted or banned; only somebody is suspended.
#[must_use]
pub const fn applies(action: Action, kind: TargetKind) -> bool {
    match action {
        Action::Dismiss => true,
        Action::Remove => !matches!(kind, TargetKind::User),
        Action::Mute | Action::Ban => is_for_groups(kind),
        Action::Suspend => !matches!(kind, TargetKind::Group),
    }
}

/// Whether somebody of this role moderates the whole site.
#[must_use]
pub fn moderates_site(role: SiteRole) -> bool {
    role >= SiteRole::Moderator
}

/// Whether `by` may suspend somebody of the role `of`: those who moderate the site, whoever stands below them.
#[must_use]
pub fn may_suspend(by: SiteRole, of: SiteRole) -> bool {
    moderates_site(by) && by > of
}

/// Until when this lasts, if nobody says; `None` for good, or where nothing lasts.
#[must_use]
pub fn lasts_until(action: Action, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    let days = match action {
        Action::Mute => policy.report_mute_days,
        Action::Suspend => policy.report_suspend_days,
        Action::Dismiss | Action::Remove | Action::Ban => return None,
    };
    Some(now + TimeDelta::days(days.into()))
}

impl Action {
    /// What the log calls it.
    #[must_use]
    pub const fn deed(self) -> Deed {
        match self {
            Self::Dismiss => Deed::DismissReport,
            Self::Remove => Deed::Delete,
            Self::Mute => Deed::Mute,
            Self::Ban => Deed::Ban,
            Self::Suspend => Deed::Suspend,
        }
    }
}

/// Makes the names of an enum, as in the API and in the database.
macro_rules! names {
    ($($name:ident { $($variant:ident = $text:literal),+ $(,)? })+) => {$(
        impl $name {
            /// Its name, as in the API and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    )+};
}

names! {
    TargetKind {
        Post = "post", Comment = "comment", Question = "question", Answer = "answer",
        AnswerReply = "answer_reply", Group = "group", User = "user",
    }
    Reason {
        Spam = "spam", Abuse = "abuse", Illegal = "illegal", Sexual = "sexual", OffTopic = "off_topic",
        Other = "other",
    }
    Action { Dismiss = "dismiss", Remove = "remove", Mute = "mute", Ban = "ban", Suspend = "suspend" }
}
