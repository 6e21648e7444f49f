//! Questions, answers and replies while what they stand under changes and goes. Each race fails on any error
//! of the port, a deadlock among them, and ends with a recount.

use std::{pin::Pin, sync::Arc};

use forum_domain::{
    answer::{AnswerCreated, AnswerDeleted, AnswerList, AnswerOrder, CreateAnswer, DeleteAnswer},
    answer_reply::{AnswerReplyCreated, AnswerReplyDeleted, CreateAnswerReply, DeleteAnswerReply},
    error::PortError,
    id::{AnswerId, QuestionId, UserId},
    like::{Liked, Unliked},
    question::{Accept, Accepted, DeleteQuestion, QuestionDeleted, QuestionUpdated, UpdateQuestion},
    store::Store,
};

use super::titled;
use crate::{
    build,
    store::stage::{
        CALLERS, Stage, all, at,
        comment::{body, liking, unliking},
        count, race,
    },
};

/// A call of a race with calls of other kinds, and how many visible answers it leaves behind.
type Call = Pin<Box<dyn Future<Output = Result<usize, PortError>> + Send>>;

fn answering(question_id: QuestionId, author: UserId) -> CreateAnswer {
    CreateAnswer {
        question_id,
        author,
        content: build::content("an answer"),
        review: None,
        at: at(3),
        claim: None,
    }
}

fn replying(answer_id: AnswerId, author: UserId) -> CreateAnswerReply {
    CreateAnswerReply {
        answer_id,
        author,
        body: body("a reply"),
        reply_to: None,
        review: None,
        at: at(4),
        claim: None,
    }
}

fn deleting(id: AnswerId, by: UserId) -> DeleteAnswer {
    DeleteAnswer { id, by, if_version: None, at: at(5) }
}

fn gone(answer: AnswerDeleted) -> bool {
    matches!(answer, AnswerDeleted::Done { .. })
}

/// That a question counts as many answers as it lists and as were answered as done, each of them the replies
/// that it lists, and that one of them at most is the accepted one.
async fn counts(stage: &Stage, question: QuestionId, expected: usize) {
    let list = AnswerList::Question(question, AnswerOrder::Old);
    let listed = all(|page| stage.store.list_answers(list, page, None)).await;
    for view in &listed {
        let replies = all(|page| stage.store.list_answer_replies(view.answer.id, page, None)).await;
        let visible = replies.iter().filter(|view| view.reply.said.is_some()).count();
        assert_eq!(view.answer.reply_count, i64::try_from(visible).unwrap());
    }
    let seen = stage.asked(question).await.question;
    assert_eq!((seen.answer_count, listed.len()), (i64::try_from(expected).unwrap(), expected));
    let accepted: Vec<_> =
        listed.iter().filter(|view| view.answer.accepted).map(|view| view.answer.id).collect();
    assert_eq!(accepted, Vec::from_iter(seen.accepted_answer_id));
    stage.is_sound(at(1_000)).await;
}

/// Of answers that are accepted at once one is the accepted one: that whose call came last.
pub async fn of_answers_accepted_at_once_one_is_the_accepted_one(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let question_id = stage.question(asker, 1).await;
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(stage.answer(question_id, expert, 2).await);
    }
    let calls = (0..CALLERS).map(|n| {
        let (store, answer) = (Arc::clone(&stage.store), answers[n % answers.len()]);
        async move {
            let accept = Accept { question_id, answer_id: Some(answer), by: asker, at: at(3) };
            Ok((answer, store.accept_answer(accept).await?))
        }
    });
    let done = race(calls).await;
    assert!(done.iter().all(|(_, accepted)| matches!(accepted, Accepted::Done(_) | Accepted::Already)));
    // Each that was replaced had been accepted: what was done is one chain, from none to what stands.
    let accepted = stage.asked(question_id).await.question.accepted_answer_id.unwrap();
    for answer in &answers {
        let came = done.iter().filter(|(id, how)| id == answer && matches!(how, Accepted::Done(_))).count();
        let went =
            count(&done.iter().map(|(_, how)| *how).collect::<Vec<_>>(), &Accepted::Done(Some(*answer)));
        assert_eq!(came - went, usize::from(*answer == accepted));
    }
    assert_eq!(done.iter().filter(|(_, how)| *how == Accepted::Done(None)).count(), 1);
    counts(&stage, question_id, answers.len()).await;
}

