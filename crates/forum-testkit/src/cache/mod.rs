//! What every cache must do: codes, limits, rankings, tickets and telling.
//!
//! Each function is one promise of a port, given a fresh cache that it has for itself. An adapter runs
//! them all with [`cache_contract!`](crate::cache_contract):
//!
//! ```text
//! forum_testkit::cache_contract!(async || Arc::new(my::Cache::new()));
//! ```
//!
//! Time is real here, since one of the caches counts by a server's clock: windows are short, and no
//! test sleeps longer than a third of a second at a time.

pub mod code;
pub mod fan_out;
pub mod limit;
pub mod ranking;
pub mod ticket;

use std::{future::Future, time::Duration};

use forum_domain::error::PortError;
use tokio::task::JoinSet;

/// Runs every promise of the cache's ports as a test of its own. The expression is an async closure
/// (or function) without arguments that answers an `Arc` of a cache that is empty.
#[macro_export]
macro_rules! cache_contract {
    ($fresh:expr) => {
        $crate::cache_contract! { @each $fresh;
            code {
                the_right_code_is_right_once
                a_code_is_bound_to_its_purpose_and_mobile
                only_the_newest_code_counts
                as_many_wrong_tries_as_allowed_burn_the_code
                a_spent_code_comes_back_with_what_was_left_of_it
                a_code_dies_when_its_time_is_over
                of_parallel_right_tries_one_is_right
                parallel_guesses_are_compared_no_more_often_than_allowed
            }
            limit {
                a_quota_grants_its_limit_and_tells_how_long_to_wait
                a_window_begins_with_the_first_and_is_not_extended
                one_used_up_quota_takes_nothing_from_the_others
                the_longest_wait_is_told
                what_is_given_back_can_be_taken_again
                giving_back_what_was_never_taken_adds_nothing
                of_parallel_takes_exactly_the_limit_is_granted
                parallel_takes_of_shared_quotas_add_up
                attempts_beyond_the_free_ones_wait_and_are_not_counted
                the_wait_after_an_attempt_passes
                one_key_that_has_to_wait_counts_for_none
                a_forgotten_key_is_free_again
                an_attempt_taken_back_is_no_longer_counted
                of_parallel_attempts_exactly_the_free_ones_are_granted
                quotas_and_attempts_of_one_key_are_apart
            }
            ranking {
                a_kept_ranking_is_the_newest_and_is_found_by_its_generation
                an_older_ranking_does_not_replace_a_newer_one
                scopes_are_apart
                a_ranking_of_a_thousand_and_one_of_none_come_back_as_they_were
                a_ranking_is_gone_after_its_time
                one_of_many_begins
                a_lease_that_ran_out_is_free_again
                keeping_a_ranking_frees_the_lease
            }
            ticket {
                a_ticket_is_shown_as_often_as_one_likes_and_spent_once
                a_ticket_is_good_for_its_purpose_only
                a_ticket_dies_when_its_time_is_over
                of_parallel_spendings_one_is_answered
            }
            fan_out {
                everybody_who_listens_is_told
                what_nobody_hears_is_no_failure
            }
        }
    };
    (@each $fresh:expr; $($port:ident { $($promise:ident)* })*) => {$(
        mod $port {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    let cache = ($fresh)().await;
                    $crate::cache::$port::$promise(cache).await;
                }
            )*
        }
    )*};
}

/// What a port answered, in a test in which it must answer.
#[track_caller]
fn must<T>(answer: Result<T, PortError>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(failed) => panic!("the port failed: {failed}"),
    }
}

/// What `count` calls answer that are made at once, in no particular order.
async fn in_parallel<T, F>(count: usize, call: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut calls = JoinSet::new();
    for number in 0..count {
        calls.spawn(call(number));
    }
    calls.join_all().await
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
