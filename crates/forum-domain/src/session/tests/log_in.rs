//! Logging in.

use std::time::Duration;

use super::super::*;
use crate::{
    account::{Credentials, Verdict},
    code::{Consumed, Purpose},
    error::{Coded, PortError},
    limit::Allowance,
    testing::{
        MOBILE, PASSWORD, Ports, at, credentials, down, flaws, issued, mobile, origin, refused, user, user_id,
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
