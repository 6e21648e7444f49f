//! What [`LikeRepository`](forum_domain::like::LikeRepository) promises; `answer` holds what is only about
//! answers.

mod answer;

use std::sync::Arc;

use forum_domain::{
    group::{JoinPolicy, Role},
    id::{CommentId, PostId, UserId},
    like::{Day, Like, Liked, Tally, Target, Unlike, Unliked},
    post::{DeletePost, PostDeleted},
    store::Store,
};

pub use answer::*;

use super::stage::{
    CALLERS, Stage, at,
    comment::{liking, unliking},
    race,
};

fn tally(liked: bool, like_count: i64, used_today: u32, used_for_author: u32) -> Tally {
    Tally { liked, like_count, used_today, used_for_author }
}

/// A public group, its post, a comment and a reply there, all by its owner.
async fn scene(stage: &Stage) -> (UserId, PostId, CommentId, CommentId) {
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let comment = stage.comment(post, owner, 2).await;
    let reply = stage.reply(comment, owner, 3).await;
    (owner, post, comment, reply)
}

/// The likes that a target counts, and whether this user is one of them.
async fn seen(stage: &Stage, target: Target, user: UserId) -> (i64, bool) {
    match target {
        Target::Post(id) => {
            let view = stage.post_view(id, Some(user)).await.unwrap();
            (view.post.like_count, view.viewer.unwrap().liked)
        }
        Target::Comment(id) => {
            let view = stage.comment_view(id, Some(user)).await.unwrap();
            (view.comment.like_count, view.viewer.unwrap().liked)
        }
        Target::Answer(id) => {
            let view = stage.store.find_answer(id, Some(user)).await.unwrap().unwrap();
            (view.answer.like_count, view.viewer.unwrap().liked)
        }
    }
}

/// A like is counted once and uses one of both quotas; the same again, or taken back again, costs nothing.
pub async fn a_like_counts_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, post, comment, reply) = scene(&stage).await;
    let (user, other) = (stage.user().await, stage.user().await);
    for (n, target) in
        [Target::Post(post), Target::Comment(comment), Target::Comment(reply)].into_iter().enumerate()
    {
        let used = u32::try_from(n).unwrap();
        assert_eq!(stage.tally(target, user, 0).await, tally(false, 0, used, used), "{target:?}");
        let done = tally(true, 1, used + 1, used + 1);
        assert_eq!(stage.store.like(liking(target, user)).await.unwrap(), Liked::Done(done));
        assert_eq!(stage.store.like(liking(target, user)).await.unwrap(), Liked::Already(done));
        assert_eq!(seen(&stage, target, user).await, (1, true));
        assert_eq!(seen(&stage, target, other).await, (1, false));
        let second = stage.store.like(liking(target, other)).await.unwrap();
        assert_eq!(second, Liked::Done(tally(true, 2, used + 1, used + 1)));
    }
    for (n, target) in [Target::Comment(comment), Target::Post(post)].into_iter().enumerate() {
        let left = 2 - u32::try_from(n).unwrap();
        let gone = tally(false, 1, left, left);
        assert_eq!(stage.store.unlike(unliking(target, user)).await.unwrap(), Unliked::Done(gone));
        assert_eq!(stage.store.unlike(unliking(target, user)).await.unwrap(), Unliked::Already(gone));
        assert_eq!(seen(&stage, target, user).await, (1, false));
    }
    stage.is_sound(at(9)).await;
}

