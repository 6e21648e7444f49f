//! The promises of [`CodeStore`].

use std::{sync::Arc, time::Duration};

use forum_domain::{
    account::Mobile,
    code::{Code, CodeKey, CodeStore, Consumed, IssuedCode, Purpose},
};

use super::{in_parallel, ms, must, pause};

const RIGHT: &str = "246810";

fn key(purpose: Purpose, mobile: &str) -> CodeKey {
    CodeKey { purpose, mobile: Mobile::stored(mobile.into()) }
}

fn login() -> CodeKey {
    key(Purpose::Login, "+8613800000000")
}

fn code(digits: &str) -> Code {
    Code::parse(digits).unwrap_or_else(|flaw| panic!("{digits}: {}", flaw.code))
}

fn issued(digits: &str) -> IssuedCode {
    IssuedCode { code: code(digits), ttl: Duration::from_secs(600), attempts: 5 }
}

async fn is_right(codes: &dyn CodeStore, key: &CodeKey, digits: &str) -> bool {
    must(codes.consume(key, &code(digits)).await) != Consumed::Wrong
}

/// A code is single use.
pub async fn the_right_code_is_right_once(codes: Arc<dyn CodeStore>) {
    must(codes.issue(&login(), &issued(RIGHT)).await);
    assert!(is_right(&*codes, &login(), RIGHT).await);
    assert!(!is_right(&*codes, &login(), RIGHT).await, "a replay");
}

/// A code for one purpose or mobile is none for another, and a try there costs it nothing.
pub async fn a_code_is_bound_to_its_purpose_and_mobile(codes: Arc<dyn CodeStore>) {
    must(codes.issue(&login(), &IssuedCode { attempts: 1, ..issued(RIGHT) }).await);
    assert!(!is_right(&*codes, &key(Purpose::Register, "+8613800000000"), RIGHT).await);
    assert!(!is_right(&*codes, &key(Purpose::Login, "+8613800000001"), RIGHT).await);
    assert!(is_right(&*codes, &login(), RIGHT).await);
}

/// A new code replaces the one before it, with tries of its own.
pub async fn only_the_newest_code_counts(codes: Arc<dyn CodeStore>) {
    must(codes.issue(&login(), &IssuedCode { attempts: 2, ..issued("111111") }).await);
    assert!(!is_right(&*codes, &login(), "999999").await);
    must(codes.issue(&login(), &IssuedCode { attempts: 2, ..issued(RIGHT) }).await);
    assert!(!is_right(&*codes, &login(), "111111").await, "the first is dead");
    assert!(is_right(&*codes, &login(), RIGHT).await, "the second had both its tries");
}

/// The last wrong try burns the code; one less does not.
pub async fn as_many_wrong_tries_as_allowed_burn_the_code(codes: Arc<dyn CodeStore>) {
    for wrong_tries in [4, 5] {
        must(codes.issue(&login(), &issued(RIGHT)).await);
        for _ in 0..wrong_tries {
            assert!(!is_right(&*codes, &login(), "000000").await);
        }
        assert_eq!(is_right(&*codes, &login(), RIGHT).await, wrong_tries < 5, "{wrong_tries} wrong tries");
    }
}

/// Put back, a code has the tries and the time that it had left.
pub async fn a_spent_code_comes_back_with_what_was_left_of_it(codes: Arc<dyn CodeStore>) {
    must(codes.issue(&login(), &IssuedCode { attempts: 3, ttl: ms(600), ..issued(RIGHT) }).await);
    assert!(!is_right(&*codes, &login(), "000000").await);
    pause(200).await;
    let Consumed::Right(left) = must(codes.consume(&login(), &code(RIGHT)).await) else {
        panic!("the right code was refused");
    };
    assert_eq!((left.code.expose(), left.attempts), (RIGHT, 2));
    assert!(left.ttl > Duration::ZERO && left.ttl <= ms(400), "{:?} left of 600 ms after 200", left.ttl);

    must(codes.issue(&login(), &left).await);
    assert!(!is_right(&*codes, &login(), "000000").await);
    assert!(is_right(&*codes, &login(), RIGHT).await);
}

/// A code does not outlive its time.
pub async fn a_code_dies_when_its_time_is_over(codes: Arc<dyn CodeStore>) {
    must(codes.issue(&login(), &IssuedCode { ttl: ms(120), ..issued(RIGHT) }).await);
    // A wrong try must not give it a new life.
    assert!(!is_right(&*codes, &login(), "000000").await);
    pause(180).await;
    assert!(!is_right(&*codes, &login(), RIGHT).await);
}

/// Many hold the right code: one gets in.
pub async fn of_parallel_right_tries_one_is_right(codes: Arc<dyn CodeStore>) {
    must(codes.issue(&login(), &issued(RIGHT)).await);
    let tries = in_parallel(50, |_| {
        let codes = codes.clone();
        async move { is_right(&*codes, &login(), RIGHT).await }
    });
    assert_eq!(tries.await.into_iter().filter(|right| *right).count(), 1);
}

/// Fifty guess at once, one of them right. Were more than five compared, the right one would be found
/// in each round; with five it is found in about one of ten.
pub async fn parallel_guesses_are_compared_no_more_often_than_allowed(codes: Arc<dyn CodeStore>) {
    const ROUNDS: usize = 30;
    let mut found = 0;
    for round in 0..ROUNDS {
        let key = key(Purpose::Login, &format!("+861380000{round:04}"));
        must(codes.issue(&key, &issued("100049")).await);
        let tries = in_parallel(50, |number| {
            // The right guess is at another place in each round's order.
            let (codes, key, guess) = (codes.clone(), key.clone(), 100_000 + (number + round * 7) % 50);
            async move { is_right(&*codes, &key, &guess.to_string()).await }
        });
        let right = tries.await.into_iter().filter(|right| *right).count();
        assert!(right <= 1);
        found += right;
        // Whoever guessed, the code is spent or burnt now.
        assert!(!is_right(&*codes, &key, "100049").await);
    }
    assert!(found < ROUNDS / 2, "found in {found} of {ROUNDS} rounds: more than five guesses were compared");
}
