//! Resolving reports.
//!
//! Locked, in this order: the author's account, if he is to be suspended; the group; what is reported; then
//! all its open reports, by id.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::SiteRole,
    group::Role,
    id::{GroupId, UserId},
    membership::{BanMember, rules as member_rules},
    moderation::{Action, ReportStatus, ResolveReport, Resolved, Target, TargetKind, rules},
};

use super::{
    super::{
        Conn, Outcome, Stop, account, answer, answer_reply, comment, group, idempotency::mark, membership,
        post, question, roster, session,
    },
    log::{self, Line},
};
use crate::{
    rows::moderation::CaseRow,
    schema::{memberships, reports, users},
    types::{At, Read, Word},
};

/// What whoever resolves is: on the site, and in the group that the report is about.
struct Judge {
    site: SiteRole,
    role: Option<Role>,
}

pub(super) async fn resolve(conn: &mut Conn, resolve: ResolveReport) -> Outcome<Resolved> {
    let id = resolve.id.get();
    let case: Option<CaseRow> =
        reports::table.find(id).select(CaseRow::as_select()).first(conn).await.optional()?;
    let Some(case) = case else { return Ok(Resolved::NoSuchReport) };
    let target = case.target();
    let site = match resolve.by {
        Some(by) => site_role(conn, by.get()).await?,
        // An operator stands above everybody, admins too.
        None => Some(SiteRole::Admin),
    };
    let Some(site) = site else { return Ok(Resolved::NoSuchReport) };
    if resolve.action == Action::Suspend
        && let Some(author) = case.author_id
        && account::lock(conn, UserId::stored(author)).await?.is_none()
    {
        return Ok(Resolved::Gone);
    }
    let group_is_there = match case.group_id {
        Some(group) => roster::lock_group(conn, group).await?.is_some(),
        None => false,
    };
    let role = match (case.group_id, resolve.by) {
        (Some(group), Some(by)) if group_is_there => roster::role_of(conn, group, by.get()).await?,
        _ => None,
    };
    let judge = Judge { site, role };
    if !rules::moderates_site(site) {
        if !rules::is_for_groups(target.kind) || !role.is_some_and(Role::moderates) {
            return Ok(Resolved::NoSuchReport);
        }
        if resolve.action == Action::Suspend {
            return Ok(Resolved::NotAllowed);
        }
    }
    if resolve.by.is_some() && resolve.by.map(UserId::get) == case.author_id {
        return Ok(Resolved::NotAllowed);
    }
    lock(conn, target).await?;
    if !close(conn, id, target, &resolve).await? {
        return Ok(Resolved::AlreadyResolved);
    }
    let ended = match resolve.action {
        Action::Dismiss => {
            let (by, note) = (resolve.by, resolve.note.clone());
            let line = Line::new(by, resolve.action.deed(), target.kind, target.id, resolve.at).saying(note);
            log::write(conn, within(line, case.group_id)).await?;
            Vec::new()
        }
        Action::Remove => {
            remove(conn, target, case, &resolve).await?;
            Vec::new()
        }
        Action::Mute => {
            mute(conn, case, &judge, &resolve).await?;
            Vec::new()
        }
        Action::Ban => {
            ban(conn, case, &judge, &resolve, group_is_there).await?;
            Vec::new()
        }
        Action::Suspend => suspend(conn, case, &judge, &resolve).await?,
    };
    mark(conn, resolve.claim, id).await?;
    Ok(Resolved::Done { ended })
}

/// A living account's role on the site.
async fn site_role(conn: &mut Conn, user: i64) -> QueryResult<Option<SiteRole>> {
    let role = users::table.find(user).filter(users::deleted_at.is_null()).select(users::role);
    let role: Option<Read<SiteRole>> = role.first(conn).await.optional()?;
    Ok(role.map(|role| role.0))
}

/// Locks what is reported, where that is not done already.
async fn lock(conn: &mut Conn, target: Target) -> QueryResult<()> {
    match target.kind {
        TargetKind::Post => post::lock(conn, target.id).await,
        TargetKind::Comment => comment::lock_with_post(conn, target.id).await,
        TargetKind::Question => question::hold(conn, target.id).await,
        TargetKind::Answer => answer::hold(conn, target.id).await,
        TargetKind::AnswerReply => answer_reply::hold(conn, target.id).await,
        TargetKind::Group | TargetKind::User => Ok(()),
    }
}

/// Resolves all that is open of a target, if this report of it is.
async fn close(conn: &mut Conn, id: i64, target: Target, resolve: &ResolveReport) -> QueryResult<bool> {
    let open = reports::table
        .filter(reports::target_type.eq(target.kind.word()))
        .filter(reports::target_id.eq(target.id))
        .filter(reports::status.eq(ReportStatus::Open.word()));
    let ids: Vec<i64> = locked!(open.order(reports::id).select(reports::id)).load(conn).await?;
    if !ids.contains(&id) {
        return Ok(false);
    }
    diesel::update(open)
        .set((
            reports::status.eq(ReportStatus::Resolved.word()),
            reports::action.eq(Some(resolve.action.word())),
            reports::note.eq(resolve.note.as_deref()),
            reports::resolved_by.eq(resolve.by.map(UserId::get)),
            reports::resolved_at.eq(Some(At(resolve.at))),
        ))
        .execute(conn)
        .await?;
    Ok(true)
}

