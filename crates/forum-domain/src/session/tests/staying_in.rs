//! Refreshing, checking and ending sessions.

use super::super::*;
use crate::{
    clock::Random,
    id::MAX_ID,
    testing::{
        CountingRandom, Ports, Services, actor, at, down, origin, presented, refused, session_id, user,
        user_id,
    },
};

fn pass() -> Pass {
    Pass { actor: actor(), expires_at: at(890) }
}

fn rotating(outcome: Rotated) -> Ports {
    let mut ports = Ports::default().signing();
    ports.refresh.expect_read().returning(|token| (token == "fourth token").then(presented));
    ports.sessions.expect_rotate().times(1).return_once(move |rotate| {
        assert_eq!(rotate.presented, presented());
        assert_eq!((rotate.grace_since, rotate.expires_at), (at(-10), at(30 * 86_400)));
        Ok(outcome)
    });
    verifying(ports)
}

/// Access tokens are read: the actor's, and one of his other session.
fn verifying(mut ports: Ports) -> Ports {
    ports.access.expect_verify().returning(|token, _| {
        let claims = Claims {
            user_id: user_id(1),
            session_id: session_id(11),
            issued_at: at(-10),
            expires_at: at(890),
        };
        match token {
            "access" => Some(claims),
            "of another session" => Some(Claims { session_id: session_id(12), ..claims }),
            _ => None,
        }
    });
    ports
}

#[pollster::test]
async fn a_refresh_gives_the_successor_and_a_new_access_token() {
    let services = rotating(Rotated::Done(user())).services();
    let tokens = services.sessions.refresh("fourth token", &origin()).await.unwrap();
    assert_eq!(tokens.refresh_token, "fifth token");
    assert_eq!(tokens.access_token, "access for 1 in 11");
}

#[pollster::test]
async fn a_refresh_that_is_refused_says_why_only_to_the_suspended() {
    for (outcome, code) in
        [(Rotated::Gone, "auth.invalid_refresh_token"), (Rotated::Suspended, "auth.suspended")]
    {
        let services = rotating(outcome).services();
        assert_eq!(refused(services.sessions.refresh("fourth token", &origin()).await), code);
    }
}

#[pollster::test]
async fn a_reused_refresh_token_ends_the_access_tokens_of_its_session_at_once() {
    let services = polled(rotating(Rotated::Reused), Vec::new()).await;
    services.sessions.authenticate("access").await.unwrap();
    assert_eq!(
        refused(services.sessions.refresh("fourth token", &origin()).await),
        "auth.invalid_refresh_token"
    );
    assert_eq!(refused(services.sessions.authenticate("access").await), "auth.invalid_token");
}

#[pollster::test]
async fn a_refresh_token_that_is_not_ours_asks_nobody() {
    let mut ports = Ports::default();
    ports.refresh.expect_read().returning(|_| None);
    let refreshed = ports.services().sessions.refresh("an access token", &origin()).await;
    assert_eq!(refused(refreshed), "auth.invalid_refresh_token");
}

/// Services that have polled at `at(0)` and learned of these.
async fn polled(mut ports: Ports, ended: Vec<Revocation>) -> Services {
    ports.sessions.expect_revocations().returning(move |_| Ok(ended.clone()));
    let services = ports.services();
    services.sessions.poll_revocations().await.unwrap();
    services
}

#[pollster::test]
async fn a_fresh_poll_lets_in_without_asking_the_store() {
    let services = polled(verifying(Ports::default()), Vec::new()).await;
    services.clock.set(at(4));
    assert_eq!(services.sessions.authenticate("access").await.unwrap(), pass());
    assert_eq!(refused(services.sessions.authenticate("forged").await), "auth.invalid_token");
}

#[pollster::test]
async fn a_session_that_another_instance_ended_is_shut_out() {
    let ended = vec![Revocation { session_id: session_id(11), ended_at: at(-1) }];
    let services = polled(verifying(Ports::default()), ended).await;
    assert_eq!(refused(services.sessions.authenticate("access").await), "auth.invalid_token");
}

#[pollster::test]
async fn before_the_first_poll_and_after_a_stale_one_the_store_is_asked() {
    for open in [true, false] {
        let mut ports = verifying(Ports::default());
        ports.sessions.expect_session_is_open().times(2).returning(move |_, _| Ok(open));
        ports.sessions.expect_revocations().returning(|_| Ok(Vec::new()));
        let services = ports.services();
        assert_eq!(services.sessions.authenticate("access").await.is_ok(), open);
        services.sessions.poll_revocations().await.unwrap();
        services.clock.set(at(4) + chrono::TimeDelta::milliseconds(1));
        assert_eq!(services.sessions.authenticate("access").await.is_ok(), open);
    }
}

