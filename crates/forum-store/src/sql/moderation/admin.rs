//! What those who run the site change and count.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, QueryDsl, QueryableByName, dsl::exists, result::QueryResult, sql_query,
    sql_types::BigInt,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::SiteRole,
    moderation::{AccountModerated, Deed, ModerateAccount, SiteStats, TargetKind},
};

use super::{
    super::{Conn, Outcome, Stop, account, session},
    log::{self, Line},
};
use crate::{
    schema::users,
    types::{At, Moment, Word},
};

pub(super) async fn moderate(conn: &mut Conn, change: ModerateAccount) -> Outcome<AccountModerated> {
    let ModerateAccount { user_id, role, suspended_until, by, at } = change;
    // Two admins who change each other lock in one order.
    let (first, second) = if by < user_id { (by, user_id) } else { (user_id, by) };
    let mut target = None;
    for id in [first, second] {
        let found = account::lock(conn, id).await?;
        if id == user_id {
            target = found;
        }
    }
    let admin = users::table
        .find(by.get())
        .filter(users::deleted_at.is_null())
        .filter(users::role.eq(SiteRole::Admin.word()));
    if !diesel::select(exists(admin)).get_result::<bool>(conn).await? {
        return Ok(AccountModerated::NotAllowed);
    }
    let Some((target, _)) = target else { return Err(Stop::Answer(AccountModerated::NoSuchUser)) };
    let line = |deed| Line::new(Some(by), deed, TargetKind::User, user_id.get(), at);
    if let Some(role) = role.filter(|role| *role != target.role) {
        account::give_role(conn, user_id, role, at).await?;
        log::write(conn, line(Deed::ChangeSiteRole).saying(Some(role.word().into()))).await?;
    }
    let mut ended = Vec::new();
    if let Some(until) = suspended_until {
        diesel::update(users::table.find(user_id.get()))
            .set(users::suspended_until.eq(until.map(At)))
            .execute(conn)
            .await?;
        if until.is_some() {
            ended = session::end_all_but(conn, user_id, None).await?;
        }
        let deed = if until.is_some() { Deed::Suspend } else { Deed::Unsuspend };
        if until.is_some() || target.suspended_until.is_some() {
            log::write(conn, line(deed).until(until)).await?;
        }
    }
    Ok(AccountModerated::Done { ended })
}

#[derive(QueryableByName)]
struct StatsRow {
    #[diesel(sql_type = BigInt)]
    users: i64,
    #[diesel(sql_type = BigInt)]
    new_users: i64,
    #[diesel(sql_type = BigInt)]
    suspended_users: i64,
    #[diesel(sql_type = BigInt)]
    groups: i64,
    #[diesel(sql_type = BigInt)]
    posts: i64,
    #[diesel(sql_type = BigInt)]
    open_reports: i64,
}

/// Posts are not counted: their groups know how many they have.
const STATS: &str = "
    SELECT
        (SELECT count(*) FROM users WHERE deleted_at IS NULL) AS users,
        (SELECT count(*) FROM users WHERE deleted_at IS NULL AND created_at >= $1) AS new_users,
        (SELECT count(*) FROM users WHERE deleted_at IS NULL AND suspended_until > $2) AS suspended_users,
        (SELECT count(*) FROM groups WHERE deleted_at IS NULL) AS groups,
        (SELECT CAST(coalesce(sum(post_count), 0) AS BIGINT) FROM groups WHERE deleted_at IS NULL) AS posts,
        (SELECT count(*) FROM reports WHERE status = 'open') AS open_reports";

pub(super) async fn stats(
    conn: &mut Conn,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<SiteStats> {
    let row: StatsRow =
        sql_query(STATS).bind::<Moment, _>(At(since)).bind::<Moment, _>(At(now)).get_result(conn).await?;
    Ok(SiteStats {
        users: row.users,
        new_users: row.new_users,
        suspended_users: row.suspended_users,
        groups: row.groups,
        posts: row.posts,
        open_reports: row.open_reports,
    })
}