/// What one wrote oneself, what is not there, and what stands where one may not read is not liked.
pub async fn what_is_not_for_one_is_not_liked(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let (member, outsider) = (stage.member(group, Role::Member).await, stage.user().await);
    let post = stage.post(group, owner, 1).await;
    let comment = stage.comment(post, owner, 2).await;
    let reply = stage.reply(comment, owner, 3).await;
    let targets = [Target::Post(post), Target::Comment(comment), Target::Comment(reply)];
    for target in targets {
        assert_eq!(stage.store.like(liking(target, owner)).await.unwrap(), Liked::OwnContent);
        assert_eq!(stage.store.like(liking(target, outsider)).await.unwrap(), Liked::NoSuchTarget);
        assert_eq!(stage.store.unlike(unliking(target, outsider)).await.unwrap(), Unliked::NoSuchTarget);
        assert!(matches!(stage.store.like(liking(target, member)).await.unwrap(), Liked::Done(_)));
    }
    let nowhere = [Target::Post(PostId::stored(9_999_999)), Target::Comment(CommentId::stored(9_999_999))];
    for target in nowhere {
        assert_eq!(stage.store.like(liking(target, member)).await.unwrap(), Liked::NoSuchTarget);
    }
    // Who liked and left sees nothing of it any more.
    stage.store.remove_member(group, member, member, at(5)).await.unwrap();
    for target in targets {
        assert_eq!(stage.store.unlike(unliking(target, member)).await.unwrap(), Unliked::NoSuchTarget);
    }
    stage.assign(group, member, Role::Member, at(6)).await;

    // A tombstone is not liked, the reply under it is.
    stage.delete_comment(comment, owner, 7).await;
    assert_eq!(stage.store.like(liking(comment, member)).await.unwrap(), Liked::NoSuchTarget);
    assert_eq!(stage.store.unlike(unliking(comment, member)).await.unwrap(), Unliked::NoSuchTarget);
    assert!(matches!(stage.store.like(liking(reply, member)).await.unwrap(), Liked::Already(_)));
    stage.delete_comment(reply, owner, 8).await;
    assert_eq!(stage.store.like(liking(reply, member)).await.unwrap(), Liked::NoSuchTarget);
    let another = stage.comment(post, owner, 9).await;
    let delete = DeletePost { id: post, by: owner, if_version: None, at: at(10) };
    assert_eq!(stage.store.delete_post(delete).await.unwrap(), PostDeleted::Done);
    for target in [Target::Post(post), Target::Comment(another)] {
        assert_eq!(stage.store.like(liking(target, member)).await.unwrap(), Liked::NoSuchTarget);
    }
    let in_vain = stage.post(group, owner, 11).await;
    stage.store.delete_group(group, None, None, at(12)).await.unwrap();
    assert_eq!(stage.store.like(liking(in_vain, member)).await.unwrap(), Liked::NoSuchTarget);
    stage.is_sound(at(13)).await;
}

/// A day has so many likes, and so many for one author; the next day has them anew.
pub async fn a_day_has_so_many_likes(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (one, other) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let user = stage.user().await;
    let mut ones = Vec::new();
    for n in 0..4 {
        ones.push(stage.post(group, one, n).await);
    }
    let others = [stage.post(group, other, 5).await, stage.post(group, other, 6).await];
    let like = async |post: PostId, day| {
        let like = Like { day: Day(day), per_day: 3, per_author: 2, ..liking(post, user) };
        stage.store.like(like).await.unwrap()
    };
    assert_eq!(like(ones[0], 7).await, Liked::Done(tally(true, 1, 1, 1)));
    assert_eq!(like(ones[1], 7).await, Liked::Done(tally(true, 1, 2, 2)));
    assert_eq!(like(ones[2], 7).await, Liked::AuthorLimit);
    assert_eq!(like(others[0], 7).await, Liked::Done(tally(true, 1, 3, 1)));
    assert_eq!(like(others[1], 7).await, Liked::DailyLimit);
    assert_eq!(like(ones[2], 7).await, Liked::DailyLimit, "the first limit that applies");
    assert_eq!(like(ones[0], 7).await, Liked::Already(tally(true, 1, 3, 2)), "a repeat needs no quota");
    assert_eq!(seen(&stage, Target::Post(others[1]), user).await, (0, false));

    assert_eq!(like(others[1], 8).await, Liked::Done(tally(true, 1, 1, 1)));
    // Limits that were raised or lowered count from now on.
    let raised = Like { day: Day(7), per_day: 9, per_author: 9, ..liking(ones[2], user) };
    assert_eq!(stage.store.like(raised).await.unwrap(), Liked::Done(tally(true, 1, 4, 3)));
    assert_eq!(like(ones[3], 7).await, Liked::DailyLimit);
    let none = Like { day: Day(9), per_day: 0, per_author: 0, ..liking(ones[3], user) };
    assert_eq!(stage.store.like(none).await.unwrap(), Liked::DailyLimit);
    assert_eq!(like(ones[3], 8).await, Liked::Done(tally(true, 1, 2, 1)));
    assert_ne!(owner, one);
    stage.is_sound(at(9)).await;
}

