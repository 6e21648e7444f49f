//! Promises about bookmarks.

use std::sync::Arc;

use forum_domain::{group::Role, id::PostId, store::Store};

use super::{
    super::stage::{Stage, all, at, race},
    deletion, ids,
};

/// What a user remembers is listed, last remembered first, until he forgets it; each post once, and
/// only while it is there.
pub async fn bookmarks_are_listed_last_remembered_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (user, other) = (stage.user().await, stage.member(group, Role::Member).await);
    let mut posts = Vec::new();
    for seconds in 1..=6 {
        posts.push(stage.post(group, owner, seconds).await);
    }
    let set =
        async |post, user, on, seconds| stage.store.bookmark_post(post, user, on, at(seconds)).await.unwrap();
    let listed = async |user| {
        let found = all(|page| stage.store.list_bookmarks(user, page)).await;
        assert!(found.iter().all(|view| view.viewer.as_ref().unwrap().bookmarked));
        ids(&found)
    };
    // Not in the order they were written, and some at one moment.
    for (n, seconds) in [(5, 10), (0, 20), (3, 20), (1, 20), (4, 30)] {
        assert!(set(posts[n], user, true, seconds).await);
    }
    assert!(set(posts[2], other, true, 5).await);
    assert_eq!(listed(user).await, [posts[4], posts[3], posts[1], posts[0], posts[5]]);
    assert_eq!(listed(other).await, [posts[2]]);

    assert!(set(posts[5], user, true, 40).await);
    assert_eq!(listed(user).await[4], posts[5], "remembered again it keeps its place");
    assert!(set(posts[3], user, false, 41).await);
    assert!(set(posts[3], user, false, 42).await, "to forget one always works");
    stage.store.delete_post(deletion(posts[0], owner)).await.unwrap();
    assert_eq!(listed(user).await, [posts[4], posts[1], posts[5]]);
    assert!(set(posts[0], user, false, 43).await, "also one that is gone");
    stage.store.restore_post(posts[0], owner, at(60)).await.unwrap();
    assert_eq!(listed(user).await, [posts[4], posts[1], posts[5]]);
    assert_eq!(listed(owner).await, []);

    let never = PostId::stored(9_999_999);
    assert!(!set(never, user, true, 50).await);
    assert!(set(never, user, false, 50).await);
}

/// However often a post is remembered at once, it is remembered once.
pub async fn a_post_is_remembered_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let answers = race((0..20).map(|_| {
        let store = Arc::clone(&stage.store);
        async move { store.bookmark_post(post, owner, true, at(2)).await }
    }))
    .await;
    assert!(answers.iter().all(|done| *done), "{answers:?}");
    let found = all(|page| stage.store.list_bookmarks(owner, page)).await;
    assert_eq!(ids(&found), [post]);
}
