//! Promises about deleting and restoring, and about what a group counts.

use std::sync::Arc;

use forum_domain::{
    group::{JoinPolicy, Role},
    id::PostId,
    post::{DeletePost, PostDeleted, PostRestored},
    store::Store,
};

use super::{
    super::stage::{CALLERS, Stage, at, count, race},
    counted, deletion, ids, leave, listed, of_group, retitle,
};

/// Authors delete their own posts, moderators any of their group, nobody else; each is counted out once.
pub async fn a_post_is_deleted_by_its_author_or_a_moderator(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (author, member) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let moderator = stage.member(group, Role::Moderator).await;
    let delete = async |id, by| stage.store.delete_post(deletion(id, by)).await.unwrap();
    let mut posts = Vec::new();
    for seconds in 1..=4 {
        posts.push(stage.post(group, author, seconds).await);
    }
    stage.store.update_post(retitle(posts[0], author, "second", 5)).await.unwrap();
    for by in [member, stage.user().await, stage.public_group().await.1] {
        assert_eq!(delete(posts[0], by).await, PostDeleted::NotAllowed);
    }
    let stale = DeletePost { if_version: Some(1), ..deletion(posts[0], author) };
    assert_eq!(stage.store.delete_post(stale).await.unwrap(), PostDeleted::Changed);
    assert_eq!(counted(&stage, group).await, 4);
    let seen = DeletePost { if_version: Some(2), ..deletion(posts[0], author) };
    assert_eq!(stage.store.delete_post(seen).await.unwrap(), PostDeleted::Done);
    assert_eq!(delete(posts[0], author).await, PostDeleted::NoSuchPost);
    assert_eq!(counted(&stage, group).await, 3);
    for (post, by) in [(posts[1], moderator), (posts[2], owner)] {
        assert_eq!(delete(post, by).await, PostDeleted::Done);
        assert_eq!(stage.post_view(post, Some(owner)).await, None);
        assert_eq!(stage.store.find_post(post, Some(owner)).await.unwrap(), None);
    }
    leave(&stage, group, author).await;
    assert_eq!(delete(posts[3], author).await, PostDeleted::Done, "his own, though he left");
    assert_eq!(counted(&stage, group).await, 0);
    assert_eq!(delete(PostId::stored(9_999_999), owner).await, PostDeleted::NoSuchPost);

    let (closed, closed_owner) = stage.group(JoinPolicy::Open).await;
    let hidden = stage.post(closed, closed_owner, 1).await;
    assert_eq!(delete(hidden, owner).await, PostDeleted::NoSuchPost, "to outsiders it is not there");
    stage.store.delete_group(closed, None, None, at(60)).await.unwrap();
    assert_eq!(delete(hidden, closed_owner).await, PostDeleted::NoSuchPost);
    stage.is_sound(at(60)).await;
}

/// Moderators bring a deleted post back as it was, and it is counted again; to others it is not there.
pub async fn a_deleted_post_comes_back(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let author = stage.member(group, Role::Member).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let post = stage.post(group, author, 1).await;
    let outsider = stage.user().await;
    let restore = async |by| stage.store.restore_post(post, by, at(60)).await.unwrap();
    for by in [author, outsider] {
        assert_eq!(restore(by).await, PostRestored::NotAllowed);
    }
    assert_eq!(restore(moderator).await, PostRestored::NotDeleted);
    let before = stage.store.find_post(post, None).await.unwrap();
    stage.store.delete_post(deletion(post, author)).await.unwrap();
    for by in [author, outsider] {
        assert_eq!(restore(by).await, PostRestored::NoSuchPost);
    }
    assert_eq!(counted(&stage, group).await, 0);
    assert_eq!(restore(moderator).await, PostRestored::Done);
    assert_eq!(restore(owner).await, PostRestored::NotDeleted);
    assert_eq!(stage.store.find_post(post, None).await.unwrap(), before);
    assert_eq!(counted(&stage, group).await, 1);
    let never = stage.store.restore_post(PostId::stored(9_999_999), owner, at(60)).await.unwrap();
    assert_eq!(never, PostRestored::NoSuchPost);

    let (closed, closed_owner) = stage.group(JoinPolicy::Open).await;
    let hidden = stage.post(closed, closed_owner, 1).await;
    let outside = stage.store.restore_post(hidden, owner, at(60)).await.unwrap();
    assert_eq!(outside, PostRestored::NoSuchPost, "to outsiders it is not there");
    stage.store.delete_post(deletion(hidden, closed_owner)).await.unwrap();
    stage.store.delete_group(closed, None, None, at(60)).await.unwrap();
    let lost = stage.store.restore_post(hidden, closed_owner, at(61)).await.unwrap();
    assert_eq!(lost, PostRestored::NoSuchPost);
    stage.is_sound(at(61)).await;
}

/// Of many who delete a post at once one does, of many who restore it one does.
pub async fn a_post_goes_and_comes_back_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    stage.post(group, owner, 2).await;
    let answers = race((0..CALLERS).map(|_| {
        let store = Arc::clone(&stage.store);
        async move { store.delete_post(deletion(post, owner)).await }
    }))
    .await;
    assert_eq!(count(&answers, &PostDeleted::Done), 1, "{answers:?}");
    assert_eq!(count(&answers, &PostDeleted::NoSuchPost), CALLERS - 1);
    assert_eq!(counted(&stage, group).await, 1);
    let answers = race((0..CALLERS).map(|_| {
        let store = Arc::clone(&stage.store);
        async move { store.restore_post(post, owner, at(60)).await }
    }))
    .await;
    assert_eq!(count(&answers, &PostRestored::Done), 1, "{answers:?}");
    assert_eq!(count(&answers, &PostRestored::NotDeleted), CALLERS - 1);
    assert_eq!(counted(&stage, group).await, 2);
}

/// Whatever is written, deleted, restored and edited at once, a group counts the posts that it lists.
pub async fn a_group_counts_its_posts_whatever_happens_at_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let mut posts = Vec::new();
    for seconds in 0..8 {
        posts.push(stage.post(group, owner, seconds).await);
    }
    let writings: Vec<_> = (0..CALLERS).map(|_| stage.writing(group, owner, 20)).collect();
    let answers = race(writings.into_iter().zip(posts.iter().copied().cycle()).enumerate().map(
        |(n, (writing, post))| {
            let store = Arc::clone(&stage.store);
            async move {
                match n % 5 {
                    0 => store.create_post(writing).await.map(|_| 1),
                    1 | 2 => store
                        .delete_post(deletion(post, owner))
                        .await
                        .map(|done| if done == PostDeleted::Done { -1 } else { 0 }),
                    3 => store
                        .restore_post(post, owner, at(60))
                        .await
                        .map(|done| i64::from(done == PostRestored::Done)),
                    _ => store.update_post(retitle(post, owner, "edited", 30)).await.map(|_| 0),
                }
            }
        },
    ))
    .await;
    let told: i64 = 8 + answers.iter().sum::<i64>();
    let listed = listed(&stage, of_group(group), None).await;
    let mut recounted = ids(&listed);
    recounted.sort_unstable();
    recounted.dedup();
    assert_eq!(i64::try_from(recounted.len()).unwrap(), told, "not what the callers were told");
    assert_eq!(counted(&stage, group).await, told);
    stage.is_sound(at(70)).await;
}
