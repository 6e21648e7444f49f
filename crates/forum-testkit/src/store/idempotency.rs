//! What [`IdempotencyRepository`](forum_domain::idempotency::IdempotencyRepository) promises.

use std::sync::Arc;

use forum_domain::{
    account::Registered,
    error::PortError,
    group::{CreateGroup, GroupCreated, GroupFilter},
    id::UserId,
    idempotency::{Answer, Begun, Claim, ClaimKey, Claimed},
    page::PageRequest,
    store::Store,
};

use super::stage::{CALLERS, count, race};
use crate::build::{at, draft, register};

async fn user(store: &Arc<dyn Store>, number: i64) -> UserId {
    match store.register(register(number)).await.unwrap() {
        Registered::Created(user) => user.id,
        refused => panic!("{refused:?}"),
    }
}

/// A claim of this key at this second; what is older than a minute is abandoned, than a day forgotten.
fn key(user_id: UserId, key: &str, seconds: i64) -> ClaimKey {
    ClaimKey {
        user_id,
        operation: "groups.create",
        key: key.into(),
        fingerprint: [1; 32],
        abandoned_since: at(seconds - 60),
        forgotten_since: at(seconds - 86_400),
        at: at(seconds),
    }
}

async fn claim(store: &Arc<dyn Store>, key: ClaimKey) -> Claimed {
    store.claim_key(key).await.unwrap()
}

async fn fresh(store: &Arc<dyn Store>, key: ClaimKey) -> Claim {
    match claim(store, key).await {
        Claimed::Begun(Begun::Fresh(claim)) => claim,
        other => panic!("{other:?}"),
    }
}

fn answer(body: &str) -> Answer {
    Answer {
        status: 201,
        content_type: "application/json".into(),
        location: Some("/groups/1".into()),
        body: body.into(),
    }
}

fn group(owner: UserId, name: &str, claim: Option<Claim>) -> CreateGroup {
    CreateGroup { draft: draft(name).unwrap(), owner, review: None, at: at(1), claim }
}

/// Whose key it is and for which operation are part of it; another request under it is noticed.
pub async fn a_key_belongs_to_its_user_operation_and_request(store: Arc<dyn Store>) {
    let (one, two) = (user(&store, 1).await, user(&store, 2).await);
    fresh(&store, key(one, "k", 0)).await;
    assert_eq!(claim(&store, key(one, "k", 1)).await, Claimed::InFlight);
    fresh(&store, key(two, "k", 0)).await;
    fresh(&store, key(one, "K", 0)).await;
    fresh(&store, ClaimKey { operation: "invites.create", ..key(one, "k", 0) }).await;
    let other = ClaimKey { fingerprint: [2; 32], ..key(one, "k", 0) };
    assert_eq!(claim(&store, other).await, Claimed::Mismatch);
    // A byte that a database may not take is no reason to fail.
    fresh(&store, key(one, "a\0b", 0)).await;
}

/// Of many claims of one key at once, one is fresh.
pub async fn of_parallel_claims_one_is_fresh(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    // The first round on a new key, the second on an abandoned one.
    for seconds in [0, 100] {
        let outcomes = race((0..CALLERS).map(|_| {
            let (store, key) = (Arc::clone(&store), key(user, "k", seconds));
            async move { store.claim_key(key).await }
        }))
        .await;
        assert_eq!(count(&outcomes, &Claimed::InFlight), CALLERS - 1, "{outcomes:?}");
        let began = outcomes.iter().filter(|one| matches!(one, Claimed::Begun(Begun::Fresh(_)))).count();
        assert_eq!(began, 1);
    }
}

/// An answer comes back as it was given, even long after; the first one stays.
pub async fn an_answer_comes_back_as_it_was_given(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let claimed = fresh(&store, key(user, "k", 0)).await;
    store.answer_key(claimed, answer("{\"名\":\"值\"}")).await.unwrap();
    store.answer_key(claimed, answer("second")).await.unwrap();
    let again = claim(&store, key(user, "k", 3_600)).await;
    assert_eq!(again, Claimed::Begun(Begun::Answered(answer("{\"名\":\"值\"}"))));
    let mismatch = ClaimKey { fingerprint: [2; 32], ..key(user, "k", 3_600) };
    assert_eq!(claim(&store, mismatch).await, Claimed::Mismatch);
}

