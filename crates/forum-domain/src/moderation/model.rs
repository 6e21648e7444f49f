//! What reports and the moderation log are made of.

use crate::{
    account::UserCard,
    clock::Timestamp,
    id::{GroupId, MAX_ID, ReportId},
};

/// What kind of thing is moderated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A post.
    Post,
    /// A comment or a reply.
    Comment,
    /// A question.
    Question,
    /// An answer.
    Answer,
    /// A reply under an answer.
    AnswerReply,
    /// A group.
    Group,
    /// A user.
    User,
}

/// Something that is moderated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    /// What kind of thing.
    pub kind: TargetKind,
    /// Its id.
    pub id: i64,
}

impl Target {
    /// The thing of this kind and id; `None` if nothing can have the id.
    #[must_use]
    pub const fn new(kind: TargetKind, id: i64) -> Option<Self> {
        if id >= 1 && id <= MAX_ID { Some(Self { kind, id }) } else { None }
    }
}

/// A target with what those who moderate see of it, also once it was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetCard {
    /// What it is.
    pub target: Target,
    /// A post's or question's title, also of what stands under it; a group's name; a user's nickname.
    /// `None` if there is none, or it is not for whoever asks.
    pub title: Option<String>,
    /// The beginning of what it says.
    pub excerpt: Option<String>,
}

/// Why something is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It advertises.
    Spam,
    /// It attacks somebody.
    Abuse,
    /// The law forbids it.
    Illegal,
    /// It is sexual.
    Sexual,
    /// It belongs elsewhere.
    OffTopic,
    /// Something else, which the detail says.
    Other,
}

/// How a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportStatus {
    /// Nobody has resolved it.
    Open,
    /// Somebody has.
    Resolved,
}

/// What is done about a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Dismiss,
    /// It is deleted.
    Remove,
    /// Its author may only read in the group, for a time.
    Mute,
    /// Its author is kept out of the group.
    Ban,
    /// Its author's account is suspended.
    Suspend,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// What it is about.
    pub target: TargetCard,
    /// The group in which it stands.
    pub group_id: Option<GroupId>,
    /// Who wrote what it is about.
    pub author: Option<UserCard>,
    /// Who reported it; `None`: the word filter.
    pub reporter: Option<UserCard>,
    /// Why.
    pub reason: Reason,
    /// In the reporter's words; of the word filter, the words it met.
    pub detail: Option<String>,
    /// How it stands.
    pub status: ReportStatus,
    /// What was done.
    pub action: Option<Action>,
    /// What whoever resolved it said to it.
    pub note: Option<String>,
    /// Who resolved it; `None` of a resolved one: an operator.
    pub resolved_by: Option<UserCard>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
}

impl Report {
    /// What `If-None-Match` compares: goes up when it is resolved.
    #[must_use]
    pub const fn version(&self) -> i64 {
        match self.status {
            ReportStatus::Open => 1,
            ReportStatus::Resolved => 2,
        }
    }
}

/// What somebody who moderates did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Deleted what another wrote, or a group of others.
    Delete,
    /// Brought a deleted post back.
    Restore,
    /// Pinned a post.
    Pin,
    /// No longer.
    Unpin,
    /// Marked a post excellent.
    MarkExcellent,
    /// No longer.
    UnmarkExcellent,
    /// Locked a post.
    Lock,
    /// No longer.
    Unlock,
    /// Muted a member.
    Mute,
    /// No longer.
    Unmute,
    /// Banned somebody from a group.
    Ban,
    /// No longer.
    Unban,
    /// Took a member out of a group.
    RemoveMember,
    /// Gave a member another role, which the note names.
    ChangeRole,
    /// Dismissed a report.
    DismissReport,
    /// Suspended an account.
    Suspend,
    /// No longer.
    Unsuspend,
    /// Gave an account another role on the site, which the note names.
    ChangeSiteRole,
}

/// A line of the moderation log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its id.
    pub id: i64,
    /// In which group; `None`: on the whole site.
    pub group_id: Option<GroupId>,
    /// Who did it; `None`: an operator.
    pub actor: Option<UserCard>,
    /// What.
    pub deed: Deed,
    /// To what.
    pub target: TargetCard,
    /// What was said to it.
    pub note: Option<String>,
    /// How long a mute, ban or suspension lasts; `None`: for good, or lifted.
    pub until: Option<Timestamp>,
    /// When.
    pub created_at: Timestamp,
}

/// The site in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SiteStats {
    /// Accounts, without those that were deleted.
    pub users: i64,
    /// Of them, those of the last 24 hours.
    pub new_users: i64,
    /// Of them, those that are suspended now.
    pub suspended_users: i64,
    /// Groups.
    pub groups: i64,
    /// Visible posts.
    pub posts: i64,
    /// Reports that nobody has resolved.
    pub open_reports: i64,
}
