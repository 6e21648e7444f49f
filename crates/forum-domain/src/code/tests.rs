//! Drawing, sending and accepting codes.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::{
    error::Coded,
    limit::Allowance,
    policy::Policy,
    testing::{CountingRandom, MOBILE, Ports, down, flaws, issued, mobile, origin, refused},
};

fn key(purpose: Purpose) -> CodeKey {
    CodeKey { purpose, mobile: mobile() }
}

#[test]
fn codes_are_zero_padded_to_their_length() {
    for (number, length, code) in
        [(7, 6, "000007"), (7, 4, "0007"), (1_234_567, 6, "234567"), (0, 8, "00000000")]
    {
        assert_eq!(rules::draw(&CountingRandom::from(number), length).expose(), code);
    }
}

#[test]
fn every_code_is_drawn_equally_often() {
    let random = CountingRandom::from(0);
    let mut drawn = BTreeMap::new();
    for _ in 0..30_000 {
        *drawn.entry(rules::draw(&random, 4).expose().to_owned()).or_insert(0) += 1;
    }
    assert_eq!(drawn.len(), 10_000);
    assert!(drawn.values().all(|times| *times == 3));
}

#[test]
fn a_draw_that_would_favour_low_codes_is_repeated() {
    // Of the last incomplete run of 10^6 below 2^64 nothing is used: the next number is, here 0.
    assert_eq!(rules::draw(&CountingRandom::from(u64::MAX), 6).expose(), "000000");
}

#[test]
fn codes_are_read_as_people_type_them() {
    for text in ["123456", " 123 456 ", "１２３４５６", "123\u{3000}456"] {
        assert_eq!(Code::parse(text).unwrap().expose(), "123456", "{text:?}");
    }
    for text in ["", "123", "123456789", "12345x", "-12345", "١٢٣٤٥٦", "1234\0", &"1".repeat(100)] {
        assert_eq!(Code::parse(text).unwrap_err().code, "malformed", "{text:?}");
    }
}

#[test]
fn debug_shows_no_code() {
    assert!(!format!("{:?}", issued("123456")).contains("123456"));
}

#[test]
fn purposes_are_known_by_their_names() {
    for purpose in Purpose::ALL {
        assert_eq!(Purpose::parse(purpose.as_str()), Ok(purpose));
    }
    for text in ["", "Login", "login ", "delete"] {
        assert_eq!(Purpose::parse(text).unwrap_err().code, "not_allowed");
    }
}

#[test]
fn sending_takes_from_the_pause_the_mobile_the_address_and_the_site() {
    let quotas = rules::quotas(&key(Purpose::Login), "192.0.2.1", &Policy::default());
    let told: Vec<_> = quotas.iter().map(|q| (q.key.as_str(), q.limit, q.window.as_secs())).collect();
    assert_eq!(
        told,
        [
            ("sms:pause:login:+8613800000000", 1, 60),
            ("sms:day:+8613800000000", 5, 86_400),
            ("sms:ip:192.0.2.1", 10, 3_600),
            ("sms:site", 10_000, 86_400),
        ]
    );
}

#[test]
fn a_mobiles_day_is_one_whatever_the_purpose() {
    let day = |purpose| rules::quotas(&key(purpose), "192.0.2.1", &Policy::default()).swap_remove(1);
    assert!(Purpose::ALL.into_iter().all(|purpose| day(purpose) == day(Purpose::Register)));
}

#[pollster::test]
async fn a_code_waits_before_it_is_sent() {
    let mut ports = Ports::default();
    let mut order = mockall::Sequence::new();
    ports.limiter.expect_take().times(1).in_sequence(&mut order).returning(|_| Ok(Allowance::Granted));
    ports
        .codes
        .expect_issue()
        .withf(|key, issued| {
            *key == CodeKey { purpose: Purpose::Register, mobile: mobile() }
                && issued.code.expose() == "122999"
                && issued.ttl == Duration::from_secs(600)
                && issued.attempts == 5
        })
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    ports
        .sms
        .expect_send()
        .withf(|to, purpose, code| {
            *to == mobile() && *purpose == Purpose::Register && code.expose() == "122999"
        })
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(()));
    let sent = ports.services().codes.send("138 0000 0000", "register", &origin()).await.unwrap();
    assert_eq!(
        sent,
        SentCode { expires_in: Duration::from_secs(600), resend_after: Duration::from_secs(60) }
    );
}