/// A like that is taken back on its day gives both quotas back; on another day neither.
pub async fn only_the_same_day_gives_quotas_back(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, post, comment, _) = scene(&stage).await;
    let user = stage.user().await;
    let on = |target: Target, day| Like { day: Day(day), per_day: 1, ..liking(target, user) };
    let back = |target, day| Unlike { target, user, day: Day(day) };
    let (post, comment) = (Target::Post(post), Target::Comment(comment));

    assert_eq!(stage.store.like(on(post, 1)).await.unwrap(), Liked::Done(tally(true, 1, 1, 1)));
    assert_eq!(stage.store.unlike(back(post, 1)).await.unwrap(), Unliked::Done(tally(false, 0, 0, 0)));
    assert_eq!(stage.store.like(on(comment, 1)).await.unwrap(), Liked::Done(tally(true, 1, 1, 1)));
    assert_eq!(stage.store.unlike(back(comment, 2)).await.unwrap(), Unliked::Done(tally(false, 0, 0, 0)));
    assert_eq!(stage.tally(comment, user, 1).await, tally(false, 0, 1, 1));
    assert_eq!(stage.store.like(on(post, 1)).await.unwrap(), Liked::DailyLimit);
    // A like of the day before takes nothing off today's.
    assert_eq!(stage.store.like(on(post, 2)).await.unwrap(), Liked::Done(tally(true, 1, 1, 1)));
    assert_eq!(stage.store.unlike(back(post, 3)).await.unwrap(), Unliked::Done(tally(false, 0, 0, 0)));
    assert_eq!(stage.tally(post, user, 2).await, tally(false, 0, 1, 1));
    stage.is_sound(at(9)).await;
}

/// Of twice as many likes at once as a day has, exactly as many as it has are done.
pub async fn of_parallel_likes_a_day_lets_through_as_many_as_it_has(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, _) = stage.public_group().await;
    let user = stage.user().await;
    let mut targets = Vec::new();
    for _ in 0..16 {
        let author = stage.member(group, Role::Member).await;
        let post = stage.post(group, author, 2).await;
        targets.extend([Target::Post(post), Target::Comment(stage.comment(post, author, 3).await)]);
    }
    let done = race_for(&stage, user, &targets, |like| Like { per_day: 16, ..like }, Liked::DailyLimit).await;
    assert_eq!(done, 16);
    let spare = stage.post(group, stage.member(group, Role::Member).await, 4).await;
    assert_eq!(stage.tally(spare, user, 0).await, tally(false, 0, 16, 0));
    stage.is_sound(at(9)).await;
}

/// Of twice as many likes at once as a day has for one author, exactly as many as it has are done.
pub async fn of_parallel_likes_an_author_gets_as_many_as_he_may(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, _) = stage.public_group().await;
    let (user, author) = (stage.user().await, stage.member(group, Role::Member).await);
    let mut targets = Vec::new();
    for _ in 0..10 {
        let post = stage.post(group, author, 2).await;
        targets.extend([Target::Post(post), Target::Comment(stage.comment(post, author, 3).await)]);
    }
    let allow = |like| Like { per_author: 10, ..like };
    assert_eq!(race_for(&stage, user, &targets, allow, Liked::AuthorLimit).await, 10);
    let spare = stage.post(group, author, 4).await;
    assert_eq!(stage.tally(spare, user, 0).await, tally(false, 0, 10, 10));
    stage.is_sound(at(9)).await;
}

/// Likes all of these at once. How many were done; each other one met this limit, and wrote nothing.
async fn race_for(
    stage: &Stage,
    user: UserId,
    targets: &[Target],
    allow: impl Fn(Like) -> Like,
    limit: Liked,
) -> usize {
    let calls = targets.iter().map(|target| {
        let (store, like) = (Arc::clone(&stage.store), allow(liking(*target, user)));
        async move { store.like(like).await }
    });
    let answers = race(calls).await;
    let (done, refused): (Vec<Liked>, Vec<Liked>) =
        answers.into_iter().partition(|answer| matches!(answer, Liked::Done(_)));
    assert!(refused.iter().all(|answer| *answer == limit), "{refused:?}");
    let mut liked = 0;
    for target in targets {
        let (count, his) = seen(stage, *target, user).await;
        assert_eq!(count, i64::from(his));
        liked += usize::from(his);
    }
    assert_eq!(liked, done.len(), "another number than was answered");
    liked
}

