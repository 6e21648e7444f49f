//! What [`DeletionRepository`](forum_domain::account::DeletionRepository) promises: the account is gone at
//! once, and what it left goes bit by bit while every counter stays exact.

use std::sync::Arc;

use forum_domain::{
    account::{AccountDeleted, DeleteAccount, Legacy, Registered},
    group::{JoinPolicy, Role},
    id::UserId,
    join::JoinStatus,
    like::Liked,
    membership::MemberRemoved,
    post::PostRestored,
    store::Store,
};

use super::stage::{
    Stage, at,
    comment::{commenting, liking, unliking},
    race,
};
use crate::build;

/// With which version of his credentials somebody goes who never changed them.
const FIRST: i64 = 1;

fn going(user_id: UserId, legacy: Legacy) -> DeleteAccount {
    DeleteAccount { user_id, legacy, if_credentials: FIRST, at: at(50) }
}

impl Stage {
    /// Deletes an account, and clears away all that it left.
    async fn leave(&self, user: UserId, legacy: Legacy) {
        let deleted = self.store.delete_account(going(user, legacy)).await.unwrap();
        assert!(matches!(deleted, AccountDeleted::Done { .. }), "{deleted:?}");
        self.clear(user).await;
    }

    async fn clear(&self, user: UserId) {
        while self.store.clear_away(user, at(60)).await.unwrap() {}
    }
}

/// Nobody finds the account any more; its mobile and nickname are free, its sessions over.
pub async fn a_deleted_account_is_gone_and_its_names_are_free(store: Arc<dyn Store>) {
    let typed = build::register_as(1, "某人").unwrap();
    let Registered::Created(user) = store.register(typed.clone()).await.unwrap() else {
        panic!("not registered")
    };
    let deleted = store.delete_account(going(user.id, Legacy::Keep)).await.unwrap();
    assert_eq!(deleted, AccountDeleted::Done { ended: vec![typed.session.id] });
    assert_eq!(store.find_user(user.id).await.unwrap(), None);
    assert_eq!(store.find_user_by_mobile(&build::mobile(1)).await.unwrap(), None);
    assert!(store.credentials(user.id).await.unwrap().is_none());
    let again = build::register_as(2, "某人").unwrap();
    let again = forum_domain::account::Register { mobile: build::mobile(1), ..again };
    assert!(matches!(store.register(again).await.unwrap(), Registered::Created(_)));
    let twice = store.delete_account(going(user.id, Legacy::Keep)).await.unwrap();
    assert_eq!(twice, AccountDeleted::NoSuchUser);
}

/// Whoever changed his password meanwhile is not deleted by the old one.
pub async fn changed_credentials_keep_the_account(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let user = stage.user().await;
    let late = DeleteAccount { if_credentials: FIRST + 1, ..going(user, Legacy::Erase) };
    assert_eq!(stage.store.delete_account(late).await.unwrap(), AccountDeleted::Changed);
    assert!(stage.store.find_user(user).await.unwrap().is_some());
    assert_eq!(stage.store.departed(10).await.unwrap(), []);
}

/// A group with other members keeps an owner; one in which he is alone goes with him; requests of his that
/// wait are withdrawn.
pub async fn groups_keep_an_owner_or_go(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (shared, owner) = stage.group(JoinPolicy::Approval).await;
    let (lonely, waited_for) =
        (stage.group_of(owner, JoinPolicy::Approval).await, stage.group(JoinPolicy::Approval).await.0);
    let waiter = stage.user().await;
    stage.request(lonely, waiter, 5).await;
    stage.request(waited_for, owner, 5).await;
    let heir = stage.member(shared, Role::Member).await;
    let refused = stage.store.delete_account(going(owner, Legacy::Erase)).await.unwrap();
    assert_eq!(refused, AccountDeleted::LastOwner);
    assert_eq!(stage.role(shared, owner).await, Some(Role::Owner));
    assert_eq!(stage.requests(waited_for, JoinStatus::Pending).await.len(), 1);

    stage.assign(shared, heir, Role::Owner, at(10)).await;
    stage.leave(owner, Legacy::Keep).await;
    assert_eq!(stage.shown_owner(shared).await, heir);
    assert_eq!(stage.member_ids(shared).await, [heir]);
    assert_eq!(stage.only_request_of(waiter).await.status, JoinStatus::Expired);
    assert_eq!(stage.only_request_of(owner).await.status, JoinStatus::Withdrawn);
    stage.is_sound(at(70)).await;
}

/// Of two last owners who go at once one stays, as the group has others.
pub async fn of_two_last_owners_who_go_at_once_one_stays(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    for _ in 0..10 {
        let (group, one) = stage.group(JoinPolicy::Open).await;
        let other = stage.member(group, Role::Owner).await;
        stage.member(group, Role::Member).await;
        let going = [one, other].map(|user| {
            let store = stage.store.clone();
            async move { store.delete_account(going(user, Legacy::Keep)).await }
        });
        let stayed = race(going).await;
        assert_eq!(stayed.iter().filter(|one| **one == AccountDeleted::LastOwner).count(), 1, "{stayed:?}");
    }
    stage.is_sound(at(70)).await;
}

