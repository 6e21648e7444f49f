//! What [`MediaRepository`](forum_domain::media::MediaRepository) promises.

mod used;

use std::sync::Arc;

use forum_domain::{
    content::Rendered,
    group::{Barred, CreateGroup, GroupCreated, GroupPatch, GroupUpdated, JoinPolicy, Role, UpdateGroup},
    id::{GroupId, MediaId, UserId},
    media::{AvatarSet, CreateMedia, ImageFormat, Media, MediaCreated, MediaKey, NewImage, SetAvatar},
    page::PageRequest,
    post::{CreatePost, PostCreated, PostPatch, PostUpdated, UpdatePost},
    store::Store,
};

use super::stage::{CALLERS, Stage, all, at, count, race};
pub use used::*;

const QUOTA: u64 = 1_000;

fn key(number: u8, members_of: Option<GroupId>) -> MediaKey {
    MediaKey::new([number; 16], ImageFormat::Png, members_of)
}

fn image(number: u8, byte_size: u64) -> NewImage {
    NewImage { key: key(number, None), width: 40, height: 30, byte_size }
}

fn uploading(owner: UserId, number: u8, byte_size: u64, seconds: i64) -> CreateMedia {
    let image = image(number, byte_size);
    CreateMedia { image, owner, group_id: None, quota: QUOTA, at: at(seconds), claim: None }
}

async fn upload(stage: &Stage, create: CreateMedia) -> Media {
    match stage.store.create_media(create).await.unwrap() {
        MediaCreated::Done(media) => media,
        refused => panic!("{refused:?}"),
    }
}

fn wearing(user: UserId, number: u8, byte_size: u64) -> SetAvatar {
    SetAvatar { image: image(number, byte_size), user, quota: QUOTA, at: at(50) }
}

async fn wear(stage: &Stage, set: SetAvatar) -> (Option<String>, Option<MediaKey>) {
    match stage.store.set_avatar(set).await.unwrap() {
        AvatarSet::Done(user, replaced) => (user.avatar_key, replaced),
        refused => panic!("{refused:?}"),
    }
}

async fn ids(stage: &Stage, owner: UserId) -> Vec<MediaId> {
    let found = all(|page: PageRequest| stage.store.list_media(owner, page)).await;
    found.into_iter().map(|media| media.id).collect()
}

/// A post whose HTML shows these media.
async fn post_showing(stage: &Stage, group_id: GroupId, author: UserId, shown: &[&MediaKey]) -> CreatePost {
    let mut draft = crate::build::post("title");
    draft.content.rendered = showing(draft.content.rendered, shown);
    let create = CreatePost { group_id, author, draft, review: None, at: at(5), claim: None };
    assert!(matches!(stage.store.create_post(create.clone()).await.unwrap(), PostCreated::Done(_)));
    create
}

fn showing(rendered: Rendered, shown: &[&MediaKey]) -> Rendered {
    let html = shown.iter().map(|key| format!("<img src=\"https://forum.example/media/{key}\">")).collect();
    Rendered { html, ..rendered }
}

/// An upload is found and listed by its owner alone, newest first.
pub async fn an_upload_is_its_owners(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let other = stage.user().await;
    let mut made = Vec::new();
    for number in 1..=7 {
        made.push(upload(&stage, uploading(owner, number, 10, i64::from(number / 2))).await);
    }
    let create = CreateMedia { group_id: Some(group), ..uploading(owner, 8, 10, 9) };
    let create =
        CreateMedia { image: NewImage { key: key(8, Some(group)), ..create.image.clone() }, ..create };
    made.push(upload(&stage, create).await);
    for media in &made {
        assert_eq!(stage.store.find_media(media.id, owner).await.unwrap().as_ref(), Some(media));
        assert_eq!(stage.store.find_media(media.id, other).await.unwrap(), None);
    }
    assert_eq!(made.last().unwrap().key.members_of(), Some(group));
    let newest: Vec<MediaId> = made.iter().rev().map(|media| media.id).collect();
    assert_eq!(ids(&stage, owner).await, newest);
    assert!(ids(&stage, other).await.is_empty());
    let looked_at = stage.store.media_after(Some(made[1].id), 3).await.unwrap();
    assert_eq!(looked_at, made[2..5]);
    let known = stage.store.known_media(&[key(1, None), key(99, None)]).await.unwrap();
    assert_eq!(known, [key(1, None)]);
}

