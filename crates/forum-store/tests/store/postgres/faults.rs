//! What must hold when PostgreSQL, the network or a caller let go.

use std::{sync::Arc, time::Duration};

use forum_domain::{account::Registered, error::PortError, store::Store};
use forum_store::{Options, open};
use forum_testkit::build::{mobile, register};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::{Database, fresh};

async fn transactions_left_open(database: &Database) -> i64 {
    let client = database.client().await;
    let left = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'";
    client.query_one(left, &[]).await.unwrap().get(0)
}

/// A write that waits for a row which the test holds, given up by its caller while it waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_nobody_waits_for_ends_and_leaves_no_transaction_open() {
    let (store, database) = fresh().await;
    let Registered::Created(user) = store.register(register(1)).await.unwrap() else { panic!("refused") };
    let mut holder = database.client().await;
    let held = holder.transaction().await.unwrap();
    held.execute("SELECT id FROM users FOR UPDATE", &[]).await.unwrap();

    let write = store.suspend(user.id, None, user.created_at);
    assert!(timeout(Duration::from_millis(200), write).await.is_err(), "it did not wait");
    held.commit().await.unwrap();

    let deadline = Instant::now() + Duration::from_secs(5);
    while transactions_left_open(&database).await > 0 {
        assert!(Instant::now() < deadline, "a transaction stays open");
        sleep(Duration::from_millis(20)).await;
    }
    // It holds no lock either.
    store.suspend(user.id, None, user.created_at).await.unwrap();
}

/// A locked row costs two seconds and an answer, not a hanging request; other rows are served.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_stays_locked_makes_the_write_unavailable() {
    let (store, database) = fresh().await;
    let Registered::Created(user) = store.register(register(1)).await.unwrap() else { panic!("refused") };
    let mut holder = database.client().await;
    let held = holder.transaction().await.unwrap();
    held.execute("SELECT id FROM users FOR UPDATE", &[]).await.unwrap();

    let begun = Instant::now();
    let refused = store.suspend(user.id, None, user.created_at).await;
    assert!(matches!(refused, Err(PortError::Unavailable(_))), "{refused:?}");
    assert!(begun.elapsed() < Duration::from_secs(4));
    store.register(register(2)).await.unwrap();
    drop(held);
}

/// All connections cut at once, as by a restart: the pool has forgotten them by the next call.
#[tokio::test(flavor = "multi_thread")]
async fn after_every_connection_was_cut_the_next_call_is_served() {
    let (store, database) = fresh().await;
    for _ in 0..3 {
        let calls = (0..20).map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.ping().await })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap().unwrap();
        }
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let cut: i64 = database.client().await.query_one(cut, &[]).await.unwrap().get(0);
        assert!(cut > 0);
        sleep(Duration::from_millis(100)).await;
        store.ping().await.unwrap();
        assert!(store.find_user_by_mobile(&mobile(1)).await.unwrap().is_none());
    }
}

/// A way to PostgreSQL that swallows everything when it is told to, and mends when it is told to.
struct Tunnel {
    open: watch::Sender<bool>,
}

impl Tunnel {
    async fn to(url: &str) -> (Self, String) {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let tokio_postgres::config::Host::Tcp(host) = &config.get_hosts()[0] else { panic!("TCP") };
        let target = format!("{host}:{}", config.get_ports()[0]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (open, state) = watch::channel(true);
        let through = url.replace(&target, &format!("127.0.0.1:{port}"));
        assert_ne!(through, url);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (target, mut state) = (target.clone(), state.clone());
                tokio::spawn(async move {
                    if !*state.borrow() {
                        return sleep(Duration::from_secs(60)).await;
                    }
                    let mut far = TcpStream::connect(target).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = async { drop(state.wait_for(|open| !open).await) } => {
                            // Both ends stay open, and hear nothing.
                            sleep(Duration::from_secs(60)).await;
                        }
                    }
                });
            }
        });
        (Self { open }, through)
    }
}

/// The network swallows what is sent: each call is answered within its time, and once the way is free
/// again the next ones are served.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_network_makes_no_call_hang() {
    let database = Database::migrated().await;
    let (tunnel, url) = Tunnel::to(&database.url).await;
    let store: Arc<dyn Store> = open(&url, Options { pool: 2, ..Options::default() }).await.unwrap();
    store.register(register(1)).await.unwrap();

    tunnel.open.send(false).unwrap();
    let begun = Instant::now();
    let calls: Vec<_> = (0..4)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                if number % 2 == 0 {
                    store.find_user_by_mobile(&mobile(1)).await.map(|_| ())
                } else {
                    store.register(register(10 + number)).await.map(|_| ())
                }
            })
        })
        .collect();
    for call in calls {
        let refused = call.await.unwrap();
        assert!(matches!(refused, Err(PortError::Unavailable(_))), "{refused:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());

    tunnel.open.send(true).unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while store.ping().await.is_err() {
        assert!(Instant::now() < deadline, "the pool did not recover");
    }
    assert!(store.find_user_by_mobile(&mobile(1)).await.unwrap().is_some());
}
