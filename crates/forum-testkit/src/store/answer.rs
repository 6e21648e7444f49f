//! What [`AnswerRepository`](forum_domain::answer::AnswerRepository) promises; what happens at once stands
//! with the questions.

use std::sync::Arc;

use forum_domain::{
    account::SiteRole,
    answer::{
        AnswerCreated, AnswerDeleted, AnswerList, AnswerOrder, AnswerUpdated, AnswerView, CreateAnswer,
        DeleteAnswer, UpdateAnswer,
    },
    error::PortError,
    id::{AnswerId, QuestionId, UserId},
    store::Store,
};

use super::stage::{CALLERS, Stage, all, at, comment::liking, count, page, race};
use crate::build;

fn answering(question_id: QuestionId, author: UserId, text: &str, seconds: i64) -> CreateAnswer {
    CreateAnswer {
        question_id,
        author,
        content: build::content(text),
        review: None,
        at: at(seconds),
        claim: None,
    }
}

fn ids(views: &[AnswerView]) -> Vec<AnswerId> {
    views.iter().map(|view| view.answer.id).collect()
}

impl Stage {
    /// How many answers a question counts, and when somebody last wrote there.
    async fn activity(&self, id: QuestionId) -> (i64, forum_domain::clock::Timestamp) {
        let seen = self.store.find_questions(&[id], None).await.unwrap().pop().unwrap().question;
        (seen.answer_count, seen.last_activity_at)
    }
}

/// A new answer is what was written, and counted; an older clock does not turn the question back.
pub async fn a_new_answer_is_what_was_written_and_counted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 10).await;
    let create = answering(question, expert, "对 <b>", 20);
    let AnswerCreated::Done(id) = stage.store.create_answer(create.clone()).await.unwrap() else {
        panic!("refused")
    };
    let view = stage.store.find_answer(id, Some(asker)).await.unwrap().unwrap();
    let answer = &view.answer;
    assert_eq!((answer.id, answer.question_id, answer.author.id), (id, question, expert));
    assert_eq!((&answer.source, &answer.html), (&create.content.source, &create.content.rendered.html));
    assert_eq!((answer.format, &answer.excerpt), (create.content.format, &create.content.rendered.excerpt));
    assert_eq!((answer.accepted, answer.like_count, answer.reply_count, answer.version), (false, 0, 0, 1));
    assert_eq!((answer.created_at, answer.edited_at), (at(20), None));
    let viewer = view.viewer.clone().unwrap();
    assert_eq!((viewer.liked, viewer.role), (false, SiteRole::User));
    let for_all = stage.store.find_answer(id, None).await.unwrap().unwrap();
    assert_eq!((for_all.viewer, &for_all.answer), (None, answer));
    assert_eq!(stage.activity(question).await, (1, at(20)));
    stage.answer(question, expert, 15).await;
    assert_eq!(stage.activity(question).await, (2, at(20)));

    let nowhere = answering(QuestionId::stored(9_999_999), expert, "x", 21);
    assert_eq!(stage.store.create_answer(nowhere).await.unwrap(), AnswerCreated::NoSuchQuestion);
    assert_eq!(stage.store.find_answer(AnswerId::stored(9_999_999), None).await.unwrap(), None);
    stage.is_sound(at(30)).await;
}

/// Under one idempotency key one answer is written, under a void claim none.
pub async fn an_answer_is_written_once_under_its_key(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let create =
        CreateAnswer { claim: Some(stage.claim(expert).await), ..answering(question, expert, "a", 2) };
    let AnswerCreated::Done(id) = stage.store.create_answer(create.clone()).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(stage.fact(expert).await, Some(id.get()));
    assert!(matches!(stage.store.create_answer(create).await, Err(PortError::Unavailable(_))));
    let claim = Some(stage.void_claim(asker).await);
    let void = CreateAnswer { claim, ..answering(question, asker, "b", 3) };
    assert!(matches!(stage.store.create_answer(void).await, Err(PortError::Unavailable(_))));
    assert_eq!(stage.activity(question).await, (1, at(2)));
    stage.is_sound(at(9)).await;
}

