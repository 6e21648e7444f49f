//! Logging in, refreshing, checking and ending.

use std::time::Duration;

use super::*;
use crate::{
    account::{Credentials, Verdict},
    clock::Random,
    code::{Consumed, Purpose},
    error::{Coded, PortError},
    id::MAX_ID,
    limit::Allowance,
    testing::{
        CountingRandom, MOBILE, PASSWORD, Ports, Services, actor, at, credentials, down, flaws, issued,
        mobile, origin, presented, refused, session_id, user, user_id,
    },
};

fn found(mut ports: Ports, credentials: Option<Credentials>) -> Ports {
    ports.accounts.expect_credentials_by_mobile().returning(move |_| Ok(credentials.clone()));
    ports
}

fn verdict(mut ports: Ports, verdict: Verdict) -> Ports {
    ports.hasher.expect_verify().times(1).returning(move |_, _| Ok(verdict));
    ports
}

fn opening(mut ports: Ports, outcome: Opened) -> Ports {
    ports.sessions.expect_open_session().times(1).return_once(move |_| Ok(outcome));
    ports
}

async fn log_in(ports: Ports) -> Result<SessionTokens, AuthError> {
    ports.services().sessions.log_in(MOBILE, PASSWORD, &origin()).await
}

#[pollster::test]
async fn the_right_password_opens_a_session() {
    let mut ports = found(verdict(Ports::default().patient().signing(), Verdict::Right), Some(credentials()));
    ports.sessions.expect_open_session().times(1).returning(|open| {
        assert_eq!((open.user_id, open.if_credentials, open.at), (user_id(1), 7, at(0)));
        assert_eq!((open.session.refresh_hash, open.session.expires_at), ([1; 32], at(30 * 86_400)));
        Ok(Opened::Done(Box::new(user())))
    });
    let tokens = log_in(ports).await.unwrap();
    assert_eq!(tokens.user, user());
    assert_eq!(tokens.refresh_token, format!("first token of {}", tokens.session_id));
}

#[pollster::test]
async fn an_access_token_lives_as_long_as_the_policy_says() {
    let mut ports = found(verdict(Ports::default().patient(), Verdict::Right), Some(credentials()));
    ports.refresh.expect_first().returning(|_| ("refresh".into(), [1; 32]));
    ports.access.expect_issue().times(1).returning(|claims| {
        assert_eq!((claims.issued_at, claims.expires_at), (at(0), at(900)));
        Ok("access".into())
    });
    assert_eq!(log_in(opening(ports, Opened::Done(Box::new(user())))).await.unwrap().expires_in, 900);
}

#[pollster::test]
async fn unknown_and_wrong_are_one_answer_after_one_hash() {
    let mut unknown = found(Ports::default(), None);
    unknown.limiter.expect_attempt().returning(|_| Ok(Allowance::Granted));
    unknown
        .hasher
        .expect_verify()
        .withf(|_, hash| hash.is_none())
        .times(1)
        .returning(|_, _| Ok(Verdict::Wrong));
    let mut wrong = found(verdict(Ports::default(), Verdict::Wrong), Some(credentials()));
    wrong.limiter.expect_attempt().returning(|_| Ok(Allowance::Granted));
    assert_eq!(refused(log_in(unknown).await), "auth.invalid_credentials");
    assert_eq!(refused(log_in(wrong).await), "auth.invalid_credentials");
}

#[pollster::test]
async fn an_account_without_a_password_is_as_unknown() {
    let none = Credentials { password_hash: None, ..credentials() };
    let ports = found(verdict(Ports::default().patient(), Verdict::Wrong), Some(none));
    assert_eq!(refused(log_in(ports).await), "auth.invalid_credentials");
}

#[pollster::test]
async fn a_try_counts_for_the_account_and_the_address_before_it_is_looked_at() {
    let mut ports = Ports::default();
    ports.limiter.expect_attempt().times(1).returning(|backoffs| {
        let told: Vec<_> = backoffs.iter().map(|b| (b.key.as_str(), b.free, b.max_delay.as_secs())).collect();
        assert_eq!(told, [("login:account:+8613800000000", 5, 900), ("login:ip:192.0.2.1", 50, 900)]);
        Ok(Allowance::Wait(Duration::from_secs(8)))
    });
    let error = log_in(ports).await.unwrap_err();
    assert_eq!((error.code(), error.retry_after()), ("auth.too_many_attempts", Some(Duration::from_secs(8))));
}

#[pollster::test]
async fn a_limiter_that_does_not_answer_lets_nobody_in_by_password() {
    let mut ports = Ports::default();
    ports.limiter.expect_attempt().returning(|_| Err(down()));
    assert_eq!(refused(log_in(ports).await), "server.unavailable");
}

#[pollster::test]
async fn success_forgets_the_accounts_tries_and_takes_back_the_addresss() {
    let mut ports = found(verdict(Ports::default().signing(), Verdict::Right), Some(credentials()));
    ports.limiter.expect_attempt().returning(|_| Ok(Allowance::Granted));
    ports
        .limiter
        .expect_forget()
        .withf(|key| key == "login:account:+8613800000000")
        .times(1)
        .returning(|_| Ok(()));
    // Forgetting the address's would let whoever owns one account guess at the others.
    ports
        .limiter
        .expect_take_back()
        .withf(|key| key == "login:ip:192.0.2.1")
        .times(1)
        .returning(|_| Err(down()));
    log_in(opening(ports, Opened::Done(Box::new(user())))).await.unwrap();
}

