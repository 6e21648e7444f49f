//! Hashing: what is right, what is old, what is refused, and what a flood costs.

#![expect(clippy::unwrap_used, reason = "clippy exempts test functions, but not what they call")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use forum_domain::{
    Policy,
    account::{Password, PasswordHasher, Verdict},
    error::PortError,
};
use forum_outbound::password::Hasher;
use tokio::task::JoinSet;

/// Made by Werkzeug's algorithm, of "密码 correct".
const WERKZEUG: &str =
    "pbkdf2:sha256:1000$Xy7aPq2z$ba6b069418bfb56f7adedc2e134a61a38dc53d3c218bbe0021532f7375f251c0";
/// From the test vectors of crypt_blowfish, of "U*U".
const BCRYPT: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

fn policy(memory_kib: u32, iterations: u32) -> Policy {
    Policy {
        argon2_memory_kib: memory_kib,
        argon2_iterations: iterations,
        argon2_parallelism: 1,
        ..Policy::default()
    }
}

fn hasher(memory_kib: u32, iterations: u32) -> Hasher {
    Hasher::new(&policy(memory_kib, iterations), 2, 64).unwrap()
}

fn password(text: &str) -> Password {
    Password::claim(text).unwrap()
}

async fn verdict(hasher: &Hasher, text: &str, hash: &str) -> Verdict {
    hasher.verify(&password(text), Some(hash)).await.unwrap()
}