/// Its author edits an answer, knowing its version if he names one; a refusal writes nothing, and neither
/// likes, replies nor acceptance change the version.
pub async fn an_answer_is_edited_by_its_author(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    stage.store.set_site_role(asker, SiteRole::Moderator, at(0)).await.unwrap();
    let question = stage.question(asker, 1).await;
    let id = stage.answer(question, expert, 2).await;
    stage.store.like(liking(id, asker)).await.unwrap();
    stage.answer_reply(id, asker, None, 3).await;
    stage.accept(question, Some(id), asker, 4).await;
    let before = stage.store.find_answer(id, None).await.unwrap().unwrap().answer;
    assert_eq!((before.version, before.like_count, before.reply_count, before.accepted), (1, 1, 1, true));
    let edit = async |by, if_version, seconds| {
        let content = build::content("better");
        let update = UpdateAnswer { id, content, by, if_version, review: None, at: at(seconds) };
        stage.store.update_answer(update).await.unwrap()
    };
    assert_eq!(edit(asker, None, 5).await, AnswerUpdated::NotAllowed, "moderators do not edit");
    assert_eq!(edit(expert, Some(2), 5).await, AnswerUpdated::Changed);
    assert_eq!(stage.store.find_answer(id, None).await.unwrap().unwrap().answer, before);
    assert_eq!(edit(expert, Some(1), 6).await, AnswerUpdated::Done);
    assert_eq!(edit(expert, None, 7).await, AnswerUpdated::Done);
    let after = stage.store.find_answer(id, None).await.unwrap().unwrap().answer;
    let content = build::content("better");
    assert_eq!((&after.source, &after.html), (&content.source, &content.rendered.html));
    assert_eq!((after.version, after.edited_at, after.created_at), (3, Some(at(7)), at(2)));
    assert_eq!((after.like_count, after.reply_count, after.accepted), (1, 1, true));
    assert_eq!(stage.activity(question).await, (1, at(3)), "an edit is no activity");
    stage.delete_answer(id, expert, 8).await;
    assert_eq!(edit(expert, None, 9).await, AnswerUpdated::NoSuchAnswer);
    let lost = stage.answer(question, expert, 10).await;
    stage.delete_question(question, asker, 11).await;
    let content = build::content("late");
    let late = UpdateAnswer { id: lost, content, by: expert, if_version: None, review: None, at: at(12) };
    assert_eq!(stage.store.update_answer(late).await.unwrap(), AnswerUpdated::NoSuchAnswer);
    stage.is_sound(at(20)).await;
}

/// Of parallel edits of one version one is done.
pub async fn of_parallel_edits_of_an_answer_one_is_done(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let id = stage.answer(stage.question(asker, 1).await, expert, 2).await;
    let calls = (0..CALLERS).map(|n| {
        let store = Arc::clone(&stage.store);
        let content = build::content(&format!("edit {n}"));
        async move {
            store
                .update_answer(UpdateAnswer {
                    id,
                    content,
                    by: expert,
                    if_version: Some(1),
                    review: None,
                    at: at(3),
                })
                .await
        }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &AnswerUpdated::Done), 1);
    assert_eq!(count(&answers, &AnswerUpdated::Changed), CALLERS - 1);
    assert_eq!(stage.store.find_answer(id, None).await.unwrap().unwrap().answer.version, 2);
}

/// Its author and the site's moderators delete an answer, the asker does not; it is no longer counted, and
/// what stood under it is out of sight.
pub async fn an_answer_is_deleted_by_its_author_or_a_moderator(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert, moderator) = (stage.user().await, stage.user().await, stage.user().await);
    stage.store.set_site_role(moderator, SiteRole::Moderator, at(0)).await.unwrap();
    let question_id = stage.question(asker, 1).await;
    for (by, accepted) in [(expert, true), (moderator, false)] {
        let id = stage.answer(question_id, expert, 2).await;
        let reply = stage.answer_reply(id, asker, None, 3).await;
        if accepted {
            stage.accept(question_id, Some(id), asker, 4).await;
        }
        let delete = async |by, if_version| {
            stage.store.delete_answer(DeleteAnswer { id, by, if_version, at: at(5) }).await.unwrap()
        };
        assert_eq!(delete(asker, None).await, AnswerDeleted::NotAllowed);
        assert_eq!(delete(by, Some(7)).await, AnswerDeleted::Changed);
        assert_eq!(stage.activity(question_id).await.0, 1);
        let done = AnswerDeleted::Done { question_id, was_accepted: accepted };
        assert_eq!(delete(by, Some(1)).await, done);
        assert_eq!(delete(by, None).await, AnswerDeleted::NoSuchAnswer);
        assert_eq!(stage.activity(question_id).await, (0, at(3)), "what was active stays so");
        for viewer in [None, Some(expert), Some(moderator)] {
            assert_eq!(stage.store.find_answer(id, viewer).await.unwrap(), None);
            assert_eq!(stage.store.find_answer_reply(reply, viewer).await.unwrap(), None);
        }
    }
    let id = stage.answer(question_id, expert, 6).await;
    stage.delete_question(question_id, asker, 7).await;
    let late = DeleteAnswer { id, by: expert, if_version: None, at: at(8) };
    assert_eq!(stage.store.delete_answer(late).await.unwrap(), AnswerDeleted::NoSuchAnswer);
    stage.is_sound(at(20)).await;
}