/// Deletes what is reported, if nobody has.
async fn remove(
    conn: &mut Conn,
    target: Target,
    case: CaseRow,
    resolve: &ResolveReport,
) -> Result<(), Stop<Resolved>> {
    match target.kind {
        TargetKind::Post => post::take_away(conn, target.id, resolve.by, resolve.at).await?,
        TargetKind::Comment => comment::take_away(conn, target.id, resolve.by, resolve.at).await?,
        TargetKind::Group => group::close(conn, target.id, resolve.by, resolve.at).await?,
        TargetKind::Question => question::take_away(conn, target.id, resolve.by, resolve.at).await?,
        TargetKind::Answer => answer::take_away(conn, target.id, resolve.by, resolve.at).await?,
        TargetKind::AnswerReply => answer_reply::take_away(conn, target.id, resolve.by, resolve.at).await?,
        TargetKind::User => {}
    }
    let line = Line::new(resolve.by, resolve.action.deed(), target.kind, target.id, resolve.at);
    log::write(conn, within(line.saying(resolve.note.clone()), case.group_id)).await?;
    Ok(())
}

/// The author, in the group: what he is there, if he stands below whoever resolves.
async fn author(
    conn: &mut Conn,
    case: CaseRow,
    judge: &Judge,
) -> Result<(i64, i64, Option<Role>), Stop<Resolved>> {
    let (Some(group), Some(author)) = (case.group_id, case.author_id) else {
        return Err(Stop::Answer(Resolved::Gone));
    };
    let role = roster::role_of(conn, group, author).await?;
    let below = match (judge.role, role) {
        _ if rules::moderates_site(judge.site) => true,
        (Some(by), Some(role)) => member_rules::outranks(by, role),
        (Some(_), None) => true,
        (None, _) => false,
    };
    if below { Ok((group, author, role)) } else { Err(Stop::Answer(Resolved::Outranked)) }
}

async fn mute(
    conn: &mut Conn,
    case: CaseRow,
    judge: &Judge,
    resolve: &ResolveReport,
) -> Result<(), Stop<Resolved>> {
    let (group, author, role) = author(conn, case, judge).await?;
    if role.is_none() {
        return Err(Stop::Answer(Resolved::NoSuchMember));
    }
    diesel::update(memberships::table.find((group, author)))
        .set(memberships::muted_until.eq(resolve.until.map(At)))
        .execute(conn)
        .await?;
    let line = Line::new(resolve.by, resolve.action.deed(), TargetKind::User, author, resolve.at);
    log::write(conn, line.within(group).saying(resolve.note.clone()).until(resolve.until)).await?;
    Ok(())
}

async fn ban(
    conn: &mut Conn,
    case: CaseRow,
    judge: &Judge,
    resolve: &ResolveReport,
    group_is_there: bool,
) -> Result<(), Stop<Resolved>> {
    let (group, author, role) = author(conn, case, judge).await?;
    if !group_is_there || site_role(conn, author).await?.is_none() {
        return Err(Stop::Answer(Resolved::Gone));
    }
    if role == Some(Role::Owner) && roster::owners(conn, group).await? == 1 {
        return Err(Stop::Answer(Resolved::LastOwner));
    }
    let Some(by) = resolve.by else {
        // A ban names who set it.
        return Err(Stop::Answer(Resolved::NotAllowed));
    };
    let ban = BanMember {
        group_id: GroupId::stored(group),
        user_id: UserId::stored(author),
        until: resolve.until,
        reason: resolve.note.as_deref().map(|note| note.chars().take(200).collect()),
        by,
        at: resolve.at,
    };
    membership::keep_out(conn, ban).await?;
    Ok(())
}

async fn suspend(
    conn: &mut Conn,
    case: CaseRow,
    judge: &Judge,
    resolve: &ResolveReport,
) -> Result<Vec<forum_domain::id::SessionId>, Stop<Resolved>> {
    let Some(author) = case.author_id else { return Err(Stop::Answer(Resolved::Gone)) };
    let Some(role) = site_role(conn, author).await? else { return Err(Stop::Answer(Resolved::Gone)) };
    if resolve.by.is_some() && !rules::may_suspend(judge.site, role) {
        return Err(Stop::Answer(Resolved::Outranked));
    }
    diesel::update(users::table.find(author))
        .set(users::suspended_until.eq(resolve.until.map(At)))
        .execute(conn)
        .await?;
    let line = Line::new(resolve.by, resolve.action.deed(), TargetKind::User, author, resolve.at);
    log::write(conn, line.saying(resolve.note.clone()).until(resolve.until)).await?;
    Ok(session::end_all_but(conn, UserId::stored(author), None).await?)
}

fn within(line: Line, group: Option<i64>) -> Line {
    match group {
        Some(group) => line.within(group),
        None => line,
    }
}