/// Who may not write in a group uploads nothing for it.
pub async fn an_upload_for_a_group_needs_who_may_write_there(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let outsider = stage.user().await;
    let create = |user, group| CreateMedia { group_id: Some(group), ..uploading(user, 1, 10, 1) };
    let refused = stage.store.create_media(create(outsider, group)).await.unwrap();
    assert_eq!(refused, MediaCreated::Barred(Barred::NotMember));
    let nowhere = stage.store.create_media(create(owner, GroupId::stored(9_999_999))).await.unwrap();
    assert_eq!(nowhere, MediaCreated::NoSuchGroup);
    assert!(ids(&stage, outsider).await.is_empty() && ids(&stage, owner).await.is_empty());
    upload(&stage, create(owner, group)).await;
}

/// An upload is made once under its key, which is marked with it.
pub async fn an_upload_is_made_once_under_its_key(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let user = stage.user().await;
    let claim = stage.claim(user).await;
    let media = upload(&stage, CreateMedia { claim: Some(claim), ..uploading(user, 1, 10, 1) }).await;
    let again = CreateMedia { claim: Some(claim), ..uploading(user, 2, 10, 1) };
    stage.store.create_media(again).await.unwrap_err();
    assert_eq!(ids(&stage, user).await, [media.id]);
}

/// Of parallel uploads as many are done as there is room for; what is deleted gives its room back.
pub async fn of_parallel_uploads_as_many_are_done_as_there_is_room_for(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let user = stage.user().await;
    let calls = (0..CALLERS).map(|n| {
        let (store, number) = (Arc::clone(&stage.store), u8::try_from(n).unwrap());
        async move { store.create_media(uploading(user, number, QUOTA / 10, 1)).await }
    });
    let outcomes = race(calls).await;
    assert_eq!(count(&outcomes, &MediaCreated::QuotaExceeded), CALLERS - 10);
    let kept = ids(&stage, user).await;
    assert_eq!(kept.len(), 10);
    let full = stage.store.create_media(uploading(user, 200, 1, 2)).await.unwrap();
    assert_eq!(full, MediaCreated::QuotaExceeded);
    assert!(matches!(stage.store.set_avatar(wearing(user, 201, 1)).await.unwrap(), AvatarSet::QuotaExceeded));
    stage.store.delete_media(kept[0], user, at(3)).await.unwrap().unwrap();
    upload(&stage, uploading(user, 202, QUOTA / 10, 4)).await;
}

/// Media are deleted by their owner, once; covers and avatars go with them.
pub async fn media_are_deleted_by_their_owner_and_shown_nowhere(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let other = stage.user().await;
    let media = upload(&stage, uploading(owner, 1, 10, 1)).await;
    cover(&stage, group, owner, Some(media.id)).await;
    post_showing(&stage, group, owner, &[&media.key]).await;
    wear(&stage, wearing(owner, 2, 10)).await;
    let worn = *ids(&stage, owner).await.first().unwrap();

    assert_eq!(stage.store.delete_media(media.id, other, at(9)).await.unwrap(), None);
    let calls = (0..CALLERS).map(|_| {
        let store = Arc::clone(&stage.store);
        async move { store.delete_media(media.id, owner, at(9)).await }
    });
    let outcomes = race(calls).await;
    assert_eq!(count(&outcomes, &Some(media.key.clone())), 1);
    assert_eq!(count(&outcomes, &None), CALLERS - 1);
    assert_eq!(cover_of(&stage, group).await, None);
    assert_eq!(stage.store.delete_media(worn, owner, at(9)).await.unwrap(), Some(key(2, None)));
    assert_eq!(stage.store.find_user(owner).await.unwrap().unwrap().avatar_key, None);
}

