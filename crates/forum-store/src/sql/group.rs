//! SQL of groups.

mod view;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    Actor,
    error::PortError,
    event::{Event, Subject, Verb},
    group::{
        CategoryCount, CreateGroup, GroupCreated, GroupDeleted, GroupFilter, GroupRepository, GroupUpdated,
        GroupView, JoinPolicy, Role, Standing, UpdateGroup,
    },
    id::{GroupId, MediaId, UserId},
    join::JoinStatus,
    moderation::TargetKind,
    page::{Page, PageRequest},
};

pub(crate) use view::standing;

use super::{Conn, Outcome, Stop, Store, idempotency::mark, media, moderation, outbox, roster};
use crate::{
    rows::{
        group::{GroupChanges, NewGroupRow},
        membership::NewMembershipRow,
        moderation::Place,
    },
    schema::{groups, memberships},
    types::{At, Word},
};

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
        self.read(move |conn| Box::pin(view::find(conn, ids, viewer, now))).await
    }

    async fn list_groups(
        &self,
        filter: &GroupFilter,
        page: PageRequest,
        viewer: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Page<GroupView>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(view::list(conn, filter, page, viewer, now))).await
    }

    async fn rank_groups(
        &self,
        filter: &GroupFilter,
        since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<GroupId>, PortError> {
        let filter = filter.clone();
        self.read(move |conn| Box::pin(view::rank(conn, filter, since, limit))).await
    }

    async fn list_groups_of(
        &self,
        member: UserId,
        role: Option<Role>,
        page: PageRequest,
        viewer: Actor,
        now: DateTime<Utc>,
    ) -> Result<Page<GroupView>, PortError> {
        self.read(move |conn| Box::pin(view::list_of(conn, member, role, page, viewer.user_id, now))).await
    }

    async fn list_groups_seen(
        &self,
        member: UserId,
        page: PageRequest,
        viewer: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Page<GroupView>, PortError> {
        self.read(move |conn| Box::pin(view::list_seen(conn, member, page, viewer, now))).await
    }

    async fn count_categories(&self) -> Result<Vec<CategoryCount>, PortError> {
        self.read(move |conn| Box::pin(view::categories(conn))).await
    }

    async fn standing(
        &self,
        id: GroupId,
        user: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Option<Standing>, PortError> {
        self.read(move |conn| Box::pin(standing(conn, id.get(), user, now))).await
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

async fn create_it(conn: &mut Conn, create: CreateGroup) -> Outcome<GroupCreated> {
    let (owner, at, claim, review) = (create.owner, create.at, create.claim, create.review.clone());
    let cover = find_cover(conn, create.draft.cover, owner).await?;
    if create.draft.cover.is_some() && cover.is_none() {
        return Ok(GroupCreated::NoSuchMedia);
    }
    let made = diesel::insert_into(groups::table)
        .values(NewGroupRow::new(create, cover))
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
    let place = Place { group_id: Some(id), author_id: None };
    moderation::review(conn, review, (TargetKind::Group, id), place, at).await?;
    mark(conn, claim, id).await?;
    happened(conn, Verb::Created, id, Some(owner), at).await?;
    Ok(GroupCreated::Done(GroupId::stored(id)))
}

/// The key of the media that shall be a cover; `None` if none shall, or they may not.
async fn find_cover(conn: &mut Conn, cover: Option<MediaId>, by: UserId) -> QueryResult<Option<String>> {
    match cover {
        Some(id) => media::uses::cover(conn, id, by).await,
        None => Ok(None),
    }
}

async fn update_it(conn: &mut Conn, update: UpdateGroup) -> Outcome<GroupUpdated> {
    let id = update.id.get();
    let wanted = update.patch.cover.flatten();
    let cover = find_cover(conn, wanted, update.by).await?;
    let Some(group) = roster::lock_group(conn, id).await? else { return Ok(GroupUpdated::NoSuchGroup) };
    if roster::role_of(conn, id, update.by.get()).await? != Some(Role::Owner) {
        return Ok(GroupUpdated::NotAllowed);
    }
    if update.if_version.is_some_and(|version| version != group.version) {
        return Ok(GroupUpdated::Changed);
    }
    if wanted.is_some() && cover.is_none() {
        return Ok(GroupUpdated::NoSuchMedia);
    }
    let policy = update.patch.join_policy;
    diesel::update(groups::table.find(id))
        .set((
            GroupChanges::new(update.patch, cover),
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
    happened(conn, Verb::Edited, id, Some(update.by), update.at).await?;
    let place = Place { group_id: Some(id), author_id: None };
    moderation::review(conn, update.review, (TargetKind::Group, id), place, update.at).await?;
    Ok(GroupUpdated::Done)
}

/// Records what happened to a group.
async fn happened(
    conn: &mut Conn,
    verb: Verb,
    group: i64,
    user: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    outbox::record(conn, Event { verb, subject: Subject::Group(GroupId::stored(group)), user }, at).await
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
    end(conn, id, at).await?;
    happened(conn, Verb::Deleted, id, by, at).await?;
    Ok(GroupDeleted::Done)
}

/// Deletes a group that is locked.
async fn end(conn: &mut Conn, id: i64, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(groups::table.find(id)).set(groups::deleted_at.eq(Some(At(at)))).execute(conn).await?;
    roster::settle_pending(conn, id, JoinStatus::Expired, None, at).await
}

/// Deletes a group that was reported, if nobody has.
pub(crate) async fn close(
    conn: &mut Conn,
    id: i64,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    if roster::lock_group(conn, id).await?.is_none() {
        return Ok(());
    }
    end(conn, id, at).await?;
    happened(conn, Verb::Deleted, id, by, at).await
}
