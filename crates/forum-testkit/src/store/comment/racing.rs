//! Comments, replies and likes while what they stand under comes and goes. Each race fails on any error
//! of the port, a deadlock among them, and ends with a recount.

use std::sync::Arc;

use forum_domain::{
    comment::{CommentCreated, CommentDeleted, ReplyCreated},
    error::PortError,
    group::{Barred, JoinPolicy, Role},
    id::{PostId, UserId},
    like::{Liked, Unliked},
    post::{DeletePost, Mark, PostDeleted, PostRestored},
    store::Store,
};

use crate::store::stage::{
    CALLERS, Stage, all, at,
    comment::{commenting, deleting, liking, replying, unliking},
    race,
};

/// That a post counts as many comments and replies as it lists, and as were answered as done.
async fn counts(stage: &Stage, post: PostId, reader: UserId, expected: usize) {
    let order = forum_domain::comment::CommentOrder::Old;
    let mut visible = 0;
    for view in all(|page| stage.store.list_comments(post, order, page, Some(reader))).await {
        let replies = all(|page| stage.store.list_replies(view.comment.id, page, Some(reader))).await.len();
        assert_eq!(view.comment.reply_count, i64::try_from(replies).unwrap());
        visible += replies + usize::from(view.comment.said.is_some());
    }
    let counted = stage.post_view(post, Some(reader)).await.unwrap().post.comment_count;
    assert_eq!((counted, visible), (i64::try_from(expected).unwrap(), expected));
    stage.is_sound(at(1_000)).await;
}

/// Comments that come at once are each counted.
pub async fn comments_at_once_are_each_counted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let top = stage.comment(post, owner, 2).await;
    let calls = (0..2 * CALLERS).map(|n| {
        let store = Arc::clone(&stage.store);
        async move {
            if n % 2 == 0 {
                let created = store.create_comment(commenting(post, owner, 3)).await?;
                return Ok(matches!(created, CommentCreated::Done(_)));
            }
            Ok(matches!(store.create_reply(replying(top, owner, 3)).await?, ReplyCreated::Done(_)))
        }
    });
    assert!(race(calls).await.into_iter().all(|done| done));
    counts(&stage, post, owner, 2 * CALLERS + 1).await;
}

/// While a post is deleted and restored, locked and unlocked, each comment is written and counted, or
/// refused for what the post was; none comes after the end was answered.
pub async fn comments_while_their_post_comes_and_goes(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let top = stage.comment(post, owner, 2).await;
    let mut calls: Vec<futures::Call> = Vec::new();
    for n in 0..CALLERS {
        let store = Arc::clone(&stage.store);
        calls.push(Box::pin(async move {
            let mut done = 0;
            for _ in 0..4 {
                if n % 2 == 0 {
                    match store.create_comment(commenting(post, owner, 3)).await? {
                        CommentCreated::Done(_) => done += 1,
                        CommentCreated::NoSuchPost | CommentCreated::Locked => {}
                        other => panic!("{other:?}"),
                    }
                } else {
                    match store.create_reply(replying(top, owner, 3)).await? {
                        ReplyCreated::Done(_) => done += 1,
                        ReplyCreated::NoSuchComment | ReplyCreated::Locked => {}
                        other => panic!("{other:?}"),
                    }
                }
            }
            Ok(done)
        }));
    }
    let store = Arc::clone(&stage.store);
    calls.push(Box::pin(async move {
        for _ in 0..10 {
            let delete = DeletePost { id: post, by: owner, if_version: None, at: at(4) };
            assert_eq!(store.delete_post(delete).await?, PostDeleted::Done);
            assert_eq!(store.restore_post(post, owner, at(5)).await?, PostRestored::Done);
        }
        Ok(0)
    }));
    let store = Arc::clone(&stage.store);
    calls.push(Box::pin(async move {
        for n in 0..20 {
            // It fails while the post is deleted.
            store.mark_post(post, Mark::Locked, n % 2 == 0, owner, at(9)).await?;
        }
        Ok(0)
    }));
    let done: usize = race(calls).await.into_iter().sum();
    counts(&stage, post, owner, done + 1).await;
}

