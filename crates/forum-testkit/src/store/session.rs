//! What [`SessionRepository`](forum_domain::session::SessionRepository) promises.

use std::sync::Arc;

use forum_domain::{
    account::{Registered, User},
    actor::Origin,
    id::{SessionId, UserId},
    session::{Ended, NewSession, OpenSession, Opened, Rotate, Rotated},
    store::Store,
};

use super::stage::{CALLERS, count, race};
use crate::build::{at, origin, presented, register, session};

async fn user(store: &Arc<dyn Store>, number: i64) -> User {
    match store.register(register(number)).await.unwrap() {
        Registered::Created(user) => *user,
        refused => panic!("{refused:?}"),
    }
}

async fn open(store: &Arc<dyn Store>, user: &User, session: NewSession, seconds: i64) {
    let if_credentials = store.credentials(user.id).await.unwrap().unwrap().version;
    let open = OpenSession { user_id: user.id, session, if_credentials, at: at(seconds) };
    let opened = store.open_session(open).await.unwrap();
    assert_eq!(opened, Opened::Done(Box::new(user.clone())));
}

/// The token of this generation, presented at this second; the grace is ten.
fn rotate(id: i64, generation: i64, seconds: i64) -> Rotate {
    Rotate {
        presented: presented(id, generation),
        origin: Origin { ip: "198.51.100.1".into(), user_agent: None },
        grace_since: at(seconds - 10),
        expires_at: at(seconds + 1_000_000),
        at: at(seconds),
    }
}

async fn is_open(store: &Arc<dyn Store>, id: i64, seconds: i64) -> bool {
    store.session_is_open(SessionId::stored(id), at(seconds)).await.unwrap()
}

async fn revoked(store: &Arc<dyn Store>, within_seconds: Option<u32>) -> Vec<i64> {
    let mut ids: Vec<i64> = store
        .revocations(within_seconds)
        .await
        .unwrap()
        .into_iter()
        .map(|revocation| revocation.session_id.get())
        .collect();
    ids.sort_unstable();
    ids
}

async fn listed(store: &Arc<dyn Store>, user: UserId, seconds: i64) -> Vec<i64> {
    let sessions = store.list_sessions(user, at(seconds)).await.unwrap();
    sessions.into_iter().map(|session| session.id.get()).collect()
}

/// Each token is good for the next one, and the session lives on from there.
pub async fn a_token_is_rotated_and_the_session_lives_on(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    assert!(!is_open(&store, 1, 1_000_000).await);
    for generation in 0..3 {
        let rotated = store.rotate(rotate(1, generation, 500_000 + generation)).await.unwrap();
        assert_eq!(rotated, Rotated::Done(user.clone()));
    }
    assert!(is_open(&store, 1, 1_000_001).await);
    let seen = store.list_sessions(user.id, at(600_000)).await.unwrap();
    assert_eq!((seen[0].created_at, seen[0].last_seen_at), (at(0), at(500_002)));
    assert_eq!((seen[0].ip.as_str(), seen[0].user_agent.as_deref()), ("198.51.100.1", None));
}

/// Many calls with one token: the generation moves once, and each gets the same successor.
pub async fn parallel_rotations_of_one_token_advance_it_once(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    for generation in 0..3 {
        let outcomes = race((0..CALLERS).map(|_| {
            let store = Arc::clone(&store);
            async move { store.rotate(rotate(1, generation, 100 * (generation + 1))).await }
        }))
        .await;
        assert_eq!(count(&outcomes, &Rotated::Done(user.clone())), CALLERS);
    }
    // Had it moved more than once in a round, this token would not be the current one.
    assert_eq!(store.rotate(rotate(1, 3, 400)).await.unwrap(), Rotated::Done(user));
    assert_eq!(revoked(&store, None).await, [0; 0]);
}

