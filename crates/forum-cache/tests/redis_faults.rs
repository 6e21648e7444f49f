//! What a Redis server costs that is not there, does not answer, or comes back.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy exempts test functions, but not what they call"
)]

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use forum_cache::{OpenError, redis::Cache};
use forum_domain::{
    account::Mobile,
    clock::MockClock,
    code::{Code, CodeKey, CodeStore, IssuedCode, Purpose},
    error::PortError,
    limit::{Allowance, Limiter, Quota},
    ranking::{RankingStore, Scope},
    store::Health,
};
use tokio::net::TcpListener;

/// The budget of a call, and what a busy machine may add.
const BUDGET: Duration = Duration::from_millis(50 + 40);

fn once() -> [Quota; 1] {
    [Quota { key: "once".into(), limit: 1, window: Duration::from_secs(60) }]
}

fn is_unavailable<T>(answer: Result<T, PortError>) -> bool {
    matches!(answer, Err(PortError::Unavailable(_)))
}

/// A server that takes connections and says nothing.
async fn mute_server() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    address
}

/// A port of this machine on which nobody listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap()
}

async fn assert_costs_little(address: SocketAddr) {
    let cache = Cache::open(&format!("redis://{address}"), "t:").await.unwrap();
    let mut longest = Duration::ZERO;
    for _ in 0..10 {
        let begun = Instant::now();
        assert!(is_unavailable(cache.take(&once()).await));
        longest = longest.max(begun.elapsed());
    }
    assert!(longest < BUDGET, "a call took {longest:?}");

    // By now it is left alone.
    let key = CodeKey { purpose: Purpose::Login, mobile: Mobile::stored("+8613800000000".into()) };
    let code = Code::parse("123456").unwrap();
    let issued = IssuedCode { code: code.clone(), ttl: Duration::from_secs(60), attempts: 5 };
    let begun = Instant::now();
    let mut refused = 0;
    while begun.elapsed() < Duration::from_millis(100) {
        assert!(is_unavailable(cache.issue(&key, &issued).await));
        assert!(is_unavailable(cache.consume(&key, &code).await));
        assert!(is_unavailable(cache.latest(&Scope::new("groups", &[])).await));
        refused += 3;
        tokio::task::yield_now().await;
    }
    assert!(refused > 100, "only {refused} calls in 100 ms");
    assert!(is_unavailable(cache.ping().await));
}

#[tokio::test]
async fn a_server_that_hangs_costs_its_budget_at_first_and_then_nothing() {
    assert_costs_little(mute_server().await).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_costs_no_more() {
    assert_costs_little(nobody().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_in_front_of_a_hanging_server_waits_no_longer_than_one() {
    let cache = Cache::open(&format!("redis://{}", mute_server().await), "t:").await.unwrap();
    let cache = Arc::new(cache);
    let mut calls = tokio::task::JoinSet::new();
    let begun = Instant::now();
    for _ in 0..500 {
        let cache = cache.clone();
        calls.spawn(async move { is_unavailable(cache.take(&once()).await) });
    }
    assert!(calls.join_all().await.into_iter().all(|unavailable| unavailable));
    assert!(begun.elapsed() < BUDGET * 2, "{:?}", begun.elapsed());
}

/// A server of this test alone, so that it can be stopped.
struct Server(tokio::process::Child);

impl Server {
    fn start(port: u16) -> Self {
        Self::start_with(port, &[])
    }

    fn start_with(port: u16, arguments: &[&str]) -> Self {
        let mut server = tokio::process::Command::new("redis-server");
        server.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()]);
        server.args(arguments);
        server.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        Self(server.spawn().expect("these tests start a redis-server of their own: install Redis"))
    }

    async fn signal(&self, signal: &str) {
        let process = self.0.id().unwrap().to_string();
        assert!(
            tokio::process::Command::new("kill").args([signal, &process]).status().await.unwrap().success()
        );
    }
}

async fn answers_within(cache: &Cache, patience: Duration) -> Option<Allowance> {
    let begun = Instant::now();
    while begun.elapsed() < patience {
        if let Ok(allowance) = cache.take(&once()).await {
            return Some(allowance);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    None
}

#[tokio::test]
async fn a_server_that_is_killed_and_comes_back_is_used_again_within_a_second() {
    let port = nobody().await.port();
    let cache = Cache::open(&format!("redis://127.0.0.1:{port}"), "t:").await.unwrap();
    assert!(is_unavailable(cache.take(&once()).await), "it is not there yet");

    let mut server = Server::start(port);
    assert_eq!(answers_within(&cache, Duration::from_secs(3)).await, Some(Allowance::Granted));
    assert!(cache.ping().await.is_ok());

    server.0.kill().await.unwrap();
    for _ in 0..10 {
        let begun = Instant::now();
        assert!(is_unavailable(cache.take(&once()).await));
        assert!(begun.elapsed() < BUDGET, "{:?}", begun.elapsed());
    }

    // Its scripts are gone with it; they are sent again.
    let _server = Server::start(port);
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(answers_within(&cache, Duration::from_secs(1)).await, Some(Allowance::Granted));
}

#[tokio::test]
async fn a_server_that_is_stopped_costs_its_budget_and_answers_again_when_it_goes_on() {
    let port = nobody().await.port();
    let server = Server::start(port);
    let cache = Cache::open(&format!("redis://127.0.0.1:{port}"), "t:").await.unwrap();
    assert_eq!(answers_within(&cache, Duration::from_secs(3)).await, Some(Allowance::Granted));

    server.signal("-STOP").await;
    for _ in 0..10 {
        let begun = Instant::now();
        assert!(is_unavailable(cache.take(&once()).await));
        assert!(begun.elapsed() < BUDGET, "{:?}", begun.elapsed());
    }
    assert!(is_unavailable(cache.ping().await));

    server.signal("-CONT").await;
    let answer = answers_within(&cache, Duration::from_secs(1)).await;
    assert!(matches!(answer, Some(Allowance::Wait(_))), "it still knows what was taken: {answer:?}");
}

#[tokio::test]
async fn a_server_without_memory_refuses_to_count_and_still_answers_reads() {
    let port = nobody().await.port();
    let _server = Server::start_with(port, &["--maxmemory", "1", "--maxmemory-policy", "noeviction"]);
    let cache = Cache::open(&format!("redis://127.0.0.1:{port}"), "t:").await.unwrap();
    let scope = Scope::new("groups", &[]);
    while cache.latest(&scope).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..10 {
        assert!(is_unavailable(cache.take(&once()).await));
        // A refusal is an answer: the breaker stays closed.
        assert_eq!(cache.latest(&scope).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_wrong_url_is_an_error_that_does_not_repeat_it() {
    let clock = || Arc::new(MockClock::new());
    for url in ["redis://:hunter2@host:port", "redis://:hunter2@", "mysql://hunter2@host", "memory:x", ""] {
        let error = forum_cache::open(url, "t:", clock()).await.err().unwrap_or_else(|| panic!("{url}"));
        let said = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!said.contains("hunter2"), "{said}");
        assert_eq!(matches!(error, OpenError::Redis(_)), url.starts_with("redis"), "{url}");
    }
}
