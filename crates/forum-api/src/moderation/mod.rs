//! Reports, their queues, and the moderation log.

mod admin;
mod dto;

pub(crate) use admin::AdminApi;
pub(crate) use dto::{LogAction, ReportReason, ReportStatus, TargetType};

use forum_domain::{
    Actor,
    id::{GroupId, ReportId},
    moderation::{ModerationError, Resolution, Target},
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Changed, Listed, Made, Read, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    etag::IfNoneMatch,
    group,
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::Body,
    page::{Cursor, Limit, Scope},
    params::{Choice, IdFilter},
    problem::{Problem, refusals},
    tags::Tag,
};

use dto::{ModerationLogEntry, ModerationLogList, Report, ReportDraft, ReportList, ReportResolution};

refusals! {
    CreateReport [SESSION BODY KEY] "report.target_not_found" "report.already_reported" "report.not_found";
    GetReport [SESSION] "report.not_found";
    ListReports [SESSION LIST] "report.not_allowed" "group.not_found" "group.not_member" "group.not_allowed";
    ResolveReport [SESSION BODY KEY] "report.not_found" "report.not_allowed" "report.already_resolved"
        "member.not_found" "member.outranked" "group.last_owner" "account.not_found";
    ListModerationLog [SESSION LIST] "group.not_found" "group.not_member" "group.not_allowed";
}

/// The id of a report in a path.
fn report_id(id: Id) -> Result<ReportId, ModerationError> {
    id.of(ReportId::new).ok_or(ModerationError::NoSuchReport)
}

/// A report, as an answer of this status.
async fn rendered(call: &Call, actor: Actor, id: ReportId, status: u16) -> Result<Rendered, Problem> {
    let report = call.forum().moderation.get(actor, id).await?;
    let version = report.version();
    Rendered::tagged(status, &Report::of(report, call), version)
}

/// The endpoints of moderation.
pub(crate) struct ModerationApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Moderation")]
impl ModerationApi {
    /// Report something
    ///
    /// Whatever the caller can read, once. Reports of posts and comments go to those who moderate their group
    /// and those who moderate the site, all others to the latter alone.
    #[oai(path = "/reports", method = "post", operation_id = "createReport")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<ReportDraft>,
    ) -> Answer<Reply<Report, Made>, CreateReport> {
        let (call, draft) = (&call, &body.value);
        let target = Target::new(draft.target_type.into(), draft.target_id);
        let once = Once { call, actor, operation: "createReport", key, body: body.hash };
        let make = |claim| async move {
            let (reason, detail) = (draft.reason.into(), draft.detail.text());
            Ok(call.forum().moderation.report(actor, target, reason, detail, claim).await?.get())
        };
        let render = |fact: Fact<i64>| async move {
            let id = ReportId::stored(fact.id());
            Ok(rendered(call, actor, id, 201).await?.at(format!("/api/v1/moderation/reports/{id}")))
        };
        Ok(once.run(make, render).await?)
    }

    /// A report
    ///
    /// For those who may resolve it. Who made it sees how it stands, but not what is for those who moderate.
    #[oai(path = "/moderation/reports/:report_id", method = "get", operation_id = "getReport")]
    async fn get(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The report's id.
        report_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Report, Read>, GetReport> {
        let id = self::report_id(report_id.0)?;
        Ok(Reply::unless(rendered(&call, actor, id, 200).await?, &known))
    }

    /// Reports
    ///
    /// Newest first. With `group_id`, what stands in that group, for those who moderate it; without, all of
    /// them, for those who moderate the site.
    #[oai(path = "/moderation/reports", method = "get", operation_id = "listReports")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Only of what stands in this group.
        group_id: Query<IdFilter>,
        /// Only those that stand so.
        status: Query<Choice<ReportStatus>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<ReportList, Listed>, ListReports> {
        let (group, status) = (group_id.get("/group_id", GroupId::new)?, status.0.0);
        let filters = [group.map_or(String::new(), |id| id.to_string())];
        let scope = Scope::new("listReports", &[&filters[0], status.map_or("", ReportStatus::as_str)]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().moderation.list(actor, group, status.map(Into::into), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|report| Report::of(report, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &ReportList { items, next_cursor })?))
    }

    /// Resolve a report
    ///
    /// Once: of two who resolve it the second gets a 409. What the action says, the resolution of every open
    /// report of the same thing, and the line of the log are written as one. Nobody resolves a report of what
    /// he wrote himself; only those who moderate the site suspend, and only who stands below them. A mute, ban
    /// or suspension leaves what was written where it is.
    #[oai(path = "/moderation/reports/:report_id/resolve", method = "post", operation_id = "resolveReport")]
    async fn resolve(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The report's id.
        report_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<ReportResolution>,
    ) -> Answer<Reply<Report, Changed>, ResolveReport> {
        let (call, id, said) = (&call, self::report_id(report_id.0)?, &body.value);
        let once = Once { call, actor, operation: "resolveReport", key, body: body.hash };
        let make = |claim| async move {
            let resolution = Resolution {
                action: said.action.into(),
                note: said.note.text(),
                until: said.until.value().map(|until| until.0),
            };
            call.forum().moderation.resolve(actor, id, resolution, claim).await?;
            Ok(id.get())
        };
        let render = |_: Fact<i64>| async move { rendered(call, actor, id, 200).await };
        Ok(once.run(make, render).await?)
    }

    /// A group's moderation log
    ///
    /// What those who moderate did there, newest first. For them, and for those who moderate the site.
    #[oai(path = "/groups/:group_id/moderation-log", method = "get", operation_id = "listModerationLog")]
    async fn log(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<ModerationLogList, Listed>, ListModerationLog> {
        let id = group::group_id(group_id.0)?;
        let scope = Scope::new("listModerationLog", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().moderation.log(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|entry| ModerationLogEntry::of(entry, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &ModerationLogList { items, next_cursor })?))
    }
}
