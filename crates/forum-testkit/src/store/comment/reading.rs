//! How comments are read: by whom, and in which order.

use std::sync::Arc;

use forum_domain::{
    comment::{
        CommentCreated, CommentDeleted, CommentOrder, CommentUpdated, CommentView, ReplyCreated,
        UpdateComment,
    },
    group::{JoinPolicy, Role},
    id::{CommentId, PostId, UserId},
    like::Liked,
    page::PageRequest,
    post::Mark,
    store::Store,
};

use super::{delete_post, nothing};
use crate::store::stage::{
    Stage, all, at,
    comment::{body, commenting, deleting, liking, replying},
};

fn ids(views: &[CommentView]) -> Vec<CommentId> {
    views.iter().map(|view| view.comment.id).collect()
}

async fn list(stage: &Stage, post: PostId, order: CommentOrder, viewer: Option<UserId>) -> Vec<CommentView> {
    all(|page| stage.store.list_comments(post, order, page, viewer)).await
}

async fn replies(stage: &Stage, comment: CommentId, viewer: Option<UserId>) -> Vec<CommentView> {
    all(|page| stage.store.list_replies(comment, page, viewer)).await
}

/// Comments are listed in either order, ties by id, without replies; tombstones while they have some.
pub async fn comments_are_listed_in_either_order(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (post, other) = (stage.post(group, owner, 1).await, stage.post(group, owner, 1).await);
    let mut made = Vec::new();
    for seconds in [10, 20, 20, 20, 20, 30, 5] {
        made.push(stage.comment(post, owner, seconds).await);
    }
    stage.comment(other, owner, 20).await;
    stage.reply(made[1], owner, 40).await;
    stage.delete_comment(made[1], owner, 41).await;
    stage.delete_comment(made[2], owner, 41).await;
    let oldest = [made[6], made[0], made[1], made[3], made[4], made[5]];
    for viewer in [None, Some(owner)] {
        let listed = list(&stage, post, CommentOrder::Old, viewer).await;
        assert_eq!(ids(&listed), oldest);
        assert!(listed.iter().all(|view| view.comment.said.is_none() == (view.comment.id == made[1])));
        assert!(listed.iter().all(|view| view.viewer.is_some() == viewer.is_some()));
        let newest: Vec<CommentId> = oldest.into_iter().rev().collect();
        assert_eq!(ids(&list(&stage, post, CommentOrder::New, viewer).await), newest);
    }
}

/// Replies are listed oldest first, ties by id, without deleted ones; a reply has none.
pub async fn replies_are_listed_oldest_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let (top, other) = (stage.comment(post, owner, 2).await, stage.comment(post, owner, 3).await);
    let mut made = Vec::new();
    for seconds in [10, 20, 20, 20, 20, 30, 5] {
        made.push(stage.reply(top, owner, seconds).await);
    }
    stage.reply(other, owner, 20).await;
    stage.delete_comment(made[2], owner, 41).await;
    stage.delete_comment(top, owner, 42).await;
    let oldest = [made[6], made[0], made[1], made[3], made[4], made[5]];
    for viewer in [None, Some(owner)] {
        assert_eq!(ids(&replies(&stage, top, viewer).await), oldest);
        assert!(replies(&stage, made[0], viewer).await.is_empty());
        assert!(replies(&stage, nothing(), viewer).await.is_empty());
    }
}

/// Comments are found in the order asked for, with what each is to the viewer.
pub async fn comments_are_found_in_the_order_asked_for(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let member = stage.member(group, Role::Member).await;
    let post = stage.post(group, owner, 1).await;
    let (one, two) = (stage.comment(post, owner, 2).await, stage.comment(post, member, 3).await);
    let (reply, gone) = (stage.reply(one, member, 4).await, stage.comment(post, owner, 5).await);
    stage.delete_comment(gone, owner, 6).await;
    assert!(matches!(stage.store.like(liking(one, member)).await.unwrap(), Liked::Done(_)));
    assert!(stage.store.mark_post(post, Mark::Locked, true, owner, at(9)).await.unwrap());

    let wanted = [two, nothing(), reply, gone, one];
    let found = stage.store.find_comments(&wanted, Some(member)).await.unwrap();
    assert_eq!(ids(&found), [two, reply, one]);
    for view in &found {
        let viewer = view.viewer.as_ref().unwrap();
        assert_eq!(viewer.liked, view.comment.id == one);
        assert_eq!((viewer.role, viewer.locked), (Some(Role::Member), true));
        assert_eq!(Some(view), stage.comment_view(view.comment.id, Some(member)).await.as_ref());
    }
    let others = stage.store.find_comments(&wanted, Some(stage.user().await)).await.unwrap();
    assert!(others.iter().all(|view| view.viewer.as_ref().is_some_and(|v| !v.liked && v.role.is_none())));
    let anonymous = stage.store.find_comments(&wanted, None).await.unwrap();
    assert_eq!(ids(&anonymous), [two, reply, one]);
    assert!(anonymous.iter().all(|view| view.viewer.is_none()));
    assert!(stage.store.find_comments(&[], Some(member)).await.unwrap().is_empty());
}

