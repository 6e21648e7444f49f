//! Writing and deleting media, and avatars. Whatever takes or gives room locks the user.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::User,
    event::Verb,
    group::rules::barred,
    id::{MediaId, UserId},
    media::{AvatarSet, CreateMedia, Media, MediaCreated, MediaKey, SetAvatar},
};

use super::{
    super::{Conn, Outcome, Stop, access, account, idempotency::mark},
    uses,
};
use crate::{
    rows::{
        UserRow,
        media::{MediaRow, NewMediaRow},
    },
    schema::{media, users},
    types::At,
};

pub(super) async fn create(conn: &mut Conn, create: CreateMedia) -> Outcome<MediaCreated> {
    let (owner, at) = (create.owner, create.at);
    if account::lock(conn, owner).await?.is_none() {
        return Ok(MediaCreated::QuotaExceeded);
    }
    if let Some(group) = create.group_id {
        let Some(standing) = access::standing(conn, group.get(), Some(owner), at).await? else {
            return Ok(MediaCreated::NoSuchGroup);
        };
        if let Some(barred) = barred(standing.role, standing.muted_until, standing.banned, at) {
            return Ok(MediaCreated::Barred(barred));
        }
    }
    if !has_room(conn, owner, create.image.byte_size, create.quota).await? {
        return Ok(MediaCreated::QuotaExceeded);
    }
    let id = add(conn, NewMediaRow::new(&create.image, owner, create.group_id, at)).await?;
    mark(conn, create.claim, id).await?;
    let image = create.image;
    Ok(MediaCreated::Done(Media {
        id: MediaId::stored(id),
        key: image.key,
        owner_id: owner,
        group_id: create.group_id,
        width: image.width,
        height: image.height,
        byte_size: image.byte_size,
        created_at: at,
    }))
}

async fn add(conn: &mut Conn, row: NewMediaRow) -> QueryResult<i64> {
    diesel::insert_into(media::table).values(row).returning(media::id).get_result(conn).await
}

/// Whether so many more bytes fit into a user's quota. Nobody else may take or give his room meanwhile.
async fn has_room(conn: &mut Conn, owner: UserId, more: u64, quota: u64) -> QueryResult<bool> {
    let sizes: Vec<i64> =
        media::table.filter(media::owner_id.eq(owner.get())).select(media::byte_size).load(conn).await?;
    let taken = sizes.into_iter().filter_map(|size| u64::try_from(size).ok()).fold(more, u64::saturating_add);
    Ok(taken <= quota)
}

pub(super) async fn delete(
    conn: &mut Conn,
    id: i64,
    owner: UserId,
    at: DateTime<Utc>,
) -> Outcome<Option<MediaKey>> {
    if account::lock(conn, owner).await?.is_none() {
        return Ok(None);
    }
    let row: Option<MediaRow> = locked!(
        media::table
            .filter(media::id.eq(id))
            .filter(media::owner_id.eq(owner.get()))
            .select(MediaRow::as_select())
    )
    .first(conn)
    .await
    .optional()?;
    let Some(found) = row.and_then(MediaRow::read) else { return Ok(None) };
    let key = found.key.as_str();
    diesel::update(users::table.find(owner.get()).filter(users::avatar_key.eq(key)))
        .set((
            users::avatar_key.eq(None::<String>),
            users::version.eq(users::version + 1),
            users::edited_at.eq(At(at)),
        ))
        .execute(conn)
        .await?;
    uses::delete_everywhere(conn, id, key, at).await?;
    Ok(Some(found.key))
}

pub(super) async fn set_avatar(conn: &mut Conn, set: SetAvatar) -> Outcome<AvatarSet> {
    let (owner, at) = (set.user, set.at);
    let Some((user, _)) = account::lock(conn, owner).await? else { return Ok(AvatarSet::NoSuchUser) };
    let row = wear(conn, owner, Some(set.image.key.as_str()), at).await?;
    let replaced = give_up(conn, &user).await?;
    if !has_room(conn, owner, set.image.byte_size, set.quota).await? {
        return Err(Stop::Answer(AvatarSet::QuotaExceeded));
    }
    add(conn, NewMediaRow::new(&set.image, owner, None, at)).await?;
    Ok(AvatarSet::Done(row, replaced))
}

pub(super) async fn clear_avatar(
    conn: &mut Conn,
    owner: UserId,
    at: DateTime<Utc>,
) -> Outcome<Option<(User, Option<MediaKey>)>> {
    let Some((user, _)) = account::lock(conn, owner).await? else { return Ok(None) };
    if user.avatar_key.is_none() {
        return Ok(Some((user, None)));
    }
    let row = wear(conn, owner, None, at).await?;
    let replaced = give_up(conn, &user).await?;
    Ok(Some((row, replaced)))
}

/// Gives a user this avatar, or none.
async fn wear(conn: &mut Conn, user: UserId, key: Option<&str>, at: DateTime<Utc>) -> QueryResult<User> {
    let row = diesel::update(users::table.find(user.get()))
        .set((users::avatar_key.eq(key), users::version.eq(users::version + 1), users::edited_at.eq(At(at))))
        .returning(UserRow::as_returning())
        .get_result(conn)
        .await?;
    account::happened(conn, Verb::Edited, user, at).await?;
    Ok(row.into())
}

/// Deletes the row of the avatar that somebody had, unless it is used besides.
async fn give_up(conn: &mut Conn, before: &User) -> Result<Option<MediaKey>, diesel::result::Error> {
    let Some(key) = &before.avatar_key else { return Ok(None) };
    let id: Option<i64> =
        media::table.filter(media::key.eq(key)).select(media::id).first(conn).await.optional()?;
    match id {
        Some(id) => uses::delete_unused(conn, id).await,
        None => Ok(None),
    }
}
