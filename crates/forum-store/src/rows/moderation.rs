//! Rows of `reports` and `moderation_log`.

use diesel::{Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    id::{GroupId, ReportId},
    moderation::{
        Action, CreateReport, Deed, LogEntry, Reason, Report, ReportStatus, Target, TargetCard, TargetKind,
    },
};

use crate::{
    rows::CardRow,
    schema::{moderation_log, reports},
    types::{At, Read, Word},
};

/// A report, without who made it, whom it is about and who resolved it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = reports, check_for_backend(Pg, Sqlite))]
pub(crate) struct ReportRow {
    pub(crate) id: i64,
    target_type: Read<TargetKind>,
    target_id: i64,
    group_id: Option<i64>,
    reason: Read<Reason>,
    detail: Option<String>,
    status: Read<ReportStatus>,
    action: Option<Read<Action>>,
    note: Option<String>,
    pub(crate) created_at: At,
    resolved_at: Option<At>,
}

/// A report with the cards of who made it, whom it is about, and who resolved it.
pub(crate) type WholeRow = (ReportRow, Option<CardRow>, Option<CardRow>, Option<CardRow>);

impl ReportRow {
    /// What it is about.
    pub(crate) fn target(&self) -> Target {
        Target { kind: self.target_type.0, id: self.target_id }
    }
}

/// A report, of its row and of what its target says.
pub(crate) fn report((row, reporter, author, resolver): WholeRow, target: TargetCard) -> Report {
    Report {
        id: ReportId::stored(row.id),
        target,
        group_id: row.group_id.map(GroupId::stored),
        author: author.map(Into::into),
        reporter: reporter.map(Into::into),
        reason: row.reason.0,
        detail: row.detail,
        status: row.status.0,
        action: row.action.map(|action| action.0),
        note: row.note,
        resolved_by: resolver.map(Into::into),
        created_at: row.created_at.0,
        resolved_at: row.resolved_at.map(|at| at.0),
    }
}

/// Where a target stands, and who wrote it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) group_id: Option<i64>,
    pub(crate) author_id: Option<i64>,
}

/// A report to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = reports, treat_none_as_default_value = false)]
pub(crate) struct NewReportRow {
    target_type: &'static str,
    target_id: i64,
    group_id: Option<i64>,
    author_id: Option<i64>,
    reporter_id: Option<i64>,
    reason: &'static str,
    detail: Option<String>,
    status: &'static str,
    created_at: At,
}

impl NewReportRow {
    /// By somebody.
    pub(crate) fn of(create: CreateReport, place: Place) -> Self {
        Self {
            reporter_id: Some(create.reporter.get()),
            reason: create.reason.word(),
            detail: create.detail,
            ..Self::by_filter(create.target, place, String::new(), At(create.at))
        }
    }

    /// By the word filter, which met these words.
    pub(crate) fn by_filter(target: Target, place: Place, words: String, at: At) -> Self {
        Self {
            target_type: target.kind.word(),
            target_id: target.id,
            group_id: place.group_id,
            author_id: place.author_id,
            reporter_id: None,
            reason: Reason::Other.word(),
            detail: Some(words),
            status: ReportStatus::Open.word(),
            created_at: at,
        }
    }
}

/// A report as far as resolving it depends on it.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = reports, check_for_backend(Pg, Sqlite))]
pub(crate) struct CaseRow {
    target_type: Read<TargetKind>,
    target_id: i64,
    pub(crate) group_id: Option<i64>,
    pub(crate) author_id: Option<i64>,
}

impl CaseRow {
    /// What it is about.
    pub(crate) fn target(&self) -> Target {
        Target { kind: self.target_type.0, id: self.target_id }
    }
}

/// A line of the log, without who did it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = moderation_log, check_for_backend(Pg, Sqlite))]
pub(crate) struct LogRow {
    pub(crate) id: i64,
    group_id: Option<i64>,
    action: Read<Deed>,
    target_type: Read<TargetKind>,
    target_id: i64,
    note: Option<String>,
    until: Option<At>,
    pub(crate) created_at: At,
}

impl LogRow {
    /// What it was done to.
    pub(crate) fn target(&self) -> Target {
        Target { kind: self.target_type.0, id: self.target_id }
    }
}

/// A line of the log, of its row, who did it, and what its target says.
pub(crate) fn entry((row, actor): (LogRow, Option<CardRow>), target: TargetCard) -> LogEntry {
    LogEntry {
        id: row.id,
        group_id: row.group_id.map(GroupId::stored),
        actor: actor.map(Into::into),
        deed: row.action.0,
        target,
        note: row.note,
        until: row.until.map(|until| until.0),
        created_at: row.created_at.0,
    }
}

/// A line of the log to be written.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = moderation_log, treat_none_as_default_value = false)]
pub(crate) struct NewLogRow {
    pub(crate) group_id: Option<i64>,
    pub(crate) actor_id: Option<i64>,
    pub(crate) action: &'static str,
    pub(crate) target_type: &'static str,
    pub(crate) target_id: i64,
    pub(crate) note: Option<String>,
    pub(crate) until: Option<At>,
    pub(crate) created_at: At,
}