/// A question's answers have the accepted one first, then either order, ties by id, in pages of any size.
pub async fn answers_are_listed_with_the_accepted_one_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let (question, elsewhere) = (stage.question(asker, 1).await, stage.question(asker, 1).await);
    let mut answers = Vec::new();
    for seconds in [2, 3, 3, 3, 3, 9] {
        answers.push(stage.answer(question, expert, seconds).await);
        stage.answer(elsewhere, asker, seconds).await;
    }
    stage.delete_answer(answers[1], expert, 10).await;
    for (accepted, old) in [
        (None, [0, 2, 3, 4, 5]),
        (Some(3), [3, 0, 2, 4, 5]),
        (Some(0), [0, 2, 3, 4, 5]),
        (Some(5), [5, 0, 2, 3, 4]),
    ] {
        let accepted: Option<AnswerId> = accepted.map(|n: usize| answers[n]);
        if accepted.is_some() {
            stage.accept(question, accepted, asker, 11).await;
        }
        let old = old.map(|n| answers[n]).to_vec();
        let (first, rest) = old.split_at(usize::from(accepted.is_some()));
        let new: Vec<_> = first.iter().chain(rest.iter().rev()).copied().collect();
        for (order, expected) in [(AnswerOrder::Old, &old), (AnswerOrder::New, &new)] {
            for limit in 1..=6 {
                let mut found = Vec::new();
                let mut after = None;
                loop {
                    let list = AnswerList::Question(question, order);
                    let part = stage.store.list_answers(list, page(limit, after), Some(asker)).await.unwrap();
                    found.extend(ids(&part.items));
                    assert!(found.len() <= expected.len(), "answers come again: {found:?}");
                    after = part.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(&found, expected, "{order:?}, {accepted:?}, in pages of {limit}");
            }
        }
    }
    // His own, newest first, wherever they stand, without those of a question that is gone.
    let own = stage.answer(elsewhere, expert, 5).await;
    let his =
        async || ids(&all(|page| stage.store.list_answers(AnswerList::Author(expert), page, None)).await);
    let expected = [answers[5], own, answers[4], answers[3], answers[2], answers[0]];
    assert_eq!(his().await, expected);
    let wanted = [own, AnswerId::stored(9_999_999), answers[1], answers[0]];
    let found = stage.store.find_answers(&wanted, Some(expert)).await.unwrap();
    assert_eq!(ids(&found), [own, answers[0]]);
    stage.delete_question(question, asker, 20).await;
    assert_eq!(his().await, [own]);
    stage.is_sound(at(30)).await;
}

/// The best answers come first: the accepted one, then by likes and twice the visible replies, then the oldest.
pub async fn answers_are_ranked_by_likes_and_visible_replies(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let mut answers = Vec::new();
    for seconds in 2..7 {
        answers.push(stage.answer(question, expert, seconds).await);
    }
    for liker in stage.users(3).await {
        stage.store.like(liking(answers[1], liker)).await.unwrap();
    }
    for n in [2, 2, 3] {
        stage.answer_reply(answers[n], asker, None, 8).await;
    }
    let ranked = async |limit| stage.store.rank_answers(question, limit).await.unwrap();
    let pick = |numbers: &[usize]| numbers.iter().map(|n| answers[*n]).collect::<Vec<_>>();
    assert_eq!(ranked(9).await, pick(&[2, 1, 3, 0, 4]));
    stage.accept(question, Some(answers[4]), asker, 9).await;
    assert_eq!(ranked(3).await, pick(&[4, 2, 1]));
    stage.delete_answer(answers[2], expert, 10).await;
    assert_eq!(ranked(9).await, pick(&[4, 1, 3, 0]));
    assert_eq!(stage.store.rank_answers(QuestionId::stored(9_999_999), 9).await.unwrap(), []);
    stage.is_sound(at(20)).await;
}