async fn cover(stage: &Stage, id: GroupId, by: UserId, cover: Option<MediaId>) -> GroupUpdated {
    let patch = GroupPatch { cover: Some(cover), ..GroupPatch::default() };
    let update = UpdateGroup { id, patch, by, if_version: None, review: None, at: at(6) };
    stage.store.update_group(update).await.unwrap()
}

async fn cover_of(stage: &Stage, group: GroupId) -> Option<String> {
    stage.store.find_group(group, None, at(9)).await.unwrap().unwrap().group.cover_key
}

/// A cover is media of whoever sets it, and for everybody.
pub async fn a_cover_is_an_upload_of_who_sets_it_for_everybody(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let other = stage.user().await;
    let own = upload(&stage, uploading(owner, 1, 10, 1)).await;
    let others = upload(&stage, uploading(other, 2, 10, 1)).await;
    let hidden = CreateMedia { group_id: Some(group), ..uploading(owner, 3, 10, 1) };
    let image = NewImage { key: key(3, Some(group)), ..hidden.image.clone() };
    let hidden = upload(&stage, CreateMedia { image, ..hidden }).await;
    for wrong in [others.id, hidden.id, MediaId::stored(9_999_999)] {
        assert_eq!(cover(&stage, group, owner, Some(wrong)).await, GroupUpdated::NoSuchMedia);
        let draft = forum_domain::group::GroupDraft { cover: Some(wrong), ..stage.draft(JoinPolicy::Open) };
        let create = CreateGroup { draft, owner, review: None, at: at(1), claim: None };
        assert_eq!(stage.store.create_group(create).await.unwrap(), GroupCreated::NoSuchMedia);
    }
    assert_eq!(cover(&stage, group, owner, Some(own.id)).await, GroupUpdated::Done);
    assert_eq!(cover_of(&stage, group).await.as_deref(), Some(own.key.as_str()));
    assert_eq!(cover(&stage, group, owner, None).await, GroupUpdated::Done);
    assert_eq!(cover_of(&stage, group).await, None);
    let draft = forum_domain::group::GroupDraft { cover: Some(own.id), ..stage.draft(JoinPolicy::Open) };
    let made = stage.create(draft, owner, at(7)).await;
    assert_eq!(cover_of(&stage, made).await.as_deref(), Some(own.key.as_str()));
}

/// A new avatar takes the place and the room of the one before, whose row goes unless a text shows it.
pub async fn an_avatar_takes_the_place_of_the_one_before(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, user) = stage.group(JoinPolicy::Open).await;
    let version = stage.store.find_user(user).await.unwrap().unwrap().version;
    let named = |number| Some(key(number, None).to_string());
    assert_eq!(wear(&stage, wearing(user, 1, QUOTA)).await, (named(1), None));
    assert_eq!(wear(&stage, wearing(user, 2, QUOTA / 2)).await, (named(2), Some(key(1, None))));
    post_showing(&stage, group, user, &[&key(2, None)]).await;
    assert_eq!(wear(&stage, wearing(user, 3, 10)).await, (named(3), None));
    assert_eq!(ids(&stage, user).await.len(), 2);
    let (cleared, gone) = stage.store.clear_avatar(user, at(60)).await.unwrap().unwrap();
    assert_eq!((cleared.avatar_key, gone, cleared.version), (None, Some(key(3, None)), version + 4));
    let (again, gone) = stage.store.clear_avatar(user, at(61)).await.unwrap().unwrap();
    assert_eq!((again.version, gone), (version + 4, None));
    let nobody = UserId::stored(9_999_999);
    assert!(matches!(stage.store.set_avatar(wearing(nobody, 9, 1)).await.unwrap(), AvatarSet::NoSuchUser));
    assert!(stage.store.clear_avatar(nobody, at(61)).await.unwrap().is_none());
}

