//! Promises about lists of posts.

use std::{collections::HashMap, sync::Arc};

use forum_domain::{
    group::{JoinPolicy, Role},
    id::PostId,
    page::PageRequest,
    post::{Mark, PostFilter, PostList},
    store::Store,
};

use super::{
    super::stage::{Stage, all, at, page},
    deletion, ids, mark, of_group,
};

/// Posts come in the order asked for, without those that are gone or never were.
pub async fn posts_are_found_in_the_order_asked_for(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let [a, b, c] = [
        stage.post(group, owner, 1).await,
        stage.post(group, owner, 2).await,
        stage.post(group, owner, 3).await,
    ];
    stage.store.delete_post(deletion(b, owner)).await.unwrap();
    let wanted = [c, PostId::stored(9_999_999), b, a];
    for viewer in [None, Some(owner)] {
        assert_eq!(ids(&stage.store.find_posts(&wanted, viewer).await.unwrap()), [c, a]);
        let backwards: Vec<_> = wanted.iter().copied().rev().collect();
        assert_eq!(ids(&stage.store.find_posts(&backwards, viewer).await.unwrap()), [a, c]);
        assert_eq!(stage.store.find_posts(&[], viewer).await.unwrap(), []);
    }
}

/// A group's list has its pinned posts first, each part newest first, ties by id.
pub async fn pinned_posts_come_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let elsewhere = stage.group_of(owner, JoinPolicy::Open).await;
    let mut posts = Vec::new();
    for seconds in [1, 2, 2, 2, 2, 2, 3, 9] {
        posts.push(stage.post(group, owner, seconds).await);
        stage.post(elsewhere, owner, seconds).await;
    }
    for n in [0, 1, 2, 3, 6] {
        mark(&stage, posts[n], Mark::Pinned, owner).await;
    }
    stage.store.delete_post(deletion(posts[2], owner)).await.unwrap();
    let expected = [6, 3, 1, 0, 7, 5, 4].map(|n: usize| posts[n]);
    for viewer in [None, Some(owner)] {
        for limit in 1..=8 {
            let mut found = Vec::new();
            let mut after = None;
            loop {
                let part =
                    stage.store.list_posts(&of_group(group), page(limit, after), viewer).await.unwrap();
                assert!(part.items.len() <= limit as usize);
                found.extend(ids(&part.items));
                assert!(found.len() <= expected.len(), "posts come again: {found:?}");
                after = part.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "in pages of {limit}");
        }
    }
}

/// Whoever pages meets each post that nobody touches exactly once, whatever is written, pinned,
/// unpinned and deleted meanwhile.
pub async fn pages_are_complete_while_others_write_and_pin(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let mut posts = Vec::new();
    for n in 0..30 {
        let post = stage.post(group, owner, 100 + n / 4).await;
        if n % 3 == 0 {
            mark(&stage, post, Mark::Pinned, owner).await;
        }
        posts.push(post);
    }
    // Every fifth is touched while the list is read, each in its turn.
    let (touched, still): (Vec<_>, Vec<_>) = (0..30).partition(|n| n % 5 == 1);
    let mut met: HashMap<PostId, usize> = HashMap::new();
    let mut after = None;
    for step in 0.. {
        let part = stage.store.list_posts(&of_group(group), page(2, after), Some(owner)).await.unwrap();
        for id in ids(&part.items) {
            *met.entry(id).or_default() += 1;
        }
        after = part.next;
        if after.is_none() {
            break;
        }
        let other = posts[touched[step % touched.len()]];
        match step % 3 {
            0 => drop(stage.store.mark_post(other, Mark::Pinned, step % 2 == 0, owner, at(9)).await.unwrap()),
            1 => drop(stage.store.delete_post(deletion(other, owner)).await.unwrap()),
            _ => {
                let seconds = 90 + i64::try_from(step).unwrap();
                let new = stage.post(group, owner, seconds).await;
                if step % 2 == 0 {
                    mark(&stage, new, Mark::Pinned, owner).await;
                }
            }
        }
    }
    for n in still {
        assert_eq!(met.get(&posts[n]), Some(&1), "post {n}");
    }
}