#[tokio::test]
async fn a_hash_is_argon2id_by_the_policy_with_a_fresh_salt() {
    let hasher = hasher(8, 1);
    let first = hasher.hash(&password("correct horse")).await.unwrap();
    assert!(first.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{first}");
    assert_ne!(first, hasher.hash(&password("correct horse")).await.unwrap());
    assert_eq!(verdict(&hasher, "correct horse", &first).await, Verdict::Right);
    assert_eq!(verdict(&hasher, "Correct horse", &first).await, Verdict::Wrong);
    assert_eq!(verdict(&hasher, "correct horse ", &first).await, Verdict::Wrong);
}

#[tokio::test]
async fn passwords_that_differ_at_their_last_character_are_different() {
    let hasher = hasher(8, 1);
    let (one, two) = ("密".repeat(127) + "a", "密".repeat(127) + "b");
    let hash = hasher.hash(&password(&one)).await.unwrap();
    assert_eq!(verdict(&hasher, &one, &hash).await, Verdict::Right);
    assert_eq!(verdict(&hasher, &two, &hash).await, Verdict::Wrong);
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_right_but_old() {
    let (old, new) = (hasher(8, 1), hasher(16, 1));
    let hash = old.hash(&password("correct horse")).await.unwrap();
    assert_eq!(verdict(&new, "correct horse", &hash).await, Verdict::RightButOld);
    assert_eq!(verdict(&new, "wrong", &hash).await, Verdict::Wrong);
    let hash = hasher(16, 2).hash(&password("correct horse")).await.unwrap();
    assert_eq!(verdict(&new, "correct horse", &hash).await, Verdict::RightButOld);
}

#[tokio::test]
async fn imported_hashes_are_right_but_old() {
    let hasher = hasher(8, 1);
    assert_eq!(verdict(&hasher, "密码 correct", WERKZEUG).await, Verdict::RightButOld);
    let (head, hex) = WERKZEUG.rsplit_once('$').unwrap();
    let upper = format!("{head}${}", hex.to_uppercase());
    assert_eq!(verdict(&hasher, "密码 correct", &upper).await, Verdict::RightButOld);
    assert_eq!(verdict(&hasher, "密码 Correct", WERKZEUG).await, Verdict::Wrong);
    for version in ["$2a$", "$2b$", "$2y$"] {
        let hash = BCRYPT.replace("$2a$", version);
        assert_eq!(verdict(&hasher, "U*U", &hash).await, Verdict::RightButOld);
        assert_eq!(verdict(&hasher, "U*U*", &hash).await, Verdict::Wrong);
    }
}

#[tokio::test]
async fn a_corrupt_hash_is_wrong_and_not_an_error() {
    let hasher = hasher(8, 1);
    let good = hasher.hash(&password("correct horse")).await.unwrap();
    let (without_hash, _) = good.rsplit_once('$').unwrap();
    let many = [
        "",
        " ",
        "correct horse",
        "$",
        "$$$$$",
        "$argon2id$",
        "$argon2id$v=19$m=8,t=1,p=1$",
        without_hash,
        &good[..good.len() - 30],
        &good.replace("m=8", "m=4294967295"),
        &good.replace("m=8", "m=7"),
        &good.replace("t=1", "t=4294967295"),
        &good.replace("p=1", "p=0"),
        &good.replace("v=19", "v=99"),
        &good.replace("argon2id", "argon2x"),
        "$2b$05$short",
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$密密密密密密密密密密密密密密密密密密密",
        "pbkdf2:sha256:1000$salt",
        "pbkdf2:sha256:0$salt$00",
        "pbkdf2:sha256:4294967295$salt$0000000000000000000000000000000000000000000000000000000000000000",
        "pbkdf2:sha256:x$salt$0000000000000000000000000000000000000000000000000000000000000000",
        "pbkdf2:sha256:1$salt$",
        "pbkdf2:sha256:1$salt$zz",
        "pbkdf2:sha1:1000$salt$0000000000000000000000000000000000000000",
        "plain$correct horse",
        "\u{0}",
    ];
    for hash in many {
        let begun = Instant::now();
        assert_eq!(verdict(&hasher, "correct horse", hash).await, Verdict::Wrong, "{hash}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{hash} took {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn without_a_hash_the_answer_is_wrong_also_for_the_dummys_own_password() {
    for text in ["correct horse", "nobody's"] {
        assert_eq!(hasher(8, 1).verify(&password(text), None).await.unwrap(), Verdict::Wrong);
    }
}

#[tokio::test]
async fn without_a_hash_it_takes_as_long_as_with_one() {
    let hasher = hasher(2_048, 2);
    let hash = hasher.hash(&password("correct horse")).await.unwrap();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    // In turn, so that whatever else the machine does meets both.
    for _ in 0..40 {
        let begun = Instant::now();
        hasher.verify(&password("wrong"), Some(&hash)).await.unwrap();
        with.push(begun.elapsed());
        let begun = Instant::now();
        hasher.verify(&password("wrong"), None).await.unwrap();
        without.push(begun.elapsed());
    }
    with.sort();
    without.sort();
    let (with, without) = (with[20].as_secs_f64(), without[20].as_secs_f64());
    assert!((with / without - 1.0).abs() < 0.3, "median {with} s with a hash, {without} s without");
}

#[tokio::test]
async fn a_flood_beyond_the_waiting_room_is_busy_at_once_and_the_rest_is_served() {
    let hasher = Arc::new(Hasher::new(&policy(1_024, 2), 1, 8).unwrap());
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let hasher = hasher.clone();
        calls.spawn(async move {
            let begun = Instant::now();
            (hasher.verify(&password("wrong"), None).await, begun.elapsed())
        });
    }
    let answers = calls.join_all().await;
    let busy = answers.iter().filter(|(answer, _)| matches!(answer, Err(PortError::Busy))).count();
    let served = answers.iter().filter(|(answer, _)| answer.is_ok()).count();
    assert_eq!((served, busy), (9, 91));
    assert!(hasher.hash(&password("correct horse")).await.is_ok(), "the room is free again");
}

#[tokio::test]
async fn hashing_does_not_hold_up_the_async_worker() {
    let hasher = Arc::new(hasher(16_384, 3));
    let hashing = tokio::spawn({
        let hasher = hasher.clone();
        async move { hasher.hash(&password("correct horse")).await }
    });
    tokio::task::yield_now().await;
    let mut ticks = 0;
    while !hashing.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
        ticks += 1;
    }
    assert!(ticks > 3, "the one worker got {ticks} turns during the hash");
}

#[tokio::test]
async fn callers_who_leave_free_their_places() {
    let hasher = Hasher::new(&policy(1_024, 2), 1, 1).unwrap();
    for _ in 0..10 {
        let (password, gone) = (password("wrong"), Duration::from_micros(100));
        let (one, two) = (hasher.verify(&password, None), hasher.verify(&password, None));
        let _ = tokio::time::timeout(gone, async { tokio::join!(one, two) }).await;
    }
    // What runs is finished, what waited is not begun.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(hasher.verify(&password("wrong"), None).await.is_ok());
}

#[test]
fn parameters_that_argon2_refuses_are_an_error() {
    let error = Hasher::new(&Policy { argon2_parallelism: 16, ..policy(8, 1) }, 1, 1).err().unwrap();
    assert!(error.to_string().contains("argon2"), "{error}");
}
