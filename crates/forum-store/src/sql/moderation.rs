//! SQL of moderation: reports, the log, and what those who run the site change and count.

mod admin;
pub(crate) mod log;
mod report;
mod resolve;
mod view;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    error::PortError,
    id::{GroupId, ReportId},
    moderation::{
        AccountModerated, CreateReport, LogEntry, ModerateAccount, ModerationRepository, Report,
        ReportCreated, ReportFilter, ResolveReport, Resolved, SiteStats,
    },
    page::{Page, PageRequest},
};

pub(crate) use report::{review, review_comment, review_public};

use super::Store;

#[async_trait]
impl ModerationRepository for Store {
    async fn create_report(&self, create: CreateReport) -> Result<ReportCreated, PortError> {
        self.write(move |conn| Box::pin(report::create(conn, create))).await
    }

    async fn find_report(&self, id: ReportId) -> Result<Option<Report>, PortError> {
        self.read(move |conn| Box::pin(view::find(conn, id.get()))).await
    }

    async fn list_reports(&self, filter: ReportFilter, page: PageRequest) -> Result<Page<Report>, PortError> {
        self.read(move |conn| Box::pin(view::list(conn, filter, page))).await
    }

    async fn resolve_report(&self, resolve: ResolveReport) -> Result<Resolved, PortError> {
        self.write(move |conn| Box::pin(resolve::resolve(conn, resolve))).await
    }

    async fn list_log(
        &self,
        group_id: Option<GroupId>,
        page: PageRequest,
    ) -> Result<Page<LogEntry>, PortError> {
        self.read(move |conn| Box::pin(view::log(conn, group_id, page))).await
    }

    async fn moderate_account(&self, change: ModerateAccount) -> Result<AccountModerated, PortError> {
        self.write(move |conn| Box::pin(admin::moderate(conn, change))).await
    }

    async fn site_stats(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<SiteStats, PortError> {
        self.read(move |conn| Box::pin(admin::stats(conn, since, now))).await
    }
}
