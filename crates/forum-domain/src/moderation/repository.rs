//! What moderation asks of the store.

use async_trait::async_trait;

use super::{Action, LogEntry, Reason, Report, ReportStatus, SiteStats, Target};
use crate::{
    account::SiteRole,
    clock::Timestamp,
    error::PortError,
    id::{GroupId, ReportId, SessionId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A new report.
#[derive(Debug, Clone)]
pub struct CreateReport {
    /// What is reported.
    pub target: Target,
    /// By whom; he must be able to read it.
    pub reporter: UserId,
    /// Why.
    pub reason: Reason,
    /// In his words.
    pub detail: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`ModerationRepository::create_report`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportCreated {
    /// It is there.
    Done(ReportId),
    /// He has reported this before; nothing was written.
    AlreadyReported,
    /// There is no such thing for him; nothing was written.
    NoSuchTarget,
}

/// Which reports a list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Only of what stands in this group.
    pub group_id: Option<GroupId>,
    /// Only those that stand so.
    pub status: Option<ReportStatus>,
    /// Only those that groups resolve themselves: [`super::rules::is_for_groups`].
    pub for_groups: bool,
}

/// A report to be resolved.
#[derive(Debug, Clone)]
pub struct ResolveReport {
    /// Which.
    pub id: ReportId,
    /// What is done about it: something that [`super::rules::applies`].
    pub action: Action,
    /// What is said to it.
    pub note: Option<String>,
    /// How long a mute, ban or suspension lasts; `None` for a ban for good. A mute and a suspension have
    /// an end.
    pub until: Option<Timestamp>,
    /// Who resolves it; `None`: an operator, who may do everything.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`ModerationRepository::resolve_report`] ended. Unless it is `Done`, nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// It is resolved, and so is every other open report of the same thing.
    Done {
        /// The sessions that ended with a suspension.
        ended: Vec<SessionId>,
    },
    /// There is no such report for him.
    NoSuchReport,
    /// Somebody has resolved it.
    AlreadyResolved,
    /// He may not: it is for those who moderate the site, or about what he wrote himself.
    NotAllowed,
    /// The author does not stand below him, in the group or on the site.
    Outranked,
    /// The author is no member who could be muted.
    NoSuchMember,
    /// The group would have no owner.
    LastOwner,
    /// The group, or the author's account, is gone: there is nothing to keep him from.
    Gone,
}

/// What is changed of an account by those who run the site.
#[derive(Debug, Clone, Copy)]
pub struct ModerateAccount {
    /// Whose.
    pub user_id: UserId,
    /// Another role on the site.
    pub role: Option<SiteRole>,
    /// Until when it is suspended; `Some(None)` lifts that.
    pub suspended_until: Option<Option<Timestamp>>,
    /// Who changes it; must be an admin.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// How [`ModerationRepository::moderate_account`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountModerated {
    /// It is as asked.
    Done {
        /// The sessions that ended with a suspension.
        ended: Vec<SessionId>,
    },
    /// `by` is no admin (any more); nothing was written.
    NotAllowed,
    /// There is no such account.
    NoSuchUser,
}

/// Reports, and the log of what those who moderate did.
///
/// Every deed of somebody who moderates, by this port or another, MUST write its line of the log in its own
/// transaction: [`super::Deed`] names them. A deed that changed nothing is none.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ModerationRepository: Send + Sync {
    /// Writes a report, if its maker can read what it is about. Of any number of parallel calls by one user
    /// about one thing exactly one MUST be `Done`.
    async fn create_report(&self, create: CreateReport) -> Result<ReportCreated, PortError>;

    /// The report, with all that those who resolve it see.
    async fn find_report(&self, id: ReportId) -> Result<Option<Report>, PortError>;

    /// Reports, newest first. Who may see them is not asked.
    async fn list_reports(&self, filter: ReportFilter, page: PageRequest) -> Result<Page<Report>, PortError>;

    /// Resolves a report: does what the action says, resolves every open report of the same thing, and
    /// writes the log, atomically. Of any number of parallel calls about one thing exactly one MUST be
    /// `Done`. `by` must moderate the site, or the group if the thing is one that groups resolve
    /// themselves ([`super::rules::is_for_groups`]), and must not have written it; the author must stand
    /// below him: in the group, unless `by` moderates the site, and on the site to be suspended. What was
    /// deleted meanwhile is as good as removed.
    async fn resolve_report(&self, resolve: ResolveReport) -> Result<Resolved, PortError>;

    /// The log of a group, or of everything, newest first.
    async fn list_log(
        &self,
        group_id: Option<GroupId>,
        page: PageRequest,
    ) -> Result<Page<LogEntry>, PortError>;

    /// Changes an account's role and suspension, and writes the log, atomically; a suspension ends every
    /// session.
    async fn moderate_account(&self, change: ModerateAccount) -> Result<AccountModerated, PortError>;

    /// The site in numbers, `new_users` being those since this moment.
    async fn site_stats(&self, since: Timestamp, now: Timestamp) -> Result<SiteStats, PortError>;
}
