//! SQL of the doctor: what must hold, asked of the tables themselves.
//!
//! The questions are plain SQL, the same for both databases: they are asked rarely, and shall be read
//! against the invariants' words. Of deleted groups nothing is asked but what their requests say.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, SelectableHelper,
    dsl::{exists, not},
    result::QueryResult,
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    group::Role,
    integrity::{Finding, IntegrityRepository, Invariant},
    join::JoinStatus,
};

use super::{Conn, Outcome, Store, roster};
use crate::{
    rows::join::{Decision, RequestState},
    schema::{bans, groups, join_requests, memberships},
    types::{At, Moment, Pending, Word},
};

#[async_trait]
impl IntegrityRepository for Store {
    async fn inspect(
        &self,
        invariant: Invariant,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Finding>, PortError> {
        self.snapshot(move |conn| Box::pin(inspect_it(conn, invariant, now, limit))).await
    }

    async fn repair(&self, finding: &Finding, now: DateTime<Utc>) -> Result<bool, PortError> {
        let (invariant, subject) = (finding.invariant, finding.subject);
        self.write(move |conn| Box::pin(repair_it(conn, invariant, subject, now))).await
    }
}

/// What breaks an invariant: its id, what should be, what is. `$1` is the moment that is now.
const fn breaches(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::BannedIsOut => {
            "SELECT m.group_id AS subject, \
                 'no member who is banned' AS expected, \
                 'user ' || m.user_id || ', a member and banned' AS found \
             FROM memberships m \
             JOIN bans b ON b.group_id = m.group_id AND b.user_id = m.user_id \
             JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL \
             WHERE b.until IS NULL OR b.until > $1 \
             ORDER BY m.group_id, m.user_id"
        }
        Invariant::OnePendingRequest => {
            "SELECT r.id AS subject, \
                 'one pending request of user ' || r.user_id || ' for group ' || r.group_id AS expected, \
                 'another, older one' AS found \
             FROM join_requests r \
             WHERE r.status = 'pending' AND EXISTS ( \
                 SELECT 1 FROM join_requests o \
                 WHERE o.group_id = r.group_id AND o.user_id = r.user_id \
                     AND o.status = 'pending' AND o.id < r.id) \
             ORDER BY r.id"
        }
        Invariant::MemberDoesNotWait => {
            "SELECT r.id AS subject, \
                 'no pending request of user ' || r.user_id || ', a member of group ' || r.group_id AS expected, \
                 'pending' AS found \
             FROM join_requests r \
             JOIN memberships m ON m.group_id = r.group_id AND m.user_id = r.user_id \
             WHERE r.status = 'pending' \
             ORDER BY r.id"
        }
        Invariant::RequestDecided => {
            "SELECT id AS subject, \
                 CASE WHEN status = 'pending' THEN 'no decided_at' ELSE 'a decided_at' END AS expected, \
                 CASE WHEN status = 'pending' THEN 'pending with a decided_at' \
                     ELSE status || ' without a decided_at' END AS found \
             FROM join_requests \
             WHERE (status = 'pending') <> (decided_at IS NULL) \
             ORDER BY id"
        }
        Invariant::InviteUses => {
            "SELECT id AS subject, \
                 'at most ' || max_uses AS expected, \
                 CAST(used AS TEXT) AS found \
             FROM invites \
             WHERE used > max_uses OR used < 0 \
             ORDER BY id"
        }
        Invariant::GroupHasOwner => {
            "SELECT g.id AS subject, \
                 'an owner' AS expected, \
                 'none' AS found \
             FROM groups g \
             WHERE g.deleted_at IS NULL AND NOT EXISTS ( \
                 SELECT 1 FROM memberships m WHERE m.group_id = g.id AND m.role = 'owner') \
             ORDER BY g.id"
        }
        // A group without owners is the finding above, and only that.
        Invariant::ShownOwner => {
            "SELECT g.id AS subject, \
                 'one of its owners' AS expected, \
                 'user ' || g.owner_id AS found \
             FROM groups g \
             WHERE g.deleted_at IS NULL \
                 AND EXISTS ( \
                     SELECT 1 FROM memberships m WHERE m.group_id = g.id AND m.role = 'owner') \
                 AND NOT EXISTS ( \
                     SELECT 1 FROM memberships m \
                     WHERE m.group_id = g.id AND m.role = 'owner' AND m.user_id = g.owner_id) \
             ORDER BY g.id"
        }
        Invariant::MemberCount => {
            "SELECT c.id AS subject, \
                 CAST(c.counted AS TEXT) AS expected, \
                 CAST(c.member_count AS TEXT) AS found \
             FROM ( \
                 SELECT g.id, g.member_count, \
                     (SELECT count(*) FROM memberships m WHERE m.group_id = g.id) AS counted \
                 FROM groups g WHERE g.deleted_at IS NULL) c \
             WHERE c.counted <> c.member_count \
             ORDER BY c.id"
        }
    }
}

#[derive(QueryableByName)]
struct Breach {
    #[diesel(sql_type = BigInt)]
    subject: i64,
    #[diesel(sql_type = Text)]
    expected: String,
    #[diesel(sql_type = Text)]
    found: String,
}

