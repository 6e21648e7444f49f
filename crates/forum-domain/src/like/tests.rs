//! Likes: days, quotas, and how liking and taking it back end.

use std::time::Duration;

use chrono_tz::Tz;

use super::*;
use crate::{
    clock::Timestamp,
    error::Coded,
    policy::Policy,
    testing::{Log, Ports, Services, actor, at, comment_id, post_id, refused, user_id},
};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(name: &str) -> Tz {
    name.parse().unwrap()
}

#[test]
fn a_day_turns_at_midnight_in_shanghai() {
    let shanghai = Tz::Asia__Shanghai;
    let (last, first) = (moment("2026-11-23T15:59:59.999999Z"), moment("2026-11-23T16:00:00Z"));
    let (Day(before), Day(after)) = (rules::day(last, shanghai), rules::day(first, shanghai));
    assert_eq!((before, after), (20_780, 20_781));
    assert_eq!(rules::resets_at(last, shanghai), first);
    assert_eq!(rules::resets_at(first, shanghai), moment("2026-11-24T16:00:00Z"));
}

#[test]
fn days_count_from_1970_on_both_sides() {
    assert_eq!(rules::day(moment("1970-01-01T00:00:00Z"), Tz::UTC), Day(0));
    assert_eq!(rules::day(moment("1969-12-31T23:59:59Z"), Tz::UTC), Day(-1));
    assert_eq!(rules::day(moment("1970-01-01T00:00:00Z"), zone("America/New_York")), Day(-1));
}

#[test]
fn where_a_clock_is_put_forward_over_midnight_the_day_begins_at_the_first_moment_after() {
    for (name, now, first) in [
        ("America/Sao_Paulo", "2018-11-04T02:30:00Z", "2018-11-04T03:00:00Z"),
        ("Africa/Cairo", "2023-04-27T21:00:00Z", "2023-04-27T22:00:00Z"),
        ("Asia/Beirut", "2024-03-30T12:00:00Z", "2024-03-30T22:00:00Z"),
        // From half past eleven to half past twelve: the day begins half an hour old.
        ("America/Toronto", "1919-03-30T12:00:00Z", "1919-03-31T04:30:00Z"),
        // A whole day was left out.
        ("Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z"),
    ] {
        let (zone, now, first) = (zone(name), moment(now), moment(first));
        assert_eq!(rules::resets_at(now, zone), first, "{name}");
        assert_eq!(rules::day(first - chrono::TimeDelta::microseconds(1), zone), rules::day(now, zone));
        assert!(rules::day(first, zone) > rules::day(now, zone), "{name}");
    }
}

#[test]
fn where_a_clock_is_put_back_over_midnight_a_day_ends_in_the_future_still() {
    // In Havana one o'clock becomes midnight: midnight comes twice, and the day turns at the first.
    let havana = zone("America/Havana");
    let first = moment("2024-11-03T04:00:00Z");
    assert_eq!(rules::resets_at(moment("2024-11-03T03:59:59Z"), havana), first);
    for within in ["2024-11-03T04:30:00Z", "2024-11-03T05:30:00Z"] {
        assert_eq!(rules::resets_at(moment(within), havana), moment("2024-11-04T05:00:00Z"));
    }
    // In St. John's one minute past midnight became one past eleven: the evening came twice.
    let st_johns = zone("America/St_Johns");
    let (evening, again) = (moment("2010-11-07T02:15:00Z"), moment("2010-11-07T02:45:00Z"));
    assert_eq!(rules::resets_at(evening, st_johns), moment("2010-11-07T02:30:00Z"));
    assert_eq!(rules::resets_at(again, st_johns), moment("2010-11-07T03:30:00Z"));
}

#[test]
fn a_day_of_any_zone_ends_after_any_moment_of_it() {
    for zone in chrono_tz::TZ_VARIANTS {
        for hours in (0..24 * 366).step_by(29) {
            let now = moment("2023-01-01T00:17:31Z") + chrono::TimeDelta::hours(hours);
            let end = rules::resets_at(now, zone);
            assert!(end > now && end <= now + chrono::TimeDelta::hours(25), "{zone} {now} {end}");
            assert!(rules::day(end, zone) > rules::day(now, zone), "{zone} {now} {end}");
        }
    }
}

#[test]
fn at_the_end_of_time_there_is_no_next_day() {
    assert_eq!(rules::resets_at(Timestamp::MAX_UTC, Tz::UTC), Timestamp::MAX_UTC);
}

const fn tally(liked: bool, used_today: u32, used_for_author: u32) -> Tally {
    Tally { liked, like_count: 8, used_today, used_for_author }
}

#[test]
fn what_is_left_is_what_is_allowed_less_what_was_used() {
    let policy = Policy::default();
    let now = moment("2026-11-23T12:00:00Z");
    let left = |used_today, used_for_author| {
        let state = rules::state(tally(true, used_today, used_for_author), &policy, now);
        assert_eq!((state.liked, state.like_count), (true, 8));
        assert_eq!(state.resets_at, moment("2026-11-23T16:00:00Z"));
        (state.remaining_today, state.remaining_for_author)
    };
    assert_eq!(left(0, 0), (50, 10));
    assert_eq!(left(49, 10), (1, 0));
    // A policy that was lowered takes nothing back.
    assert_eq!(left(60, 11), (0, 0));
}