#[pollster::test]
async fn every_spelling_of_a_mobile_counts_as_one() {
    for typed in ["13800000000", "+86 138 0000 0000", "１３８００００００００", "0086-13800000000"]
    {
        let mut ports = Ports::default();
        ports.limiter.expect_take().times(1).returning(|quotas| {
            assert_eq!(quotas[1].key, format!("sms:day:{MOBILE}"));
            Ok(Allowance::Wait(Duration::from_secs(1)))
        });
        assert_eq!(refused(ports.services().codes.send(typed, "login", &origin()).await), "code.too_many");
    }
}

#[pollster::test]
async fn one_code_too_many_tells_how_long_to_wait_and_sends_nothing() {
    let mut ports = Ports::default();
    ports.limiter.expect_take().returning(|_| Ok(Allowance::Wait(Duration::from_secs(42))));
    let error = ports.services().codes.send(MOBILE, "login", &origin()).await.unwrap_err();
    assert_eq!((error.code(), error.retry_after()), ("code.too_many", Some(Duration::from_secs(42))));
}

#[pollster::test]
async fn a_limiter_that_does_not_answer_lets_no_code_out() {
    let mut ports = Ports::default();
    ports.limiter.expect_take().returning(|_| Err(down()));
    assert_eq!(refused(ports.services().codes.send(MOBILE, "login", &origin()).await), "server.unavailable");
}

#[pollster::test]
async fn a_code_that_was_not_taken_by_the_sender_is_not_counted_and_does_not_wait() {
    let mut ports = Ports::default();
    ports.limiter.expect_take().returning(|_| Ok(Allowance::Granted));
    ports.codes.expect_issue().returning(|_, _| Ok(()));
    ports.sms.expect_send().returning(|_, _, _| Err(down()));
    ports
        .codes
        .expect_consume()
        .withf(|_, code| code.expose() == "122999")
        .times(1)
        .returning(|_, code| Ok(Consumed::Right(issued(code.expose()))));
    ports.limiter.expect_give_back().withf(|quotas| quotas.len() == 4).times(1).returning(|_| Ok(()));
    assert_eq!(refused(ports.services().codes.send(MOBILE, "login", &origin()).await), "server.unavailable");
}

#[pollster::test]
async fn without_limits_nothing_is_counted() {
    let mut ports = Ports { unlimited: true, ..Ports::default() };
    ports.codes.expect_issue().returning(|_, _| Ok(()));
    ports.sms.expect_send().times(1).returning(|_, _, _| Ok(()));
    ports.services().codes.send(MOBILE, "login", &origin()).await.unwrap();
}

#[pollster::test]
async fn sending_names_every_wrong_field_and_counts_nothing() {
    let sent = Ports::default().services().codes.send("110", "party", &origin()).await;
    assert_eq!(flaws(sent), ["/mobile malformed", "/purpose not_allowed"]);
}

#[pollster::test]
async fn a_mobile_of_a_country_that_may_not_register_costs_nothing() {
    let sent = Ports::default().services().codes.send("+14155552671", "register", &origin()).await;
    assert_eq!(flaws(sent), ["/mobile not_allowed"]);
}

#[pollster::test]
async fn whatever_is_wrong_with_a_code_the_answer_is_one() {
    let mut ports = Ports::default();
    ports.codes.expect_consume().returning(|_, _| Ok(Consumed::Wrong));
    let accepted = ports.services().codes.accept(&key(Purpose::Login), &issued("123456").code).await;
    assert_eq!(refused(accepted), "auth.invalid_code");
}

#[pollster::test]
async fn a_code_that_cannot_be_put_back_is_no_error() {
    let mut ports = Ports::default();
    ports.codes.expect_issue().times(1).returning(|_, _| Err(down()));
    ports.services().codes.put_back(&key(Purpose::Login), &issued("123456")).await;
}