/// A group's list may hold only what is excellent, or only what one wrote, or both.
pub async fn a_groups_list_is_filtered(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let author = stage.member(group, Role::Member).await;
    let mut posts = Vec::new();
    for n in 0..8 {
        let by = if n % 2 == 0 { owner } else { author };
        posts.push(stage.post(group, by, n).await);
    }
    for n in [0, 1, 2, 5, 7] {
        mark(&stage, posts[n], Mark::Excellent, owner).await;
    }
    mark(&stage, posts[1], Mark::Pinned, owner).await;
    mark(&stage, posts[4], Mark::Pinned, owner).await;
    stage.store.delete_post(deletion(posts[2], owner)).await.unwrap();
    let listed = async |filter, author| {
        let list = PostList::Group { id: group, filter, author };
        let anybody = all(|page| stage.store.list_posts(&list, page, None)).await;
        let member = all(|page| stage.store.list_posts(&list, page, Some(owner))).await;
        assert_eq!(ids(&anybody), ids(&member));
        ids(&anybody)
    };
    let these = |numbers: &[usize]| numbers.iter().map(|n| posts[*n]).collect::<Vec<_>>();
    assert_eq!(listed(PostFilter::All, None).await, these(&[4, 1, 7, 6, 5, 3, 0]));
    assert_eq!(listed(PostFilter::Excellent, None).await, these(&[1, 7, 5, 0]));
    assert_eq!(listed(PostFilter::All, Some(author)).await, these(&[1, 7, 5, 3]));
    assert_eq!(listed(PostFilter::All, Some(owner)).await, these(&[4, 6, 0]));
    assert_eq!(listed(PostFilter::Excellent, Some(owner)).await, these(&[0]));
    assert_eq!(listed(PostFilter::Hot, None).await, []);
    assert_eq!(listed(PostFilter::All, Some(stage.user().await)).await, []);
}

/// The public list holds what stands in public groups, a feed what stands in its user's groups, both
/// newest first with no regard to what is pinned.
pub async fn the_public_list_and_the_feed_hold_their_groups(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (open, owner) = stage.public_group().await;
    let (other, other_owner) = stage.public_group().await;
    let closed = stage.group_of(owner, JoinPolicy::Open).await;
    let reader = stage.member(closed, Role::Member).await;
    stage.assign(other, reader, Role::Member, at(1)).await;
    let mut posts = Vec::new();
    for seconds in [1, 2, 2, 3] {
        posts.push(stage.post(open, owner, seconds).await);
        posts.push(stage.post(closed, owner, seconds).await);
        posts.push(stage.post(other, other_owner, seconds).await);
    }
    mark(&stage, posts[0], Mark::Pinned, owner).await;
    mark(&stage, posts[1], Mark::Pinned, owner).await;
    stage.store.delete_post(deletion(posts[6], owner)).await.unwrap();
    let listed = async |list, viewer| ids(&all(|page| stage.store.list_posts(&list, page, viewer)).await);
    let these = |groups: &[usize]| {
        let numbers = (0..posts.len()).rev().filter(|n| groups.contains(&(n % 3)) && *n != 6);
        numbers.map(|n| posts[n]).collect::<Vec<_>>()
    };
    for viewer in [None, Some(reader), Some(owner), Some(stage.user().await)] {
        assert_eq!(listed(PostList::Public, viewer).await, these(&[0, 2]), "{viewer:?}");
    }
    assert_eq!(listed(PostList::Feed(reader), Some(reader)).await, these(&[1, 2]));
    assert_eq!(listed(PostList::Feed(owner), Some(owner)).await, these(&[0, 1]));
    let nobody = stage.user().await;
    assert_eq!(listed(PostList::Feed(nobody), Some(nobody)).await, []);
    stage.store.delete_group(other, None, None, at(60)).await.unwrap();
    assert_eq!(listed(PostList::Public, None).await, these(&[0]));
    assert_eq!(listed(PostList::Feed(reader), Some(reader)).await, these(&[1]));
    let first = stage.store.list_posts(&PostList::Public, PageRequest::first(), None).await.unwrap();
    assert_eq!(first.next, None, "no page follows the last item");
}
