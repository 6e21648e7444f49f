//! Promises about what makes a post hot, active or liked.

use std::sync::Arc;

use forum_domain::{
    comment::{
        CommentBody, CommentCreated, CommentDeleted, CreateComment, CreateReply, DeleteComment, ReplyCreated,
    },
    group::{JoinPolicy, Role},
    id::{CommentId, PostId, UserId},
    like::{Day, Like, Liked, Target, Unlike, Unliked},
    post::{Mark, Measured, PostFilter, PostList, RankBy},
    store::Store,
};

use super::{
    super::stage::{Stage, all, at},
    deletion, ids, mark, of_group,
};

async fn comment(stage: &Stage, post_id: PostId, author: UserId, seconds: i64) -> CommentId {
    let body = CommentBody::stored("a comment".into());
    let create = CreateComment { post_id, author, body, review: None, at: at(seconds), claim: None };
    match stage.store.create_comment(create).await.unwrap() {
        CommentCreated::Done(view) => view.comment.id,
        refused => panic!("{refused:?}"),
    }
}

async fn reply(stage: &Stage, comment_id: CommentId, author: UserId, seconds: i64) -> CommentId {
    let body = CommentBody::stored("a reply".into());
    let create =
        CreateReply { comment_id, author, body, reply_to: None, review: None, at: at(seconds), claim: None };
    match stage.store.create_reply(create).await.unwrap() {
        ReplyCreated::Done(view) => view.comment.id,
        refused => panic!("{refused:?}"),
    }
}

async fn take_back(stage: &Stage, id: CommentId, by: UserId) {
    let delete = DeleteComment { id, by, if_version: None, at: at(50) };
    assert_eq!(stage.store.delete_comment(delete).await.unwrap(), CommentDeleted::Done);
}

async fn like(stage: &Stage, post: PostId, user: UserId) {
    let target = Target::Post(post);
    let like = Like { target, user, day: Day(1), per_day: 1_000, per_author: 1_000, at: at(1) };
    let liked = stage.store.like(like).await.unwrap();
    assert!(matches!(liked, Liked::Done(_)), "{liked:?}");
}

/// A post is hot from 30 points on: one for each like, two for each visible comment or reply.
pub async fn a_post_is_hot_from_thirty_points_on(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let fans = stage.users(2).await;
    let (post, calm) = (stage.post(group, owner, 1).await, stage.post(group, owner, 2).await);
    let first = comment(&stage, post, owner, 3).await;
    let last = reply(&stage, first, owner, 4).await;
    for seconds in 5..17 {
        comment(&stage, post, owner, seconds).await;
    }
    let is_hot = async || {
        let list = PostList::Group { id: group, filter: PostFilter::Hot, author: None };
        let listed = ids(&all(|page| stage.store.list_posts(&list, page, None)).await);
        let view = stage.post_view(post, None).await.unwrap().post;
        assert_eq!(listed, if view.hot { vec![post] } else { vec![] });
        assert!(!listed.contains(&calm));
        (2 * view.comment_count + view.like_count, view.hot)
    };
    assert_eq!(is_hot().await, (28, false));
    like(&stage, post, fans[0]).await;
    assert_eq!(is_hot().await, (29, false));
    like(&stage, post, fans[1]).await;
    assert_eq!(is_hot().await, (30, true));
    let unlike = Unlike { target: Target::Post(post), user: fans[1], day: Day(1) };
    assert!(matches!(stage.store.unlike(unlike).await.unwrap(), Unliked::Done(_)));
    assert_eq!(is_hot().await, (29, false));
    comment(&stage, post, owner, 20).await;
    assert_eq!(is_hot().await, (31, true));
    take_back(&stage, last, owner).await;
    assert_eq!(is_hot().await, (29, false));
}