/// Answers that are accepted and deleted at once: none that is gone is the accepted one.
pub async fn no_deleted_answer_is_accepted_whatever_happens_at_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    for _ in 0..5 {
        let question_id = stage.question(asker, 1).await;
        let mut calls: Vec<Call> = Vec::new();
        for _ in 0..8 {
            let answer = stage.answer(question_id, expert, 2).await;
            let accept = Accept { question_id, answer_id: Some(answer), by: asker, at: at(3) };
            for _ in 0..2 {
                let store = Arc::clone(&stage.store);
                calls.push(Box::pin(async move {
                    let accepted = store.accept_answer(accept).await?;
                    assert!(!matches!(accepted, Accepted::NotAllowed | Accepted::NoSuchQuestion));
                    Ok(0)
                }));
            }
            let store = Arc::clone(&stage.store);
            calls.push(Box::pin(async move {
                assert!(gone(store.delete_answer(deleting(answer, expert)).await?));
                let late = store.accept_answer(accept).await?;
                assert_eq!(late, Accepted::NoSuchAnswer, "it was deleted before");
                Ok(0)
            }));
        }
        race(calls).await;
        counts(&stage, question_id, 0).await;
        assert_eq!(stage.asked(question_id).await.question.accepted_answer_id, None);
    }
}

/// Answers that come and go at once are each counted, and each goes once.
pub async fn answers_that_come_and_go_at_once_are_counted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let mut leaving = Vec::new();
    for _ in 0..CALLERS / 5 {
        leaving.push(stage.answer(question, expert, 2).await);
    }
    let mut calls: Vec<Call> = Vec::new();
    for n in 0..CALLERS {
        let (store, victim) = (Arc::clone(&stage.store), leaving[n % leaving.len()]);
        calls.push(Box::pin(async move {
            if n % 2 == 0 {
                let created = store.create_answer(answering(question, expert)).await?;
                assert!(matches!(created, AnswerCreated::Done(_)));
                return Ok(1);
            }
            store.delete_answer(deleting(victim, expert)).await.map(|_| 0)
        }));
    }
    let came: usize = race(calls).await.into_iter().sum();
    // Odd callers meet only the answers of odd places.
    counts(&stage, question, came + leaving.len() / 2).await;

    let [last] = [stage.answer(question, expert, 6).await];
    let calls = (0..CALLERS).map(|_| {
        let store = Arc::clone(&stage.store);
        async move { store.delete_answer(deleting(last, expert)).await }
    });
    let answers = race(calls).await;
    assert_eq!(answers.iter().filter(|answer| gone(**answer)).count(), 1);
    assert_eq!(count(&answers, &AnswerDeleted::NoSuchAnswer), CALLERS - 1);
    counts(&stage, question, came + leaving.len() / 2).await;
}

/// Once the deletion of a question or of an answer was told, nothing more is written under it.
pub async fn nothing_is_written_under_what_is_gone(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    for whole in [true, false, true, false] {
        let question = stage.question(asker, 1).await;
        let answer = stage.answer(question, expert, 2).await;
        let calls = (0..CALLERS).map(|n| {
            let store = Arc::clone(&stage.store);
            async move {
                if n == CALLERS / 2 {
                    if whole {
                        let delete = DeleteQuestion { id: question, by: asker, if_version: None, at: at(5) };
                        assert_eq!(store.delete_question(delete).await?, QuestionDeleted::Done);
                        let late = store.create_answer(answering(question, expert)).await?;
                        assert_eq!(late, AnswerCreated::NoSuchQuestion);
                    } else {
                        assert!(gone(store.delete_answer(deleting(answer, expert)).await?));
                    }
                    let late = store.create_answer_reply(replying(answer, asker)).await?;
                    assert_eq!(late, AnswerReplyCreated::NoSuchAnswer);
                    assert_eq!(store.like(liking(answer, asker)).await?, Liked::NoSuchTarget);
                    return Ok(0);
                }
                if n % 2 == 0 {
                    let created = store.create_answer(answering(question, expert)).await?;
                    return Ok(usize::from(matches!(created, AnswerCreated::Done(_))));
                }
                let replied = store.create_answer_reply(replying(answer, asker)).await?;
                assert!(!matches!(replied, AnswerReplyCreated::NoSuchRecipient));
                Ok(0)
            }
        });
        let done: usize = race(calls).await.into_iter().sum();
        if whole {
            assert_eq!(stage.store.find_question(question, None).await.unwrap(), None);
            stage.is_sound(at(1_000)).await;
        } else {
            counts(&stage, question, done).await;
        }
    }
}

