//! SQL of groups.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, QueryDsl, SelectableHelper, TextExpressionMethods,
    dsl::{IntoBoxed, auto_type, case_when, count_star, exists},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    Actor,
    error::PortError,
    group::{
        CategoryCount, CreateGroup, GroupCreated, GroupDeleted, GroupFilter, GroupRepository, GroupUpdated,
        GroupView, JoinPolicy, Role, Standing, UpdateGroup,
    },
    id::{GroupId, UserId},
    join::JoinStatus,
    page::{Page, PageRequest},
};

use super::{
    Backend, Conn, Outcome, Stop, Store, before, folded_pattern, idempotency::mark, roster, speakable,
};
use crate::{
    rows::{
        CardRow,
        group::{GroupChanges, GroupRow, NewGroupRow, StandingRow, ViewRow, ViewerRow},
        membership::NewMembershipRow,
    },
    schema::{bans, groups, join_requests, memberships, users},
    types::{At, Pending, Word},
};

diesel::alias!(memberships as belongings: Belongings);

#[async_trait]
impl GroupRepository for Store {
    async fn create_group(&self, create: CreateGroup) -> Result<GroupCreated, PortError> {
        self.write(move |conn| Box::pin(create_it(conn, create))).await
    }

    async fn find_group(
        &self,
        id: GroupId,
        viewer: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Option<GroupView>, PortError> {
        Ok(self.find_groups(&[id], viewer, now).await?.pop())
    }

    async fn find_groups(
        &self,
        ids: &[GroupId],
        viewer: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<GroupView>, PortError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        self.read(move |conn| Box::pin(find(conn, ids, viewer, now))).await
    }

    async fn list_groups(
        &self,
        filter: &GroupFilter,
        page: PageRequest,
        viewer: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Page<GroupView>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(list(conn, filter, page, viewer, now))).await
    }

    async fn rank_groups(
        &self,
        filter: &GroupFilter,
        _since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<GroupId>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(rank(conn, filter, limit))).await
    }

    async fn list_groups_of(
        &self,
        member: UserId,
        role: Option<Role>,
        page: PageRequest,
        viewer: Actor,
        now: DateTime<Utc>,
    ) -> Result<Page<GroupView>, PortError> {
        self.read(move |conn| Box::pin(list_of(conn, member, role, page, viewer.user_id, now))).await
    }

    async fn count_categories(&self) -> Result<Vec<CategoryCount>, PortError> {
        self.read(move |conn| Box::pin(categories(conn))).await
    }

    async fn standing(
        &self,
        id: GroupId,
        user: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Option<Standing>, PortError> {
        self.read(move |conn| Box::pin(stands(conn, id.get(), nobody_or(user), now))).await
    }

    async fn update_group(&self, update: UpdateGroup) -> Result<GroupUpdated, PortError> {
        self.write(move |conn| Box::pin(update_it(conn, update))).await
    }

    async fn delete_group(
        &self,
        id: GroupId,
        by: Option<UserId>,
        if_version: Option<i64>,
        at: DateTime<Utc>,
    ) -> Result<GroupDeleted, PortError> {
        self.write(move |conn| Box::pin(delete_it(conn, id.get(), by, if_version, at))).await
    }
}

/// The user's id, or one that nobody has: one statement serves both.
fn nobody_or(user: Option<UserId>) -> i64 {
    user.map_or(0, UserId::get)
}

/// The groups that are there, with their shown owners.
#[auto_type]
fn living() -> _ {
    groups::table.inner_join(users::table).filter(groups::deleted_at.is_null())
}

/// A list of them in the making.
type Views<'a> = IntoBoxed<'a, living, Backend>;

/// Whether `user` is banned at `now` from the group of the outer query.
#[auto_type]
fn banned(user: i64, now: Option<At>) -> _ {
    let counts = bans::until.is_null().or(bans::until.gt(now));
    exists(bans::table.filter(bans::group_id.eq(groups::id)).filter(bans::user_id.eq(user)).filter(counts))
}

/// The membership of `user` in the group of the outer query.
#[auto_type]
fn membership(user: i64) -> _ {
    memberships::table.filter(memberships::group_id.eq(groups::id)).filter(memberships::user_id.eq(user))
}

/// The requests of `user` for the group of the outer query, newest first.
#[auto_type]
fn requests(user: i64) -> _ {
    join_requests::table
        .filter(join_requests::group_id.eq(groups::id))
        .filter(join_requests::user_id.eq(user))
        .order((join_requests::created_at.desc(), join_requests::id.desc()))
        .limit(1_i64)
}

/// How many requests wait for the group of the outer query.
#[auto_type]
fn waiting() -> _ {
    join_requests::table
        .filter(join_requests::group_id.eq(groups::id))
        .filter(join_requests::status.eq(Pending))
        .count()
}

