//! What [`AnswerReplyRepository`](forum_domain::answer_reply::AnswerReplyRepository) promises; what happens at
//! once with answers and questions stands there.

use std::sync::Arc;

use forum_domain::{
    account::SiteRole,
    answer_reply::{
        AnswerReplyCreated, AnswerReplyDeleted, AnswerReplyUpdated, AnswerReplyView, CreateAnswerReply,
        DeleteAnswerReply, UpdateAnswerReply,
    },
    error::PortError,
    id::{AnswerId, AnswerReplyId, UserId},
    store::Store,
};

use super::stage::{CALLERS, Stage, all, at, comment::body, count, race};

fn replying(
    answer_id: AnswerId,
    author: UserId,
    reply_to: Option<UserId>,
    seconds: i64,
) -> CreateAnswerReply {
    CreateAnswerReply {
        answer_id,
        author,
        body: body("a reply"),
        reply_to,
        review: None,
        at: at(seconds),
        claim: None,
    }
}

fn deleting(id: AnswerReplyId, by: UserId, if_version: Option<i64>) -> DeleteAnswerReply {
    DeleteAnswerReply { id, by, if_version, at: at(50) }
}

impl Stage {
    /// A reply under an answer as everybody sees it.
    async fn said(&self, id: AnswerReplyId) -> Option<AnswerReplyView> {
        self.store.find_answer_reply(id, None).await.unwrap()
    }

    /// Those of an answer, as listed: what each is, and whether it still says something.
    async fn replies_of(&self, answer: AnswerId) -> Vec<(AnswerReplyId, bool)> {
        let listed = all(|page| self.store.list_answer_replies(answer, page, None)).await;
        listed.into_iter().map(|view| (view.reply.id, view.reply.said.is_some())).collect()
    }

    /// How many replies an answer counts.
    async fn reply_count(&self, answer: AnswerId) -> i64 {
        self.store.find_answer(answer, None).await.unwrap().unwrap().answer.reply_count
    }
}

/// A reply is what was written, counted where it stands, and moves its question's activity on.
pub async fn a_reply_to_an_answer_is_counted_where_it_stands(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let answer = stage.answer(question, expert, 2).await;
    let activity = async || {
        stage.store.find_questions(&[question], None).await.unwrap().pop().unwrap().question.last_activity_at
    };
    let create = CreateAnswerReply { body: body("谢谢\n<b>"), ..replying(answer, asker, Some(expert), 9) };
    let AnswerReplyCreated::Done(id) = stage.store.create_answer_reply(create).await.unwrap() else {
        panic!("refused")
    };
    let view = stage.store.find_answer_reply(id, Some(expert)).await.unwrap().unwrap();
    assert_eq!((view.reply.id, view.reply.answer_id, view.reply.version), (id, answer, 1));
    assert_eq!((view.reply.created_at, view.reply.edited_at), (at(9), None));
    let said = view.reply.said.as_ref().unwrap();
    assert_eq!((said.author.id, said.body.as_str()), (asker, "谢谢\n<b>"));
    assert_eq!(said.reply_to.as_ref().unwrap().id, expert);
    assert_eq!(view.viewer.as_ref().unwrap().role, SiteRole::User);
    assert_eq!(stage.said(id).await.unwrap().viewer, None);
    assert_eq!((stage.reply_count(answer).await, activity().await), (1, at(9)));
    stage.answer_reply(answer, expert, None, 5).await;
    assert_eq!((stage.reply_count(answer).await, activity().await), (2, at(9)));
    let nowhere = replying(AnswerId::stored(9_999_999), asker, None, 10);
    assert_eq!(stage.store.create_answer_reply(nowhere).await.unwrap(), AnswerReplyCreated::NoSuchAnswer);
    assert_eq!(stage.said(AnswerReplyId::stored(9_999_999)).await, None);
    stage.is_sound(at(99)).await;
}

/// Who is named must have written the answer or a visible reply under it; who is refused writes nothing.
pub async fn a_reply_answers_who_wrote_there(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert, other) = (stage.user().await, stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let answer = stage.answer(question, expert, 2).await;
    let beside = stage.answer(question, other, 3).await;
    let reply = async |to| {
        let before = (stage.reply_count(answer).await, stage.replies_of(answer).await.len());
        let how = stage.store.create_answer_reply(replying(answer, expert, to, 4)).await.unwrap();
        if !matches!(how, AnswerReplyCreated::Done(_)) {
            assert_eq!((stage.reply_count(answer).await, stage.replies_of(answer).await.len()), before);
        }
        how
    };
    for stranger in [asker, other, UserId::stored(9_999_999)] {
        assert_eq!(reply(Some(stranger)).await, AnswerReplyCreated::NoSuchRecipient);
    }
    for known in [None, Some(expert)] {
        assert!(matches!(reply(known).await, AnswerReplyCreated::Done(_)));
    }
    let his = stage.answer_reply(answer, other, None, 5).await;
    stage.store.delete_answer_reply(deleting(his, other, None)).await.unwrap();
    assert_eq!(reply(Some(other)).await, AnswerReplyCreated::NoSuchRecipient, "what he wrote is gone");
    stage.answer_reply(answer, other, None, 6).await;
    assert!(matches!(reply(Some(other)).await, AnswerReplyCreated::Done(_)));
    assert_eq!((stage.reply_count(answer).await, stage.reply_count(beside).await), (4, 0));
    stage.is_sound(at(99)).await;
}

