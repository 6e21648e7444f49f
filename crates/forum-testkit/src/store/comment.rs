//! What [`CommentRepository`](forum_domain::comment::CommentRepository) promises of writing, changing and
//! deleting; `reading` and `racing` hold the rest.

mod racing;
mod reading;

use std::sync::Arc;

use forum_domain::{
    comment::{
        CommentCreated, CommentDeleted, CommentUpdated, CreateComment, CreateReply, DeleteComment,
        ReplyCreated, UpdateComment,
    },
    error::PortError,
    group::{Barred, JoinPolicy, Role},
    id::{CommentId, GroupId, PostId, UserId},
    membership::{MemberPatch, MemberUpdated, UpdateMember},
    post::{DeletePost, Mark, PostDeleted},
    store::Store,
};

pub use racing::*;
pub use reading::*;

use super::stage::{
    CALLERS, Stage, at,
    comment::{body, commenting, deleting, replying},
    count, race,
};

fn nothing() -> CommentId {
    CommentId::stored(9_999_999)
}

async fn mute(stage: &Stage, group_id: GroupId, user_id: UserId, by: UserId, until: i64) {
    let patch = MemberPatch { role: None, muted_until: Some(Some(at(until))) };
    let update = UpdateMember { group_id, user_id, patch, by, at: at(0) };
    assert!(matches!(stage.store.update_member(update).await.unwrap(), MemberUpdated::Done(_)));
}

async fn lock(stage: &Stage, post: PostId, by: UserId, on: bool) {
    assert!(stage.store.mark_post(post, Mark::Locked, on, by, at(9)).await.unwrap());
}

async fn delete_post(stage: &Stage, id: PostId, by: UserId, seconds: i64) {
    let delete = DeletePost { id, by, if_version: None, at: at(seconds) };
    assert_eq!(stage.store.delete_post(delete).await.unwrap(), PostDeleted::Done);
}

/// A comment and its reply are answered as they are found, and counted where they stand.
pub async fn a_comment_is_counted_where_it_stands(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let member = stage.member(group, Role::Member).await;
    let post = stage.post(group, owner, 10).await;
    let write = CreateComment { body: body("第一\n<b>line</b>"), ..commenting(post, member, 20) };
    let CommentCreated::Done(view) = stage.store.create_comment(write).await.unwrap() else { panic!("") };
    assert_eq!(Some(&view), stage.comment_view(view.comment.id, Some(member)).await.as_ref());
    let said = view.comment.said.unwrap();
    assert_eq!((said.author.id, said.reply_to, said.body.as_str()), (member, None, "第一\n<b>line</b>"));
    assert_eq!((view.comment.post_id, view.comment.parent_id, view.comment.version), (post, None, 1));
    let viewer = view.viewer.unwrap();
    assert_eq!((viewer.liked, viewer.role, viewer.locked), (false, Some(Role::Member), false));

    let reply = CreateReply { reply_to: Some(member), ..replying(view.comment.id, owner, 15) };
    let ReplyCreated::Done(reply) = stage.store.create_reply(reply).await.unwrap() else { panic!("") };
    assert_eq!(Some(&reply), stage.comment_view(reply.comment.id, Some(owner)).await.as_ref());
    assert_eq!((reply.comment.post_id, reply.comment.parent_id), (post, Some(view.comment.id)));
    assert_eq!(reply.comment.said.unwrap().reply_to.unwrap().id, member);

    let parent = stage.comment_view(view.comment.id, Some(owner)).await.unwrap();
    assert_eq!(parent.comment.reply_count, 1);
    let seen = stage.post_view(post, Some(owner)).await.unwrap().post;
    assert_eq!((seen.comment_count, seen.version), (2, 1));
    assert_eq!(seen.last_activity_at, at(20), "an older clock must not turn it back");
    stage.is_sound(at(30)).await;
}

