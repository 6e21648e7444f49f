//! Promises about likes of answers.

use std::sync::Arc;

use forum_domain::{
    id::AnswerId,
    like::{Like, Liked, Target, Unliked},
    store::Store,
};

use super::{
    super::stage::{
        Stage, at,
        comment::{liking, unliking},
        race,
    },
    race_for, seen, tally,
};

/// A like of an answer counts once, uses the quotas that likes of posts and comments use, and comes back with
/// them; one's own answer, one that is gone and one under a question that is gone are not liked.
pub async fn a_like_of_an_answer_counts_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, expert) = stage.public_group().await;
    let post = stage.post(group, expert, 1).await;
    let (asker, user) = (stage.user().await, stage.user().await);
    let question = stage.question(asker, 1).await;
    let answer = stage.answer(question, expert, 2).await;
    let target = Target::Answer(answer);
    stage.store.like(liking(post, user)).await.unwrap();
    assert_eq!(stage.tally(answer, user, 0).await, tally(false, 0, 1, 1));
    let done = tally(true, 1, 2, 2);
    assert_eq!(stage.store.like(liking(answer, user)).await.unwrap(), Liked::Done(done));
    assert_eq!(stage.store.like(liking(answer, user)).await.unwrap(), Liked::Already(done));
    assert_eq!(
        (seen(&stage, target, user).await, seen(&stage, target, asker).await),
        ((1, true), (1, false))
    );
    let second = stage.store.like(liking(answer, asker)).await.unwrap();
    assert_eq!(second, Liked::Done(tally(true, 2, 1, 1)));
    let back = tally(false, 1, 1, 1);
    assert_eq!(stage.store.unlike(unliking(answer, user)).await.unwrap(), Unliked::Done(back));
    assert_eq!(stage.store.unlike(unliking(answer, user)).await.unwrap(), Unliked::Already(back));

    assert_eq!(stage.store.like(liking(answer, expert)).await.unwrap(), Liked::OwnContent);
    let (gone, lost) = (stage.answer(question, expert, 3).await, stage.question(asker, 3).await);
    let under = stage.answer(lost, expert, 4).await;
    stage.delete_answer(gone, expert, 5).await;
    stage.delete_question(lost, asker, 5).await;
    for missing in [gone, under, AnswerId::stored(9_999_999)] {
        assert_eq!(stage.store.like(liking(missing, user)).await.unwrap(), Liked::NoSuchTarget);
        assert_eq!(stage.store.unlike(unliking(missing, user)).await.unwrap(), Unliked::NoSuchTarget);
    }
    assert_eq!(stage.tally(answer, user, 0).await, tally(false, 1, 1, 1));
    stage.is_sound(at(9)).await;
}

/// Of twice as many likes of posts and answers at once as a day has, exactly as many as it has are done; and
/// as many for one author as there may be.
pub async fn of_parallel_likes_of_answers_as_many_are_done_as_the_quotas_have(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = stage.public_group().await;
    let question = stage.question(author, 1).await;
    let (many, few) = (stage.user().await, stage.user().await);
    let mut targets = Vec::new();
    for _ in 0..16 {
        let expert = stage.user().await;
        targets.push(Target::Answer(stage.answer(question, expert, 2).await));
        let (group, owner) = stage.public_group().await;
        targets.push(Target::Post(stage.post(group, owner, 2).await));
    }
    let allow = |like| Like { per_day: 16, ..like };
    assert_eq!(race_for(&stage, many, &targets, allow, Liked::DailyLimit).await, 16);
    let mut his = Vec::new();
    for _ in 0..10 {
        his.push(Target::Answer(stage.answer(question, author, 3).await));
        his.push(Target::Post(stage.post(group, author, 3).await));
    }
    let allow = |like| Like { per_author: 10, ..like };
    assert_eq!(race_for(&stage, few, &his, allow, Liked::AuthorLimit).await, 10);
    let spare = stage.answer(question, author, 4).await;
    assert_eq!(stage.tally(spare, few, 0).await, tally(false, 0, 10, 10));
    stage.is_sound(at(9)).await;
}

/// After 200 likes and unlikes at once by 20 users of one answer, everything counts what is there.
pub async fn likes_and_unlikes_of_an_answer_at_once_leave_exact_counts(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert) = (stage.user().await, stage.user().await);
    let answer = stage.answer(stage.question(asker, 1).await, expert, 2).await;
    let users = stage.users(20).await;
    let calls = (0..200).map(|n: usize| {
        let (store, user) = (Arc::clone(&stage.store), users[n % users.len()]);
        let likes = (n / users.len() + n).is_multiple_of(2);
        async move {
            Ok(if likes {
                i64::from(matches!(store.like(liking(answer, user)).await?, Liked::Done(_)))
            } else {
                -i64::from(matches!(store.unlike(unliking(answer, user)).await?, Unliked::Done(_)))
            })
        }
    });
    let answered: i64 = race(calls).await.into_iter().sum();
    let mut rows = 0;
    for user in &users {
        let (count, liked) = seen(&stage, Target::Answer(answer), *user).await;
        assert_eq!(count, answered, "another number than was answered");
        rows += i64::from(liked);
    }
    assert_eq!(rows, answered);
    stage.is_sound(at(9)).await;
}