/// Of parallel edits of one version of a question one is done, of parallel deletions one.
pub async fn of_parallel_edits_and_deletions_of_a_question_one_is_done(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let asker = stage.user().await;
    let id = stage.question(asker, 1).await;
    let calls = (0..CALLERS).map(|n| {
        let store = Arc::clone(&stage.store);
        let patch = titled(&format!("edit {n}"));
        async move {
            store
                .update_question(UpdateQuestion {
                    id,
                    patch,
                    by: asker,
                    if_version: Some(1),
                    review: None,
                    at: at(3),
                })
                .await
        }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &QuestionUpdated::Done), 1);
    assert_eq!(count(&answers, &QuestionUpdated::Changed), CALLERS - 1);
    assert_eq!(stage.asked(id).await.question.version, 2);
    let calls =
        (0..CALLERS).map(|_| {
            let store = Arc::clone(&stage.store);
            async move {
                store.delete_question(DeleteQuestion { id, by: asker, if_version: None, at: at(4) }).await
            }
        });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &QuestionDeleted::Done), 1);
    assert_eq!(count(&answers, &QuestionDeleted::NoSuchQuestion), CALLERS - 1);
    stage.is_sound(at(9)).await;
}

/// Everything at once under one question: answers, replies, likes, acceptance, and all of it undone. Nobody
/// waits in a circle, and everything is counted.
pub async fn everything_at_once_under_a_question_is_counted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let standing = [stage.answer(question, expert, 2).await, stage.answer(question, expert, 2).await];
    let users = stage.users(4).await;
    let calls = (0..CALLERS).map(|n: usize| {
        let (store, user) = (Arc::clone(&stage.store), users[n % users.len()]);
        let (mine, theirs) = (standing[n % 2], standing[(n + 1) % 2]);
        async move { errand(store, question, asker, [mine, theirs], user).await }
    });
    let kept: usize = race(calls).await.into_iter().sum();
    assert_eq!(kept, CALLERS);
    counts(&stage, question, kept + standing.len()).await;
}

async fn errand(
    store: Arc<dyn Store>,
    question_id: QuestionId,
    asker: UserId,
    [mine, theirs]: [AnswerId; 2],
    user: UserId,
) -> Result<usize, PortError> {
    let accept = |answer| Accept { question_id, answer_id: Some(answer), by: asker, at: at(4) };
    assert_ne!(store.like(liking(mine, user)).await?, Liked::NoSuchTarget);
    let AnswerCreated::Done(kept) = store.create_answer(answering(question_id, user)).await? else {
        panic!("everyone may")
    };
    store.accept_answer(accept(theirs)).await?;
    let AnswerCreated::Done(lost) = store.create_answer(answering(question_id, user)).await? else {
        panic!("everyone may")
    };
    let AnswerReplyCreated::Done(reply) = store.create_answer_reply(replying(mine, user)).await? else {
        panic!("everyone may")
    };
    assert!(!matches!(store.accept_answer(accept(lost)).await?, Accepted::NoSuchAnswer));
    assert!(gone(store.delete_answer(deleting(lost, user)).await?));
    assert_ne!(store.unlike(unliking(mine, user)).await?, Unliked::NoSuchTarget);
    let delete = DeleteAnswerReply { id: reply, by: user, if_version: None, at: at(6) };
    assert_eq!(store.delete_answer_reply(delete).await?, AnswerReplyDeleted::Done);
    assert!(matches!(store.create_answer_reply(replying(kept, asker)).await?, AnswerReplyCreated::Done(_)));
    assert_ne!(store.like(liking(theirs, user)).await?, Liked::NoSuchTarget);
    Ok(1)
}
