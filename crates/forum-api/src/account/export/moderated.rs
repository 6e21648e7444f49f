//! What one told those who moderate, and did as one of them.

use forum_domain::{
    account as domain,
    moderation::{Deed, Reason, ReportStatus as Stands, TargetKind},
};
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::{
    fields::Moment,
    moderation::{LogAction, ReportReason, ReportStatus, TargetType},
};

/// A report that one made.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct ReportRecord {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Of what kind of thing.
    target_type: TargetType,
    /// Of which.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    target_id: i64,
    /// Why.
    reason: ReportReason,
    /// What one said of it.
    #[oai(validator(max_length = 1000))]
    detail: Option<String>,
    /// How it stands.
    status: ReportStatus,
    /// When it was made.
    created_at: Moment,
}

/// What one did as one who moderates.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct ModerationRecord {
    /// What.
    action: LogAction,
    /// To what kind of thing.
    target_type: TargetType,
    /// To which.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    target_id: i64,
    /// What one said of it.
    #[oai(validator(max_length = 1000))]
    note: Option<String>,
    /// When.
    created_at: Moment,
}

impl From<domain::ExportedReport> for ReportRecord {
    fn from(report: domain::ExportedReport) -> Self {
        Self {
            id: report.id.get(),
            target_type: report.target.kind.into(),
            target_id: report.target.id,
            reason: report.reason.into(),
            detail: report.detail,
            status: report.status.into(),
            created_at: report.created_at.into(),
        }
    }
}

impl From<domain::ExportedDeed> for ModerationRecord {
    fn from(deed: domain::ExportedDeed) -> Self {
        Self {
            action: deed.deed.into(),
            target_type: deed.target.kind.into(),
            target_id: deed.target.id,
            note: deed.note,
            created_at: deed.created_at.into(),
        }
    }
}

impl Example for ReportRecord {
    fn example() -> Self {
        Self {
            id: 31,
            target_type: TargetKind::Post.into(),
            target_id: 1025,
            reason: Reason::Spam.into(),
            detail: Some("同一广告发了三遍。".into()),
            status: Stands::Open.into(),
            created_at: Moment::example(3, 9),
        }
    }
}

impl Example for ModerationRecord {
    fn example() -> Self {
        Self {
            action: Deed::Lock.into(),
            target_type: TargetKind::Post.into(),
            target_id: 1024,
            note: None,
            created_at: Moment::example(3, 9),
        }
    }
}