#[pollster::test]
async fn a_wrong_password_stays_counted() {
    let mut ports = found(verdict(Ports::default(), Verdict::Wrong), Some(credentials()));
    ports.limiter.expect_attempt().times(1).returning(|_| Ok(Allowance::Granted));
    ports.limiter.expect_forget().never();
    ports.limiter.expect_take_back().never();
    assert_eq!(refused(log_in(ports).await), "auth.invalid_credentials");
}

#[pollster::test]
async fn an_old_hash_is_made_anew() {
    let mut ports =
        found(verdict(Ports::default().patient().signing(), Verdict::RightButOld), Some(credentials()));
    ports.hasher.expect_hash().times(1).returning(|_| Ok("better".into()));
    ports
        .accounts
        .expect_upgrade_hash()
        .withf(|id, old, new| *id == user_id(1) && old == "secret hash" && new == "better")
        .times(1)
        .returning(|_, _, _| Ok(()));
    log_in(opening(ports, Opened::Done(Box::new(user())))).await.unwrap();
}

#[pollster::test]
async fn an_old_hash_that_cannot_be_made_anew_keeps_nobody_out() {
    let mut busy =
        found(verdict(Ports::default().patient().signing(), Verdict::RightButOld), Some(credentials()));
    busy.hasher.expect_hash().returning(|_| Err(PortError::Busy));
    log_in(opening(busy, Opened::Done(Box::new(user())))).await.unwrap();
}

#[pollster::test]
async fn a_full_hasher_is_busy_and_not_a_wrong_password() {
    let mut ports = found(Ports::default().patient(), Some(credentials()));
    ports.hasher.expect_verify().returning(|_, _| Err(PortError::Busy));
    assert_eq!(refused(log_in(ports).await), "server.busy");
}

#[pollster::test]
async fn only_who_knows_the_password_learns_of_a_suspension() {
    let right = found(verdict(Ports::default().patient().signing(), Verdict::Right), Some(credentials()));
    assert_eq!(refused(log_in(opening(right, Opened::Suspended)).await), "auth.suspended");
    let wrong = found(verdict(Ports::default().patient(), Verdict::Wrong), Some(credentials()));
    assert_eq!(refused(log_in(wrong).await), "auth.invalid_credentials");
}

#[pollster::test]
async fn a_password_that_changed_while_it_was_checked_opens_nothing() {
    let ports = found(verdict(Ports::default().patient().signing(), Verdict::Right), Some(credentials()));
    assert_eq!(refused(log_in(opening(ports, Opened::Changed)).await), "auth.invalid_credentials");
}

#[pollster::test]
async fn logging_in_names_every_wrong_field_and_costs_nothing() {
    let sessions = Ports::default().services().sessions;
    let long = "x".repeat(8 << 10);
    assert_eq!(
        flaws(sessions.log_in("1", &long, &origin()).await),
        ["/mobile malformed", "/password too_long"]
    );
    assert_eq!(
        flaws(sessions.log_in_with_code("1", "?", &origin()).await),
        ["/mobile malformed", "/code malformed"]
    );
}

fn accepting(mut ports: Ports) -> Ports {
    ports.codes.expect_consume().times(1).returning(|key, code| {
        let right = key.purpose == Purpose::Login && key.mobile == mobile() && code.expose() == "123456";
        Ok(if right { Consumed::Right(issued("123456")) } else { Consumed::Wrong })
    });
    ports
}

async fn log_in_with_code(ports: Ports, code: &str) -> Result<SessionTokens, AuthError> {
    ports.services().sessions.log_in_with_code(MOBILE, code, &origin()).await
}

#[pollster::test]
async fn a_code_lets_in_while_the_password_is_throttled() {
    // The limiter expects no call.
    let ports = found(accepting(Ports::default().signing()), Some(credentials()));
    let opened = log_in_with_code(opening(ports, Opened::Done(Box::new(user()))), "123456").await;
    assert_eq!(opened.unwrap().user, user());
}

#[pollster::test]
async fn a_wrong_code_is_told_before_the_account_is_looked_for() {
    assert_eq!(refused(log_in_with_code(accepting(Ports::default()), "654321").await), "auth.invalid_code");
}

#[pollster::test]
async fn a_code_for_a_mobile_without_account_is_spent() {
    let ports = found(accepting(Ports::default()), None);
    assert_eq!(refused(log_in_with_code(ports, "123456").await), "auth.invalid_credentials");
}

#[pollster::test]
async fn a_log_in_code_is_put_back_if_a_port_fails_and_not_otherwise() {
    let mut failing = accepting(Ports::default());
    failing.accounts.expect_credentials_by_mobile().returning(|_| Err(down()));
    failing.codes.expect_issue().withf(|_, back| *back == issued("123456")).times(1).returning(|_, _| Ok(()));
    assert_eq!(refused(log_in_with_code(failing, "123456").await), "server.unavailable");

    let suspended = found(accepting(Ports::default().signing()), Some(credentials()));
    assert_eq!(
        refused(log_in_with_code(opening(suspended, Opened::Suspended), "123456").await),
        "auth.suspended"
    );
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

/// Access tokens are read as the actor's.
fn verifying(mut ports: Ports) -> Ports {
    ports.access.expect_verify().returning(|token, _| {
        let claims = Claims {
            user_id: user_id(1),
            session_id: session_id(11),
            issued_at: at(-10),
            expires_at: at(890),
        };
        (token == "access").then_some(claims)
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
    assert_eq!(services.sessions.authenticate("access").await.unwrap(), actor());
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
    services.sessions.end_others(actor()).await.unwrap();
    services.sessions.authenticate("access").await.unwrap();
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
