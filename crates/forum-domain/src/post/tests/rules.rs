//! Who may do what with a post, and how hot it is.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::TimeDelta;

use super::super::{rules::*, *};
use crate::{
    clock::Timestamp,
    group::Role,
    testing::{actor, at, post_view},
};

const HOUR: i64 = 3_600;

/// What may be done with a post by this author: edit, delete, comment, like, moderate.
fn can(author: i64, role: Option<Role>, change: impl FnOnce(&mut PostView)) -> [bool; 5] {
    let mut view = post_view(author, Some(role));
    change(&mut view);
    let can = complete(view, Some(actor()), at(0)).viewer.unwrap().can;
    [can.edit, can.delete, can.comment, can.like, can.moderate]
}

#[test]
fn what_each_role_may_do_with_anothers_post() {
    let other = |role| can(2, role, |_| {});
    assert_eq!(other(None), [false, false, false, true, false]);
    assert_eq!(other(Some(Role::Member)), [false, false, true, true, false]);
    for role in [Role::Moderator, Role::Owner] {
        assert_eq!(other(Some(role)), [false, true, true, true, true]);
    }
}

#[test]
fn what_each_role_may_do_with_a_post_of_ones_own() {
    let own = |role| can(1, role, |_| {});
    // Who left the group can still take back what he wrote there.
    assert_eq!(own(None), [false, true, false, false, false]);
    assert_eq!(own(Some(Role::Member)), [true, true, true, false, false]);
    for role in [Role::Moderator, Role::Owner] {
        assert_eq!(own(Some(role)), [true, true, true, false, true]);
    }
}

#[test]
fn a_mute_takes_editing_and_commenting_until_its_end() {
    let muted = |author, role, until| {
        can(author, Some(role), |view| view.viewer.as_mut().unwrap().muted_until = Some(at(until)))
    };
    assert_eq!(muted(1, Role::Member, 1), [false, true, false, false, false]);
    assert_eq!(muted(1, Role::Member, 0), [true, true, true, false, false]);
    assert_eq!(muted(2, Role::Moderator, 1), [false, true, false, true, true]);
}

#[test]
fn a_mute_that_ended_is_not_shown() {
    for (until, shown) in [(at(1), Some(at(1))), (at(0), None), (at(-1), None)] {
        let mut view = post_view(2, Some(Some(Role::Member)));
        view.viewer.as_mut().unwrap().muted_until = Some(until);
        assert_eq!(complete(view, Some(actor()), at(0)).viewer.unwrap().muted_until, shown);
    }
}

#[test]
fn a_lock_takes_commenting_from_everybody_and_nothing_else() {
    for role in [Role::Member, Role::Owner] {
        let free = can(2, Some(role), |_| {});
        let locked = can(2, Some(role), |view| view.post.locked = true);
        assert!(free[2] && !locked[2]);
        assert_eq!([locked[0], locked[1], locked[3], locked[4]], [free[0], free[1], free[3], free[4]]);
    }
}

#[test]
fn nobody_signed_in_may_do_nothing() {
    assert_eq!(complete(post_view(2, None), None, at(0)).viewer, None);
}

#[test]
fn a_title_is_one_line_of_1_to_200_characters() {
    assert_eq!(Title::parse("\u{3000}标题 ").unwrap().as_str(), "标题");
    assert!(Title::parse(&"长".repeat(200)).is_ok());
    for (bad, code) in [
        ("", "too_short"),
        ("\u{FE0F}", "too_short"),
        ("两\n行", "control_characters"),
        ("a\u{202E}b", "control_characters"),
        (&"长".repeat(201), "too_long"),
    ] {
        assert_eq!(Title::parse(bad).unwrap_err().code, code, "{bad:?}");
    }
}

#[test]
fn a_period_reaches_back_its_days() {
    let since = [Period::All, Period::Day, Period::Week, Period::Month].map(|period| period.since(at(0)));
    let day = 24 * HOUR;
    assert_eq!(since, [None, Some(at(-day)), Some(at(-7 * day)), Some(at(-30 * day))]);
}

#[test]
fn heat_is_the_formulas() {
    // log10(max(2, likes + 2·commenters + 2)) / (hours + 2)^1.8, worked out by hand.
    for (likes, commenters, hours, by_hand) in [
        (0, 0, 0, std::f64::consts::LOG10_2 / 3.482_202_253),
        (4, 2, 0, 1.0 / 3.482_202_253),
        (98, 0, 8, 2.0 / 63.095_734_448),
        (990, 4, 98, 3.0 / 3_981.071_705_535),
        (0, 4, 8, 1.0 / 63.095_734_448),
    ] {
        let heat = heat(likes, commenters, at(-hours * HOUR), at(0));
        assert!((heat - by_hand).abs() < 1e-9, "{likes} {commenters} {hours}: {heat} {by_hand}");
    }
}

#[test]
fn a_post_from_the_future_is_as_hot_as_one_of_now() {
    assert_eq!(heat(5, 5, at(HOUR), at(0)).to_bits(), heat(5, 5, at(0), at(0)).to_bits());
}

