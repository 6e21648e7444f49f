//! The images: avatars, covers, and what posts and questions show. They are kept as uploads are: read and
//! written anew by the same codec, their files before their rows.

use std::collections::HashSet;

use forum_domain::{
    clock::Timestamp,
    content::Format,
    group::{GroupPatch, GroupUpdated, UpdateGroup, Visibility},
    id::{GroupId, UserId},
    media::{
        AvatarSet, Cleaned, CreateMedia, Fit, ImageCodec, Media, MediaCreated, MediaKey, NewImage, SetAvatar,
        rules,
    },
};

use super::{
    Seeder,
    dice::{Dice, MINUTE},
    drawing,
    groups::Group,
    people::Person,
    progress::Stage,
};
use crate::cli::Failure;

// However large a forum is, it has not many more than these: files take longer than rows, and of a
// thousand faces one does not see more than of a hundred.
const AVATARS: usize = 100;
const COVERS: usize = 25;
const POSTS: usize = 40;
/// Questions with images, of which each has one or two.
const QUESTIONS: usize = 16;

/// Gives the busier half faces. How many.
pub(super) async fn portray(seeder: &Seeder, people: &[Person]) -> Result<usize, Failure> {
    let mut dice = seeder.dice(18);
    let mut busiest: Vec<&Person> = people.iter().collect();
    busiest.sort_by_key(|person| std::cmp::Reverse(person.vigour));
    busiest.truncate(AVATARS.min(people.len().div_ceil(2)));
    let stage = Stage::start("avatars", busiest.len());
    for person in &busiest {
        let drawn = drawing::face(&mut dice)?;
        let set = SetAvatar {
            image: keep(seeder, drawn, Fit::Square(rules::AVATAR), None, &mut dice).await?,
            user: person.id,
            quota: seeder.policy.media_quota_bytes,
            at: seeder.at(dice.after(person.since, seeder.end)),
        };
        match seeder.store.set_avatar(set).await? {
            AvatarSet::Done(..) => stage.step(),
            AvatarSet::QuotaExceeded => return Err(no_room()),
            AvatarSet::NoSuchUser => return Err("a user is gone".into()),
        }
    }
    stage.end();
    Ok(busiest.len())
}

/// Gives every second group a cover, of its founder's. How many.
pub(super) async fn cover(seeder: &Seeder, people: &[Person], groups: &[Group]) -> Result<usize, Failure> {
    let covered: Vec<&Group> = groups.iter().step_by(2).take(COVERS).collect();
    let stage = Stage::start("covers", covered.len());
    let mut pictures = Pictures { seeder, dice: seeder.dice(19), owners: HashSet::new(), kept: 0 };
    for group in &covered {
        let by = people[group.owner()].id;
        let cover = pictures.upload(by, None, seeder.at(group.since)).await?;
        let patch = GroupPatch { cover: Some(Some(cover.id)), ..GroupPatch::default() };
        let at = seeder.at(group.since + MINUTE);
        let update = UpdateGroup { id: group.id, patch, by, if_version: None, review: None, at };
        match seeder.store.update_group(update).await? {
            GroupUpdated::Done => stage.step(),
            refused => return Err(format!("a cover: {refused:?}").into()),
        }
    }
    stage.end();
    Ok(covered.len())
}

/// The images of texts of one kind.
pub(super) struct Pictures<'a> {
    seeder: &'a Seeder,
    dice: Dice,
    /// Which texts have some.
    owners: HashSet<usize>,
    /// How many there are so far.
    pub(super) kept: usize,
}

impl<'a> Pictures<'a> {
    /// Of so many posts.
    pub(super) fn for_posts(seeder: &'a Seeder, posts: usize) -> Self {
        Self::of(seeder, 20, posts, POSTS)
    }

    /// Of so many questions.
    pub(super) fn for_questions(seeder: &'a Seeder, questions: usize) -> Self {
        let most = if seeder.policy.question_images_max < 2 { 0 } else { QUESTIONS };
        Self::of(seeder, 21, questions, most)
    }

    fn of(seeder: &'a Seeder, stage: u64, texts: usize, most: usize) -> Self {
        let mut dice = seeder.dice(stage);
        let wanted = most.min(texts / 4);
        let mut owners = HashSet::new();
        while owners.len() < wanted {
            owners.insert(dice.index(texts));
        }
        Self { seeder, dice, owners, kept: 0 }
    }

    /// Whether the text of this number has some.
    pub(super) fn belongs_to(&self, text: usize) -> bool {
        self.owners.contains(&text)
    }

    /// One or two of the same uploader's.
    pub(super) async fn upload_some(&mut self, by: UserId, at: Timestamp) -> Result<Vec<Media>, Failure> {
        let mut some = vec![self.upload(by, None, at).await?];
        if self.dice.percent(50) {
            some.push(self.upload(by, None, at).await?);
        }
        Ok(some)
    }

    /// A landscape, uploaded for everybody or for this group, which the uploader is in: one that only its
    /// members read has it for them only.
    pub(super) async fn upload(
        &mut self,
        by: UserId,
        group: Option<&Group>,
        at: Timestamp,
    ) -> Result<Media, Failure> {
        let drawn = drawing::landscape(480, 240, &mut self.dice)?;
        let members_of = group.filter(|group| group.visibility == Visibility::Members).map(|group| group.id);
        let create = CreateMedia {
            image: keep(self.seeder, drawn, Fit::Whole, members_of, &mut self.dice).await?,
            owner: by,
            group_id: group.map(|group| group.id),
            quota: self.seeder.policy.media_quota_bytes,
            at,
            claim: None,
        };
        match self.seeder.store.create_media(create).await? {
            MediaCreated::Done(media) => {
                self.kept += 1;
                Ok(media)
            }
            MediaCreated::QuotaExceeded => Err(no_room()),
            refused => Err(format!("an image: {refused:?}").into()),
        }
    }
}

/// Where an image is found, as texts say it.
pub(super) fn address(media: &Media) -> String {
    format!("{}{}", rules::PATH, media.key)
}

/// A format that shows images, if this does not.
pub(super) fn shown_by(format: Format) -> Format {
    if format == Format::Plain { Format::Markdown } else { format }
}

/// Keeps the file of an image.
async fn keep(
    seeder: &Seeder,
    drawn: Vec<u8>,
    fit: Fit,
    members_of: Option<GroupId>,
    dice: &mut Dice,
) -> Result<NewImage, Failure> {
    let cleaned = seeder.codec.clean(drawn, rules::limits(), fit).await?;
    let Cleaned { bytes, format, width, height } = cleaned.map_err(|unfit| format!("an image: {unfit:?}"))?;
    let key = MediaKey::new(dice.bytes(), format, members_of);
    let byte_size = bytes.len() as u64;
    // The same seed drew this name for a forum before, if that was here: its rows are gone, its files may
    // not be, and a name is given once.
    seeder.storage.remove(&key).await?;
    seeder.storage.put(&key, bytes).await?;
    Ok(NewImage { key, width, height, byte_size })
}

fn no_room() -> Failure {
    "policy media_quota_bytes is too small for the images".into()
}