/// Of avatars that are set at once one is worn, and the rows of the others are gone.
pub async fn of_avatars_set_at_once_one_stays(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let user = stage.user().await;
    let calls = (0..20).map(|number| {
        let store = Arc::clone(&stage.store);
        async move { store.set_avatar(wearing(user, number, 1)).await }
    });
    race(calls).await;
    let worn = stage.store.find_user(user).await.unwrap().unwrap().avatar_key.unwrap();
    let left = all(|page| stage.store.list_media(user, page)).await;
    assert_eq!(left.iter().map(|media| media.key.as_str()).collect::<Vec<_>>(), [worn]);
}

/// What is used nowhere and old enough is swept; what a text, also an older version, a cover or an avatar
/// shows is not.
pub async fn what_is_used_nowhere_is_swept(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let other = stage.member(group, Role::Member).await;
    let mut made = Vec::new();
    for number in 1..=5 {
        made.push(upload(&stage, uploading(owner, number, 10, i64::from(number))).await);
    }
    let [unused, posted, former, covering, new] = &made[..] else { panic!("") };
    // Whoever's they are, any text may show them.
    let create = post_showing(&stage, group, other, &[&posted.key, &former.key, &posted.key]).await;
    let posts = stage.store.find_posts(&[], None).await.unwrap();
    assert!(posts.is_empty());
    cover(&stage, group, owner, Some(covering.id)).await;
    wear(&stage, SetAvatar { at: at(1), ..wearing(owner, 6, 10) }).await;
    edit_away(&stage, group, other, &create).await;

    assert_eq!(stage.store.sweep_media(at(1)).await.unwrap(), []);
    assert_eq!(stage.store.sweep_media(at(5)).await.unwrap(), *std::slice::from_ref(&unused.key));
    let mut left = ids(&stage, owner).await;
    left.sort_unstable();
    let mut expected = vec![posted.id, former.id, covering.id, new.id];
    expected.sort_unstable();
    assert_eq!(left[..4], expected);
    assert_eq!(stage.store.sweep_media(at(60)).await.unwrap(), *std::slice::from_ref(&new.key));
    cover(&stage, group, owner, None).await;
    assert_eq!(stage.store.sweep_media(at(60)).await.unwrap(), *std::slice::from_ref(&covering.key));
}

/// Edits the only post of a group so that it shows nothing any more.
async fn edit_away(stage: &Stage, group: GroupId, author: UserId, create: &CreatePost) {
    let list = forum_domain::post::PostList::Group {
        id: group,
        filter: forum_domain::post::PostFilter::All,
        author: None,
    };
    let found = stage.store.list_posts(&list, PageRequest::first(), Some(author)).await.unwrap();
    let id = found.items[0].post.id;
    let mut content = create.draft.content.clone();
    content.rendered = showing(content.rendered, &[]);
    let patch = PostPatch { title: None, content: Some(content) };
    let update = UpdatePost { id, patch, by: author, if_version: None, review: None, at: at(8) };
    assert_eq!(stage.store.update_post(update).await.unwrap(), PostUpdated::Done);
}

/// While uploads are swept, posts that show them are written: what was answered as written keeps its image.
pub async fn nothing_is_swept_that_a_text_came_to_show(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    for number in 1..=20 {
        upload(&stage, uploading(owner, number, 10, 1)).await;
    }
    let calls = (1..=20_u8).flat_map(|number| [(number, true), (number, false)]).map(|(number, writes)| {
        let stage = stage.clone();
        async move {
            if writes {
                // Whether it was there still when the post was written.
                post_showing(&stage, group, owner, &[&key(number, None)]).await;
                Ok(Vec::new())
            } else {
                stage.store.sweep_media(at(9)).await
            }
        }
    });
    let swept: Vec<MediaKey> = race(calls).await.into_iter().flatten().collect();
    // Swept once each, and never again what is left: every image that is left is used.
    assert_eq!(swept.len() + ids(&stage, owner).await.len(), 20);
    assert_eq!(stage.store.sweep_media(at(9)).await.unwrap(), []);
}