/// A reply to a reply stands under the same comment, and answers its author if nobody else is named; who
/// is named must have written there.
pub async fn a_reply_stands_under_a_comment_and_answers_who_wrote_there(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (one, two) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let post = stage.post(group, owner, 1).await;
    let (top, elsewhere) = (stage.comment(post, owner, 2).await, stage.comment(post, two, 3).await);
    let reply = async |to, by, reply_to| {
        let create = CreateReply { reply_to, ..replying(to, by, 4) };
        match stage.store.create_reply(create).await.unwrap() {
            ReplyCreated::Done(view) => {
                let answers = view.comment.said.unwrap().reply_to.map(|card| card.id);
                Ok((view.comment.id, view.comment.parent_id, answers))
            }
            refused => Err(refused),
        }
    };
    let (first, under, answers) = reply(top, one, None).await.unwrap();
    assert_eq!((under, answers), (Some(top), None));
    let (second, under, answers) = reply(first, owner, None).await.unwrap();
    assert_eq!((under, answers), (Some(top), Some(one)));
    let (_, under, answers) = reply(second, one, Some(one)).await.unwrap();
    assert_eq!((under, answers), (Some(top), Some(one)), "he who is named, not the reply's author");
    assert_eq!(reply(first, one, Some(owner)).await.unwrap().2, Some(owner));

    let nobody = UserId::stored(9_999_999);
    for stranger in [two, nobody] {
        assert_eq!(reply(top, one, Some(stranger)).await, Err(ReplyCreated::NoSuchRecipient));
    }
    assert_eq!(reply(elsewhere, one, Some(two)).await.unwrap().2, Some(two));
    // Whose only reply is deleted wrote nothing there any more.
    let (gone, ..) = reply(top, two, None).await.unwrap();
    assert_eq!(reply(top, one, Some(two)).await.unwrap().2, Some(two));
    stage.delete_comment(gone, two, 5).await;
    assert_eq!(reply(top, one, Some(two)).await, Err(ReplyCreated::NoSuchRecipient));
    assert_eq!(reply(gone, one, None).await, Err(ReplyCreated::NoSuchComment));
    assert_eq!(stage.comment_view(top, None).await.unwrap().comment.reply_count, 5);
    stage.is_sound(at(9)).await;
}

/// Who may not write is told the first reason, and nothing is written.
pub async fn who_may_not_write_is_told_why(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (member, outsider) = (stage.member(group, Role::Member).await, stage.user().await);
    let post = stage.post(group, owner, 1).await;
    let top = stage.comment(post, owner, 2).await;
    let refused = async |user, seconds| {
        let comment = stage.store.create_comment(commenting(post, user, seconds)).await.unwrap();
        let reply = stage.store.create_reply(replying(top, user, seconds)).await.unwrap();
        (comment, reply)
    };
    let barred = |why| (CommentCreated::Barred(why), ReplyCreated::Barred(why));
    assert_eq!(refused(outsider, 5).await, barred(Barred::NotMember));
    stage.ban(group, outsider, owner, 5).await;
    assert_eq!(refused(outsider, 6).await, barred(Barred::Banned));
    mute(&stage, group, member, owner, 20).await;
    lock(&stage, post, owner, true).await;
    assert_eq!(refused(member, 19).await, barred(Barred::Muted));
    let locked = (CommentCreated::Locked, ReplyCreated::Locked);
    assert_eq!(refused(member, 20).await, locked, "the mute is over");
    assert_eq!(refused(owner, 21).await, locked, "also for those who moderate");

    // A locked post's deleted comment is first of all under a locked post.
    let reply = stage.reply_under_lock(post, top, owner).await;
    stage.delete_comment(top, owner, 22).await;
    assert_eq!(refused(member, 23).await.1, ReplyCreated::Locked);
    lock(&stage, post, owner, false).await;
    assert_eq!(refused(member, 24).await.1, ReplyCreated::Deleted);
    let to_reply = stage.store.create_reply(replying(reply, member, 25)).await.unwrap();
    assert_eq!(to_reply, ReplyCreated::Deleted, "it would stand under the deleted comment");
    stage.delete_comment(reply, owner, 26).await;
    assert_eq!(refused(member, 27).await.1, ReplyCreated::NoSuchComment);
    let nowhere = stage.store.create_reply(replying(nothing(), member, 28)).await.unwrap();
    assert_eq!(nowhere, ReplyCreated::NoSuchComment);

    let other = stage.comment(post, owner, 29).await;
    delete_post(&stage, post, owner, 30).await;
    assert_eq!(refused(member, 31).await.0, CommentCreated::NoSuchPost);
    let gone = stage.store.create_reply(replying(other, member, 32)).await.unwrap();
    assert_eq!(gone, ReplyCreated::NoSuchComment);
    stage.is_sound(at(40)).await;
}