/// What stays is nobody's, and reads as before.
pub async fn what_is_kept_stands_under_nobody(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, _) = stage.public_group().await;
    let (leaver, other) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let post = stage.post(group, leaver, 10).await;
    let comment = stage.comment(post, leaver, 11).await;
    let liked = stage.post(group, other, 12).await;
    assert!(matches!(stage.store.like(liking(liked, leaver)).await.unwrap(), Liked::Done(_)));
    assert!(stage.store.bookmark_post(liked, leaver, true, at(13)).await.unwrap());
    stage.leave(leaver, Legacy::Keep).await;

    let seen = stage.post_view(post, None).await.unwrap().post;
    assert!(seen.author.deleted && seen.author.avatar_key.is_none());
    assert_eq!(seen.comment_count, 1);
    let said = stage.comment_view(comment, None).await.unwrap().comment.said.unwrap();
    assert!(said.author.deleted);
    assert_eq!(stage.post_view(liked, None).await.unwrap().post.like_count, 1);
    stage.is_sound(at(70)).await;
}

/// What is erased is gone from where it stood and from every count; what others wrote stays.
pub async fn what_is_erased_leaves_exact_counts(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (leaver, other) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let gone = stage.post(group, leaver, 10).await;
    stage.comment(gone, other, 11).await;
    let stays = stage.post(group, other, 12).await;
    let tombstone = stage.comment(stays, leaver, 13).await;
    let answer = stage.reply(tombstone, other, 14).await;
    let thread = stage.comment(stays, other, 15).await;
    let reply = stage.reply(thread, leaver, 16).await;
    let vanished = stage.comment(stays, leaver, 17).await;
    let deleted = stage.comment(stays, leaver, 18).await;
    stage.delete_comment(deleted, leaver, 19).await;
    for like in [liking(stays, leaver), liking(thread, leaver), liking(reply, other)] {
        assert!(matches!(stage.store.like(like).await.unwrap(), Liked::Done(_)));
    }
    stage.leave(leaver, Legacy::Erase).await;

    assert_eq!(stage.post_view(gone, None).await, None);
    let restored = stage.store.restore_post(gone, owner, at(61)).await.unwrap();
    assert_eq!(restored, PostRestored::NoSuchPost, "nothing of it is left to come back");
    let post = stage.post_view(stays, None).await.unwrap().post;
    assert_eq!((post.comment_count, post.like_count), (2, 0));
    let stone = stage.comment_view(tombstone, None).await.unwrap().comment;
    assert_eq!((stone.said, stone.reply_count), (None, 1));
    assert!(stage.comment_view(answer, None).await.is_some());
    let left = stage.comment_view(thread, None).await.unwrap().comment;
    assert_eq!((left.reply_count, left.like_count), (0, 0));
    for id in [reply, vanished, deleted] {
        assert_eq!(stage.comment_view(id, None).await, None);
    }
    assert_eq!(stage.view(group, None, 62).await.group.post_count, 1);
    stage.is_sound(at(70)).await;
}

/// Others like, comment and reply while an account is erased by several instances at once.
pub async fn what_is_erased_while_others_write_leaves_exact_counts(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, _) = stage.public_group().await;
    let leaver = stage.member(group, Role::Member).await;
    let mut others = Vec::new();
    for _ in 0..6 {
        others.push(stage.member(group, Role::Member).await);
    }
    let theirs = stage.post(group, others[0], 10).await;
    for n in 0..20 {
        let own = stage.post(group, leaver, 11 + n).await;
        stage.comment(own, others[0], 12 + n).await;
        let said = stage.comment(theirs, leaver, 13 + n).await;
        stage.reply(said, others[1], 14 + n).await;
        let liked = stage.comment(own, others[2], 15 + n).await;
        stage.store.like(liking(liked, leaver)).await.unwrap();
    }
    stage.store.like(liking(theirs, leaver)).await.unwrap();
    let deleted = stage.store.delete_account(going(leaver, Legacy::Erase)).await.unwrap();
    assert!(matches!(deleted, AccountDeleted::Done { .. }));
    let (leaver_id, store) = (leaver, &stage.store);
    let clear = (0..3).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { while store.clear_away(leaver_id, at(60)).await.unwrap() {} })
    });
    let write = others.iter().map(|&other| {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..20 {
                store.create_comment(commenting(theirs, other, 40 + n)).await.unwrap();
                store.like(liking(theirs, other)).await.unwrap();
                store.unlike(unliking(theirs, other)).await.unwrap();
            }
        })
    });
    for task in clear.chain(write).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    stage.clear(leaver).await;
    assert_eq!(stage.view(group, None, 62).await.group.post_count, 1);
    stage.is_sound(at(70)).await;
}

/// Who left something is known until he was cleared and long enough gone.
pub async fn who_left_something_is_known_until_it_is_cleared(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let leaver = stage.member(group, Role::Member).await;
    stage.leave(leaver, Legacy::Erase).await;
    stage.store.cleared(leaver, at(50)).await.unwrap();
    assert_eq!(stage.store.departed(10).await.unwrap(), [leaver], "a request of his may still end");
    stage.store.cleared(leaver, at(51)).await.unwrap();
    assert_eq!(stage.store.departed(10).await.unwrap(), []);
    assert!(!stage.store.clear_away(leaver, at(60)).await.unwrap());
    // And of whom nothing is to be cleared nothing is.
    stage.post(group, owner, 20).await;
    assert!(!stage.store.clear_away(owner, at(60)).await.unwrap());
    assert!(matches!(
        stage.store.remove_member(group, leaver, owner, at(61)).await.unwrap(),
        MemberRemoved::NoSuchMember
    ));
}
