//! Rows of `media`.

use diesel::{Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    clock::Timestamp,
    id::{GroupId, MediaId, UserId},
    media::{Media, MediaKey, NewImage},
};

use crate::{schema::media, types::At};

/// An upload.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = media, check_for_backend(Pg, Sqlite))]
pub(crate) struct MediaRow {
    pub(crate) id: i64,
    key: String,
    owner_id: i64,
    group_id: Option<i64>,
    width: i32,
    height: i32,
    byte_size: i64,
    pub(crate) created_at: At,
}

impl MediaRow {
    /// What it says; `None` if its key is none, which nobody writes.
    pub(crate) fn read(self) -> Option<Media> {
        Some(Media {
            id: MediaId::stored(self.id),
            key: MediaKey::parse(&self.key)?,
            owner_id: UserId::stored(self.owner_id),
            group_id: self.group_id.map(GroupId::stored),
            width: self.width.try_into().unwrap_or_default(),
            height: self.height.try_into().unwrap_or_default(),
            byte_size: self.byte_size.try_into().unwrap_or_default(),
            created_at: self.created_at.0,
        })
    }
}

/// An upload to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = media, treat_none_as_default_value = false)]
pub(crate) struct NewMediaRow {
    key: String,
    owner_id: i64,
    group_id: Option<i64>,
    content_type: &'static str,
    width: i32,
    height: i32,
    byte_size: i64,
    created_at: At,
}

impl NewMediaRow {
    pub(crate) fn new(image: &NewImage, owner: UserId, group: Option<GroupId>, at: Timestamp) -> Self {
        Self {
            key: image.key.as_str().to_owned(),
            owner_id: owner.get(),
            group_id: group.map(GroupId::get),
            content_type: image.key.format().content_type(),
            width: image.width.try_into().unwrap_or(i32::MAX),
            height: image.height.try_into().unwrap_or(i32::MAX),
            byte_size: image.byte_size.try_into().unwrap_or(i64::MAX),
            created_at: At(at),
        }
    }
}