/// A fact is known by its key even if its answer was lost, and the answer can still be kept.
pub async fn a_fact_is_known_though_its_answer_was_lost(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let claimed = fresh(&store, key(user, "k", 0)).await;
    let GroupCreated::Done(id) = store.create_group(group(user, "one", Some(claimed))).await.unwrap() else {
        panic!("refused")
    };
    let happened = Claimed::Begun(Begun::Happened { claim: claimed, fact: id.get() });
    assert_eq!(claim(&store, key(user, "k", 1)).await, happened);
    // However late: a fact is never abandoned.
    assert_eq!(claim(&store, key(user, "k", 3_600)).await, happened);
    store.release_key(claimed).await.unwrap();
    assert_eq!(claim(&store, key(user, "k", 1)).await, happened);
    store.answer_key(claimed, answer("late")).await.unwrap();
    assert_eq!(claim(&store, key(user, "k", 1)).await, Claimed::Begun(Begun::Answered(answer("late"))));
}

/// A claim makes one fact: a second one under it does not happen, nor does one under a claim that a
/// later one voided.
pub async fn a_claim_makes_at_most_one_fact(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let claimed = fresh(&store, key(user, "k", 0)).await;
    store.create_group(group(user, "one", Some(claimed))).await.unwrap();
    let second = store.create_group(group(user, "two", Some(claimed))).await;
    assert!(matches!(second, Err(PortError::Unavailable(_))), "{second:?}");

    let voided = fresh(&store, key(user, "l", 0)).await;
    let current = fresh(&store, key(user, "l", 100)).await;
    let late = store.create_group(group(user, "three", Some(voided))).await;
    assert!(matches!(late, Err(PortError::Unavailable(_))), "{late:?}");
    store.answer_key(voided, answer("late")).await.unwrap();
    store.release_key(voided).await.unwrap();
    assert_eq!(claim(&store, key(user, "l", 101)).await, Claimed::InFlight);
    store.create_group(group(user, "four", Some(current))).await.unwrap();

    let page = store.list_groups(&GroupFilter::default(), PageRequest::first(), None, at(200)).await.unwrap();
    let mut names: Vec<String> = page.items.iter().map(|view| view.group.name.as_str().to_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, ["four", "one"]);
}

/// A refused fact marks nothing: the key is still only claimed.
pub async fn a_refusal_is_no_fact(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    store.create_group(group(user, "one", None)).await.unwrap();
    let claimed = fresh(&store, key(user, "k", 0)).await;
    let refused = store.create_group(group(user, "ONE", Some(claimed))).await.unwrap();
    assert_eq!(refused, GroupCreated::NameTaken);
    assert_eq!(claim(&store, key(user, "k", 1)).await, Claimed::InFlight);
}

/// A key under which nothing happened is free again.
pub async fn a_released_key_is_free_again(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let claimed = fresh(&store, key(user, "k", 0)).await;
    store.release_key(claimed).await.unwrap();
    let other = ClaimKey { fingerprint: [2; 32], ..key(user, "k", 1) };
    fresh(&store, other).await;
}

/// A day later a key is forgotten, whatever came of it, though nobody pruned it.
pub async fn a_forgotten_key_is_free_again(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let claimed = fresh(&store, key(user, "k", 0)).await;
    store.answer_key(claimed, answer("old")).await.unwrap();
    let other = ClaimKey { fingerprint: [2; 32], ..key(user, "k", 86_401) };
    let anew = fresh(&store, other.clone()).await;
    assert_ne!(anew, claimed);
    assert_eq!(claim(&store, other).await, Claimed::InFlight);
}

/// Old keys are forgotten, a thousand a call, oldest first.
pub async fn old_keys_are_forgotten_a_thousand_at_a_time(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    for round in 0..21 {
        race((0..50).map(|number| {
            let (store, key) = (Arc::clone(&store), key(user, &format!("{round} {number}"), round));
            async move { store.claim_key(key).await }
        }))
        .await;
    }
    assert_eq!(store.prune_keys(at(0)).await.unwrap(), 0);
    assert_eq!(store.prune_keys(at(20)).await.unwrap(), 1_000);
    assert_eq!(store.prune_keys(at(20)).await.unwrap(), 0);
    assert_eq!(claim(&store, key(user, "20 49", 21)).await, Claimed::InFlight);
    fresh(&store, key(user, "0 0", 21)).await;
}
