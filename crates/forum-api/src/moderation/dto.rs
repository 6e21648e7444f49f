//! What reports and the moderation log look like in the API.

use forum_domain::moderation as domain;
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    account::UserCard,
    context::Call,
    fields::{Moment, Patch, choices},
    page::list_of,
};

choices! {
    /// What kind of thing is moderated.
    TargetType for domain::TargetKind {
        /// A post.
        Post = "post",
        /// A comment or a reply.
        Comment = "comment",
        /// A question.
        Question = "question",
        /// An answer.
        Answer = "answer",
        /// A reply under an answer.
        AnswerReply = "answer_reply",
        /// A group.
        Group = "group",
        /// A user.
        User = "user",
    }
}

choices! {
    /// Why something is reported.
    ReportReason for domain::Reason {
        /// It advertises.
        Spam = "spam",
        /// It attacks somebody.
        Abuse = "abuse",
        /// The law forbids it.
        Illegal = "illegal",
        /// It is sexual.
        Sexual = "sexual",
        /// It belongs elsewhere.
        OffTopic = "off_topic",
        /// Something else, which `detail` says.
        Other = "other",
    }
}

choices! {
    /// How a report stands.
    ReportStatus for domain::ReportStatus {
        /// Nobody has resolved it.
        Open = "open",
        /// Somebody has.
        Resolved = "resolved",
    }
}

choices! {
    /// What is done about a report.
    ReportAction for domain::Action {
        /// Nothing.
        Dismiss = "dismiss",
        /// It is deleted.
        Remove = "remove",
        /// Its author may only read in the group, for a time.
        Mute = "mute",
        /// Its author is kept out of the group.
        Ban = "ban",
        /// Its author's account is suspended.
        Suspend = "suspend",
    }
}

choices! {
    /// What somebody who moderates did.
    LogAction for domain::Deed {
        /// Deleted what another wrote, or a group of others.
        Delete = "delete",
        /// Brought a deleted post back.
        Restore = "restore",
        /// Pinned a post.
        Pin = "pin",
        /// No longer.
        Unpin = "unpin",
        /// Marked a post excellent.
        MarkExcellent = "mark_excellent",
        /// No longer.
        UnmarkExcellent = "unmark_excellent",
        /// Locked a post.
        Lock = "lock",
        /// No longer.
        Unlock = "unlock",
        /// Muted a member.
        Mute = "mute",
        /// No longer.
        Unmute = "unmute",
        /// Banned somebody from the group.
        Ban = "ban",
        /// No longer.
        Unban = "unban",
        /// Took a member out of the group.
        RemoveMember = "remove_member",
        /// Gave a member another role, which `note` names.
        ChangeRole = "change_role",
        /// Dismissed a report.
        DismissReport = "dismiss_report",
        /// Suspended an account.
        Suspend = "suspend",
        /// No longer.
        Unsuspend = "unsuspend",
        /// Gave an account another role on the site, which `note` names.
        ChangeSiteRole = "change_site_role",
    }
}

/// A report to be made.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct ReportDraft {
    /// What kind of thing is reported.
    pub(crate) target_type: TargetType,
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) target_id: i64,
    /// Why.
    pub(crate) reason: ReportReason,
    /// In the reporter's words.
    #[serde(default)]
    #[oai(validator(max_length = 500))]
    pub(crate) detail: Patch<String>,
}

impl Example for ReportDraft {
    fn example() -> Self {
        Self {
            target_type: TargetType::Post,
            target_id: 7,
            reason: ReportReason::Spam,
            detail: Patch::Value("连续发布同一则广告。".into()),
        }
    }
}

/// What is decided about a report.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct ReportResolution {
    /// What is done: a user can be dismissed or suspended, a group dismissed or removed, a question or answer
    /// all but muted or banned.
    pub(crate) action: ReportAction,
    /// What is said to it, for those who moderate.
    #[serde(default)]
    #[oai(validator(max_length = 500))]
    pub(crate) note: Patch<String>,
    /// Until when a mute, ban or suspension lasts, in the future. If absent or `null`: a mute 7 days, a
    /// suspension 30 days, unless the operator sets other numbers; a ban for good.
    #[serde(default)]
    pub(crate) until: Patch<Moment>,
}

impl Example for ReportResolution {
    fn example() -> Self {
        Self { action: ReportAction::Remove, note: Patch::Value("广告".into()), until: Patch::Null }
    }
}

/// What is moderated, with what it says, also if it was deleted.
#[derive(Debug, Object, Serialize)]
#[oai(example, rename = "ModerationTarget")]
pub(crate) struct Target {
    /// What kind of thing.
    #[serde(rename = "type")]
    #[oai(rename = "type")]
    kind: TargetType,
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// The title of a post or question, also of what stands under it; a group's name, a user's nickname. Null
    /// if there is none, and to a reporter who does not moderate.
    #[oai(validator(max_length = 300))]
    title: Option<String>,
    /// The beginning of what it says; null as the title.
    #[oai(validator(max_length = 200))]
    excerpt: Option<String>,
}