/// Under one idempotency key one reply is written, under a void claim none.
pub async fn a_reply_to_an_answer_is_written_once_under_its_key(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let answer = stage.answer(stage.question(asker, 1).await, expert, 2).await;
    let claim = Some(stage.claim(asker).await);
    let create = CreateAnswerReply { claim, ..replying(answer, asker, None, 3) };
    let AnswerReplyCreated::Done(id) = stage.store.create_answer_reply(create.clone()).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(stage.fact(asker).await, Some(id.get()));
    assert!(matches!(stage.store.create_answer_reply(create).await, Err(PortError::Unavailable(_))));
    let claim = Some(stage.void_claim(expert).await);
    let void = CreateAnswerReply { claim, ..replying(answer, expert, None, 4) };
    assert!(matches!(stage.store.create_answer_reply(void).await, Err(PortError::Unavailable(_))));
    assert_eq!(stage.replies_of(answer).await, [(id, true)]);
    stage.is_sound(at(99)).await;
}

/// Its author edits a reply, knowing its version if he names one; of parallel edits of one version one is done.
pub async fn a_reply_to_an_answer_is_edited_by_its_author(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    stage.store.set_site_role(expert, SiteRole::Moderator, at(0)).await.unwrap();
    let answer = stage.answer(stage.question(asker, 1).await, expert, 2).await;
    let id = stage.answer_reply(answer, asker, None, 3).await;
    let before = stage.said(id).await;
    let updating = |by, if_version| UpdateAnswerReply {
        id,
        body: body("better"),
        by,
        if_version,
        review: None,
        at: at(7),
    };
    let edit =
        async |by, if_version| stage.store.update_answer_reply(updating(by, if_version)).await.unwrap();
    assert_eq!(edit(expert, None).await, AnswerReplyUpdated::NotAllowed, "moderators do not edit");
    assert_eq!(edit(asker, Some(2)).await, AnswerReplyUpdated::Changed);
    assert_eq!(stage.said(id).await, before);
    let calls = (0..CALLERS).map(|_| {
        let (store, update) = (Arc::clone(&stage.store), updating(asker, Some(1)));
        async move { store.update_answer_reply(update).await }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &AnswerReplyUpdated::Done), 1);
    assert_eq!(count(&answers, &AnswerReplyUpdated::Changed), CALLERS - 1);
    let after = stage.said(id).await.unwrap().reply;
    assert_eq!((after.version, after.edited_at, after.created_at), (2, Some(at(7)), at(3)));
    assert_eq!(after.said.unwrap().body.as_str(), "better");
    stage.store.delete_answer_reply(deleting(id, asker, None)).await.unwrap();
    assert_eq!(edit(asker, None).await, AnswerReplyUpdated::NoSuchReply);
    stage.is_sound(at(99)).await;
}

/// Its author and the site's moderators delete a reply. It stands as a tombstone while a later visible reply
/// answers its author, and is out of sight otherwise; of parallel deletions one is done.
pub async fn a_deleted_reply_stands_while_somebody_answers_it(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert, moderator) = (stage.user().await, stage.user().await, stage.user().await);
    stage.store.set_site_role(moderator, SiteRole::Moderator, at(0)).await.unwrap();
    let question = stage.question(asker, 1).await;
    let answer = stage.answer(question, expert, 2).await;
    let first = stage.answer_reply(answer, asker, None, 3).await;
    let second = stage.answer_reply(answer, expert, Some(asker), 3).await;
    let third = stage.answer_reply(answer, asker, None, 4).await;
    assert_eq!(stage.replies_of(answer).await, [(first, true), (second, true), (third, true)]);
    let delete =
        async |id, by, version| stage.store.delete_answer_reply(deleting(id, by, version)).await.unwrap();
    assert_eq!(delete(first, expert, None).await, AnswerReplyDeleted::NotAllowed);
    assert_eq!(delete(first, asker, Some(2)).await, AnswerReplyDeleted::Changed);
    let calls = (0..CALLERS).map(|_| {
        let store = Arc::clone(&stage.store);
        async move { store.delete_answer_reply(deleting(first, asker, Some(1))).await }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &AnswerReplyDeleted::Done), 1);
    assert_eq!(count(&answers, &AnswerReplyDeleted::NoSuchReply), CALLERS - 1);
    assert_eq!(stage.reply_count(answer).await, 2);
    assert_eq!(stage.replies_of(answer).await, [(first, false), (second, true), (third, true)]);
    assert_eq!(stage.said(first).await.unwrap().reply.said, None);
    // Nobody answers him after his third.
    assert_eq!(delete(third, moderator, None).await, AnswerReplyDeleted::Done);
    assert_eq!(stage.said(third).await, None);
    assert_eq!(stage.replies_of(answer).await, [(first, false), (second, true)]);
    // With who answered it goes the tombstone.
    assert_eq!(delete(second, expert, None).await, AnswerReplyDeleted::Done);
    assert_eq!((stage.replies_of(answer).await, stage.reply_count(answer).await), (Vec::new(), 0));

    let under = stage.answer_reply(answer, asker, None, 5).await;
    stage.delete_answer(answer, expert, 6).await;
    assert_eq!(delete(under, asker, None).await, AnswerReplyDeleted::NoSuchReply);
    assert_eq!(stage.replies_of(answer).await, []);
    stage.is_sound(at(99)).await;
}