const POST: fn() -> Target = || Target::Post(post_id());
const COMMENT: fn() -> Target = || Target::Comment(comment_id());

/// At noon in Shanghai, twelve hours before the day turns.
fn at_noon(ports: Ports) -> Services {
    let services = ports.services();
    services.clock.set(moment("2026-11-23T04:00:00Z"));
    services
}

#[pollster::test]
async fn a_like_carries_the_days_quotas_to_the_store() {
    for target in [POST(), COMMENT()] {
        let log = Log::default();
        let policy = Policy { likes_per_day: 5, likes_per_author_per_day: 2, ..Policy::default() };
        let mut ports = Ports { policy, ..Ports::default() }.listener("a", &log, false);
        ports.likes.expect_like().times(1).returning(move |like| {
            assert_eq!((like.target, like.user, like.day), (target, user_id(1), Day(20_780)));
            assert_eq!((like.per_day, like.per_author), (5, 2));
            assert_eq!(like.at, moment("2026-11-23T04:00:00Z"));
            Ok(Liked::Done(tally(true, 3, 1)))
        });
        let state = at_noon(ports).likes.like(actor(), target).await.unwrap();
        assert_eq!((state.remaining_today, state.remaining_for_author), (2, 1));
        assert_eq!(log.take(), ["a before Like", "a after Liked"]);
    }
}

#[pollster::test]
async fn a_repeated_like_is_no_error_and_no_news() {
    let log = Log::default();
    let mut ports = Ports::default().listener("a", &log, false);
    ports.likes.expect_like().returning(|_| Ok(Liked::Already(tally(true, 50, 10))));
    let state = ports.services().likes.like(actor(), POST()).await.unwrap();
    assert_eq!((state.liked, state.remaining_today), (true, 0));
    assert_eq!(log.take(), ["a before Like"]);
}

#[pollster::test]
async fn how_liking_ends_is_told() {
    for (target, outcome, code) in [
        (POST(), Liked::OwnContent, "like.own_content"),
        (POST(), Liked::DailyLimit, "like.daily_limit"),
        (COMMENT(), Liked::AuthorLimit, "like.author_limit"),
        (POST(), Liked::NoSuchTarget, "post.not_found"),
        (COMMENT(), Liked::NoSuchTarget, "comment.not_found"),
    ] {
        let log = Log::default();
        let mut ports = Ports::default().listener("a", &log, false);
        ports.likes.expect_like().returning(move |_| Ok(outcome));
        assert_eq!(refused(ports.services().likes.like(actor(), target).await), code);
        assert_eq!(log.take(), ["a before Like"]);
    }
}

#[pollster::test]
async fn who_used_up_his_likes_waits_until_the_day_turns() {
    for outcome in [Liked::DailyLimit, Liked::AuthorLimit] {
        let mut ports = Ports::default();
        ports.likes.expect_like().returning(move |_| Ok(outcome));
        let services = at_noon(ports);
        let wait = async || services.likes.like(actor(), POST()).await.unwrap_err().retry_after();
        assert_eq!(wait().await, Some(Duration::from_secs(12 * 3_600)));
        services.clock.set(moment("2026-11-23T15:59:59Z"));
        assert_eq!(wait().await, Some(Duration::from_secs(1)));
        services.clock.set(moment("2026-11-23T16:00:00Z"));
        assert_eq!(wait().await, Some(Duration::from_secs(24 * 3_600)));
    }
}

#[pollster::test]
async fn a_like_is_taken_back_for_the_day_it_is_today() {
    let log = Log::default();
    let mut ports = Ports::default().listener("a", &log, false);
    ports.likes.expect_unlike().times(1).returning(|unlike| {
        assert_eq!((unlike.target, unlike.user, unlike.day), (POST(), user_id(1), Day(20_780)));
        Ok(Unliked::Done(tally(false, 0, 0)))
    });
    let state = at_noon(ports).likes.unlike(actor(), POST()).await.unwrap();
    assert_eq!((state.liked, state.remaining_today), (false, 50));
    assert_eq!(log.take(), ["a after Unliked"]);
}

#[pollster::test]
async fn what_was_not_liked_is_taken_back_without_error_or_news() {
    let log = Log::default();
    let mut ports = Ports::default().listener("a", &log, false);
    ports.likes.expect_unlike().return_once(|_| Ok(Unliked::Already(tally(false, 1, 0))));
    assert!(!ports.services().likes.unlike(actor(), POST()).await.unwrap().liked);
    for (target, code) in [(POST(), "post.not_found"), (COMMENT(), "comment.not_found")] {
        let mut ports = Ports::default().listener("a", &log, false);
        ports.likes.expect_unlike().return_once(|_| Ok(Unliked::NoSuchTarget));
        assert_eq!(refused(ports.services().likes.unlike(actor(), target).await), code);
    }
    assert!(log.take().is_empty());
}

#[pollster::test]
async fn quotas_are_forgotten_from_the_day_before_yesterday_on() {
    let mut ports = Ports::default();
    ports.likes.expect_prune_quotas().withf(|before| *before == Day(20_779)).returning(|_| Ok(4));
    assert_eq!(at_noon(ports).likes.prune().await.unwrap(), 4);
    assert_ne!(rules::day(at(0), Tz::UTC), Day(20_780), "the clock was set");
}
