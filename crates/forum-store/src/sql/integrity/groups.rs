//! Putting groups, their members and join requests right.

use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::{exists, not},
};
use diesel_async::RunQueryDsl;
use forum_domain::{group::Role, integrity::Invariant, join::JoinStatus};

use super::{Conn, Outcome, roster};
use crate::{
    rows::join::{Decision, RequestState},
    schema::{bans, groups, join_requests, memberships, posts},
    types::{At, Pending, Word},
};

/// Takes out the members who are banned. Where that would leave no owner, the owners stay: who shall
/// own the group is not for a repair to say.
pub(super) async fn take_out_banned(conn: &mut Conn, group: i64, now: DateTime<Utc>) -> Outcome<bool> {
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
            repaired |= roster::expel(conn, group, user, now).await?;
        }
    }
    Ok(repaired)
}

/// Shows the owner of longest standing where a group shows somebody who is none.
pub(super) async fn show_owner(conn: &mut Conn, id: i64) -> Outcome<bool> {
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
pub(super) async fn recount_members(conn: &mut Conn, group: i64) -> Outcome<bool> {
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(false);
    }
    let members = memberships::table.filter(memberships::group_id.eq(group));
    let counted: i64 = members.count().get_result(conn).await?;
    let wrong = groups::table.find(group).filter(groups::member_count.ne(counted));
    Ok(diesel::update(wrong).set(groups::member_count.eq(counted)).execute(conn).await? == 1)
}

/// Ends a request that should not wait, or puts `decided_at` right.
pub(super) async fn repair_request(
    conn: &mut Conn,
    invariant: Invariant,
    id: i64,
    now: DateTime<Utc>,
) -> Outcome<bool> {
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

/// Counts the visible posts anew.
pub(super) async fn recount_posts(conn: &mut Conn, group: i64) -> Outcome<bool> {
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(false);
    }
    let visible = posts::table.filter(posts::group_id.eq(group)).filter(posts::deleted_at.is_null());
    let counted: i64 = visible.count().get_result(conn).await?;
    let wrong = groups::table.find(group).filter(groups::post_count.ne(counted));
    Ok(diesel::update(wrong).set(groups::post_count.eq(counted)).execute(conn).await? == 1)
}
