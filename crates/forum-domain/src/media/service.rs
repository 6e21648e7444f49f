//! Uploading, listing, deleting and serving media, avatars, and sweeping what is used nowhere.

use std::sync::Arc;

use chrono::Timelike;

use super::{
    AvatarSet, Cleaned, CreateMedia, Fit, ImageCodec, Media, MediaCreated, MediaError, MediaKey,
    MediaRepository, MediaStorage, NewImage, Piece, SetAvatar, rules,
};
use crate::{
    account::{AccountError, User},
    actor::Actor,
    clock::{Clock, Random},
    error::PortError,
    group::{AccessError, GroupRepository, Visibility, rules as group_rules},
    id::{GroupId, MediaId},
    idempotency::Claim,
    page::{Page, PageRequest},
    policy::Policy,
};

/// Media.
pub struct MediaService {
    pub(crate) media: Arc<dyn MediaRepository>,
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) storage: Arc<dyn MediaStorage>,
    pub(crate) codec: Arc<dyn ImageCodec>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) policy: Arc<Policy>,
}

impl MediaService {
    /// Keeps an image. For a group, if one is named: then its uploader must be able to write there, and if the
    /// group's content is for members, so is the image.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`], a file that is not taken, not for the caller, [`MediaError::QuotaExceeded`].
    pub async fn upload(
        &self,
        actor: Actor,
        group_id: Option<GroupId>,
        file: Vec<u8>,
        claim: Option<Claim>,
    ) -> Result<Media, MediaError> {
        // Who may not is told so before the work of decoding is spent on him.
        let mut members_of = None;
        if let Some(group_id) = group_id {
            let at = self.clock.now();
            let standing = self.groups.standing(group_id, Some(actor.user_id), at).await?;
            let standing = standing.ok_or(AccessError::NoSuchGroup)?;
            group_rules::may_write(standing.role, standing.muted_until, standing.banned, at)?;
            members_of = Some(group_id).filter(|_| standing.visibility == Visibility::Members);
        }
        let image = self.keep(file, Fit::Whole, members_of).await?;
        let key = image.key.clone();
        let create = CreateMedia {
            image,
            owner: actor.user_id,
            group_id,
            quota: self.policy.media_quota_bytes,
            at: self.clock.now(),
            claim,
        };
        let refusal = match self.media.create_media(create).await? {
            MediaCreated::Done(media) => return Ok(media),
            MediaCreated::QuotaExceeded => MediaError::QuotaExceeded,
            MediaCreated::Barred(barred) => AccessError::from(barred).into(),
            MediaCreated::NoSuchGroup => AccessError::NoSuchGroup.into(),
        };
        self.discard(&key).await;
        Err(refusal)
    }

    /// Reads and writes an image and keeps the file. Should the process die before it has its row, the file is
    /// swept as a stray.
    async fn keep(
        &self,
        file: Vec<u8>,
        fit: Fit,
        members_of: Option<GroupId>,
    ) -> Result<NewImage, MediaError> {
        if rules::too_large(file.len(), &self.policy) {
            return Err(MediaError::TooLarge);
        }
        let Cleaned { bytes, format, width, height } = self.codec.clean(file, rules::limits(), fit).await??;
        let mut random = [0; 16];
        self.random.fill(&mut random);
        let key = MediaKey::new(random, format, members_of);
        let byte_size = bytes.len() as u64;
        self.storage.put(&key, bytes).await?;
        Ok(NewImage { key, width, height, byte_size })
    }

    /// Removes a file whose row is gone. One that cannot be removed now is swept later.
    async fn discard(&self, key: &MediaKey) {
        // Nothing is lost: whoever asked is answered, and the sweep finds the file.
        let _ = self.storage.remove(key).await;
    }

    /// The actor's own media.
    ///
    /// # Errors
    /// [`MediaError::NoSuchMedia`], also if it is another's.
    pub async fn get(&self, actor: Actor, id: MediaId) -> Result<Media, MediaError> {
        self.media.find_media(id, actor.user_id).await?.ok_or(MediaError::NoSuchMedia)
    }

