//! What is told of questions, answers and the replies under them.

use std::sync::Arc;

use forum_domain::{
    account::SiteRole,
    answer_reply::{AnswerReplyDeleted, DeleteAnswerReply},
    id::{AnswerId, QuestionId, UserId},
    notification::{Kind, Place, Preferences, Which},
    store::Store,
};

use super::{
    super::stage::{
        Stage, at,
        comment::{liking, unliking},
    },
    actors,
};

/// A question and an answer to it, of which everybody was told: the asker, the question, who answered, the
/// answer.
async fn scene(stage: &Stage) -> (UserId, QuestionId, UserId, AnswerId) {
    let (asker, answerer) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let answer = stage.answer(question, answerer, 2).await;
    stage.follow().await;
    (asker, question, answerer, answer)
}

/// Answers reach who asked, replies whom they answer; nobody hears of himself.
pub async fn answers_and_replies_are_told_to_whom_they_answer(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, question, answerer, answer) = scene(&stage).await;
    let other = stage.user().await;
    assert_eq!(stage.kinds(asker).await, [Kind::QuestionAnswered]);
    let told = stage.told(asker).await;
    let target = told[0].target.as_ref().unwrap();
    assert_eq!((target.place, target.question_id), (Place::Answer(answer), Some(question)));
    assert!(target.title.as_ref().unwrap().starts_with("question "), "{target:?}");
    assert_eq!((actors(&told[0]), told[0].excerpt.as_deref()), (vec![answerer], Some("an answer")));

    stage.answer(question, asker, 3).await;
    stage.answer_reply(answer, answerer, None, 4).await;
    stage.answer_reply(answer, other, None, 5).await;
    stage.answer_reply(answer, asker, Some(other), 6).await;
    stage.follow().await;
    assert_eq!(stage.kinds(asker).await, [Kind::QuestionAnswered], "not of himself");
    assert_eq!(stage.kinds(answerer).await, [Kind::AnswerReplied, Kind::AnswerReplied]);
    let told = stage.told(answerer).await;
    assert_eq!(told[1].target.as_ref().unwrap().place, Place::Answer(answer));
    assert_eq!((actors(&told[1]), told[1].excerpt.as_deref()), (vec![other], Some("a reply")));
    // Who is answered under somebody else's answer hears of it too.
    assert_eq!(stage.kinds(other).await, [Kind::AnswerReplied]);
}

/// Likes of one answer are one notification; taken back, they go.
pub async fn likes_of_an_answer_are_one_notification(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, question, answerer, answer) = scene(&stage).await;
    let likers = stage.users(4).await;
    for (second, liker) in (10..).zip(&likers) {
        let like = forum_domain::like::Like { at: at(second), ..liking(answer, *liker) };
        stage.store.like(like).await.unwrap();
    }
    stage.follow().await;
    let told = stage.told(answerer).await;
    assert_eq!(stage.kinds(answerer).await, [Kind::AnswerLiked]);
    assert_eq!((told[0].actor_count, actors(&told[0])), (4, vec![likers[3], likers[2], likers[1]]));
    let target = told[0].target.as_ref().unwrap();
    assert_eq!((target.place, target.question_id), (Place::Answer(answer), Some(question)));
    for liker in &likers {
        stage.store.unlike(unliking(answer, *liker)).await.unwrap();
    }
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, []);
    let muted = Preferences { muted: vec![Kind::AnswerLiked] };
    stage.store.set_notification_preferences(answerer, muted).await.unwrap();
    stage.store.like(liking(answer, likers[0])).await.unwrap();
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, [], "he does not want it");
    stage.is_sound(at(100)).await;
}

/// That an answer was accepted is told as long as it is so, once for each time; one's own is no news.
pub async fn an_accepted_answer_is_told_while_it_is_the_accepted_one(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, question, answerer, answer) = scene(&stage).await;
    let other = stage.user().await;
    let (second, own) = (stage.answer(question, other, 3).await, stage.answer(question, asker, 4).await);
    stage.accept(question, Some(answer), asker, 10).await;
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, [Kind::AnswerAccepted]);
    let told = stage.told(answerer).await;
    assert_eq!(told[0].target.as_ref().unwrap().place, Place::Answer(answer));
    assert_eq!(actors(&told[0]), [asker]);

    stage.accept(question, Some(second), asker, 11).await;
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, [], "another one is");
    assert_eq!(stage.kinds(other).await, [Kind::AnswerAccepted]);
    stage.accept(question, None, asker, 12).await;
    stage.follow().await;
    assert_eq!(stage.kinds(other).await, []);
    stage.accept(question, Some(own), asker, 13).await;
    stage.accept(question, Some(answer), asker, 14).await;
    stage.follow().await;
    assert_eq!(stage.kinds(asker).await, [Kind::QuestionAnswered, Kind::QuestionAnswered]);

    assert!(stage.mark(answerer, Which::All).await);
    stage.accept(question, None, asker, 15).await;
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, [Kind::AnswerAccepted], "what was read stays");
    stage.accept(question, Some(answer), asker, 16).await;
    stage.follow().await;
    assert_eq!(stage.store.count_unread(answerer).await.unwrap().total(), 1, "again is news");
    stage.delete_answer(answer, answerer, 17).await;
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, []);
}

