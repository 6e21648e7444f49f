//! The promises of [`Limiter`].

use std::{sync::Arc, time::Duration};

use forum_domain::limit::{Allowance, Backoff, Limiter, Quota};

use super::{in_parallel, ms, must, pause};

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(600);

fn quota(key: &str, limit: u32, window: Duration) -> Quota {
    Quota { key: key.into(), limit, window }
}

fn backoff(key: &str, free: u32, max_delay: Duration) -> Backoff {
    Backoff { key: key.into(), free, max_delay }
}

async fn granted(limiter: &dyn Limiter, quotas: &[Quota]) -> bool {
    must(limiter.take(quotas).await) == Allowance::Granted
}

async fn may_try(limiter: &dyn Limiter, backoffs: &[Backoff]) -> bool {
    must(limiter.attempt(backoffs).await) == Allowance::Granted
}

fn wait(allowance: Allowance) -> Duration {
    match allowance {
        Allowance::Wait(wait) => wait,
        Allowance::Granted => panic!("granted where it had to wait"),
    }
}

/// The limit is granted, and no more; zero grants nothing.
pub async fn a_quota_grants_its_limit_and_tells_how_long_to_wait(limiter: Arc<dyn Limiter>) {
    let three = [quota("three", 3, LONG)];
    for _ in 0..3 {
        assert!(granted(&*limiter, &three).await);
    }
    let told = wait(must(limiter.take(&three).await));
    assert!(told <= LONG && told > LONG - Duration::from_secs(30), "{told:?}");
    let told = wait(must(limiter.take(&[quota("none", 0, LONG)]).await));
    assert!(told <= LONG && told > LONG - Duration::from_secs(30), "{told:?}");
    assert!(granted(&*limiter, &[]).await, "no quota limits nothing");
}

/// A window ends when it ends, however often it is asked.
pub async fn a_window_begins_with_the_first_and_is_not_extended(limiter: Arc<dyn Limiter>) {
    let two = [quota("two", 2, ms(300))];
    assert!(granted(&*limiter, &two).await);
    pause(150).await;
    assert!(granted(&*limiter, &two).await);
    assert!(wait(must(limiter.take(&two).await)) <= ms(150));
    pause(180).await;
    assert!(granted(&*limiter, &two).await, "a new window");
}

/// All or nothing.
pub async fn one_used_up_quota_takes_nothing_from_the_others(limiter: Arc<dyn Limiter>) {
    let (one, two) = (quota("one", 1, LONG), quota("two", 2, LONG));
    let both = [two.clone(), one.clone()];
    assert!(granted(&*limiter, &both).await);
    for _ in 0..5 {
        assert!(!granted(&*limiter, &both).await);
    }
    assert!(granted(&*limiter, std::slice::from_ref(&two)).await, "the refused calls took none of it");
    assert!(!granted(&*limiter, &[two]).await);
}

/// Whoever waits as told meets no other quota that is used up now.
pub async fn the_longest_wait_is_told(limiter: Arc<dyn Limiter>) {
    let quotas = [quota("short", 1, ms(200)), quota("long", 1, LONG), quota("open", 5, LONG * 2)];
    assert!(granted(&*limiter, &quotas).await);
    let told = wait(must(limiter.take(&quotas).await));
    assert!(told > ms(200) && told <= LONG, "{told:?}");
}

/// What did not happen is not counted.
pub async fn what_is_given_back_can_be_taken_again(limiter: Arc<dyn Limiter>) {
    let quotas = [quota("one", 1, LONG), quota("two", 2, LONG)];
    assert!(granted(&*limiter, &quotas).await);
    must(limiter.give_back(&quotas).await);
    assert!(granted(&*limiter, &quotas).await);
    assert!(!granted(&*limiter, &quotas).await);
}

/// A quota never grants more than its limit, whatever is given back.
pub async fn giving_back_what_was_never_taken_adds_nothing(limiter: Arc<dyn Limiter>) {
    let two = [quota("two", 2, LONG)];
    must(limiter.give_back(&two).await);
    assert!(granted(&*limiter, &two).await);
    must(limiter.give_back(&two).await);
    must(limiter.give_back(&two).await);
    assert!(granted(&*limiter, &two).await);
    assert!(granted(&*limiter, &two).await);
    assert!(!granted(&*limiter, &two).await);
}

/// Of 2N at once, exactly N.
pub async fn of_parallel_takes_exactly_the_limit_is_granted(limiter: Arc<dyn Limiter>) {
    let takes = in_parallel(50, |_| {
        let limiter = limiter.clone();
        async move { granted(&*limiter, &[quota("cap", 25, LONG)]).await }
    });
    assert_eq!(takes.await.into_iter().filter(|granted| *granted).count(), 25);
}