fn measured(id: i64, like_count: i64, hours: i64) -> Measured {
    let created_at = at(-hours * HOUR);
    Measured { id: crate::id::PostId::stored(id), pinned: false, created_at, like_count, commenters: 0 }
}

fn ranked(posts: Vec<Measured>, limit: u32) -> Vec<i64> {
    hottest(posts, limit, at(0)).into_iter().map(crate::id::PostId::get).collect()
}

#[test]
fn the_hotter_comes_first_and_of_equals_the_newer() {
    // Twice the same heat; a day old with many likes; new with none.
    let posts = vec![measured(1, 8, 1), measured(2, 8, 1), measured(3, 1_000, 24), measured(4, 0, 0)];
    assert_eq!(ranked(posts.clone(), 9), [2, 1, 4, 3]);
    assert_eq!(ranked(posts, 2), [2, 1]);
    assert_eq!(ranked(Vec::new(), 9), Vec::<i64>::new());
}

#[test]
fn pinned_posts_come_before_hotter_ones_the_hottest_of_them_first() {
    let pinned = |post| Measured { pinned: true, ..post };
    let posts = vec![measured(1, 900, 0), pinned(measured(2, 0, 90)), pinned(measured(3, 9, 90))];
    assert_eq!(ranked(posts, 9), [3, 2, 1]);
}

#[test]
fn commenters_count_twice_a_like() {
    let commented = Measured { commenters: 3, ..measured(1, 0, 5) };
    assert_eq!(ranked(vec![measured(2, 6, 5), commented, measured(3, 5, 5)], 9), [2, 1, 3]);
}

/// Numbers below `bound` that look like chance and are the same in each run.
fn draws(bound: i64) -> impl Iterator<Item = i64> {
    (0_u64..).map(move |n| {
        let mut hasher = DefaultHasher::new();
        (n, bound).hash(&mut hasher);
        i64::try_from(hasher.finish() >> 1).unwrap() % bound
    })
}

#[test]
fn no_post_from_before_the_window_beats_a_newer_one() {
    const MOST: i64 = 10_000_000 - 2;
    let year = 365 * 86_400;
    let mut draw = draws(i64::MAX);
    let mut below = |bound: i64| draw.next().unwrap() % bound;
    let mut tried = 0;
    for n in 0..20_000 {
        // From ten years down to a fraction of a second, each order of magnitude alike.
        let oldest = at(0) - TimeDelta::microseconds((below(10 * year) * 1_000_000) >> (n % 45));
        let since = measured_since(oldest, at(0));
        assert!(since <= oldest);
        let before = since - TimeDelta::microseconds(1 + below(year) * (n % 3));
        if before < Timestamp::UNIX_EPOCH {
            continue;
        }
        tried += 1;
        let coolest = heat(0, 0, oldest, at(0));
        for likes in [below(MOST), MOST] {
            assert!(heat(likes, 0, before, at(0)) < coolest, "{likes} at {before} beat {oldest}");
        }
        // And each of the newer ones is at least as hot as the oldest of them, whatever it has.
        let newer = oldest + TimeDelta::seconds(below(2 * year));
        assert!(heat(below(9), below(9), newer, at(0)) >= coolest, "{newer} is cooler than {oldest}");
    }
    assert!(tried > 10_000, "{tried}");
}

#[test]
fn the_window_is_no_wider_than_it_must_be() {
    // A post as hot as can be, a minute inside of it, does beat the oldest of the newer ones.
    for hours in [0, 1, 24, 24 * 365] {
        let oldest = at(-hours * HOUR);
        let inside = measured_since(oldest, at(0)) + TimeDelta::minutes(1);
        assert!(heat(10_000_000 - 2, 0, inside, at(0)) > heat(0, 0, oldest, at(0)), "{hours}");
    }
}

#[test]
fn a_window_that_would_begin_before_unix_does_begin_there() {
    assert_eq!(measured_since(Timestamp::UNIX_EPOCH, at(0)), Timestamp::UNIX_EPOCH);
    assert_eq!(measured_since(Timestamp::MIN_UTC, Timestamp::MAX_UTC), Timestamp::UNIX_EPOCH);
}

#[test]
fn the_best_of_the_window_are_the_best_of_all() {
    let now = at(0);
    let posts: Vec<Measured> = draws(3_000 * HOUR)
        .zip(draws(200))
        .zip(1..)
        .map(|((age, likes), id)| {
            // Now and then an old post drew a lot.
            let like_count = if id % 50 == 0 { likes * 40_000 } else { likes };
            Measured { created_at: at(-age), ..measured(id, like_count, 0) }
        })
        .take(4_000)
        .collect();
    let mut newest: Vec<Timestamp> = posts.iter().map(|post| post.created_at).collect();
    newest.sort_by(|one, other| other.cmp(one));
    for limit in [10, 300, 1_000_u32] {
        let since = measured_since(newest[limit as usize - 1], now);
        let within: Vec<Measured> = posts.iter().filter(|post| post.created_at >= since).copied().collect();
        assert_eq!(ranked(within.clone(), limit), ranked(posts.clone(), limit));
        assert!(limit > 10 || within.len() < posts.len() / 4, "{} of {}", within.len(), posts.len());
    }
}
