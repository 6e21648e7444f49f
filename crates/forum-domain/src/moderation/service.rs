//! Reporting, and resolving what was reported.

use std::sync::Arc;

use super::{
    Action, CreateReport, LogEntry, ModerationError, ModerationRepository, Reason, Report, ReportCreated,
    ReportFilter, ReportStatus, ResolveReport, Resolved, Target, rules,
};
use crate::{
    account::AccountRepository,
    actor::Actor,
    clock::{Clock, Timestamp},
    error::{Check, Flaw, Invalid},
    group::{AccessError, GroupRepository, rules as group_rules},
    id::{GroupId, ReportId},
    idempotency::Claim,
    membership::MembershipError,
    page::{Page, PageRequest},
    policy::Policy,
    session::SessionService,
    text,
};

/// The most characters of what a reporter, or whoever resolves, says to a report.
const WORDS_MAX: usize = 500;

/// What somebody decides about a report, as typed.
#[derive(Debug, Clone, Copy)]
pub struct Resolution<'a> {
    /// What is done.
    pub action: Action,
    /// What is said to it.
    pub note: Option<&'a str>,
    /// How long a mute, ban or suspension shall last, if not as long as the policy says.
    pub until: Option<Timestamp>,
}

/// Reports and the moderation log.
pub struct ModerationService {
    pub(crate) moderation: Arc<dyn ModerationRepository>,
    pub(crate) accounts: Arc<dyn AccountRepository>,
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) sessions: Arc<SessionService>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl ModerationService {
    /// Reports something that the actor can read, once.
    ///
    /// # Errors
    /// Wrong fields, [`ModerationError::NoSuchTarget`], [`ModerationError::AlreadyReported`].
    pub async fn report(
        &self,
        actor: Actor,
        target: Option<Target>,
        reason: Reason,
        detail: Option<&str>,
        claim: Option<Claim>,
    ) -> Result<ReportId, ModerationError> {
        let detail = detail.map_or(Ok(None), |text| text::optional(text, WORDS_MAX));
        let detail = detail.map_err(|flaw| Invalid::field("/detail", flaw))?;
        let target = target.ok_or(ModerationError::NoSuchTarget)?;
        let create =
            CreateReport { target, reporter: actor.user_id, reason, detail, at: self.clock.now(), claim };
        match self.moderation.create_report(create).await? {
            ReportCreated::Done(id) => Ok(id),
            ReportCreated::AlreadyReported => Err(ModerationError::AlreadyReported),
            ReportCreated::NoSuchTarget => Err(ModerationError::NoSuchTarget),
        }
    }

    /// A report. For those who may resolve it; who made it sees it too, without what is for those alone: who
    /// resolved it and what he said, and what it is about, which he may no longer be allowed to read.
    ///
    /// # Errors
    /// [`ModerationError::NoSuchReport`], also if it is not for the caller.
    pub async fn get(&self, actor: Actor, id: ReportId) -> Result<Report, ModerationError> {
        let mut report = self.moderation.find_report(id).await?.ok_or(ModerationError::NoSuchReport)?;
        if self.decides(actor, &report).await? {
            return Ok(report);
        }
        if report.reporter.as_ref().is_none_or(|reporter| reporter.id != actor.user_id) {
            return Err(ModerationError::NoSuchReport);
        }
        (report.target.title, report.target.excerpt, report.author) = (None, None, None);
        (report.note, report.resolved_by) = (None, None);
        Ok(report)
    }

    /// Reports, newest first: a group's for those who moderate it, all for those who moderate the site.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn list(
        &self,
        actor: Actor,
        group_id: Option<GroupId>,
        status: Option<ReportStatus>,
        page: PageRequest,
    ) -> Result<Page<Report>, ModerationError> {
        let for_groups = !self.moderates_site(actor).await?;
        if for_groups {
            self.moderates_group(actor, group_id.ok_or(ModerationError::NotAllowed)?).await?;
        }
        Ok(self.moderation.list_reports(ReportFilter { group_id, status, for_groups }, page).await?)
    }

    /// Resolves a report, and with it every open report of the same thing.
    ///
    /// # Errors
    /// Wrong fields; `not_allowed` at `/action` for what cannot be done about such a thing;
    /// [`ModerationError::NoSuchReport`], [`ModerationError::AlreadyResolved`], [`ModerationError::NotAllowed`];
    /// what keeps its author from being muted, banned or suspended.
    pub async fn resolve(
        &self,
        actor: Actor,
        id: ReportId,
        resolution: Resolution<'_>,
        claim: Option<Claim>,
    ) -> Result<(), ModerationError> {
        let found = self.moderation.find_report(id).await?.ok_or(ModerationError::NoSuchReport)?;
        if !self.decides(actor, &found).await? {
            return Err(match found.reporter {
                // He knows of it.
                Some(reporter) if reporter.id == actor.user_id => ModerationError::NotAllowed,
                _ => ModerationError::NoSuchReport,
            });
        }
        self.settle(&found, resolution, Some(actor), claim).await
    }

    /// Resolves a report. For operators.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub async fn resolve_as_operator(
        &self,
        id: ReportId,
        resolution: Resolution<'_>,
    ) -> Result<(), ModerationError> {
        let found = self.moderation.find_report(id).await?.ok_or(ModerationError::NoSuchReport)?;
        self.settle(&found, resolution, None, None).await
    }

    async fn settle(
        &self,
        report: &Report,
        resolution: Resolution<'_>,
        actor: Option<Actor>,
        claim: Option<Claim>,
    ) -> Result<(), ModerationError> {
        let (now, action) = (self.clock.now(), resolution.action);
        let mut check = Check::default();
        let applies = rules::applies(action, report.target.target.kind);
        let applies = check.field("/action", applies.then_some(()).ok_or(Flaw::new("not_allowed")));
        let note = resolution.note.map_or(Ok(None), |text| text::optional(text, WORDS_MAX));
        let note = check.field("/note", note);
        let until = check.field("/until", ending(action, resolution.until, now));
        let (_, note, until) = check.done((applies, note, until))?;
        let until = until.or_else(|| rules::lasts_until(action, &self.policy, now));
        let by = actor.map(|actor| actor.user_id);
        let resolve = ResolveReport { id: report.id, action, note, until, by, at: now, claim };
        match self.moderation.resolve_report(resolve).await? {
            Resolved::Done { ended } => {
                self.sessions.note_ended(&ended, now);
                Ok(())
            }
            Resolved::NoSuchReport => Err(ModerationError::NoSuchReport),
            Resolved::AlreadyResolved => Err(ModerationError::AlreadyResolved),
            Resolved::NotAllowed => Err(ModerationError::NotAllowed),
            Resolved::Outranked => Err(MembershipError::Outranked.into()),
            Resolved::NoSuchMember => Err(MembershipError::NoSuchMember.into()),
            Resolved::LastOwner => Err(MembershipError::LastOwner.into()),
            Resolved::Gone => Err(MembershipError::NoSuchUser.into()),
        }
    }

    /// All reports, newest first. For operators.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn list_all(
        &self,
        status: Option<ReportStatus>,
        page: PageRequest,
    ) -> Result<Page<Report>, ModerationError> {
        Ok(self.moderation.list_reports(ReportFilter { status, ..ReportFilter::default() }, page).await?)
    }

    /// What those who moderate a group did there, newest first. For them, and for those who moderate the site.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn log(
        &self,
        actor: Actor,
        group_id: GroupId,
        page: PageRequest,
    ) -> Result<Page<LogEntry>, ModerationError> {
        if !self.moderates_site(actor).await? {
            self.moderates_group(actor, group_id).await?;
        } else if self.groups.standing(group_id, None, self.clock.now()).await?.is_none() {
            return Err(AccessError::NoSuchGroup.into());
        }
        Ok(self.moderation.list_log(Some(group_id), page).await?)
    }

    /// Whether the actor is one of those who may resolve this report.
    async fn decides(&self, actor: Actor, report: &Report) -> Result<bool, ModerationError> {
        if self.moderates_site(actor).await? {
            return Ok(true);
        }
        let Some(group) = report.group_id.filter(|_| rules::is_for_groups(report.target.target.kind)) else {
            return Ok(false);
        };
        let standing = self.groups.standing(group, Some(actor.user_id), self.clock.now()).await?;
        Ok(standing.and_then(|standing| standing.role).is_some_and(crate::group::Role::moderates))
    }

    async fn moderates_site(&self, actor: Actor) -> Result<bool, ModerationError> {
        let user = self.accounts.find_user(actor.user_id).await?;
        Ok(user.is_some_and(|user| rules::moderates_site(user.role)))
    }

    async fn moderates_group(&self, actor: Actor, group_id: GroupId) -> Result<(), ModerationError> {
        let standing = self.groups.standing(group_id, Some(actor.user_id), self.clock.now()).await?;
        group_rules::may_moderate(&standing.ok_or(AccessError::NoSuchGroup)?)?;
        Ok(())
    }
}

/// An end in the future, of what has one.
fn ending(action: Action, until: Option<Timestamp>, now: Timestamp) -> Result<Option<Timestamp>, Flaw> {
    match until {
        Some(_) if matches!(action, Action::Dismiss | Action::Remove) => Err(Flaw::new("not_allowed")),
        Some(until) if until <= now => Err(Flaw::new("out_of_range")),
        until => Ok(until),
    }
}