/// A token that was just rotated away gets its successor again; once the grace is over, it ends the
/// session, and for good.
pub async fn a_token_used_again_after_the_grace_ends_the_session(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    assert_eq!(store.rotate(rotate(1, 0, 100)).await.unwrap(), Rotated::Done(user.clone()));
    assert_eq!(store.rotate(rotate(1, 0, 110)).await.unwrap(), Rotated::Done(user));
    assert_eq!(store.rotate(rotate(1, 0, 111)).await.unwrap(), Rotated::Reused);
    assert!(!is_open(&store, 1, 111).await);
    assert_eq!(revoked(&store, None).await, [1]);
    // The thief's token, and the owner's.
    assert_eq!(store.rotate(rotate(1, 1, 112)).await.unwrap(), Rotated::Gone);
    assert_eq!(store.rotate(rotate(1, 0, 112)).await.unwrap(), Rotated::Gone);
}

/// The grace is for the token just before only: an older one ends the session at once.
pub async fn a_token_two_generations_old_ends_the_session_within_the_grace(store: Arc<dyn Store>) {
    user(&store, 1).await;
    for generation in 0..2 {
        store.rotate(rotate(1, generation, 100)).await.unwrap();
    }
    assert_eq!(store.rotate(rotate(1, 0, 100)).await.unwrap(), Rotated::Reused);
    assert!(!is_open(&store, 1, 100).await);
}

/// A token with the right generation and another hash is none of this session's.
pub async fn a_token_with_another_hash_ends_the_session(store: Arc<dyn Store>) {
    user(&store, 1).await;
    let mut forged = rotate(1, 0, 100);
    forged.presented.hash = [9; 32];
    assert_eq!(store.rotate(forged).await.unwrap(), Rotated::Reused);
    assert!(!is_open(&store, 1, 100).await);
}

/// Of a stolen and an own token used at once, the session survives neither: it is ended once, and
/// everybody is told.
pub async fn parallel_reuse_ends_the_session_once(store: Arc<dyn Store>) {
    user(&store, 1).await;
    store.rotate(rotate(1, 0, 100)).await.unwrap();
    let outcomes = race((0..CALLERS).map(|_| {
        let store = Arc::clone(&store);
        async move { store.rotate(rotate(1, 0, 200)).await }
    }))
    .await;
    let told = count(&outcomes, &Rotated::Reused) + count(&outcomes, &Rotated::Gone);
    assert!(told == CALLERS && outcomes.contains(&Rotated::Reused), "{outcomes:?}");
    assert_eq!(revoked(&store, None).await, [1]);
}

/// A session that expired, ended or never was gives nothing, and neither does a suspended account's.
pub async fn a_session_that_is_over_is_gone(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    assert_eq!(store.rotate(rotate(1, 0, 1_000_000)).await.unwrap(), Rotated::Gone);
    assert_eq!(store.rotate(rotate(77, 0, 10)).await.unwrap(), Rotated::Gone);
    open(&store, &user, session(2), 1).await;
    store.suspend(user.id, Some(at(500)), at(20)).await.unwrap();
    assert_eq!(store.rotate(rotate(2, 0, 30)).await.unwrap(), Rotated::Suspended);
    // The suspension is over, the session stays ended.
    assert_eq!(store.rotate(rotate(2, 0, 600)).await.unwrap(), Rotated::Gone);
}

/// A user sees his own open sessions, last seen first.
pub async fn sessions_are_listed_last_seen_first(store: Arc<dyn Store>) {
    let (one, two) = (user(&store, 1).await, user(&store, 2).await);
    open(&store, &one, session(11), 5).await;
    open(&store, &one, session(12), 5).await;
    open(&store, &one, NewSession { expires_at: at(50), ..session(13) }, 6).await;
    assert_eq!(listed(&store, one.id, 49).await, [13, 12, 11, 1]);
    assert_eq!(listed(&store, one.id, 50).await, [12, 11, 1]);
    store.rotate(rotate(1, 0, 60)).await.unwrap();
    assert_eq!(listed(&store, one.id, 60).await, [1, 12, 11]);
    assert_eq!(listed(&store, two.id, 60).await, [2]);
}

/// A list stops at a hundred.
pub async fn a_list_of_sessions_ends_at_a_hundred(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    for id in 2..=102 {
        open(&store, &user, session(id), id).await;
    }
    let ids = listed(&store, user.id, 200).await;
    assert_eq!((ids.len(), ids.first(), ids.last()), (100, Some(&102), Some(&3)));
}