/// The ranking goes by likes and twice the replies, then by age; replies and what is gone are not in it.
pub async fn a_ranking_goes_by_likes_and_replies(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let users = stage.users(3).await;
    let post = stage.post(group, owner, 1).await;
    let mut made = Vec::new();
    for seconds in [9, 3, 4, 5, 6] {
        made.push(stage.comment(post, owner, seconds).await);
    }
    for user in &users {
        stage.store.like(liking(made[2], *user)).await.unwrap();
    }
    stage.store.like(liking(made[3], users[0])).await.unwrap();
    let reply = stage.reply(made[3], owner, 10).await;
    stage.store.like(liking(reply, users[0])).await.unwrap();
    stage.reply(made[4], owner, 10).await;
    stage.delete_comment(made[4], owner, 11).await;
    let gone = stage.comment(post, owner, 2).await;
    stage.delete_comment(gone, owner, 12).await;
    // Three points each by likes and by both, the older first; then the tombstone's two; then none.
    let best = [made[2], made[3], made[4], made[1], made[0]];
    assert_eq!(stage.store.rank_comments(post, 10).await.unwrap(), best);
    assert_eq!(stage.store.rank_comments(post, 2).await.unwrap(), best[..2]);
    assert_eq!(stage.store.rank_comments(PostId::stored(9_999_999), 2).await.unwrap(), []);
}

/// What stands in a group for members is there for nobody else, by whatever method; what stands under a
/// deleted post, or in a deleted group, for nobody at all.
pub async fn what_is_not_for_one_is_not_there(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let (member, outsider) = (stage.member(group, Role::Member).await, stage.user().await);
    let left = stage.member(group, Role::Member).await;
    let post = stage.post(group, owner, 1).await;
    let top = stage.comment(post, left, 2).await;
    let reply = stage.reply(top, left, 3).await;
    stage.store.remove_member(group, left, left, at(4)).await.unwrap();

    for viewer in [Some(owner), Some(member)] {
        assert!(reads(&stage, post, top, reply, viewer).await.into_iter().all(|count| count > 0));
    }
    for viewer in [None, Some(outsider), Some(left)] {
        assert_eq!(reads(&stage, post, top, reply, viewer).await, [0; 6], "{viewer:?}");
    }
    for user in [outsider, left] {
        writes_find_nothing(&stage, post, [top, reply], user).await;
    }
    delete_post(&stage, post, owner, 10).await;
    assert_eq!(reads(&stage, post, top, reply, Some(owner)).await, [0; 6]);
    writes_find_nothing(&stage, post, [top, reply], owner).await;
    stage.store.restore_post(post, owner, at(11)).await.unwrap();
    assert!(reads(&stage, post, top, reply, Some(owner)).await.into_iter().all(|count| count > 0));
    stage.store.delete_group(group, None, None, at(12)).await.unwrap();
    assert_eq!(reads(&stage, post, top, reply, Some(owner)).await, [0; 6]);
    writes_find_nothing(&stage, post, [top, reply], owner).await;
}

/// How many items each read gives.
async fn reads(
    stage: &Stage,
    post: PostId,
    top: CommentId,
    reply: CommentId,
    viewer: Option<UserId>,
) -> [usize; 6] {
    let first = PageRequest::first();
    [
        usize::from(stage.comment_view(top, viewer).await.is_some()),
        usize::from(stage.comment_view(reply, viewer).await.is_some()),
        stage.store.find_comments(&[top, reply], viewer).await.unwrap().len(),
        stage.store.list_comments(post, CommentOrder::New, first, viewer).await.unwrap().items.len(),
        stage.store.list_comments(post, CommentOrder::Old, first, viewer).await.unwrap().items.len(),
        stage.store.list_replies(top, first, viewer).await.unwrap().items.len(),
    ]
}

/// That nothing is there for who writes, not even what he wrote himself.
async fn writes_find_nothing(stage: &Stage, post: PostId, comments: [CommentId; 2], user: UserId) {
    let created = stage.store.create_comment(commenting(post, user, 20)).await.unwrap();
    assert_eq!(created, CommentCreated::NoSuchPost);
    for id in comments {
        let replied = stage.store.create_reply(replying(id, user, 20)).await.unwrap();
        assert_eq!(replied, ReplyCreated::NoSuchComment);
        let update =
            UpdateComment { id, body: body("other"), by: user, if_version: None, review: None, at: at(20) };
        assert_eq!(stage.store.update_comment(update).await.unwrap(), CommentUpdated::NoSuchComment);
        let deleted = stage.store.delete_comment(deleting(id, user, 20)).await.unwrap();
        assert_eq!(deleted, CommentDeleted::NoSuchComment);
        assert_eq!(stage.store.like(liking(id, user)).await.unwrap(), Liked::NoSuchTarget);
    }
}