impl Stage {
    /// A reply under a comment of a locked post, which was there before the lock.
    async fn reply_under_lock(&self, post: PostId, to: CommentId, by: UserId) -> CommentId {
        lock(self, post, by, false).await;
        let reply = self.reply(to, by, 21).await;
        lock(self, post, by, true).await;
        reply
    }
}

/// Under one idempotency key one comment is written, and one reply; under a void claim none.
pub async fn a_comment_is_written_once_under_its_key(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (one, two) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let post = stage.post(group, owner, 1).await;
    let claim = Some(stage.claim(one).await);
    let create = CreateComment { claim, ..commenting(post, one, 2) };
    let CommentCreated::Done(view) = stage.store.create_comment(create.clone()).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(stage.fact(one).await, Some(view.comment.id.get()));
    let again = stage.store.create_comment(create).await;
    assert!(matches!(again, Err(PortError::Unavailable(_))), "{again:?}");

    let claim = Some(stage.claim(two).await);
    let create = CreateReply { claim, ..replying(view.comment.id, two, 3) };
    let ReplyCreated::Done(reply) = stage.store.create_reply(create).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(stage.fact(two).await, Some(reply.comment.id.get()));

    let claim = Some(stage.void_claim(owner).await);
    let create = CreateComment { claim, ..commenting(post, owner, 4) };
    assert!(matches!(stage.store.create_comment(create).await, Err(PortError::Unavailable(_))));
    let create = CreateReply { claim, ..replying(view.comment.id, owner, 4) };
    assert!(matches!(stage.store.create_reply(create).await, Err(PortError::Unavailable(_))));
    assert_eq!(stage.fact(owner).await, None);
    assert_eq!(stage.post_view(post, None).await.unwrap().post.comment_count, 2);
    stage.is_sound(at(9)).await;
}

/// Its author edits a comment, knowing its version if he names one; a refusal writes nothing.
pub async fn a_comment_is_edited_by_its_author(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let member = stage.member(group, Role::Member).await;
    let post = stage.post(group, owner, 1).await;
    let id = stage.comment(post, member, 2).await;
    let edit = async |by, if_version, seconds| {
        let update =
            UpdateComment { id, body: body("better"), by, if_version, review: None, at: at(seconds) };
        stage.store.update_comment(update).await.unwrap()
    };
    assert_eq!(edit(owner, None, 3).await, CommentUpdated::NotAllowed, "those who moderate do not edit");
    assert_eq!(edit(member, Some(2), 3).await, CommentUpdated::Changed);
    mute(&stage, group, member, owner, 10).await;
    assert_eq!(edit(member, Some(1), 9).await, CommentUpdated::Barred(Barred::Muted));
    let before = stage.comment_view(id, None).await.unwrap().comment;
    assert_eq!((before.version, before.edited_at), (1, None));

    assert_eq!(edit(member, Some(1), 10).await, CommentUpdated::Done);
    assert_eq!(edit(member, None, 11).await, CommentUpdated::Done);
    let after = stage.comment_view(id, None).await.unwrap().comment;
    assert_eq!((after.version, after.edited_at, after.created_at), (3, Some(at(11)), at(2)));
    assert_eq!(after.said.unwrap().body.as_str(), "better");
    let seen = stage.post_view(post, None).await.unwrap().post;
    assert_eq!((seen.comment_count, seen.last_activity_at), (1, at(2)));

    stage.store.remove_member(group, member, member, at(12)).await.unwrap();
    assert_eq!(edit(member, None, 13).await, CommentUpdated::Barred(Barred::NotMember));
    stage.assign(group, member, Role::Member, at(14)).await;
    stage.delete_comment(id, member, 15).await;
    assert_eq!(edit(member, None, 16).await, CommentUpdated::NoSuchComment);
    stage.is_sound(at(20)).await;
}