/// What the calls of one race have in common.
mod futures {
    use std::pin::Pin;

    use forum_domain::error::PortError;

    pub(super) type Call = Pin<Box<dyn Future<Output = Result<usize, PortError>> + Send>>;
}

/// How many write without a pause until they are refused: fewer than a pool has connections, so that who
/// ends it need not wait for one.
const WRITERS: usize = 8;

/// Once the deletion or the locking of a post was answered, nothing more is written under it.
pub async fn nothing_is_written_after_the_end_was_answered(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    for locks in [true, false] {
        let post = stage.post(group, owner, 1).await;
        let top = stage.comment(post, owner, 2).await;
        let writers = (0..WRITERS).map(|n| {
            let store = Arc::clone(&stage.store);
            tokio::spawn(async move {
                let mut done = 0;
                loop {
                    let wrote = if n % 2 == 0 {
                        let created = store.create_comment(commenting(post, owner, 3)).await.unwrap();
                        matches!(created, CommentCreated::Done(_))
                    } else {
                        let created = store.create_reply(replying(top, owner, 3)).await.unwrap();
                        matches!(created, ReplyCreated::Done(_))
                    };
                    if !wrote {
                        return done;
                    }
                    done += 1;
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        while stage.post_view(post, None).await.unwrap().post.comment_count < 20 {}
        if locks {
            assert!(stage.store.mark_post(post, Mark::Locked, true, owner, at(9)).await.unwrap());
        } else {
            let delete = DeletePost { id: post, by: owner, if_version: None, at: at(4) };
            assert_eq!(stage.store.delete_post(delete).await.unwrap(), PostDeleted::Done);
            // Whoever moderates still sees how many there were, once it is back.
            assert_eq!(stage.store.restore_post(post, owner, at(5)).await.unwrap(), PostRestored::Done);
            assert!(stage.store.mark_post(post, Mark::Locked, true, owner, at(9)).await.unwrap());
        }
        let counted = stage.post_view(post, Some(owner)).await.unwrap().post.comment_count;
        let mut done = 1;
        for writer in writers {
            done += writer.await.unwrap();
        }
        assert_eq!(counted, i64::from(done), "something was written after the post was locked");
        counts(&stage, post, owner, usize::try_from(done).unwrap()).await;
    }
}

/// Replies while their comment is deleted: each is counted, or refused; none after it was answered.
pub async fn replies_while_their_comment_is_deleted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    for round in 0..5 {
        let top = stage.comment(post, owner, 2).await;
        let calls = (0..CALLERS).map(|n| {
            let store = Arc::clone(&stage.store);
            async move {
                if n == CALLERS / 2 {
                    let deleted = store.delete_comment(deleting(top, owner, 4)).await?;
                    assert_eq!(deleted, CommentDeleted::Done);
                    let late = store.create_reply(replying(top, owner, 5)).await?;
                    assert!(!matches!(late, ReplyCreated::Done(_)), "{late:?}");
                    return Ok(None);
                }
                match store.create_reply(replying(top, owner, 3)).await? {
                    ReplyCreated::Done(view) => Ok(Some(view.comment.id)),
                    ReplyCreated::Deleted | ReplyCreated::NoSuchComment => Ok(None),
                    other => panic!("{other:?}"),
                }
            }
        });
        let replies: Vec<_> = race(calls).await.into_iter().flatten().collect();
        counts(&stage, post, owner, replies.len()).await;
        // Now half of the replies go, at once with each other and with replies to them.
        let calls = replies.iter().enumerate().map(|(n, id)| {
            let (store, id) = (Arc::clone(&stage.store), *id);
            async move {
                if (n + round) % 2 == 0 {
                    let deleted = store.delete_comment(deleting(id, owner, 6)).await?;
                    return Ok(usize::from(deleted == CommentDeleted::Done));
                }
                let replied = store.create_reply(replying(id, owner, 6)).await?;
                assert_eq!(replied, ReplyCreated::Deleted);
                Ok(0)
            }
        });
        let gone: usize = race(calls).await.into_iter().sum();
        counts(&stage, post, owner, replies.len() - gone).await;
        for id in replies {
            stage.store.delete_comment(deleting(id, owner, 7)).await.unwrap();
        }
    }
    counts(&stage, post, owner, 0).await;
}

/// Members who are taken out while they write: each comment of theirs is counted or refused.
pub async fn members_who_leave_while_they_write(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let post = stage.post(group, owner, 1).await;
    let top = stage.comment(post, owner, 2).await;
    let mut calls: Vec<futures::Call> = Vec::new();
    for n in 0..12 {
        let member = stage.member(group, Role::Member).await;
        let store = Arc::clone(&stage.store);
        calls.push(Box::pin(async move {
            let mut done = 0;
            for _ in 0..6 {
                if n % 2 == 0 {
                    match store.create_comment(commenting(post, member, 3)).await? {
                        CommentCreated::Done(_) => done += 1,
                        CommentCreated::NoSuchPost | CommentCreated::Barred(Barred::NotMember) => {}
                        other => panic!("{other:?}"),
                    }
                } else {
                    match store.create_reply(replying(top, member, 3)).await? {
                        ReplyCreated::Done(_) => done += 1,
                        ReplyCreated::NoSuchComment | ReplyCreated::Barred(Barred::NotMember) => {}
                        other => panic!("{other:?}"),
                    }
                }
                let like = store.like(liking(top, member)).await?;
                assert!(!matches!(like, Liked::OwnContent | Liked::DailyLimit | Liked::AuthorLimit));
            }
            Ok(done)
        }));
        let store = Arc::clone(&stage.store);
        calls.push(Box::pin(async move {
            for _ in 0..3 {
                store.remove_member(group, member, owner, at(4)).await?;
                store.assign_role(group, member, Role::Member, at(5)).await?;
            }
            Ok(0)
        }));
    }
    let done: usize = race(calls).await.into_iter().sum();
    counts(&stage, post, owner, done + 1).await;
}

/// Everything at once on one post: comments, replies, deletions, likes and unlikes of all of them. Nobody
/// waits in a circle, and everything is counted.
pub async fn everything_at_once_is_counted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let tops = [stage.comment(post, owner, 2).await, stage.comment(post, owner, 2).await];
    let users = [stage.member(group, Role::Member).await, stage.member(group, Role::Member).await];
    let calls = (0..CALLERS).map(|n: usize| {
        let (store, user) = (Arc::clone(&stage.store), users[n % 2]);
        let (mine, theirs) = (tops[n / 2 % 2], tops[(n / 2 + 1) % 2]);
        async move { errand(store, post, [mine, theirs], user).await }
    });
    let kept: usize = race(calls).await.into_iter().sum();
    counts(&stage, post, owner, kept + 2).await;
}

async fn errand(
    store: Arc<dyn Store>,
    post: PostId,
    [mine, theirs]: [forum_domain::id::CommentId; 2],
    user: UserId,
) -> Result<usize, PortError> {
    let done = |liked| !matches!(liked, Liked::OwnContent | Liked::NoSuchTarget);
    assert!(done(store.like(liking(mine, user)).await?));
    let CommentCreated::Done(comment) = store.create_comment(commenting(post, user, 3)).await? else {
        panic!("a member may")
    };
    assert!(done(store.like(liking(post, user)).await?));
    let ReplyCreated::Done(reply) = store.create_reply(replying(theirs, user, 3)).await? else {
        panic!("a member may")
    };
    assert_ne!(store.unlike(unliking(mine, user)).await?, Unliked::NoSuchTarget);
    let deleted = store.delete_comment(deleting(reply.comment.id, user, 4)).await?;
    assert_eq!(deleted, CommentDeleted::Done);
    assert!(done(store.like(liking(theirs, user)).await?));
    let ReplyCreated::Done(_) = store.create_reply(replying(comment.comment.id, user, 5)).await? else {
        panic!("a member may")
    };
    assert_eq!(store.delete_comment(deleting(comment.comment.id, user, 6)).await?, CommentDeleted::Done);
    assert_ne!(store.unlike(unliking(post, user)).await?, Unliked::NoSuchTarget);
    // The comment is a tombstone now, with one reply.
    Ok(1)
}
