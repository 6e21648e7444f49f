//! Who is in a group, is kept out of it, or waits for it: the steps that several features share.
//!
//! Each MUST be called under the group's lock ([`lock_group`]), but for the reading ones.

use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, IntoSql, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::{exists, select},
    result::QueryResult,
    sql_types::Text,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    event::{Event, Subject, Verb},
    group::Role,
    id::{GroupId, JoinRequestId, UserId},
    join::JoinStatus,
};

use super::{Conn, outbox};
use crate::{
    rows::{group::LockedGroup, join::Decision, membership::NewMembershipRow},
    schema::{bans, groups, join_requests, memberships},
    types::{At, Moment, Pending, Read, Word},
};

/// Locks a group until the transaction ends; `None` if there is none, or it was deleted.
pub(crate) async fn lock_group(conn: &mut Conn, group: i64) -> QueryResult<Option<LockedGroup>> {
    locked!(
        groups::table
            .filter(groups::id.eq(group))
            .filter(groups::deleted_at.is_null())
            .select(LockedGroup::as_select())
    )
    .first(conn)
    .await
    .optional()
}

/// A user's role in a group.
pub(crate) async fn role_of(conn: &mut Conn, group: i64, user: i64) -> QueryResult<Option<Role>> {
    let role = memberships::table.find((group, user)).select(memberships::role);
    let role: Option<Read<Role>> = role.first(conn).await.optional()?;
    Ok(role.map(|role| role.0))
}

/// Whether a user moderates a group.
pub(crate) async fn moderates(conn: &mut Conn, group: i64, user: UserId) -> QueryResult<bool> {
    Ok(role_of(conn, group, user.get()).await?.is_some_and(Role::moderates))
}

/// Whether a user is banned from a group at this moment.
pub(crate) async fn is_banned(
    conn: &mut Conn,
    group: i64,
    user: i64,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let counts = bans::until.is_null().or(bans::until.gt(Some(At(at))));
    select(exists(bans::table.find((group, user)).filter(counts))).get_result(conn).await
}

/// How many owners a group has.
pub(crate) async fn owners(conn: &mut Conn, group: i64) -> QueryResult<i64> {
    memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::role.eq(Role::Owner.word()))
        .count()
        .get_result(conn)
        .await
}