/// A user ends one of his sessions, once, and nobody else's.
pub async fn one_session_is_ended_by_its_user_alone(store: Arc<dyn Store>) {
    let (one, two) = (user(&store, 1).await, user(&store, 2).await);
    let id = SessionId::stored(1);
    assert_eq!(store.end_session(two.id, id, at(5)).await.unwrap(), Ended::NoSuchSession);
    assert!(is_open(&store, 1, 5).await);
    let outcomes = race((0..CALLERS).map(|_| {
        let (store, user) = (Arc::clone(&store), one.id);
        async move { store.end_session(user, id, at(5)).await }
    }))
    .await;
    assert_eq!(count(&outcomes, &Ended::Done), 1);
    assert!(!is_open(&store, 1, 5).await && is_open(&store, 2, 5).await);
    assert_eq!(
        store.end_session(two.id, SessionId::stored(2), at(1_000_000)).await.unwrap(),
        Ended::NoSuchSession
    );
}

/// Ending the others keeps one and names the rest.
pub async fn the_other_sessions_are_ended_and_named(store: Arc<dyn Store>) {
    let (one, _two) = (user(&store, 1).await, user(&store, 2).await);
    open(&store, &one, session(11), 5).await;
    open(&store, &one, session(12), 5).await;
    let mut ended = store.end_other_sessions(one.id, SessionId::stored(11), at(6)).await.unwrap();
    ended.sort_unstable();
    assert_eq!(ended, [SessionId::stored(1), SessionId::stored(12)]);
    assert_eq!(store.end_other_sessions(one.id, SessionId::stored(11), at(6)).await.unwrap(), []);
    assert_eq!(listed(&store, one.id, 6).await, [11]);
    assert_eq!(revoked(&store, None).await, [1, 12]);
    assert!(is_open(&store, 2, 6).await);
}

/// A revocation bears the database's time, whatever the caller's clock says, and is told at once.
pub async fn a_revocation_bears_the_databases_time(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    open(&store, &user, session(2), 1).await;
    store.end_session(user.id, SessionId::stored(1), at(5)).await.unwrap();
    let told = store.revocations(Some(30)).await.unwrap();
    assert_eq!(told.len(), 1);
    // The caller's clock stands years back.
    assert!(told[0].ended_at > at(86_400 * 365), "{told:?}");
    assert_eq!(store.revocations(None).await.unwrap(), told);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(revoked(&store, Some(1)).await, [0; 0]);
    assert_eq!(revoked(&store, Some(30)).await, [1]);
}

/// Sessions are forgotten once they expired long enough ago, or ended.
pub async fn sessions_that_are_long_over_are_forgotten(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    open(&store, &user, NewSession { expires_at: at(50), ..session(2) }, 1).await;
    open(&store, &user, session(3), 1).await;
    store.end_session(user.id, SessionId::stored(3), at(5)).await.unwrap();
    assert_eq!(store.prune_sessions(at(50)).await.unwrap(), 0);
    assert_eq!(store.prune_sessions(at(51)).await.unwrap(), 1);
    assert_eq!(store.rotate(rotate(2, 0, 10)).await.unwrap(), Rotated::Gone);
    // The ended one bears the database's time, which is years later.
    assert_eq!(revoked(&store, None).await, [3]);
    let later = store.revocations(None).await.unwrap()[0].ended_at + chrono::TimeDelta::seconds(1);
    assert_eq!(store.prune_sessions(later).await.unwrap(), 2);
    assert_eq!(revoked(&store, None).await, [0; 0]);
}

/// A session of one's own origin is stored as it was opened.
pub async fn a_session_tells_where_it_was_opened(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let opened = &store.list_sessions(user.id, at(1)).await.unwrap()[0];
    assert_eq!((&opened.ip, &opened.user_agent), (&origin().ip, &origin().user_agent));
    assert_eq!((opened.created_at, opened.last_seen_at), (at(0), at(0)));
}