    /// The actor's media, newest first.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn list(&self, actor: Actor, page: PageRequest) -> Result<Page<Media>, MediaError> {
        Ok(self.media.list_media(actor.user_id, page).await?)
    }

    /// Deletes the actor's media, used or not.
    ///
    /// # Errors
    /// [`MediaError::NoSuchMedia`], also if it is another's.
    pub async fn delete(&self, actor: Actor, id: MediaId) -> Result<(), MediaError> {
        let gone = self.media.delete_media(id, actor.user_id, self.clock.now()).await?;
        self.discard(&gone.ok_or(MediaError::NoSuchMedia)?).await;
        Ok(())
    }

    /// Makes an image the actor's avatar: the square in its middle.
    ///
    /// # Errors
    /// As [`Self::upload`].
    pub async fn set_avatar(&self, actor: Actor, file: Vec<u8>) -> Result<User, MediaError> {
        let image = self.keep(file, Fit::Square(rules::AVATAR), None).await?;
        let key = image.key.clone();
        let set = SetAvatar {
            image,
            user: actor.user_id,
            quota: self.policy.media_quota_bytes,
            at: self.clock.now(),
        };
        let refusal = match self.media.set_avatar(set).await? {
            AvatarSet::Done(user, replaced) => {
                if let Some(replaced) = replaced {
                    self.discard(&replaced).await;
                }
                return Ok(user);
            }
            AvatarSet::QuotaExceeded => MediaError::QuotaExceeded,
            AvatarSet::NoSuchUser => AccountError::NotFound.into(),
        };
        self.discard(&key).await;
        Err(refusal)
    }

    /// Takes the actor's avatar away.
    ///
    /// # Errors
    /// [`AccountError::NotFound`] if the account was deleted a moment ago.
    pub async fn clear_avatar(&self, actor: Actor) -> Result<User, MediaError> {
        let cleared = self.media.clear_avatar(actor.user_id, self.clock.now()).await?;
        let (user, gone) = cleared.ok_or(AccountError::NotFound)?;
        if let Some(gone) = gone {
            self.discard(&gone).await;
        }
        Ok(user)
    }

    /// A part of a file, as [`MediaStorage::read`]. Who may have it is said by its address.
    ///
    /// # Errors
    /// [`MediaError::NoSuchMedia`].
    pub async fn read(&self, key: &MediaKey, from: u64, most: u64) -> Result<Piece, MediaError> {
        self.storage.read(key, from, most).await?.ok_or(MediaError::NoSuchMedia)
    }

    /// Deletes uploads that have been used nowhere for [`rules::ORPHAN_HOURS`]. How many: at most 100 a call.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn sweep(&self) -> Result<u64, MediaError> {
        let swept = self.media.sweep_media(rules::orphaned_before(self.clock.now())).await?;
        for key in &swept {
            self.discard(key).await;
        }
        Ok(swept.len() as u64)
    }

    /// Removes what broken uploads have left: unfinished writes, and files that never got a row, of the part of
    /// the storage whose turn this hour is; every part has its turn once a day. How many.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn sweep_files(&self) -> Result<u64, MediaError> {
        let mut removed = self.storage.tidy().await?;
        let turn = self.clock.now().hour();
        for shard in (0..=u8::MAX).filter(|shard| u32::from(*shard) % 24 == turn) {
            for stray in self.strays(shard).await? {
                self.remove_stray(&stray).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The files of a part of the storage that have no row, and are too old to be waiting for one.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn strays(&self, shard: u8) -> Result<Vec<MediaKey>, MediaError> {
        let before = rules::orphaned_before(self.clock.now());
        let stored = self.storage.list(shard).await?.into_iter();
        let old: Vec<MediaKey> = stored.filter(|one| one.stored_at < before).map(|one| one.key).collect();
        let mut strays = Vec::new();
        for keys in old.chunks(500) {
            let known = self.media.known_media(keys).await?;
            strays.extend(keys.iter().filter(|key| !known.contains(key)).cloned());
        }
        Ok(strays)
    }

    /// Removes one of [`Self::strays`].
    ///
    /// # Errors
    /// Only a port's.
    pub async fn remove_stray(&self, key: &MediaKey) -> Result<(), MediaError> {
        Ok(self.storage.remove(key).await?)
    }

    /// Of the next `limit` media after this one those whose file is not there, or not of its size; and the last
    /// that was looked at, `None` if there was none.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn without_files(
        &self,
        after: Option<MediaId>,
        limit: u32,
    ) -> Result<(Vec<Media>, Option<MediaId>), PortError> {
        let looked_at = self.media.media_after(after, limit).await?;
        let last = looked_at.last().map(|media| media.id);
        let mut missing = Vec::new();
        for media in looked_at {
            let file = self.storage.read(&media.key, 0, 0).await?;
            if file.is_none_or(|file| file.total != media.byte_size) {
                missing.push(media);
            }
        }
        Ok((missing, last))
    }
}
