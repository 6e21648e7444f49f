//! SQL of memberships and bans.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, SelectableHelper,
    dsl::{exists, select},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    group::Role,
    id::{GroupId, UserId},
    join::JoinStatus,
    membership::{
        Ban, BanMember, BanSet, Member, MemberPatch, MemberRemoved, MemberUpdated, MembershipRepository,
        Transfer, Transferred, UpdateMember, rules,
    },
    moderation::{Deed, TargetKind},
    page::{Page, PageRequest},
};

use super::{
    Conn, Outcome, Store, after, before,
    idempotency::mark,
    moderation::log::{self, Line},
    roster,
};
use crate::{
    rows::{
        CardRow,
        join::Decision,
        membership::{self, BanRow, MembershipChanges, MembershipRow, NewBanRow},
    },
    schema::{bans, groups, memberships, users},
    types::{At, Word},
};

diesel::alias!(users as banners: Banners);

#[async_trait]
impl MembershipRepository for Store {
    async fn list_members(
        &self,
        group_id: GroupId,
        role: Option<Role>,
        page: PageRequest,
    ) -> Result<Page<Member>, PortError> {
        self.read(move |conn| Box::pin(list(conn, group_id.get(), role, page))).await
    }

    async fn update_member(&self, update: UpdateMember) -> Result<MemberUpdated, PortError> {
        self.write(move |conn| Box::pin(update_it(conn, update))).await
    }

