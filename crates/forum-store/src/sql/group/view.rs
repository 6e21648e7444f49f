//! Reading groups: each read is one statement, what the group is to the viewer included.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, QueryDsl, SelectableHelper, TextExpressionMethods,
    dsl::{IntoBoxed, auto_type, case_when, count_star, exists},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    group::{CategoryCount, GroupFilter, GroupView, Role, Standing},
    id::{GroupId, UserId},
    join::JoinStatus,
    page::{Page, PageRequest},
};

use super::super::{Backend, Conn, before, folded_pattern, speakable, surplus};
use crate::{
    rows::{
        CardRow,
        group::{GroupRow, StandingRow, ViewRow, ViewerRow},
    },
    schema::{bans, groups, join_requests, memberships, posts, users},
    types::{At, Pending, Public, Word},
};

diesel::alias!(memberships as belongings: Belongings);

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

pub(super) async fn find(
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

pub(super) async fn list(
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
    let list = list.order((groups::created_at.desc(), groups::id.desc())).limit(surplus(page));
    let rows = load(conn, list, viewer, now).await?;
    Ok(Page::from_surplus(rows, page.limit, |row| (row.group.created_at.0, row.group.id)).map(Into::into))
}

/// How many posts of the group of the outer query were written since `since`, of the pinned ones or of
/// the others: two ranges of the index `posts_newest_of_group`, each no longer than its count.
#[auto_type]
fn written(since: At, pinned: bool) -> _ {
    posts::table
        .filter(posts::group_id.eq(groups::id))
        .filter(posts::deleted_at.is_null())
        .filter(posts::pinned.eq(pinned))
        .filter(posts::created_at.ge(since))
        .count()
}

/// Costs a visit to each group of the filter, and to each entry of `posts_newest_of_group` since `since`.
pub(super) async fn rank(
    conn: &mut Conn,
    filter: GroupFilter,
    since: DateTime<Utc>,
    limit: u32,
) -> QueryResult<Vec<GroupId>> {
    let lively = written(At(since), true).single_value().assume_not_null()
        + written(At(since), false).single_value().assume_not_null();
    let ids = matching(filter)
        .order((groups::member_count.desc(), lively.desc(), groups::id))
        .limit(limit.into())
        .select(groups::id)
        .load::<i64>(conn)
        .await?;
    Ok(ids.into_iter().map(GroupId::stored).collect())
}

pub(super) async fn list_of(
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
    let rows: Vec<(At, GroupRow, CardRow, ViewerRow)> =
        list.order((place.0.desc(), place.1.desc())).limit(surplus(page)).select(columns).load(conn).await?;
    Ok(Page::from_surplus(rows, page.limit, |(joined_at, group, ..)| (joined_at.0, group.id))
        .map(|(_, group, owner, viewer)| ViewRow { group, owner, viewer: Some(viewer) }.into()))
}

/// The groups that a user is in, as another sees them. Who sees nobody has the id zero.
pub(super) async fn list_seen(
    conn: &mut Conn,
    member: UserId,
    page: PageRequest,
    viewer: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<Page<GroupView>> {
    let place = (belongings.field(memberships::joined_at), belongings.field(memberships::group_id));
    let theirs: membership = membership(viewer.map_or(0, UserId::get));
    let mut list = belongings
        .inner_join(groups::table.on(groups::id.eq(place.1)))
        .inner_join(users::table.on(users::id.eq(groups::owner_id)))
        .filter(groups::deleted_at.is_null())
        .filter(groups::visibility.eq(Public).or(exists(theirs)))
        .filter(belongings.field(memberships::user_id).eq(member.get()))
        .into_boxed();
    if let Some(last) = page.key() {
        list = list.filter(before(place.0, place.1, last));
    }
    let list = list.order((place.0.desc(), place.1.desc())).limit(surplus(page));
    let rows: Vec<(At, ViewRow)> = match viewer {
        None => {
            let columns = (place.0, GroupRow::as_select(), CardRow::as_select());
            let rows: Vec<(At, GroupRow, CardRow)> = list.select(columns).load(conn).await?;
            let view = |(joined, group, owner)| (joined, ViewRow { group, owner, viewer: None });
            rows.into_iter().map(view).collect()
        }
        Some(user) => {
            let viewer = viewer_columns(user.get(), Some(At(now)));
            let columns = (place.0, GroupRow::as_select(), CardRow::as_select(), viewer);
            let rows: Vec<(At, GroupRow, CardRow, ViewerRow)> = list.select(columns).load(conn).await?;
            let view =
                |(joined, group, owner, viewer)| (joined, ViewRow { group, owner, viewer: Some(viewer) });
            rows.into_iter().map(view).collect()
        }
    };
    let found = Page::from_surplus(rows, page.limit, |(joined_at, row)| (joined_at.0, row.group.id));
    Ok(found.map(|(_, row)| row.into()))
}

pub(super) async fn categories(conn: &mut Conn) -> QueryResult<Vec<CategoryCount>> {
    let counts: Vec<(String, i64)> = groups::table
        .filter(groups::deleted_at.is_null())
        .group_by(groups::category)
        .select((groups::category, count_star()))
        .load(conn)
        .await?;
    Ok(counts.into_iter().map(|(name, group_count)| CategoryCount { name, group_count }).collect())
}

/// What the rules need to know of a user in a group; `None` if there is no such group.
pub(crate) async fn standing(
    conn: &mut Conn,
    group: i64,
    user: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<Option<Standing>> {
    // Nobody has the id zero: one statement serves also where nobody is signed in.
    let user = user.map_or(0, UserId::get);
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