/// What the group of the outer query is to `user` at `now`, as [`ViewerRow`] reads it.
#[auto_type]
fn viewer_columns(user: i64, now: Option<At>) -> _ {
    let member: &'static str = Role::Member.word();
    let refused: &'static str = JoinStatus::Refused.word();
    let his_role: membership = membership(user);
    let his_mute: membership = membership(user);
    let his_staff_role: membership = membership(user);
    let is_banned: banned = banned(user, now);
    let newest: requests = requests(user);
    let newest_again: requests = requests(user);
    let newest_refusal: requests = requests(user);
    let they_wait: waiting = waiting();
    (
        his_role.select(memberships::role).single_value(),
        his_mute.select(memberships::muted_until).single_value(),
        is_banned,
        newest.select(join_requests::id).single_value(),
        newest_again.select(join_requests::status).single_value(),
        newest_refusal
            .filter(join_requests::status.eq(refused))
            .select(join_requests::decided_at)
            .single_value(),
        case_when(exists(his_staff_role.filter(memberships::role.ne(member))), they_wait.single_value()),
    )
}

/// Reads the views of a list, as this user sees them.
async fn load(
    conn: &mut Conn,
    list: Views<'_>,
    viewer: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<ViewRow>> {
    let Some(user) = viewer else {
        let rows = list.select((GroupRow::as_select(), CardRow::as_select())).load(conn).await?;
        return Ok(rows.into_iter().map(|(group, owner)| ViewRow { group, owner, viewer: None }).collect());
    };
    let columns = (GroupRow::as_select(), CardRow::as_select(), viewer_columns(user.get(), Some(At(now))));
    let rows: Vec<(GroupRow, CardRow, ViewerRow)> = list.select(columns).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|(group, owner, viewer)| ViewRow { group, owner, viewer: Some(viewer) })
        .collect())
}

fn matching<'a>(filter: GroupFilter) -> Views<'a> {
    let mut list = living().into_boxed();
    if let Some(category) = filter.category {
        list = list.filter(groups::category.eq(speakable(&category)));
    }
    if let Some(text) = filter.text {
        list = list.filter(groups::name_folded.like(folded_pattern(&text)).escape('\\'));
    }
    list
}

