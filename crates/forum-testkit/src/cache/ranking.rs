//! The promises of [`RankingStore`].

use std::{sync::Arc, time::Duration};

use chrono::DateTime;
use forum_domain::ranking::{Ranking, RankingStore, Scope};

use super::{in_parallel, ms, must, pause};

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(600);

/// As the service makes them: microseconds of 2027.
const GENERATION: i64 = 1_800_000_000_123_456;

fn scope() -> Scope {
    Scope::new("groups", &[Some("程序设计"), None])
}

fn ranking(generation: i64, ids: impl IntoIterator<Item = i64>) -> Ranking {
    let made_at = DateTime::from_timestamp_micros(generation);
    Ranking {
        generation,
        made_at: made_at.unwrap_or_else(|| panic!("no such moment: {generation}")),
        ids: ids.into_iter().collect(),
    }
}

/// What is kept is what comes back.
pub async fn a_kept_ranking_is_the_newest_and_is_found_by_its_generation(rankings: Arc<dyn RankingStore>) {
    assert_eq!(must(rankings.latest(&scope()).await), None);
    let (first, second) = (ranking(GENERATION, [3, 1, 2]), ranking(GENERATION + 1, [2, 3, 1]));
    must(rankings.keep(&scope(), &first, LONG).await);
    must(rankings.keep(&scope(), &second, LONG).await);
    assert_eq!(must(rankings.latest(&scope()).await), Some(second.clone()));
    assert_eq!(must(rankings.generation(&scope(), GENERATION).await), Some(first));
    assert_eq!(must(rankings.generation(&scope(), GENERATION + 1).await), Some(second));
    assert_eq!(must(rankings.generation(&scope(), GENERATION + 2).await), None);
}

/// A slow maker does not turn the list back, but whoever saw his page can page on.
pub async fn an_older_ranking_does_not_replace_a_newer_one(rankings: Arc<dyn RankingStore>) {
    let (late, newer) = (ranking(GENERATION, [1]), ranking(GENERATION + 1, [2]));
    must(rankings.keep(&scope(), &newer, LONG).await);
    must(rankings.keep(&scope(), &late, LONG).await);
    assert_eq!(must(rankings.latest(&scope()).await), Some(newer));
    assert_eq!(must(rankings.generation(&scope(), GENERATION).await), Some(late));
}

/// Another list, or another filter, is another ranking.
pub async fn scopes_are_apart(rankings: Arc<dyn RankingStore>) {
    let other = Scope::new("groups", &[None, Some("程序设计")]);
    must(rankings.keep(&scope(), &ranking(GENERATION, [1]), LONG).await);
    assert_eq!(must(rankings.latest(&other).await), None);
    assert_eq!(must(rankings.generation(&other, GENERATION).await), None);
    assert!(must(rankings.begin(&scope(), LONG).await));
    assert!(must(rankings.begin(&other, LONG).await));
}

/// The longest ranking, with the greatest ids, and the empty one.
pub async fn a_ranking_of_a_thousand_and_one_of_none_come_back_as_they_were(rankings: Arc<dyn RankingStore>) {
    let greatest = (1i64 << 53) - 1;
    for (generation, long) in [(GENERATION, 1_000), (GENERATION + 1, 0)] {
        let kept = ranking(generation, (0..long).map(|number| greatest - number * 7));
        must(rankings.keep(&scope(), &kept, LONG).await);
        assert_eq!(must(rankings.latest(&scope()).await), Some(kept));
    }
}

/// What is over is gone; what came after it stays.
pub async fn a_ranking_is_gone_after_its_time(rankings: Arc<dyn RankingStore>) {
    must(rankings.keep(&scope(), &ranking(GENERATION, [1]), ms(100)).await);
    pause(150).await;
    assert_eq!(must(rankings.latest(&scope()).await), None);
    assert_eq!(must(rankings.generation(&scope(), GENERATION).await), None);

    must(rankings.keep(&scope(), &ranking(GENERATION, [1]), ms(100)).await);
    let newer = ranking(GENERATION + 1, [2]);
    must(rankings.keep(&scope(), &newer, LONG).await);
    pause(150).await;
    assert_eq!(must(rankings.generation(&scope(), GENERATION).await), None);
    assert_eq!(must(rankings.latest(&scope()).await), Some(newer));
}

/// A thousand readers of a stale list make one new one.
pub async fn one_of_many_begins(rankings: Arc<dyn RankingStore>) {
    let begins = in_parallel(50, |_| {
        let rankings = rankings.clone();
        async move { must(rankings.begin(&scope(), LONG).await) }
    });
    assert_eq!(begins.await.into_iter().filter(|begun| *begun).count(), 1);
}

/// A maker that died blocks nobody for longer than its lease.
pub async fn a_lease_that_ran_out_is_free_again(rankings: Arc<dyn RankingStore>) {
    assert!(must(rankings.begin(&scope(), ms(120)).await));
    assert!(!must(rankings.begin(&scope(), LONG).await));
    pause(180).await;
    assert!(must(rankings.begin(&scope(), LONG).await));
}

/// Once it is made, the next may be begun.
pub async fn keeping_a_ranking_frees_the_lease(rankings: Arc<dyn RankingStore>) {
    assert!(must(rankings.begin(&scope(), LONG).await));
    must(rankings.keep(&scope(), &ranking(GENERATION, [1]), LONG).await);
    assert!(must(rankings.begin(&scope(), LONG).await));
    assert!(!must(rankings.begin(&scope(), LONG).await));
}
