//! SQL of media.

pub(crate) mod uses;
mod write;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::User,
    error::PortError,
    id::{MediaId, UserId},
    media::{AvatarSet, CreateMedia, Media, MediaCreated, MediaKey, MediaRepository, SetAvatar},
    page::{Page, PageRequest},
};

use super::{Conn, Store, before};
use crate::{rows::media::MediaRow, schema::media};

#[async_trait]
impl MediaRepository for Store {
    async fn create_media(&self, create: CreateMedia) -> Result<MediaCreated, PortError> {
        self.write(move |conn| Box::pin(write::create(conn, create))).await
    }

    async fn find_media(&self, id: MediaId, owner: UserId) -> Result<Option<Media>, PortError> {
        self.read(move |conn| Box::pin(find(conn, id.get(), owner.get()))).await
    }

    async fn list_media(&self, owner: UserId, page: PageRequest) -> Result<Page<Media>, PortError> {
        self.read(move |conn| Box::pin(list(conn, owner.get(), page))).await
    }

    async fn delete_media(
        &self,
        id: MediaId,
        owner: UserId,
        at: DateTime<Utc>,
    ) -> Result<Option<MediaKey>, PortError> {
        self.write(move |conn| Box::pin(write::delete(conn, id.get(), owner, at))).await
    }

    async fn set_avatar(&self, set: SetAvatar) -> Result<AvatarSet, PortError> {
        self.write(move |conn| Box::pin(write::set_avatar(conn, set))).await
    }

    async fn clear_avatar(
        &self,
        user: UserId,
        at: DateTime<Utc>,
    ) -> Result<Option<(User, Option<MediaKey>)>, PortError> {
        self.write(move |conn| Box::pin(write::clear_avatar(conn, user, at))).await
    }

    async fn sweep_media(&self, before: DateTime<Utc>) -> Result<Vec<MediaKey>, PortError> {
        let waiting = self.read(move |conn| Box::pin(uses::unused(conn, before))).await?;
        let mut swept = Vec::new();
        for id in waiting {
            swept.extend(self.write(move |conn| Box::pin(uses::sweep(conn, id))).await?);
        }
        Ok(swept)
    }

    async fn known_media(&self, keys: &[MediaKey]) -> Result<Vec<MediaKey>, PortError> {
        let keys: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
        self.read(move |conn| Box::pin(known(conn, keys))).await
    }

    async fn media_after(&self, after: Option<MediaId>, limit: u32) -> Result<Vec<Media>, PortError> {
        self.read(move |conn| Box::pin(following(conn, after.map_or(0, MediaId::get), limit))).await
    }
}

async fn find(conn: &mut Conn, id: i64, owner: i64) -> QueryResult<Option<Media>> {
    let row = media::table
        .filter(media::id.eq(id))
        .filter(media::owner_id.eq(owner))
        .select(MediaRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.and_then(MediaRow::read))
}

async fn list(conn: &mut Conn, owner: i64, page: PageRequest) -> QueryResult<Page<Media>> {
    let mut list = media::table.filter(media::owner_id.eq(owner)).select(MediaRow::as_select()).into_boxed();
    if let Some(place) = page.key() {
        list = list.filter(before(media::created_at, media::id, place));
    }
    let rows: Vec<MediaRow> = list
        .order((media::created_at.desc(), media::id.desc()))
        .limit(super::surplus(page))
        .load(conn)
        .await?;
    let read = rows.into_iter().filter_map(MediaRow::read).collect();
    Ok(Page::from_surplus(read, page.limit, |media: &Media| (media.created_at, media.id.get())))
}

async fn known(conn: &mut Conn, keys: Vec<String>) -> QueryResult<Vec<MediaKey>> {
    // Now and then, of a few hundred: it need not stay prepared.
    let known: Vec<String> =
        media::table.filter(media::key.eq_any(keys)).select(media::key).load(conn).await?;
    Ok(known.iter().filter_map(|key| MediaKey::parse(key)).collect())
}

async fn following(conn: &mut Conn, after: i64, limit: u32) -> QueryResult<Vec<Media>> {
    let rows: Vec<MediaRow> = media::table
        .filter(media::id.gt(after))
        .order(media::id)
        .limit(i64::from(limit))
        .select(MediaRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(MediaRow::read).collect())
}