    async fn remove_member(
        &self,
        group_id: GroupId,
        user_id: UserId,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<MemberRemoved, PortError> {
        self.write(move |conn| Box::pin(remove(conn, group_id.get(), user_id, by, at))).await
    }

    async fn transfer_group(&self, transfer: Transfer) -> Result<Transferred, PortError> {
        self.write(move |conn| Box::pin(hand_over(conn, transfer))).await
    }

    async fn ban_member(&self, ban: BanMember) -> Result<BanSet, PortError> {
        self.write(move |conn| Box::pin(ban_it(conn, ban))).await
    }

    async fn unban_member(
        &self,
        group_id: GroupId,
        user_id: UserId,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<bool, PortError> {
        self.write(move |conn| Box::pin(unban(conn, group_id.get(), user_id.get(), by, at))).await
    }

    async fn list_bans(
        &self,
        group_id: GroupId,
        page: PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Page<Ban>, PortError> {
        self.read(move |conn| Box::pin(list_those_banned(conn, group_id.get(), page, now))).await
    }

    async fn assign_role(
        &self,
        group_id: GroupId,
        user_id: UserId,
        role: Role,
        at: DateTime<Utc>,
    ) -> Result<MemberUpdated, PortError> {
        self.write(move |conn| Box::pin(assign(conn, group_id.get(), user_id.get(), role, at))).await
    }
}

async fn list(
    conn: &mut Conn,
    group: i64,
    role: Option<Role>,
    page: PageRequest,
) -> QueryResult<Page<Member>> {
    let mut list =
        memberships::table.inner_join(users::table).filter(memberships::group_id.eq(group)).into_boxed();
    if let Some(role) = role {
        list = list.filter(memberships::role.eq(role.word()));
    }
    if let Some(place) = page.key() {
        list = list.filter(after(memberships::joined_at, memberships::user_id, place));
    }
    let rows: Vec<(MembershipRow, CardRow)> = list
        .order((memberships::joined_at, memberships::user_id))
        .limit(super::surplus(page))
        .select((MembershipRow::as_select(), CardRow::as_select()))
        .load(conn)
        .await?;
    let members = rows.into_iter().map(membership::member).collect();
    Ok(Page::from_surplus(members, page.limit, |member: &Member| (member.joined_at, member.user.id.get())))
}

async fn list_those_banned(
    conn: &mut Conn,
    group: i64,
    page: PageRequest,
    now: DateTime<Utc>,
) -> QueryResult<Page<Ban>> {
    let mut list = bans::table
        .inner_join(users::table)
        .inner_join(banners.on(banners.field(users::id).eq(bans::created_by)))
        .filter(bans::group_id.eq(group))
        .filter(bans::until.is_null().or(bans::until.gt(Some(At(now)))))
        .into_boxed();
    if let Some(place) = page.key() {
        list = list.filter(before(bans::created_at, bans::user_id, place));
    }
    let rows: Vec<(BanRow, CardRow, CardRow)> = list
        .order((bans::created_at.desc(), bans::user_id.desc()))
        .limit(super::surplus(page))
        .select((BanRow::as_select(), CardRow::as_select(), banners.fields(CardRow::COLUMNS)))
        .load(conn)
        .await?;
    let found = rows.into_iter().map(membership::ban).collect();
    Ok(Page::from_surplus(found, page.limit, |ban: &Ban| (ban.created_at, ban.user.id.get())))
}

/// A member as he is; he MUST be one.
async fn member(conn: &mut Conn, group: i64, user: i64) -> QueryResult<Member> {
    let row = memberships::table
        .inner_join(users::table)
        .filter(memberships::group_id.eq(group))
        .filter(memberships::user_id.eq(user))
        .select((MembershipRow::as_select(), CardRow::as_select()))
        .first::<(MembershipRow, CardRow)>(conn)
        .await?;
    Ok(membership::member(row))
}

/// Whether a group would have no owner, were this member no owner any more.
async fn is_last_owner(conn: &mut Conn, group: i64, role: Role) -> QueryResult<bool> {
    Ok(role == Role::Owner && roster::owners(conn, group).await? == 1)
}

async fn update_it(conn: &mut Conn, update: UpdateMember) -> Outcome<MemberUpdated> {
    let (group, user) = (update.group_id.get(), update.user_id.get());
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(MemberUpdated::NoSuchMember);
    }
    let Some(role) = roster::role_of(conn, group, user).await? else {
        return Ok(MemberUpdated::NoSuchMember);
    };
    let by = roster::role_of(conn, group, update.by.get()).await?;
    if !rules::may_change(by, update.by == update.user_id, role, &update.patch) {
        return Ok(MemberUpdated::NotAllowed);
    }
    let done = change(conn, group, user, role, update.patch).await?;
    // Nobody needs to be told what he did himself.
    if update.by != update.user_id {
        changed(conn, group, user, (role, update.patch.role), &done, update.at).await?;
    }
    if matches!(done, MemberUpdated::Done(_)) {
        let line = |deed| Line::new(Some(update.by), deed, TargetKind::User, user, update.at).within(group);
        if let Some(new) = update.patch.role.filter(|new| *new != role) {
            log::write(conn, line(Deed::ChangeRole).saying(Some(new.word().into()))).await?;
        }
        match update.patch.muted_until {
            Some(Some(until)) => log::write(conn, line(Deed::Mute).until(Some(until))).await?,
            Some(None) => log::write(conn, line(Deed::Unmute)).await?,
            None => {}
        }
    }
    Ok(done)
}

async fn assign(
    conn: &mut Conn,
    group: i64,
    user: i64,
    role: Role,
    at: DateTime<Utc>,
) -> Outcome<MemberUpdated> {
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(MemberUpdated::NoSuchMember);
    }
    if let Some(now) = roster::role_of(conn, group, user).await? {
        let patch = MemberPatch { role: Some(role), muted_until: None };
        let done = change(conn, group, user, now, patch).await?;
        changed(conn, group, user, (now, patch.role), &done, at).await?;
        return Ok(done);
    }
    if !there_is(conn, user).await? {
        return Ok(MemberUpdated::NoSuchMember);
    }
    // Who is made a member is neither kept out nor waits any more.
    diesel::delete(bans::table.find((group, user))).execute(conn).await?;
    let approved = Decision::without_reply(JoinStatus::Approved, None, at);
    roster::settle_pending_of(conn, group, user, approved, at).await?;
    roster::admit(conn, group, user, role, at).await?;
    Ok(MemberUpdated::Done(member(conn, group, user).await?))
}

/// Changes a member who has this role, unless he is the last owner and would be one no more.
async fn change(
    conn: &mut Conn,
    group: i64,
    user: i64,
    role: Role,
    patch: MemberPatch,
) -> Outcome<MemberUpdated> {
    let steps_down = role == Role::Owner && patch.role.is_some_and(|new| new != Role::Owner);
    if steps_down && is_last_owner(conn, group, role).await? {
        return Ok(MemberUpdated::LastOwner);
    }
    if let Some(changes) = MembershipChanges::of(patch) {
        diesel::update(memberships::table.find((group, user))).set(changes).execute(conn).await?;
    }
    if steps_down {
        roster::show_another_than(conn, group, user).await?;
    }
    Ok(MemberUpdated::Done(member(conn, group, user).await?))
}

/// Records that a member's role was changed, from the one to the other, if it was.
async fn changed(
    conn: &mut Conn,
    group: i64,
    user: i64,
    (before, after): (Role, Option<Role>),
    done: &MemberUpdated,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let another = after.is_some_and(|role| role != before);
    if another && matches!(done, MemberUpdated::Done(_)) {
        roster::role_changed(conn, group, user, at).await?;
    }
    Ok(())
}

async fn remove(
    conn: &mut Conn,
    group: i64,
    user: UserId,
    by: UserId,
    at: DateTime<Utc>,
) -> Outcome<MemberRemoved> {
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(MemberRemoved::NoSuchMember);
    }
    let Some(role) = roster::role_of(conn, group, user.get()).await? else {
        return Ok(MemberRemoved::NoSuchMember);
    };
    let by_role = roster::role_of(conn, group, by.get()).await?;
    if !rules::may_remove(by_role, by, user, role) {
        return Ok(MemberRemoved::NotAllowed);
    }
    if is_last_owner(conn, group, role).await? {
        return Ok(MemberRemoved::LastOwner);
    }
    let removed = roster::expel(conn, group, user.get(), at).await?;
    if removed && by != user {
        let line = Line::new(Some(by), Deed::RemoveMember, TargetKind::User, user.get(), at);
        log::write(conn, line.within(group)).await?;
    }
    Ok(if removed { MemberRemoved::Done } else { MemberRemoved::NoSuchMember })
}

