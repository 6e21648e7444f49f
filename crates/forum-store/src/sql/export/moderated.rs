//! What a user told those who moderate, and did as one of them.

use diesel::{ExpressionMethods, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::{ExportedDeed, ExportedReport},
    id::ReportId,
    moderation::{Deed, Reason, ReportStatus, Target, TargetKind},
};

use super::super::Conn;
use crate::{
    schema::{moderation_log, reports},
    types::{At, Read},
};

type ReportRow = (i64, Read<TargetKind>, i64, Read<Reason>, Option<String>, Read<ReportStatus>, At);

pub(super) async fn reports_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedReport>> {
    let rows: Vec<ReportRow> = reports::table
        .filter(reports::reporter_id.eq(user))
        .order((reports::created_at, reports::id))
        .select((
            reports::id,
            reports::target_type,
            reports::target_id,
            reports::reason,
            reports::detail,
            reports::status,
            reports::created_at,
        ))
        .load(conn)
        .await?;
    let report = |(id, kind, target, reason, detail, status, created_at): ReportRow| ExportedReport {
        id: ReportId::stored(id),
        target: Target { kind: kind.0, id: target },
        reason: reason.0,
        detail,
        status: status.0,
        created_at: created_at.0,
    };
    Ok(rows.into_iter().map(report).collect())
}

type DeedRow = (Read<Deed>, Read<TargetKind>, i64, Option<String>, At);

pub(super) async fn deeds_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedDeed>> {
    let rows: Vec<DeedRow> = moderation_log::table
        .filter(moderation_log::actor_id.eq(user))
        .order((moderation_log::created_at, moderation_log::id))
        .select((
            moderation_log::action,
            moderation_log::target_type,
            moderation_log::target_id,
            moderation_log::note,
            moderation_log::created_at,
        ))
        .load(conn)
        .await?;
    let deed = |(deed, kind, target, note, created_at): DeedRow| ExportedDeed {
        deed: deed.0,
        target: Target { kind: kind.0, id: target },
        note,
        created_at: created_at.0,
    };
    Ok(rows.into_iter().map(deed).collect())
}