/// Makes a user a member and counts him, if he was none. Whether he was none.
pub(crate) async fn admit(
    conn: &mut Conn,
    group: i64,
    user: i64,
    role: Role,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = NewMembershipRow { group_id: group, user_id: user, role: role.word(), joined_at: At(at) };
    let added =
        diesel::insert_into(memberships::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    count_members(conn, group, added).await?;
    if added == 1 {
        role_changed(conn, group, user, at).await?;
    }
    Ok(added == 1)
}

/// Records that somebody is in a group, or has another role there.
pub(crate) async fn role_changed(
    conn: &mut Conn,
    group: i64,
    user: i64,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let (subject, user) = (Subject::Group(GroupId::stored(group)), Some(UserId::stored(user)));
    outbox::record(conn, Event { verb: Verb::RoleChanged, subject, user }, at).await
}

/// Records that requests wait no longer.
pub(crate) async fn decided(
    conn: &mut Conn,
    requests: Vec<i64>,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let each = requests.into_iter().map(|id| (Subject::JoinRequest(JoinRequestId::stored(id)), by));
    outbox::record_each(conn, Verb::Decided, each, at).await
}

/// Adds to a group's `member_count` as many as were really added.
pub(crate) async fn count_members(conn: &mut Conn, group: i64, added: usize) -> QueryResult<()> {
    if added > 0 {
        diesel::update(groups::table.find(group))
            .set(groups::member_count.eq(groups::member_count + added as i64))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Takes a member out and counts him out, if he was one; a group whose shown owner goes shows another.
/// Whether he was one.
pub(crate) async fn expel(conn: &mut Conn, group: i64, user: i64, at: DateTime<Utc>) -> QueryResult<bool> {
    let removed = diesel::delete(memberships::table.find((group, user))).execute(conn).await?;
    if removed > 0 {
        diesel::update(groups::table.find(group))
            .set(groups::member_count.eq(groups::member_count - removed as i64))
            .execute(conn)
            .await?;
        show_another_than(conn, group, user).await?;
        let (subject, user) = (Subject::Group(GroupId::stored(group)), Some(UserId::stored(user)));
        outbox::record(conn, Event { verb: Verb::Left, subject, user }, at).await?;
    }
    Ok(removed > 0)
}

/// Shows the owner of longest standing, if the group shows this user, who is no owner any more.
pub(crate) async fn show_another_than(conn: &mut Conn, group: i64, user: i64) -> QueryResult<()> {
    let Some(owner) = longest_owner(conn, group).await? else { return Ok(()) };
    diesel::update(groups::table.find(group).filter(groups::owner_id.eq(user)))
        .set(groups::owner_id.eq(owner))
        .execute(conn)
        .await?;
    Ok(())
}

/// The owner of longest standing; `None` if the group has none.
pub(crate) async fn longest_owner(conn: &mut Conn, group: i64) -> QueryResult<Option<i64>> {
    memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::role.eq(Role::Owner.word()))
        .order((memberships::joined_at, memberships::user_id))
        .select(memberships::user_id)
        .first(conn)
        .await
        .optional()
}

/// Ends the request of a user that waits, if there is one.
pub(crate) async fn settle_pending_of(
    conn: &mut Conn,
    group: i64,
    user: i64,
    decision: Decision,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let pending = join_requests::table
        .filter(join_requests::group_id.eq(group))
        .filter(join_requests::user_id.eq(user))
        .filter(join_requests::status.eq(Pending));
    let by = decision.decided_by.map(UserId::stored);
    let ids: Vec<i64> =
        diesel::update(pending).set(decision).returning(join_requests::id).get_results(conn).await?;
    decided(conn, ids, by, at).await
}

/// Ends every request that waits for a group.
pub(crate) async fn settle_pending(
    conn: &mut Conn,
    group: i64,
    status: JoinStatus,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let pending = join_requests::table
        .filter(join_requests::group_id.eq(group))
        .filter(join_requests::status.eq(Pending));
    // Rows are locked in one order by all who lock several, or two of them could wait for each other.
    let ids: Vec<i64> =
        locked!(pending.order(join_requests::id).select(join_requests::id)).load(conn).await?;
    if !ids.is_empty() {
        diesel::update(pending).set(Decision::without_reply(status, by, at)).execute(conn).await?;
    }
    decided(conn, ids, by, at).await
}

/// Lets in everyone who waits for a group and is not banned from it, and counts them; refuses the rest.
pub(crate) async fn admit_pending(
    conn: &mut Conn,
    group: i64,
    by: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let banned = bans::table
        .filter(bans::group_id.eq(group))
        .filter(bans::until.is_null().or(bans::until.gt(Some(At(at)))))
        .select(bans::user_id);
    let welcome = join_requests::table
        .filter(join_requests::group_id.eq(group))
        .filter(join_requests::status.eq(Pending))
        .filter(join_requests::user_id.ne_all(banned));
    let ids: Vec<i64> = locked!(
        join_requests::table
            .filter(join_requests::group_id.eq(group))
            .filter(join_requests::status.eq(Pending))
            .order(join_requests::id)
            .select(join_requests::id)
    )
    .load(conn)
    .await?;
    if ids.is_empty() {
        return Ok(());
    }
    let added: Vec<i64> = diesel::insert_into(memberships::table)
        .values(welcome.select((
            join_requests::group_id,
            join_requests::user_id,
            Role::Member.word().into_sql::<Text>(),
            At(at).into_sql::<Moment>(),
        )))
        .into_columns((
            memberships::group_id,
            memberships::user_id,
            memberships::role,
            memberships::joined_at,
        ))
        .on_conflict_do_nothing()
        .returning(memberships::user_id)
        .get_results(conn)
        .await?;
    count_members(conn, group, added.len()).await?;
    let approved = Decision::without_reply(JoinStatus::Approved, Some(by), at);
    let let_in: Vec<i64> =
        diesel::update(welcome).set(approved).returning(join_requests::id).get_results(conn).await?;
    decided(conn, let_in, Some(by), at).await?;
    for user in added {
        role_changed(conn, group, user, at).await?;
    }
    settle_pending(conn, group, JoinStatus::Refused, Some(by), at).await
}