/// Of many likes of one target by one user at once one is done, and uses one of the quota.
pub async fn of_parallel_likes_of_one_target_by_one_user_one_is_done(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, post, comment, _) = scene(&stage).await;
    let user = stage.user().await;
    for (used, target) in [(1, Target::Post(post)), (2, Target::Comment(comment))] {
        let calls = (0..CALLERS).map(|_| {
            let store = Arc::clone(&stage.store);
            async move { store.like(liking(target, user)).await }
        });
        let answers = race(calls).await;
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Liked::Done(_))).count(), 1);
        assert!(answers.iter().all(|answer| match answer {
            Liked::Done(tally) | Liked::Already(tally) => tally.liked && tally.like_count == 1,
            _ => false,
        }));
        let calls = (0..CALLERS).map(|_| {
            let store = Arc::clone(&stage.store);
            async move { store.unlike(unliking(target, user)).await }
        });
        let answers = race(calls).await;
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Unliked::Done(_))).count(), 1);
        let again = stage.store.like(liking(target, user)).await.unwrap();
        assert_eq!(again, Liked::Done(tally(true, 1, used, used)));
    }
    stage.is_sound(at(9)).await;
}

/// After 500 likes and unlikes at once by 50 users of one comment, everything counts what is there.
pub async fn likes_and_unlikes_at_once_leave_exact_counts(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, _, comment, _) = scene(&stage).await;
    let users = stage.users(50).await;
    let calls = (0..500).map(|n: usize| {
        let (store, user) = (Arc::clone(&stage.store), users[n % users.len()]);
        let likes = (n / users.len() + n).is_multiple_of(2);
        async move {
            Ok(if likes {
                matches!(store.like(liking(comment, user)).await?, Liked::Done(_)).into()
            } else {
                -i64::from(matches!(store.unlike(unliking(comment, user)).await?, Unliked::Done(_)))
            })
        }
    });
    let answered: i64 = race(calls).await.into_iter().sum();
    let target = Target::Comment(comment);
    let mut rows = 0;
    for user in &users {
        let (count, liked) = seen(&stage, target, *user).await;
        assert_eq!(count, answered, "another number than was answered");
        rows += i64::from(liked);
        let quota = stage.store.like(liking(target, *user)).await.unwrap();
        let (Liked::Done(after) | Liked::Already(after)) = quota else { panic!("{quota:?}") };
        assert_eq!((after.used_today, after.used_for_author), (1, 1), "a quota drifted");
        if !liked {
            stage.store.unlike(unliking(target, *user)).await.unwrap();
        }
    }
    assert_eq!(rows, answered);
    stage.is_sound(at(9)).await;
}

/// Quotas of days that are over are forgotten, the oldest first, a thousand at a time.
pub async fn old_quotas_are_forgotten(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, post, _, _) = scene(&stage).await;
    let (user, target) = (stage.user().await, Target::Post(post));
    for day in 0..502 {
        let like = Like { day: Day(day), ..liking(target, user) };
        assert!(matches!(stage.store.like(like).await.unwrap(), Liked::Done(_)));
        stage.store.unlike(Unlike { target, user, day: Day(-1) }).await.unwrap();
    }
    // Each day has two quotas: that to all, and that for the author.
    assert_eq!(stage.store.prune_quotas(Day(501)).await.unwrap(), 1_000);
    assert_eq!(stage.tally(target, user, 0).await.used_today, 0);
    assert_eq!(stage.tally(target, user, 500).await, tally(false, 0, 1, 1), "not one of the oldest");
    assert_eq!(stage.store.prune_quotas(Day(501)).await.unwrap(), 2);
    assert_eq!(stage.store.prune_quotas(Day(501)).await.unwrap(), 0);
    assert_eq!(stage.tally(target, user, 501).await, tally(false, 0, 1, 1));
}
