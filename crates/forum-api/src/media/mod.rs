//! Media: uploading, one's own uploads, avatars, and the files.

pub(crate) mod address;
mod dto;
pub(crate) mod file;
mod form;
mod room;

pub(crate) use dto::Media;
pub(crate) use room::Room;

use forum_domain::{
    id::MediaId,
    media::{Media as Uploaded, MediaError},
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    account::Me,
    answer::{Answer, Changed, Done, Listed, Made, Read, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    page::{Cursor, Limit, Scope},
    problem::refusals,
    tags::Tag,
    ticket::{TokenOrTicket, Upload},
};

use dto::MediaList;
use form::{AvatarForm, MediaForm};

refusals! {
    UploadMedia [SESSION TICKET BODY KEY WRITE FILE] "group.not_found" "media.not_found";
    GetMedia [SESSION] "media.not_found";
    ListMyMedia [SESSION LIST];
    DeleteMedia [SESSION MATCH] "media.not_found";
    SetAvatar [SESSION BODY FILE] "account.not_found";
    DeleteAvatar [SESSION] "account.not_found";
}

/// What is uploaded never changes: it has one version.
const VERSION: i64 = 1;

fn rendered(call: &Call, media: &Uploaded, status: u16) -> Result<Rendered, crate::problem::Problem> {
    Rendered::tagged(status, &Media::of(media, call), VERSION)
}

fn media_id(id: Id) -> Result<MediaId, MediaError> {
    id.of(MediaId::new).ok_or(MediaError::NoSuchMedia)
}

/// The endpoints of media.
pub(crate) struct MediaApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Media")]
impl MediaApi {
    /// Upload an image
    ///
    /// `multipart/form-data` with the image as `file`: PNG, JPEG, GIF or WebP by its content, whatever its name
    /// says; at most 10 MiB (unless the operator set another size), 40 megapixels, and 200 frames. It is decoded
    /// and written anew in its format, turned as its metadata say and without them. With `group_id` it is
    /// uploaded for a group that one may write in; if the group's content is for members, so is the image, and
    /// its `url` is signed and good for an hour at most. Where no header can be sent, a ticket for `upload`
    /// stands for the token.
    ///
    /// What is used nowhere, neither in a text nor as a cover or avatar, is deleted after a day.
    #[oai(path = "/media", method = "post", operation_id = "uploadMedia")]
    async fn upload(
        &self,
        call: Call,
        by: TokenOrTicket<Upload>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        form: MediaForm,
    ) -> Answer<Reply<Media, Made>, UploadMedia> {
        let (call, actor) = (&call, by.0.actor);
        let MediaForm { form, group_id } = form;
        let once = Once { call, actor, operation: "uploadMedia", key, body: form.hash };
        let make = |claim| async move {
            // The room is held until the file is no longer in memory.
            let (file, _room) = (form.file, form.room);
            Ok(call.forum().media.upload(actor, group_id, file, claim).await?)
        };
        let render = |fact: Fact<Uploaded>| async move {
            let media = match fact {
                Fact::New(media) => media,
                Fact::Known(id) => call.forum().media.get(actor, MediaId::stored(id)).await?,
            };
            Ok(rendered(call, &media, 201)?.at(format!("/api/v1/media/{}", media.id)))
        };
        Ok(once.run(make, render).await?)
    }

    /// One of one's own uploads
    ///
    /// For whoever uploaded it; others have the address of its file.
    #[oai(path = "/media/:media_id", method = "get", operation_id = "getMedia")]
    async fn get(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The upload's id.
        media_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Media, Read>, GetMedia> {
        let media = call.forum().media.get(actor, self::media_id(media_id.0)?).await?;
        Ok(Reply::unless(rendered(&call, &media, 200)?, &known))
    }

    /// One's own uploads
    ///
    /// Newest first, avatars among them.
    #[oai(path = "/me/media", method = "get", operation_id = "listMyMedia")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<MediaList, Listed>, ListMyMedia> {
        let scope = Scope::new("listMyMedia", &[]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().media.list(actor, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.iter().map(|media| Media::of(media, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &MediaList { items, next_cursor })?))
    }

    /// Delete one of one's own uploads
    ///
    /// Its file goes with it. Where it was an avatar or a cover, there is none any more; in texts its place stays
    /// empty.
    #[oai(path = "/media/:media_id", method = "delete", operation_id = "deleteMedia")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The upload's id.
        media_id: Path<Id>,
        /// Only if the upload is still of this version; it never has another.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, DeleteMedia> {
        let id = self::media_id(media_id.0)?;
        if seen.version().is_some_and(|version| version != VERSION) {
            call.forum().media.get(actor, id).await?;
            return Err(MediaError::Changed.into());
        }
        call.forum().media.delete(actor, id).await?;
        Ok(Done)
    }
}

/// The endpoints of avatars.
pub(crate) struct AvatarApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl AvatarApi {
    /// Set one's avatar
    ///
    /// `multipart/form-data` with an image as `file`, as for `uploadMedia`. The square in its middle is kept, at
    /// most 512 pixels wide; of an animation its first frame. The avatar before goes.
    #[oai(path = "/me/avatar", method = "put", operation_id = "setAvatar")]
    async fn set(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        form: AvatarForm,
    ) -> Answer<Reply<Me, Changed>, SetAvatar> {
        let (file, _room) = (form.0.file, form.0.room);
        let user = call.forum().media.set_avatar(actor, file).await?;
        let version = user.version;
        Ok(Reply::new(Rendered::tagged(200, &Me::of(user, &call), version)?))
    }

    /// Take one's avatar away
    ///
    /// Its file goes, unless a text shows it. Without an avatar nothing changes.
    #[oai(path = "/me/avatar", method = "delete", operation_id = "deleteAvatar")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
    ) -> Answer<Reply<Me, Changed>, DeleteAvatar> {
        let user = call.forum().media.clear_avatar(actor).await?;
        let version = user.version;
        Ok(Reply::new(Rendered::tagged(200, &Me::of(user, &call), version)?))
    }
}