async fn find(
    conn: &mut Conn,
    ids: Vec<i64>,
    viewer: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<GroupView>> {
    let list = living().into_boxed();
    // One id is the common case, and a statement that both databases keep prepared.
    let list = match ids[..] {
        [] => return Ok(Vec::new()),
        [id] => list.filter(groups::id.eq(id)),
        _ => list.filter(groups::id.eq_any(ids.clone())),
    };
    let mut found: HashMap<i64, ViewRow> =
        load(conn, list, viewer, now).await?.into_iter().map(|row| (row.group.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(GroupView::from).collect())
}

async fn list(
    conn: &mut Conn,
    filter: GroupFilter,
    page: PageRequest,
    viewer: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<Page<GroupView>> {
    let mut list = matching(filter);
    if let Some(place) = page.key() {
        list = list.filter(before(groups::created_at, groups::id, place));
    }
    let list = list.order((groups::created_at.desc(), groups::id.desc())).limit(super::surplus(page));
    let rows = load(conn, list, viewer, now).await?;
    Ok(Page::from_surplus(rows, page.limit, |row| (row.group.created_at.0, row.group.id)).map(Into::into))
}

/// No group has posts before there are any, so `post_count` is as good as the posts of any period.
async fn rank(conn: &mut Conn, filter: GroupFilter, limit: u32) -> QueryResult<Vec<GroupId>> {
    let ids = matching(filter)
        .order((groups::member_count.desc(), groups::post_count.desc(), groups::id))
        .limit(limit.into())
        .select(groups::id)
        .load::<i64>(conn)
        .await?;
    Ok(ids.into_iter().map(GroupId::stored).collect())
}

async fn list_of(
    conn: &mut Conn,
    member: UserId,
    role: Option<Role>,
    page: PageRequest,
    viewer: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Page<GroupView>> {
    let place = (belongings.field(memberships::joined_at), belongings.field(memberships::group_id));
    let mut list = belongings
        .inner_join(groups::table.on(groups::id.eq(place.1)))
        .inner_join(users::table.on(users::id.eq(groups::owner_id)))
        .filter(groups::deleted_at.is_null())
        .filter(belongings.field(memberships::user_id).eq(member.get()))
        .into_boxed();
    if let Some(role) = role {
        list = list.filter(belongings.field(memberships::role).eq(role.word()));
    }
    if let Some(last) = page.key() {
        list = list.filter(before(place.0, place.1, last));
    }
    let columns =
        (place.0, GroupRow::as_select(), CardRow::as_select(), viewer_columns(viewer.get(), Some(At(now))));
    let rows: Vec<(At, GroupRow, CardRow, ViewerRow)> = list
        .order((place.0.desc(), place.1.desc()))
        .limit(super::surplus(page))
        .select(columns)
        .load(conn)
        .await?;
    Ok(Page::from_surplus(rows, page.limit, |(joined_at, group, ..)| (joined_at.0, group.id))
        .map(|(_, group, owner, viewer)| ViewRow { group, owner, viewer: Some(viewer) }.into()))
}

async fn categories(conn: &mut Conn) -> QueryResult<Vec<CategoryCount>> {
    let counts: Vec<(String, i64)> = groups::table
        .filter(groups::deleted_at.is_null())
        .group_by(groups::category)
        .select((groups::category, count_star()))
        .load(conn)
        .await?;
    Ok(counts.into_iter().map(|(name, group_count)| CategoryCount { name, group_count }).collect())
}

async fn stands(conn: &mut Conn, group: i64, user: i64, now: DateTime<Utc>) -> QueryResult<Option<Standing>> {
    let is_his = memberships::group_id.eq(groups::id).and(memberships::user_id.eq(user));
    let row: Option<StandingRow> = groups::table
        .left_join(memberships::table.on(is_his))
        .filter(groups::id.eq(group))
        .filter(groups::deleted_at.is_null())
        .select((
            groups::visibility,
            groups::join_policy,
            memberships::role.nullable(),
            memberships::muted_until.nullable(),
            banned(user, Some(At(now))),
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}

async fn create_it(conn: &mut Conn, create: CreateGroup) -> Outcome<GroupCreated> {
    let (owner, at, claim) = (create.owner, create.at, create.claim);
    let made = diesel::insert_into(groups::table)
        .values(NewGroupRow::from(create))
        .on_conflict_do_nothing()
        .returning(groups::id)
        .get_result::<i64>(conn)
        .await
        .optional()?;
    // The only thing that a new group can conflict with is a name.
    let Some(id) = made else { return Ok(GroupCreated::NameTaken) };
    let role = Role::Owner.word();
    diesel::insert_into(memberships::table)
        .values(NewMembershipRow { group_id: id, user_id: owner.get(), role, joined_at: At(at) })
        .execute(conn)
        .await?;
    mark(conn, claim, id).await?;
    Ok(GroupCreated::Done(GroupId::stored(id)))
}

async fn update_it(conn: &mut Conn, update: UpdateGroup) -> Outcome<GroupUpdated> {
    let id = update.id.get();
    let Some(group) = roster::lock_group(conn, id).await? else { return Ok(GroupUpdated::NoSuchGroup) };
    if roster::role_of(conn, id, update.by.get()).await? != Some(Role::Owner) {
        return Ok(GroupUpdated::NotAllowed);
    }
    if update.if_version.is_some_and(|version| version != group.version) {
        return Ok(GroupUpdated::Changed);
    }
    let policy = update.patch.join_policy;
    diesel::update(groups::table.find(id))
        .set((
            GroupChanges::from(update.patch),
            groups::version.eq(groups::version + 1),
            groups::edited_at.eq(Some(At(update.at))),
        ))
        .execute(conn)
        .await
        .map_err(|error| Stop::if_taken(error, "groups", "name_skeleton", GroupUpdated::NameTaken))?;
    match policy {
        Some(JoinPolicy::Open) => roster::admit_pending(conn, id, update.by, update.at).await?,
        Some(JoinPolicy::Invite) => {
            roster::settle_pending(conn, id, JoinStatus::Refused, Some(update.by), update.at).await?;
        }
        Some(JoinPolicy::Approval) | None => {}
    }
    Ok(GroupUpdated::Done)
}

async fn delete_it(
    conn: &mut Conn,
    id: i64,
    by: Option<UserId>,
    if_version: Option<i64>,
    at: DateTime<Utc>,
) -> Outcome<GroupDeleted> {
    let Some(group) = roster::lock_group(conn, id).await? else { return Ok(GroupDeleted::NoSuchGroup) };
    if let Some(by) = by
        && roster::role_of(conn, id, by.get()).await? != Some(Role::Owner)
    {
        return Ok(GroupDeleted::NotAllowed);
    }
    if if_version.is_some_and(|version| version != group.version) {
        return Ok(GroupDeleted::Changed);
    }
    diesel::update(groups::table.find(id)).set(groups::deleted_at.eq(Some(At(at)))).execute(conn).await?;
    roster::settle_pending(conn, id, JoinStatus::Expired, None, at).await?;
    Ok(GroupDeleted::Done)
}