async fn inspect_it(
    conn: &mut Conn,
    invariant: Invariant,
    now: DateTime<Utc>,
    limit: u32,
) -> QueryResult<Vec<Finding>> {
    let sql = format!("{} LIMIT {limit}", breaches(invariant));
    let breaches: Vec<Breach> = if invariant == Invariant::BannedIsOut {
        sql_query(sql).bind::<Moment, _>(At(now)).load(conn).await?
    } else {
        sql_query(sql).load(conn).await?
    };
    let finding = |Breach { subject, expected, found }| Finding { invariant, subject, expected, found };
    Ok(breaches.into_iter().map(finding).collect())
}

async fn repair_it(conn: &mut Conn, invariant: Invariant, subject: i64, now: DateTime<Utc>) -> Outcome<bool> {
    match invariant {
        Invariant::InviteUses | Invariant::GroupHasOwner => Ok(false),
        Invariant::BannedIsOut => take_out_banned(conn, subject, now).await,
        Invariant::ShownOwner => show_owner(conn, subject).await,
        Invariant::MemberCount => recount(conn, subject).await,
        Invariant::OnePendingRequest | Invariant::MemberDoesNotWait | Invariant::RequestDecided => {
            repair_request(conn, invariant, subject, now).await
        }
    }
}

/// Takes out the members who are banned. Where that would leave no owner, the owners stay: who shall
/// own the group is not for a repair to say.
async fn take_out_banned(conn: &mut Conn, group: i64, now: DateTime<Utc>) -> Outcome<bool> {
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(false);
    }
    let banned = bans::table
        .filter(bans::group_id.eq(group))
        .filter(bans::until.is_null().or(bans::until.gt(Some(At(now)))))
        .select(bans::user_id);
    let theirs = memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::user_id.eq_any(banned))
        .select((memberships::user_id, memberships::role.eq(Role::Owner.word())));
    let members: Vec<(i64, bool)> = theirs.load(conn).await?;
    let owners_banned = members.iter().filter(|(_, owns)| *owns).count() as i64;
    let owners_stay = owners_banned == roster::owners(conn, group).await?;
    let mut repaired = false;
    for (user, owns) in members {
        if !(owns && owners_stay) {
            repaired |= roster::expel(conn, group, user).await?;
        }
    }
    Ok(repaired)
}

/// Shows the owner of longest standing where a group shows somebody who is none.
async fn show_owner(conn: &mut Conn, id: i64) -> Outcome<bool> {
    let Some(group) = roster::lock_group(conn, id).await? else { return Ok(false) };
    if roster::role_of(conn, id, group.owner_id).await? == Some(Role::Owner)
        || roster::longest_owner(conn, id).await?.is_none()
    {
        return Ok(false);
    }
    roster::show_another_than(conn, id, group.owner_id).await?;
    Ok(true)
}

/// Counts the members anew: under the group's lock nobody comes or goes meanwhile.
async fn recount(conn: &mut Conn, group: i64) -> Outcome<bool> {
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(false);
    }
    let members = memberships::table.filter(memberships::group_id.eq(group));
    let counted: i64 = members.count().get_result(conn).await?;
    let wrong = groups::table.find(group).filter(groups::member_count.ne(counted));
    Ok(diesel::update(wrong).set(groups::member_count.eq(counted)).execute(conn).await? == 1)
}

/// Ends a request that should not wait, or puts `decided_at` right.
async fn repair_request(conn: &mut Conn, invariant: Invariant, id: i64, now: DateTime<Utc>) -> Outcome<bool> {
    let one = join_requests::table.find(id).select(RequestState::as_select());
    let Some(state) = one.first::<RequestState>(conn).await.optional()? else { return Ok(false) };
    // A deleted group's requests are nobody else's to write; a living group's are under its lock.
    roster::lock_group(conn, state.group_id).await?;
    let pending = join_requests::table.find(id).filter(join_requests::status.eq(Pending));
    let expired = Decision::without_reply(JoinStatus::Expired, None, now);
    let repaired = match invariant {
        Invariant::OnePendingRequest => {
            let older = diesel::alias!(join_requests as older);
            let same = older
                .filter(older.field(join_requests::group_id).eq(state.group_id))
                .filter(older.field(join_requests::user_id).eq(state.user_id))
                .filter(older.field(join_requests::status).eq(Pending))
                .filter(older.field(join_requests::id).lt(id));
            diesel::update(pending.filter(exists(same))).set(expired).execute(conn).await?
        }
        Invariant::MemberDoesNotWait => {
            if roster::role_of(conn, state.group_id, state.user_id).await?.is_none() {
                return Ok(false);
            }
            diesel::update(pending).set(expired).execute(conn).await?
        }
        _ => {
            let decided = join_requests::table.find(id).filter(not(join_requests::status.eq(Pending)));
            let never = diesel::update(pending.filter(join_requests::decided_at.is_not_null()))
                .set(join_requests::decided_at.eq(None::<At>))
                .execute(conn)
                .await?;
            let late = diesel::update(decided.filter(join_requests::decided_at.is_null()))
                .set(join_requests::decided_at.eq(Some(At(now))))
                .execute(conn)
                .await?;
            never + late
        }
    };
    Ok(repaired > 0)
}