/// Each has a quota of his own and shares one with all: the shared one is exact, and of their own they
/// spend only what was granted.
pub async fn parallel_takes_of_shared_quotas_add_up(limiter: Arc<dyn Limiter>) {
    let quotas = |number: usize| [quota(&format!("own:{number}"), 1, LONG), quota("shared", 20, LONG)];
    let takes = in_parallel(40, |number| {
        let limiter = limiter.clone();
        async move { (number, granted(&*limiter, &quotas(number)).await) }
    });
    let takes = takes.await;
    assert_eq!(takes.iter().filter(|(_, granted)| *granted).count(), 20);
    for (number, was_granted) in takes {
        assert_eq!(granted(&*limiter, &[quota(&format!("own:{number}"), 1, LONG)]).await, !was_granted);
    }
}

/// The free attempts at once, the next after a second; refused ones make it no worse.
pub async fn attempts_beyond_the_free_ones_wait_and_are_not_counted(limiter: Arc<dyn Limiter>) {
    let two_free = [backoff("b", 2, LONG)];
    assert!(may_try(&*limiter, &two_free).await);
    assert!(may_try(&*limiter, &two_free).await);
    for _ in 0..20 {
        let told = wait(must(limiter.attempt(&two_free).await));
        assert!(told <= Duration::from_secs(1) && told > ms(300), "{told:?}");
    }
}

/// A wait as told is enough, and the attempt after it starts another.
pub async fn the_wait_after_an_attempt_passes(limiter: Arc<dyn Limiter>) {
    let one_free = [backoff("b", 1, ms(150))];
    assert!(may_try(&*limiter, &one_free).await);
    for _ in 0..2 {
        let told = wait(must(limiter.attempt(&one_free).await));
        assert!(told <= ms(150), "{told:?}");
        tokio::time::sleep(told + ms(10)).await;
        assert!(may_try(&*limiter, &one_free).await);
    }
    assert!(!may_try(&*limiter, &one_free).await);
}

/// All or nothing, with the longest wait.
pub async fn one_key_that_has_to_wait_counts_for_none(limiter: Arc<dyn Limiter>) {
    let (tight, loose) = (backoff("account", 1, LONG), backoff("address", 3, LONG));
    let both = [tight.clone(), loose.clone()];
    assert!(may_try(&*limiter, &both).await);
    for _ in 0..5 {
        assert!(!may_try(&*limiter, &both).await);
    }
    assert!(may_try(&*limiter, std::slice::from_ref(&loose)).await, "the second of its three");
    assert!(may_try(&*limiter, std::slice::from_ref(&loose)).await, "the third");
    assert!(!may_try(&*limiter, &[loose]).await);
}

/// After a success an account starts anew; others do not.
pub async fn a_forgotten_key_is_free_again(limiter: Arc<dyn Limiter>) {
    let (mine, other) = ([backoff("mine", 1, LONG)], [backoff("other", 1, LONG)]);
    assert!(may_try(&*limiter, &mine).await);
    assert!(may_try(&*limiter, &other).await);
    must(limiter.forget("mine").await);
    assert!(may_try(&*limiter, &mine).await);
    assert!(!may_try(&*limiter, &mine).await);
    assert!(!may_try(&*limiter, &other).await);
    must(limiter.forget("never seen").await);
}

/// One attempt less; not one less than none.
pub async fn an_attempt_taken_back_is_no_longer_counted(limiter: Arc<dyn Limiter>) {
    let two_free = [backoff("b", 2, LONG)];
    must(limiter.take_back("b").await);
    assert!(may_try(&*limiter, &two_free).await);
    assert!(may_try(&*limiter, &two_free).await);
    must(limiter.take_back("b").await);
    assert!(may_try(&*limiter, &two_free).await);
    assert!(!may_try(&*limiter, &two_free).await);
}

/// A flood of guesses gets the free ones, no more.
pub async fn of_parallel_attempts_exactly_the_free_ones_are_granted(limiter: Arc<dyn Limiter>) {
    let attempts = in_parallel(50, |_| {
        let limiter = limiter.clone();
        async move { may_try(&*limiter, &[backoff("a", 5, LONG), backoff("ip", 50, LONG)]).await }
    });
    assert_eq!(attempts.await.into_iter().filter(|granted| *granted).count(), 5);
}

/// A quota and attempts may have the same name.
pub async fn quotas_and_attempts_of_one_key_are_apart(limiter: Arc<dyn Limiter>) {
    assert!(granted(&*limiter, &[quota("k", 1, LONG)]).await);
    assert!(may_try(&*limiter, &[backoff("k", 1, LONG)]).await);
    must(limiter.forget("k").await);
    assert!(!granted(&*limiter, &[quota("k", 1, LONG)]).await);
}
