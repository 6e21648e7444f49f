//! What [`IntegrityRepository`](forum_domain::integrity::IntegrityRepository) promises of a forum that
//! is as it should be. What it finds in one that is not, each adapter proves by breaking its own tables.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use forum_domain::{
    group::{JoinPolicy, Role},
    id::{GroupId, UserId},
    integrity::{Finding, Invariant},
    join::Decision,
    like::{Liked, Unliked},
    membership::{BanMember, BanSet, MemberRemoved},
    post::{DeletePost, PostDeleted, PostRestored},
    store::Store,
};

use super::stage::{
    Stage, at,
    comment::{commenting, liking, unliking},
    race,
};

/// A forum where everything happened that can happen has nothing wrong with it.
pub async fn a_forum_with_a_history_is_sound(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let users = stage.users(6).await;
    for user in &users {
        stage.request(group, *user, 10).await;
    }
    for (n, request) in
        stage.requests(group, forum_domain::join::JoinStatus::Pending).await.iter().enumerate()
    {
        let decision = if n % 2 == 0 { Decision::Approve } else { Decision::Refuse };
        if n < 4 {
            stage.store.decide(Stage::verdict(request.id, decision, owner, 20)).await.unwrap();
        }
    }
    let short = BanMember {
        group_id: group,
        user_id: users[5],
        until: Some(at(30)),
        reason: None,
        by: owner,
        at: at(25),
    };
    assert_eq!(stage.store.ban_member(short).await.unwrap(), BanSet::Done);
    let invite = stage.invite(group, owner, 1).await;
    stage.store.accept_invite(&invite, stage.user().await, at(26), None).await.unwrap();
    // Back in, once the ban is over: a ban that counts no longer breaks nothing.
    stage.assign(group, users[5], Role::Owner, at(31)).await;
    stage.store.remove_member(group, owner, owner, at(32)).await.unwrap();
    let (gone, its_owner) = stage.group(JoinPolicy::Approval).await;
    stage.request(gone, owner, 33).await;
    write_and_delete(&stage, group, users[3], users[5]).await;
    write_and_delete(&stage, gone, its_owner, stage.member(gone, Role::Moderator).await).await;
    stage.store.delete_group(gone, None, None, at(38)).await.unwrap();
    stage.is_sound(at(40)).await;
}

/// Posts, comments, replies and likes of two who moderate or do not, some of them taken back: a tombstone, a
/// deleted reply, a deleted post with all that stands under it, one that was restored, and likes of these.
async fn write_and_delete(stage: &Stage, group: GroupId, one: UserId, moderator: UserId) {
    let posts =
        [(34, one, moderator, "stays"), (35, moderator, one, "goes"), (36, moderator, one, "comes back")];
    for (seconds, author, liker, fate) in posts {
        let post = stage.post(group, author, seconds).await;
        let comment = stage.comment(post, moderator, seconds).await;
        let reply = stage.reply(comment, one, seconds).await;
        let gone = stage.reply(reply, moderator, seconds).await;
        for like in [liking(post, liker), liking(comment, one), liking(reply, moderator), liking(gone, one)] {
            assert!(matches!(stage.store.like(like).await.unwrap(), Liked::Done(_)));
        }
        assert!(matches!(stage.store.unlike(unliking(comment, one)).await.unwrap(), Unliked::Done(_)));
        stage.delete_comment(gone, moderator, 37).await;
        stage.delete_comment(comment, moderator, 37).await;
        if fate == "stays" {
            continue;
        }
        let delete = DeletePost { id: post, by: moderator, if_version: None, at: at(38) };
        assert_eq!(stage.store.delete_post(delete).await.unwrap(), PostDeleted::Done);
        if fate == "comes back" {
            let restored = stage.store.restore_post(post, moderator, at(39)).await.unwrap();
            assert_eq!(restored, PostRestored::Done);
        }
    }
}

/// Writes that go on while the doctor looks make no findings.
pub async fn writes_that_go_on_make_no_findings(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let users = stage.users(4).await;
    let post = stage.post(group, owner, 5).await;
    let over = Arc::new(AtomicBool::new(false));
    let inspects = {
        let (store, over) = (Arc::clone(&stage.store), Arc::clone(&over));
        tokio::spawn(async move {
            let mut rounds = 0;
            while !over.load(Ordering::Relaxed) || rounds == 0 {
                for invariant in Invariant::ALL {
                    assert_eq!(store.inspect(invariant, at(50), 10).await.unwrap(), [], "{invariant:?}");
                }
                rounds += 1;
            }
        })
    };
    let calls = users.into_iter().map(|user| {
        let store = Arc::clone(&stage.store);
        async move {
            for seconds in 0..30 {
                store.request_to_join(Stage::wish(group, user, seconds)).await?;
                store.assign_role(group, user, Role::Owner, at(seconds)).await?;
                store.create_comment(commenting(post, user, seconds)).await?;
                store.like(liking(post, user)).await?;
                store.unlike(unliking(post, user)).await?;
                let left = store.remove_member(group, user, user, at(seconds)).await?;
                assert_eq!(left, MemberRemoved::Done);
            }
            Ok(())
        }
    });
    race(calls).await;
    over.store(true, Ordering::Relaxed);
    inspects.await.unwrap();
    assert_eq!(stage.member_ids(group).await, [owner]);
    stage.is_sound(at(50)).await;
}

/// A repair looks again: what is right, or is gone, is left alone.
pub async fn what_is_right_is_not_repaired(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    let request = stage.request(group, user, 10).await;
    let post = stage.post(group, owner, 11).await;
    let comment = stage.comment(post, owner, 12).await;
    let reply = stage.reply(comment, owner, 13).await;
    let look = async || {
        let written = (stage.post_view(post, None).await, stage.comment_view(comment, Some(owner)).await);
        (stage.view(group, Some(owner), 20).await, stage.seen(request, user).await, written)
    };
    let before = look().await;
    let ids = [group.get(), request.get(), owner.get(), post.get(), comment.get(), reply.get(), 9_999_999];
    for invariant in Invariant::ALL {
        for subject in ids {
            let finding = Finding { invariant, subject, expected: "something".into(), found: "else".into() };
            assert!(!stage.store.repair(&finding, at(20)).await.unwrap(), "{finding:?}");
        }
    }
    assert_eq!(look().await, before);
}