impl From<domain::TargetCard> for Target {
    fn from(card: domain::TargetCard) -> Self {
        Self { kind: card.target.kind.into(), id: card.target.id, title: card.title, excerpt: card.excerpt }
    }
}

impl Example for Target {
    fn example() -> Self {
        Self {
            kind: TargetType::Post,
            id: 7,
            title: Some("周末一起爬山".into()),
            excerpt: Some("早上八点集合。".into()),
        }
    }
}

/// A report.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Report {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// What it is about.
    target: Target,
    /// The group in which that stands; null of what stands in none.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    group_id: Option<i64>,
    /// Who wrote it; null of a group, and to a reporter who does not moderate.
    author: Option<UserCard>,
    /// Who reported it; null: the word filter.
    reporter: Option<UserCard>,
    /// Why.
    reason: ReportReason,
    /// In the reporter's words; of the word filter, the words it met.
    #[oai(validator(max_length = 500))]
    detail: Option<String>,
    /// How it stands.
    status: ReportStatus,
    /// What was done; null while it is open.
    action: Option<ReportAction>,
    /// What whoever resolved it said to it; null to a reporter who does not moderate.
    #[oai(validator(max_length = 500))]
    note: Option<String>,
    /// Who resolved it; null to a reporter who does not moderate, and if an operator did.
    resolved_by: Option<UserCard>,
    /// When it was made.
    created_at: Moment,
    /// When it was resolved.
    resolved_at: Option<Moment>,
}

impl Report {
    pub(crate) fn of(report: domain::Report, call: &Call) -> Self {
        let card = |card: Option<_>| card.map(|card| UserCard::of(card, call));
        Self {
            id: report.id.get(),
            target: report.target.into(),
            group_id: report.group_id.map(|id| id.get()),
            author: card(report.author),
            reporter: card(report.reporter),
            reason: report.reason.into(),
            detail: report.detail,
            status: report.status.into(),
            action: report.action.map(Into::into),
            note: report.note,
            resolved_by: card(report.resolved_by),
            created_at: report.created_at.into(),
            resolved_at: report.resolved_at.map(Moment),
        }
    }
}

impl Example for Report {
    fn example() -> Self {
        Self {
            id: 3,
            target: Target::example(),
            group_id: Some(5),
            author: Some(UserCard::example()),
            reporter: Some(UserCard::example()),
            reason: ReportReason::Spam,
            detail: Some("连续发布同一则广告。".into()),
            status: ReportStatus::Resolved,
            action: Some(ReportAction::Remove),
            note: Some("广告，已删除。".into()),
            resolved_by: Some(UserCard::example()),
            created_at: Moment::example(4, 11),
            resolved_at: Some(Moment::example(4, 12)),
        }
    }
}

list_of! {
    /// A page of reports, newest first.
    ReportList of Report
}

/// A line of the moderation log.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct ModerationLogEntry {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// In which group; null: on the whole site.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    group_id: Option<i64>,
    /// Who did it; null: an operator of the site.
    actor: Option<UserCard>,
    /// What.
    action: LogAction,
    /// To what.
    target: Target,
    /// What was said to it; of a change of roles, the new role.
    #[oai(validator(max_length = 500))]
    note: Option<String>,
    /// Until when a mute, ban or suspension lasts; null: for good, or lifted.
    until: Option<Moment>,
    /// When.
    created_at: Moment,
}

impl ModerationLogEntry {
    pub(crate) fn of(entry: domain::LogEntry, call: &Call) -> Self {
        Self {
            id: entry.id,
            group_id: entry.group_id.map(|id| id.get()),
            actor: entry.actor.map(|actor| UserCard::of(actor, call)),
            action: entry.deed.into(),
            target: entry.target.into(),
            note: entry.note,
            until: entry.until.map(Moment),
            created_at: entry.created_at.into(),
        }
    }
}

impl Example for ModerationLogEntry {
    fn example() -> Self {
        Self {
            id: 12,
            group_id: Some(5),
            actor: Some(UserCard::example()),
            action: LogAction::Lock,
            target: Target::example(),
            note: None,
            until: None,
            created_at: Moment::example(4, 12),
        }
    }
}

list_of! {
    /// A page of the moderation log, newest first.
    ModerationLogList of ModerationLogEntry
}

#[cfg(test)]
crate::fields::assert_examples! { requests [ReportDraft, ReportResolution] }

#[cfg(test)]
crate::fields::assert_examples! { answers [Report, ReportList, ModerationLogEntry, ModerationLogList] }