#[pollster::test]
async fn a_store_that_does_not_answer_lets_nobody_in_unchecked() {
    let mut ports = verifying(Ports::default());
    ports.sessions.expect_session_is_open().returning(|_, _| Err(down()));
    assert_eq!(refused(ports.services().sessions.authenticate("access").await), "server.unavailable");
}

#[pollster::test]
async fn a_poll_that_fails_leaves_the_last_one_standing() {
    let mut ports = verifying(Ports::default());
    ports.sessions.expect_revocations().times(1).returning(|_| Ok(Vec::new()));
    ports.sessions.expect_revocations().returning(|_| Err(down()));
    let services = ports.services();
    services.sessions.poll_revocations().await.unwrap();
    services.clock.set(at(2));
    services.sessions.poll_revocations().await.unwrap_err();
    services.sessions.authenticate("access").await.unwrap();
}

#[pollster::test]
async fn the_first_poll_reads_everything_and_the_next_ones_overlap() {
    let mut ports = Ports::default();
    let mut order = mockall::Sequence::new();
    for reach in [None, Some(30)] {
        ports
            .sessions
            .expect_revocations()
            .withf(move |within| *within == reach)
            .times(1)
            .in_sequence(&mut order)
            .returning(|_| Ok(Vec::new()));
    }
    let services = ports.services();
    services.sessions.poll_revocations().await.unwrap();
    services.clock.set(at(1));
    services.sessions.poll_revocations().await.unwrap();
}

#[pollster::test]
async fn sessions_are_forgotten_after_eight_days() {
    let mut ports = Ports::default();
    ports.sessions.expect_prune_sessions().withf(|before| *before == at(-8 * 86_400)).returning(|_| Ok(3));
    assert_eq!(ports.services().sessions.prune().await.unwrap(), 3);
}

#[pollster::test]
async fn logging_out_counts_at_once_and_twice_is_no_error() {
    let mut ports = verifying(Ports::default());
    ports.sessions.expect_end_session().times(1).returning(|_, _, _| Ok(Ended::Done));
    ports.sessions.expect_end_session().returning(|_, _, _| Ok(Ended::NoSuchSession));
    let services = polled(ports, Vec::new()).await;
    services.sessions.log_out(actor()).await.unwrap();
    assert_eq!(refused(services.sessions.authenticate("access").await), "auth.invalid_token");
    services.sessions.log_out(actor()).await.unwrap();
}

#[pollster::test]
async fn anothers_session_is_no_session() {
    let mut ports = Ports::default();
    ports
        .sessions
        .expect_end_session()
        .withf(|user, id, _| (*user, *id) == (user_id(1), session_id(99)))
        .returning(|_, _, _| Ok(Ended::NoSuchSession));
    assert_eq!(refused(ports.services().sessions.end(actor(), session_id(99)).await), "session.not_found");
}

#[pollster::test]
async fn ending_the_others_spares_the_calling_session() {
    let mut ports = verifying(Ports::default());
    ports
        .sessions
        .expect_end_other_sessions()
        .withf(|user, keep, _| (*user, *keep) == (user_id(1), session_id(11)))
        .times(1)
        .returning(|_, _, _| Ok(vec![session_id(12)]));
    let services = polled(ports, Vec::new()).await;
    services.sessions.authenticate("of another session").await.unwrap();
    services.sessions.end_others(actor()).await.unwrap();
    services.sessions.authenticate("access").await.unwrap();
    assert_eq!(refused(services.sessions.authenticate("of another session").await), "auth.invalid_token");
}

#[test]
fn session_ids_are_drawn_within_what_a_json_number_carries() {
    struct Highest;
    impl Random for Highest {
        fn fill(&self, bytes: &mut [u8]) {
            // The greatest number that rejection sampling takes.
            let bound = MAX_ID.unsigned_abs();
            bytes.copy_from_slice(&(u64::MAX - u64::MAX % bound - 1).to_le_bytes());
        }
    }
    assert_eq!(rules::draw_id(&Highest).get(), MAX_ID);
    assert_eq!(rules::draw_id(&CountingRandom::from(0)).get(), 1);
}

#[pollster::test]
async fn debug_shows_no_token() {
    assert!(!format!("{:?}", presented()).contains("fifth token"));
    let services = rotating(Rotated::Done(user())).services();
    let tokens = format!("{:?}", services.sessions.refresh("fourth token", &origin()).await.unwrap());
    assert!(!tokens.contains("fifth token") && !tokens.contains("access for"), "{tokens}");
}