/// Of parallel edits of one version one is done.
pub async fn of_parallel_edits_of_one_version_one_is_done(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let id = stage.comment(stage.post(group, owner, 1).await, owner, 2).await;
    let calls = (0..CALLERS).map(|n| {
        let store = Arc::clone(&stage.store);
        let body = body(&format!("edit {n}"));
        async move {
            store
                .update_comment(UpdateComment {
                    id,
                    body,
                    by: owner,
                    if_version: Some(1),
                    review: None,
                    at: at(3),
                })
                .await
        }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &CommentUpdated::Done), 1);
    assert_eq!(count(&answers, &CommentUpdated::Changed), CALLERS - 1);
    assert_eq!(stage.comment_view(id, None).await.unwrap().comment.version, 2);
}

/// A comment is deleted by its author or by those who moderate; with replies it stays as a tombstone, for
/// as long as it has some.
pub async fn a_deleted_comment_stands_for_its_replies(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (one, two) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let moderator = stage.member(group, Role::Moderator).await;
    let post = stage.post(group, owner, 1).await;
    let (top, bare) = (stage.comment(post, one, 2).await, stage.comment(post, one, 3).await);
    let (first, second) = (stage.reply(top, two, 4).await, stage.reply(top, one, 5).await);
    let delete = async |id, by, if_version| {
        let delete = DeleteComment { id, by, if_version, at: at(10) };
        stage.store.delete_comment(delete).await.unwrap()
    };
    let comments = async || stage.post_view(post, None).await.unwrap().post.comment_count;

    assert_eq!(delete(top, two, None).await, CommentDeleted::NotAllowed);
    assert_eq!(delete(top, stage.user().await, None).await, CommentDeleted::NotAllowed);
    assert_eq!(delete(top, one, Some(2)).await, CommentDeleted::Changed);
    assert_eq!(delete(nothing(), owner, None).await, CommentDeleted::NoSuchComment);
    assert_eq!(comments().await, 4);

    assert_eq!(delete(bare, moderator, Some(1)).await, CommentDeleted::Done);
    assert_eq!(delete(bare, moderator, None).await, CommentDeleted::NoSuchComment);
    assert_eq!(stage.comment_view(bare, Some(one)).await, None);
    assert_eq!(delete(top, one, None).await, CommentDeleted::Done);
    assert_eq!(comments().await, 2, "the replies are counted");
    let tombstone = stage.comment_view(top, Some(one)).await.unwrap().comment;
    assert_eq!((tombstone.said, tombstone.reply_count), (None, 2));
    assert!(stage.comment_view(first, None).await.unwrap().comment.said.is_some());

    assert_eq!(delete(first, two, None).await, CommentDeleted::Done);
    assert_eq!(stage.comment_view(first, Some(two)).await, None);
    assert_eq!(stage.comment_view(top, None).await.unwrap().comment.reply_count, 1);
    assert_eq!(delete(second, owner, None).await, CommentDeleted::Done);
    assert_eq!(stage.comment_view(top, None).await, None, "nothing stands under it any more");
    assert_eq!(comments().await, 0);
    assert_eq!(stage.post_view(post, None).await.unwrap().post.last_activity_at, at(5));
    // Who left may still delete his own where he may read.
    let late = stage.comment(post, one, 11).await;
    stage.store.remove_member(group, one, one, at(12)).await.unwrap();
    assert_eq!(delete(late, one, None).await, CommentDeleted::Done);
    stage.is_sound(at(20)).await;
}

/// Of parallel deletions of a comment, and of a reply, one is done, and it is counted out once.
pub async fn of_parallel_deletions_one_is_done(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let top = stage.comment(post, owner, 2).await;
    let (reply, _kept) = (stage.reply(top, owner, 3).await, stage.reply(top, owner, 3).await);
    for id in [reply, top] {
        let calls = (0..CALLERS).map(|_| {
            let store = Arc::clone(&stage.store);
            async move { store.delete_comment(deleting(id, owner, 4)).await }
        });
        let answers = race(calls).await;
        assert_eq!(count(&answers, &CommentDeleted::Done), 1);
        assert_eq!(count(&answers, &CommentDeleted::NoSuchComment), CALLERS - 1);
    }
    assert_eq!(stage.comment_view(top, None).await.unwrap().comment.reply_count, 1);
    assert_eq!(stage.post_view(post, None).await.unwrap().post.comment_count, 1);
    stage.is_sound(at(9)).await;
}
