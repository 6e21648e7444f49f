//! What media look like in the API.

use forum_domain::media as domain;
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::{context::Call, fields::Moment, page::list_of};

/// An image that was uploaded.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Media {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Where its file is. Of an image for the members of a group the address is signed, and good for an hour at
    /// most: texts keep it without its signature, and `body_html` is served with a fresh one.
    #[oai(validator(max_length = 2000))]
    url: String,
    /// What it is.
    #[oai(validator(max_length = 50))]
    content_type: String,
    /// Pixels across.
    #[oai(validator(minimum(value = "1"), maximum(value = "40000000")))]
    width: i64,
    /// Pixels down.
    #[oai(validator(minimum(value = "1"), maximum(value = "40000000")))]
    height: i64,
    /// Bytes of its file, which counts against what one may keep.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    byte_size: i64,
    /// When it was uploaded.
    created_at: Moment,
}

impl Media {
    pub(crate) fn of(media: &domain::Media, call: &Call) -> Self {
        Self {
            id: media.id.get(),
            url: call.file_url(&media.key),
            content_type: media.key.format().content_type().to_owned(),
            width: media.width.into(),
            height: media.height.into(),
            byte_size: media.byte_size.try_into().unwrap_or(i64::MAX),
            created_at: media.created_at.into(),
        }
    }
}

impl Example for Media {
    fn example() -> Self {
        Self {
            id: 77,
            url: "https://forum.example/media/0af7651916cd43dd8448eb211c80319c.jpg".into(),
            content_type: "image/jpeg".into(),
            width: 1_600,
            height: 900,
            byte_size: 248_311,
            created_at: Moment::example(3, 2),
        }
    }
}

list_of! {
    /// A page of one's own uploads, newest first.
    MediaList of Media
}

#[cfg(test)]
crate::fields::assert_examples! { answers [Media, MediaList] }
