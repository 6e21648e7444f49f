//! How many requests one client may send.
//!
//! Counted in this process only: it keeps one client from crowding out the others, while what costs money
//! or guards accounts is counted for all instances together by the domain.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use forum_domain::id::UserId;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::state::Rate;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// Somebody signed in, wherever he is.
    User(UserId),
    /// Somebody unknown at an address.
    Address(String),
}

impl Client {
    /// The client at this address; IPv6 by its /64.
    #[cfg(test)]
    fn at(address: std::net::IpAddr) -> Self {
        Self::Address(forum_domain::Origin::new(address, None).ip)
    }
}

/// After how many requests clients that were not seen lately are forgotten.
const SWEEP_EVERY: u32 = 10_000;

type Limiter = RateLimiter<Client, DashMapStateStore<Client>, DefaultClock, StateInformationMiddleware>;

/// Counts requests.
pub(crate) struct Limits {
    limiter: Limiter,
    clock: DefaultClock,
    rate: Rate,
    since_sweep: AtomicU32,
}

/// What a request found, for the headers `RateLimit` and `RateLimit-Policy`
/// (draft-ietf-httpapi-ratelimit-headers).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// How long to wait, if it came too early.
    pub(crate) wait: Option<Duration>,
    /// How many more may come now.
    remaining: u32,
    rate: Rate,
}

impl Limits {
    pub(crate) fn new(rate: Rate) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        let limiter = RateLimiter::dashmap(quota).with_middleware();
        Self { limiter, clock: DefaultClock::default(), rate, since_sweep: AtomicU32::new(0) }
    }

    /// Counts a request of this client.
    pub(crate) fn count(&self, client: &Client) -> Counted {
        if self.since_sweep.fetch_add(1, Ordering::Relaxed) >= SWEEP_EVERY {
            self.since_sweep.store(0, Ordering::Relaxed);
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(client) {
            Ok(state) => Counted { wait: None, remaining: state.remaining_burst_capacity(), rate: self.rate },
            Err(early) => {
                let wait = early.wait_time_from(self.clock.now());
                Counted { wait: Some(wait), remaining: 0, rate: self.rate }
            }
        }
    }
}

impl Counted {
    /// `RateLimit`: how many are left, and after how many seconds all are there again.
    pub(crate) fn header(&self) -> String {
        let missing = self.rate.burst.get().saturating_sub(self.remaining);
        format!("\"default\";r={};t={}", self.remaining, seconds(missing, self.rate.per_minute))
    }

    /// `RateLimit-Policy`: how many in how many seconds.
    pub(crate) fn policy(&self) -> String {
        let window = seconds(self.rate.burst.get(), self.rate.per_minute).max(1);
        format!("\"default\";q={};w={window}", self.rate.burst)
    }
}

/// How long so many take to come back, in whole seconds, rounded up.
fn seconds(requests: u32, per_minute: NonZeroU32) -> u64 {
    (u64::from(requests) * 60).div_ceil(u64::from(per_minute.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_minute: u32, burst: u32) -> Limits {
        Limits::new(Rate {
            per_minute: NonZeroU32::new(per_minute).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        })
    }

    #[test]
    fn a_client_is_stopped_after_its_burst_and_told_for_how_long() {
        let limits = limits(60, 3);
        let client = Client::at("203.0.113.9".parse().unwrap());
        let left: Vec<String> = (0..3).map(|_| limits.count(&client).header()).collect();
        assert_eq!(left, ["\"default\";r=2;t=1", "\"default\";r=1;t=2", "\"default\";r=0;t=3"]);
        let stopped = limits.count(&client);
        assert!(stopped.wait.is_some_and(|wait| wait <= Duration::from_secs(1)), "{stopped:?}");
        assert_eq!(stopped.policy(), "\"default\";q=3;w=3");
        // Others are not in its way.
        let other = Client::at("203.0.113.10".parse().unwrap());
        assert_eq!(limits.count(&other).wait, None);
    }

    #[test]
    fn one_ipv6_subscriber_is_one_client() {
        let limits = limits(60, 2);
        let stopped = (0..1_000).filter(|host| {
            let address = format!("2001:db8:1:1::{host:x}").parse().unwrap();
            limits.count(&Client::at(address)).wait.is_some()
        });
        assert_eq!(stopped.count(), 998);
    }
}