/// Whoever is named in a question, an answer or a reply is told where, unless he is told otherwise.
pub async fn who_is_named_among_questions_is_told(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, answerer, other) = (stage.user().await, stage.user().await, stage.user().await);
    let name = stage.store.find_user(other).await.unwrap().unwrap().nickname.unwrap();
    let of_asker = stage.store.find_user(asker).await.unwrap().unwrap().nickname.unwrap();
    let question = stage.question(asker, 1).await;
    stage.follow_naming(&[name.as_str()]).await;
    let answer = stage.answer(question, answerer, 2).await;
    stage.follow_naming(&[name.as_str()]).await;
    stage.answer_reply(answer, asker, None, 3).await;
    stage.follow_naming(&[name.as_str()]).await;
    assert_eq!(stage.kinds(other).await, [Kind::Mentioned; 3]);
    let told = stage.told(other).await;
    let places: Vec<Place> = told.iter().map(|one| one.target.as_ref().unwrap().place).collect();
    assert_eq!(places, [Place::Answer(answer), Place::Answer(answer), Place::Question(question)]);
    let said: Vec<&str> = told.iter().map(|one| one.excerpt.as_deref().unwrap()).collect();
    assert_eq!(said[..2], ["a reply", "an answer"]);
    assert!(told.iter().all(|one| one.target.as_ref().unwrap().question_id == Some(question)));

    stage.answer(question, answerer, 4).await;
    stage.follow_naming(&[of_asker.as_str()]).await;
    assert_eq!(stage.kinds(asker).await, [Kind::QuestionAnswered; 2], "told once");
}

/// What is deleted is neither listed nor counted; who wrote it hears of it if somebody else deleted it.
pub async fn what_is_deleted_among_questions_is_not_there_and_who_wrote_it_hears_of_it(
    store: Arc<dyn Store>,
) {
    let stage = Stage::new(store);
    let (asker, question, answerer, answer) = scene(&stage).await;
    let moderator = stage.user().await;
    stage.store.set_site_role(moderator, SiteRole::Moderator, at(0)).await.unwrap();
    let reply = stage.answer_reply(answer, asker, None, 3).await;
    stage.store.like(liking(answer, asker)).await.unwrap();
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await.len(), 2);

    let delete = DeleteAnswerReply { id: reply, by: moderator, if_version: None, at: at(4) };
    assert_eq!(stage.store.delete_answer_reply(delete).await.unwrap(), AnswerReplyDeleted::Done);
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, [Kind::AnswerLiked]);
    assert_eq!(stage.kinds(asker).await, [Kind::ContentRemoved, Kind::QuestionAnswered]);
    let told = stage.told(asker).await;
    assert_eq!(told[0].target.as_ref().unwrap().place, Place::Answer(answer));
    assert_eq!((actors(&told[0]), told[0].excerpt.as_deref()), (vec![], Some("a reply")));

    let before = stage.store.changes_since(answerer, None, 10).await.unwrap().seq;
    stage.delete_question(question, asker, 5).await;
    stage.follow().await;
    assert_eq!(stage.kinds(answerer).await, []);
    assert!(stage.store.changes_since(answerer, None, 10).await.unwrap().seq > before, "that it is hidden");
    assert_eq!(stage.kinds(asker).await, [Kind::ContentRemoved], "of his own deletion he hears nothing");

    let other = stage.question(asker, 6).await;
    stage.delete_question(other, moderator, 7).await;
    stage.follow().await;
    assert_eq!(stage.told(asker).await[0].target.as_ref().unwrap().place, Place::Question(other));
}

/// Whatever somebody does whom one blocks, one hears nothing of it.
pub async fn nobody_hears_of_whom_he_blocks_among_questions(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, other) = (stage.user().await, stage.user().await);
    let name = stage.store.find_user(asker).await.unwrap().unwrap().nickname.unwrap();
    stage.store.set_block(asker, other, true, at(0)).await.unwrap();
    let question = stage.question(asker, 1).await;
    let own = stage.answer(question, asker, 2).await;
    stage.answer(question, other, 3).await;
    stage.answer_reply(own, other, None, 4).await;
    stage.store.like(liking(own, other)).await.unwrap();
    let others = stage.question(other, 5).await;
    let answer = stage.answer(others, asker, 6).await;
    stage.accept(others, Some(answer), other, 7).await;
    stage.follow_naming(&[name.as_str()]).await;
    assert_eq!(stage.kinds(asker).await, []);
}
