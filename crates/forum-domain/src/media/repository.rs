//! What media ask of the store.

use async_trait::async_trait;

use super::{Media, MediaKey};
use crate::{
    account::User,
    clock::Timestamp,
    error::PortError,
    group::Barred,
    id::{GroupId, MediaId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// An image whose file is kept, and that shall have a row.
#[derive(Debug, Clone)]
pub struct NewImage {
    /// The name of its file.
    pub key: MediaKey,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bytes of its file.
    pub byte_size: u64,
}

/// An upload.
#[derive(Debug, Clone)]
pub struct CreateMedia {
    /// The image.
    pub image: NewImage,
    /// Who uploads it.
    pub owner: UserId,
    /// For which group, if it is for one.
    pub group_id: Option<GroupId>,
    /// Bytes that all his media may take, this one included.
    pub quota: u64,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`MediaRepository::create_media`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaCreated {
    /// It has its row.
    Done(Media),
    /// No room is left; nothing was written.
    QuotaExceeded,
    /// He may not write in the group (any more); nothing was written.
    Barred(Barred),
    /// There is no such group; nothing was written.
    NoSuchGroup,
}

/// A new avatar.
#[derive(Debug, Clone)]
pub struct SetAvatar {
    /// The image.
    pub image: NewImage,
    /// Whose.
    pub user: UserId,
    /// As [`CreateMedia::quota`].
    pub quota: u64,
    /// When.
    pub at: Timestamp,
}

/// How [`MediaRepository::set_avatar`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "the large one is what nearly every call answers")]
pub enum AvatarSet {
    /// He has it; the file of the one before, if nothing shows that any more and its row is gone.
    Done(User, Option<MediaKey>),
    /// No room is left; nothing was written.
    QuotaExceeded,
    /// There is no such user.
    NoSuchUser,
}

/// The rows of media.
///
/// Media are used where they are an avatar or a cover, or stand in a text, be it deleted or an older version
/// of itself. Whoever writes texts, covers and avatars notes that in the fact's transaction; an image MUST NOT
/// be swept after such a fact was answered.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait MediaRepository: Send + Sync {
    /// Gives an upload its row, if its owner may write in the group by [`crate::group::rules::barred`] and has
    /// room: of any number of parallel uploads no more MUST be `Done` than there is room for.
    async fn create_media(&self, create: CreateMedia) -> Result<MediaCreated, PortError>;

    /// A user's own media.
    async fn find_media(&self, id: MediaId, owner: UserId) -> Result<Option<Media>, PortError>;

    /// A user's media, newest first, avatars among them.
    async fn list_media(&self, owner: UserId, page: PageRequest) -> Result<Page<Media>, PortError>;

    /// Deletes a user's media, used or not: where it was an avatar or a cover, there is none. The name of the
    /// file, which is the caller's to remove; `None` if there is no such media of his (any more).
    async fn delete_media(
        &self,
        id: MediaId,
        owner: UserId,
        at: Timestamp,
    ) -> Result<Option<MediaKey>, PortError>;

    /// Gives an avatar its row and its user the avatar, atomically, if he has room for it without the one
    /// before, whose row goes unless it is used besides. Bumps the user's version.
    async fn set_avatar(&self, set: SetAvatar) -> Result<AvatarSet, PortError>;

    /// Takes the avatar away, and its row unless it is used besides. Bumps the user's version if he had one.
    /// The user, and the file that is the caller's to remove.
    async fn clear_avatar(
        &self,
        user: UserId,
        at: Timestamp,
    ) -> Result<Option<(User, Option<MediaKey>)>, PortError>;

    /// Deletes at most 100 rows of media from before this moment that are used nowhere. Their files, which are
    /// the caller's to remove.
    async fn sweep_media(&self, before: Timestamp) -> Result<Vec<MediaKey>, PortError>;

    /// Those of these names that have a row.
    async fn known_media(&self, keys: &[MediaKey]) -> Result<Vec<MediaKey>, PortError>;

    /// Media by ascending id after this one, of all users.
    async fn media_after(&self, after: Option<MediaId>, limit: u32) -> Result<Vec<Media>, PortError>;
}
