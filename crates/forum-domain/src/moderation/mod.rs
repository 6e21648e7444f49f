//! Moderation: reports and what becomes of them, the log of what those who moderate did, words that are not
//! wanted, and what those who run the site see and change of accounts.

mod admin;
mod error;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;
mod words;

pub use admin::AdminService;
pub use error::{AdminError, ModerationError};
pub use model::{
    Action, Deed, LogEntry, Reason, Report, ReportStatus, SiteStats, Target, TargetCard, TargetKind,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockModerationRepository;
pub use repository::{
    AccountModerated, CreateReport, ModerateAccount, ModerationRepository, ReportCreated, ReportFilter,
    ResolveReport, Resolved,
};
pub use service::{ModerationService, Resolution};
pub use words::WordFilter;
