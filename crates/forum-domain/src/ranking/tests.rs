//! Paging through rankings that stand still.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::{
    error::PortError,
    page::{Page, PageRequest, Position},
    testing::{Ports, Services, at, down, refused},
};

fn scope() -> Scope {
    Scope::new("groups:hot", &[])
}

fn ranking(made_at: i64, ids: &[i64]) -> Ranking {
    Ranking { generation: at(made_at).timestamp_micros(), made_at: at(made_at), ids: ids.to_vec() }
}

fn latest(ranking: Option<Ranking>) -> Ports {
    let mut ports = Ports::default();
    ports.rankings.expect_latest().returning(move |_| Ok(ranking.clone()));
    ports
}

async fn first_page(services: &Services, limit: u32) -> Result<Page<i64>, RankingError> {
    let page = PageRequest::new(limit, None).unwrap();
    services.rankings.page(&scope(), page, |_| async { Ok(vec![30, 20, 10]) }).await
}

/// A page of a ranking that must not be made anew.
async fn kept_page(services: &Services, page: PageRequest) -> Result<Page<i64>, RankingError> {
    let made = AtomicU32::new(0);
    let found = services
        .rankings
        .page(&scope(), page, |_| async {
            made.fetch_add(1, Ordering::Relaxed);
            Ok(Vec::new())
        })
        .await;
    assert_eq!(made.into_inner(), 0, "a kept ranking was made anew");
    found
}

#[test]
fn other_filters_are_another_scope() {
    let lists: [&[Option<&str>]; 7] = [
        &[None, None],
        &[None, Some("")],
        &[Some(""), None],
        &[Some("a"), None],
        &[Some("a:1=b"), None],
        &[Some("a"), Some("b")],
        &[Some("-"), None],
    ];
    let scopes: std::collections::HashSet<_> = lists.iter().map(|list| Scope::new("l", list)).collect();
    assert_eq!(scopes.len(), lists.len());
}

#[pollster::test]
async fn a_ranking_younger_than_a_minute_is_given_out_as_it_is() {
    for age in [0, 59] {
        let services = latest(Some(ranking(-age, &[3, 2, 1]))).services();
        let page = kept_page(&services, PageRequest::new(2, None).unwrap()).await.unwrap();
        let generation = at(-age).timestamp_micros();
        assert_eq!(page, Page { items: vec![3, 2], next: Some(Position::Rank { generation, offset: 2 }) });
    }
}

#[pollster::test]
async fn an_older_ranking_is_made_anew_by_one_caller() {
    let mut ports = latest(Some(ranking(-60, &[3, 2, 1])));
    ports.rankings.expect_begin().times(1).returning(|_, _| Ok(true));
    ports
        .rankings
        .expect_keep()
        .withf(|_, kept, ttl| {
            // Half an hour from the last moment it is given out as the newest.
            kept.made_at == at(0) && kept.ids == [30, 20, 10] && ttl.as_secs() == 1_800 + 2 * 60
        })
        .times(1)
        .returning(|_, _, _| Ok(()));
    let services = ports.services();
    assert_eq!(first_page(&services, 5).await.unwrap(), Page { items: vec![30, 20, 10], next: None });
}

#[pollster::test]
async fn while_one_makes_it_the_others_get_the_one_before() {
    let mut ports = latest(Some(ranking(-600, &[3, 2, 1])));
    ports.rankings.expect_begin().returning(|_, _| Ok(false));
    let services = ports.services();
    assert_eq!(kept_page(&services, PageRequest::first()).await.unwrap().items, [3, 2, 1]);
}

#[pollster::test]
async fn a_ranking_has_at_most_a_thousand_items() {
    let mut ports = latest(None);
    ports.rankings.expect_keep().returning(|_, _, _| Ok(()));
    let services = ports.services();
    let asked = AtomicU32::new(0);
    let make = |limit| {
        asked.store(limit, Ordering::Relaxed);
        async { Ok(Vec::new()) }
    };
    services.rankings.page(&scope(), PageRequest::first(), make).await.unwrap();
    assert_eq!(asked.into_inner(), 1_000);
}

#[pollster::test]
async fn after_a_clock_was_set_back_the_next_ranking_is_still_the_newest() {
    let ahead = ranking(3_600, &[3, 2, 1]);
    let generation = ahead.generation + 1;
    let mut ports = latest(Some(ahead));
    ports.rankings.expect_begin().returning(|_, _| Ok(true));
    ports
        .rankings
        .expect_keep()
        .withf(move |_, kept, _| kept.generation == generation)
        .times(1)
        .returning(|_, _, _| Ok(()));
    first_page(&ports.services(), 5).await.unwrap();
}

#[pollster::test]
async fn without_a_place_to_keep_them_rankings_are_made_each_time() {
    let mut ports = Ports::default();
    ports.rankings.expect_latest().returning(|_| Err(down()));
    ports.rankings.expect_keep().returning(|_, _, _| Err(down()));
    let services = ports.services();
    for _ in 0..2 {
        assert_eq!(first_page(&services, 5).await.unwrap().items, [30, 20, 10]);
    }
}

#[pollster::test]
async fn a_lease_that_cannot_be_had_leaves_the_one_before() {
    let mut ports = latest(Some(ranking(-600, &[3, 2, 1])));
    ports.rankings.expect_begin().returning(|_, _| Err(down()));
    assert_eq!(kept_page(&ports.services(), PageRequest::first()).await.unwrap().items, [3, 2, 1]);
}

#[pollster::test]
async fn a_store_that_cannot_rank_is_told() {
    let services = latest(None).services();
    let failing = |_| async { Err::<Vec<i64>, PortError>(down()) };
    let page = services.rankings.page(&scope(), PageRequest::first(), failing).await;
    assert_eq!(refused(page), "server.unavailable");
}

#[pollster::test]
async fn a_cursor_pages_through_its_own_generation() {
    let mut ports = Ports::default();
    ports
        .rankings
        .expect_generation()
        .withf(|_, generation| *generation == at(-900).timestamp_micros())
        .returning(|_, _| Ok(Some(ranking(-900, &[5, 4, 3, 2, 1]))));
    let services = ports.services();
    let generation = at(-900).timestamp_micros();
    let from = |offset| PageRequest::new(2, Some(Position::Rank { generation, offset })).unwrap();
    assert_eq!(
        kept_page(&services, from(2)).await.unwrap(),
        Page { items: vec![3, 2], next: Some(Position::Rank { generation, offset: 4 }) }
    );
    assert_eq!(kept_page(&services, from(3)).await.unwrap(), Page { items: vec![2, 1], next: None });
    assert_eq!(kept_page(&services, from(4)).await.unwrap(), Page { items: vec![1], next: None });
    for beyond in [5, 1_000, u32::MAX] {
        assert_eq!(kept_page(&services, from(beyond)).await.unwrap(), Page { items: Vec::new(), next: None });
    }
}

#[pollster::test]
async fn a_cursor_whose_generation_is_gone_has_expired() {
    let mut ports = Ports::default();
    ports.rankings.expect_generation().returning(|_, _| Ok(None));
    let page = PageRequest::new(2, Some(Position::Rank { generation: 1, offset: 2 })).unwrap();
    assert_eq!(refused(kept_page(&ports.services(), page).await), "cursor.expired");
}