async fn hand_over(conn: &mut Conn, transfer: Transfer) -> Outcome<Transferred> {
    let (group, from, to) = (transfer.group_id.get(), transfer.from.get(), transfer.to.get());
    if roster::lock_group(conn, group).await?.is_none()
        || roster::role_of(conn, group, from).await? != Some(Role::Owner)
    {
        return Ok(Transferred::NotAllowed);
    }
    if roster::role_of(conn, group, to).await?.is_none() {
        return Ok(Transferred::NoSuchMember);
    }
    // In this order, so that whoever hands a group to himself keeps it.
    for (user, role) in [(from, Role::Moderator), (to, Role::Owner)] {
        diesel::update(memberships::table.find((group, user)))
            .set(memberships::role.eq(role.word()))
            .execute(conn)
            .await?;
    }
    diesel::update(groups::table.find(group)).set(groups::owner_id.eq(to)).execute(conn).await?;
    let line = Line::new(Some(transfer.from), Deed::ChangeRole, TargetKind::User, to, transfer.at);
    log::write(conn, line.within(group).saying(Some(Role::Owner.word().into()))).await?;
    mark(conn, transfer.claim, group).await?;
    // Who hands it over knows.
    if from != to {
        roster::role_changed(conn, group, to, transfer.at).await?;
    }
    Ok(Transferred::Done)
}

async fn ban_it(conn: &mut Conn, ban: BanMember) -> Outcome<BanSet> {
    let (group, user, by) = (ban.group_id.get(), ban.user_id.get(), ban.by);
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(BanSet::NotAllowed);
    }
    let by_role = roster::role_of(conn, group, by.get()).await?;
    let role = roster::role_of(conn, group, user).await?;
    if !rules::may_ban(by_role, by == ban.user_id, role) {
        return Ok(BanSet::NotAllowed);
    }
    if !there_is(conn, user).await? {
        return Ok(BanSet::NoSuchUser);
    }
    keep_out(conn, ban).await?;
    Ok(BanSet::Done)
}

/// Bans somebody from a group that is locked, takes him out, refuses what he asked for, and writes the log.
pub(crate) async fn keep_out(conn: &mut Conn, ban: BanMember) -> QueryResult<()> {
    let (group, user, by, at) = (ban.group_id.get(), ban.user_id.get(), ban.by, ban.at);
    let line = Line::new(Some(by), Deed::Ban, TargetKind::User, user, at).within(group);
    log::write(conn, line.saying(ban.reason.clone()).until(ban.until)).await?;
    let row = NewBanRow::from(ban);
    diesel::insert_into(bans::table)
        .values(row.clone())
        .on_conflict((bans::group_id, bans::user_id))
        .do_update()
        .set(row)
        .execute(conn)
        .await?;
    roster::expel(conn, group, user, at).await?;
    let refused = Decision::without_reply(JoinStatus::Refused, Some(by), at);
    roster::settle_pending_of(conn, group, user, refused, at).await
}

async fn unban(conn: &mut Conn, group: i64, user: i64, by: UserId, at: DateTime<Utc>) -> Outcome<bool> {
    if roster::lock_group(conn, group).await?.is_none() || !roster::moderates(conn, group, by).await? {
        return Ok(false);
    }
    if diesel::delete(bans::table.find((group, user))).execute(conn).await? == 1 {
        let line = Line::new(Some(by), Deed::Unban, TargetKind::User, user, at);
        log::write(conn, line.within(group)).await?;
    }
    Ok(true)
}

/// Whether there is such an account, not deleted.
async fn there_is(conn: &mut Conn, user: i64) -> QueryResult<bool> {
    select(exists(users::table.find(user).filter(users::deleted_at.is_null()))).get_result(conn).await
}
