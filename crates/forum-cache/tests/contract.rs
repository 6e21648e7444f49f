//! Both caches keep every promise of their ports.

#![expect(clippy::unwrap_used, reason = "clippy exempts test functions, but not what they call")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use chrono::DateTime;
use forum_domain::{
    clock::{Clock, Timestamp},
    store::Cache,
};

/// The contract is about real time, since Redis has no other.
struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        let now = micros_since_epoch();
        DateTime::from_timestamp_micros(i64::try_from(now).unwrap()).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn micros_since_epoch() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()
}

async fn memory_cache() -> Arc<dyn Cache> {
    forum_cache::open("memory:", "", Arc::new(RealClock)).await.unwrap()
}

/// On the server of the environment, under a prefix that no other test has.
async fn redis_cache() -> Arc<dyn Cache> {
    static TESTS: AtomicU32 = AtomicU32::new(0);
    let url = std::env::var("FORUM_TEST_REDIS_URL").unwrap_or_else(|_| {
        panic!(
            "FORUM_TEST_REDIS_URL names no Redis server: run `cargo xtask test`, or set it (redis://127.0.0.1)"
        )
    });
    let test = TESTS.fetch_add(1, Ordering::Relaxed);
    let prefix = format!("test:{}:{}:{test}:", std::process::id(), micros_since_epoch());
    forum_cache::open(&url, &prefix, Arc::new(RealClock)).await.unwrap()
}

mod memory {
    use super::*;
    forum_testkit::cache_contract!(memory_cache);
}

mod redis {
    use super::*;
    forum_testkit::cache_contract!(redis_cache);
}