/// Rankings go by the last activity or by likes, then the newest; a group's has its pinned posts first.
pub async fn rankings_go_by_activity_or_by_likes(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let closed = stage.group_of(owner, JoinPolicy::Open).await;
    let fans = stage.users(3).await;
    let mut posts = Vec::new();
    for seconds in 1..=6 {
        posts.push(stage.post(group, owner, seconds).await);
    }
    let hidden = stage.post(closed, owner, 3).await;
    for (n, likes) in [(0, 3), (1, 1), (2, 2), (3, 1), (5, 3)] {
        for fan in &fans[..likes] {
            like(&stage, posts[n], *fan).await;
        }
    }
    comment(&stage, posts[1], owner, 30).await;
    comment(&stage, posts[3], owner, 20).await;
    comment(&stage, hidden, owner, 25).await;
    let ranked = async |list, by, limit| stage.store.rank_posts(&list, by, limit).await.unwrap();
    let these = |numbers: &[usize]| numbers.iter().map(|n| posts[*n]).collect::<Vec<_>>();
    let likes = |since: Option<i64>| RankBy::Likes { since: since.map(at) };

    let here = of_group(group);
    assert_eq!(ranked(here, RankBy::Activity, 9).await, these(&[1, 3, 5, 4, 2, 0]));
    assert_eq!(ranked(here, likes(None), 9).await, these(&[5, 0, 2, 3, 1, 4]));
    assert_eq!(ranked(here, likes(None), 2).await, these(&[5, 0]));
    assert_eq!(ranked(here, likes(Some(3)), 9).await, these(&[5, 2, 3, 4]), "only those written since");
    assert_eq!(ranked(PostList::Public, likes(None), 9).await, these(&[5, 0, 2, 3, 1, 4]));
    let feed = ranked(PostList::Feed(owner), RankBy::Activity, 3).await;
    assert_eq!(feed, [posts[1], hidden, posts[3]]);
    assert_eq!(ranked(PostList::Feed(fans[0]), RankBy::Activity, 3).await, []);

    mark(&stage, posts[4], Mark::Pinned, owner).await;
    mark(&stage, posts[2], Mark::Pinned, owner).await;
    stage.store.delete_post(deletion(posts[5], owner)).await.unwrap();
    assert_eq!(ranked(here, RankBy::Activity, 9).await, these(&[4, 2, 1, 3, 0]));
    assert_eq!(ranked(here, likes(None), 9).await, these(&[2, 4, 0, 3, 1]));
    assert_eq!(ranked(PostList::Public, likes(None), 9).await, these(&[0, 2, 3, 1, 4]), "no pins there");
    stage.store.delete_group(group, None, None, at(60)).await.unwrap();
    assert_eq!(ranked(here, RankBy::Activity, 9).await, []);
    assert_eq!(ranked(PostList::Public, RankBy::Activity, 9).await, []);
    assert_eq!(ranked(PostList::Feed(owner), RankBy::Activity, 9).await, [hidden]);
}

/// The moment of the nth newest post of a list, pinned or not.
pub async fn the_nth_newest_post_is_told(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let closed = stage.group_of(owner, JoinPolicy::Open).await;
    let mut posts = Vec::new();
    for seconds in [10, 20, 20, 30, 40] {
        posts.push(stage.post(group, owner, seconds).await);
    }
    stage.post(closed, owner, 35).await;
    mark(&stage, posts[0], Mark::Pinned, owner).await;
    stage.store.delete_post(deletion(posts[3], owner)).await.unwrap();
    let nth = async |list, nth| stage.store.nth_newest_post(&list, nth).await.unwrap();
    for list in [of_group(group), PostList::Public] {
        assert_eq!(nth(list, 1).await, Some(at(40)));
        assert_eq!(nth(list, 3).await, Some(at(20)));
        assert_eq!(nth(list, 4).await, Some(at(10)));
        assert_eq!(nth(list, 5).await, None);
    }
    assert_eq!(nth(PostList::Feed(owner), 2).await, Some(at(35)));
}

/// Each commenter is measured once however much he wrote, and not for what was deleted; a group's
/// pinned posts are measured however old they are.
pub async fn commenters_are_measured_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let [one, two] = [stage.member(group, Role::Member).await, stage.member(group, Role::Member).await];
    let mut posts = Vec::new();
    for seconds in [10, 20, 30, 40] {
        posts.push(stage.post(group, owner, seconds).await);
    }
    for seconds in [50, 51, 52] {
        comment(&stage, posts[1], one, seconds).await;
    }
    let his = comment(&stage, posts[1], two, 53).await;
    reply(&stage, his, one, 54).await;
    let only = comment(&stage, posts[2], one, 55).await;
    take_back(&stage, only, one).await;
    like(&stage, posts[2], one).await;
    mark(&stage, posts[0], Mark::Pinned, owner).await;
    let measured = async |list, since: Option<i64>| {
        let mut found = stage.store.measure_posts(&list, since.map(at)).await.unwrap();
        found.sort_unstable_by_key(|post| post.id);
        found
    };
    let expected = |n: usize| Measured {
        id: posts[n],
        pinned: n == 0,
        created_at: at([10, 20, 30, 40][n]),
        like_count: [0, 0, 1, 0][n],
        commenters: [0, 2, 0, 0][n],
    };
    let all_of_them: Vec<_> = (0..4).map(expected).collect();
    assert_eq!(measured(of_group(group), None).await, all_of_them);
    assert_eq!(measured(of_group(group), Some(30)).await, [expected(0), expected(2), expected(3)]);
    assert_eq!(measured(PostList::Public, Some(20)).await, all_of_them[1..]);
    // A pin lifts a post in its group's list alone.
    let unpinned = |n: usize| Measured { pinned: false, ..expected(n) };
    let across: Vec<_> = (0..4).map(unpinned).collect();
    assert_eq!(measured(PostList::Feed(one), None).await, across);
    assert_eq!(measured(PostList::Public, None).await, across);
    assert_eq!(measured(PostList::Feed(stage.user().await), None).await, []);

    take_back(&stage, his, two).await;
    let again = measured(of_group(group), Some(20)).await;
    assert_eq!(again[1], Measured { commenters: 1, ..expected(1) }, "the replies under it stay");
    stage.store.delete_post(deletion(posts[1], owner)).await.unwrap();
    assert_eq!(measured(PostList::Public, None).await, [unpinned(0), unpinned(2), unpinned(3)]);
}
