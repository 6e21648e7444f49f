//! What a batch does to its operations, and they to each other.

use std::sync::{Arc, Barrier};

use diesel::{QueryableByName, SqliteConnection, connection::SimpleConnection, sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use tempfile::TempDir;
use tokio::task::{JoinHandle, JoinSet};

use super::*;

/// A writer over a table of numbers, and a connection that looks over its shoulder.
struct Fixture {
    writer: Arc<Writer>,
    other: SqliteConnection,
    _directory: TempDir,
}

fn fixture(room: usize) -> Fixture {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("numbers.db");
    let writer = Arc::new(Writer::start(path.clone(), room, Arc::default()).unwrap());
    let mut other = connection::writing(&path).unwrap();
    other
        .batch_execute(
            "CREATE TABLE numbers (n BIGINT NOT NULL UNIQUE);
             CREATE TABLE notes (n BIGINT NOT NULL REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED);",
        )
        .unwrap();
    Fixture { writer, other, _directory: directory }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Fixture {
    fn numbers(&mut self) -> Vec<i64> {
        let rows = diesel::RunQueryDsl::load::<Number>(
            sql_query("SELECT n FROM numbers ORDER BY n"),
            &mut self.other,
        );
        rows.unwrap().into_iter().map(|row| row.n).collect()
    }

    /// Keeps the thread busy, so that what comes next shares one batch; to be let go by the barrier.
    async fn hold(&self) -> (Arc<Barrier>, JoinHandle<Result<(), PortError>>) {
        let (gate, busy) = (Arc::new(Barrier::new(2)), Arc::new(tokio::sync::Notify::new()));
        let (writer, wait, told) = (Arc::clone(&self.writer), Arc::clone(&gate), Arc::clone(&busy));
        let held = tokio::spawn(async move {
            writer
                .run(move |_| {
                    told.notify_one();
                    wait.wait();
                    Box::pin(async { Ok(()) })
                })
                .await
        });
        busy.notified().await;
        (gate, held)
    }
}

async fn insert(conn: &mut Conn, n: i64) -> Result<i64, Stop<i64>> {
    RunQueryDsl::execute(sql_query(format!("INSERT INTO numbers VALUES ({n})")), conn).await?;
    Ok(n)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failing_operation_leaves_the_others_of_its_batch() {
    let mut fixture = fixture(100);
    let (gate, held) = fixture.hold().await;
    let mut calls = JoinSet::new();
    for n in 0..10 {
        let writer = Arc::clone(&fixture.writer);
        calls.spawn(async move {
            let outcome = writer
                .run(move |conn| {
                    Box::pin(async move {
                        insert(conn, n).await?;
                        match n {
                            // A failed statement, a refusal after a write, a panic, a future that pends.
                            3 => insert(conn, n).await,
                            4 => Err(Stop::Answer(-4)),
                            5 => panic!("on purpose"),
                            6 => std::future::pending().await,
                            _ => Ok(n),
                        }
                    })
                })
                .await;
            (n, outcome)
        });
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    gate.wait();
    held.await.unwrap().unwrap();
    for (n, outcome) in calls.join_all().await {
        match n {
            3 | 5 | 6 => assert!(matches!(outcome, Err(PortError::Broken(_))), "{n}: {outcome:?}"),
            4 => assert_eq!(outcome.unwrap(), -4),
            _ => assert_eq!(outcome.unwrap(), n),
        }
    }
    assert_eq!(fixture.numbers(), [0, 1, 2, 7, 8, 9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_commit_fails_every_caller_and_the_next_batch_works() {
    let mut fixture = fixture(100);
    let (gate, held) = fixture.hold().await;
    let mut calls = JoinSet::new();
    for n in 0..5 {
        let writer = Arc::clone(&fixture.writer);
        calls.spawn(async move {
            writer
                .run(move |conn| {
                    Box::pin(async move {
                        if n == 2 {
                            // A foreign key that is looked at by the commit alone.
                            RunQueryDsl::execute(sql_query("INSERT INTO notes VALUES (77)"), conn).await?;
                        }
                        insert(conn, n).await
                    })
                })
                .await
        });
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    gate.wait();
    // The holder's batch was already taken, so it may share the fate of the others or not.
    let _ = held.await.unwrap();
    for outcome in calls.join_all().await {
        assert!(matches!(outcome, Err(PortError::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(fixture.numbers(), []);
    fixture.writer.run(|conn| Box::pin(insert(conn, 1))).await.unwrap();
    assert_eq!(fixture.numbers(), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_after_the_commit() {
    let mut fixture = fixture(100);
    for n in 0..20 {
        fixture.writer.run(move |conn| Box::pin(insert(conn, n))).await.unwrap();
        assert_eq!(fixture.numbers().last(), Some(&n), "another connection does not see it yet");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_busy_and_what_waits_is_done() {
    let mut fixture = fixture(4);
    let (gate, held) = fixture.hold().await;
    let mut calls = JoinSet::new();
    for n in 0..10 {
        let writer = Arc::clone(&fixture.writer);
        calls.spawn(async move { writer.run(move |conn| Box::pin(insert(conn, n))).await });
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    gate.wait();
    held.await.unwrap().unwrap();
    let outcomes = calls.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(PortError::Busy))).count(), 6);
    assert_eq!(fixture.numbers().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_nobody_waits_for_is_done_all_the_same() {
    let mut fixture = fixture(100);
    let (gate, held) = fixture.hold().await;
    let writer = Arc::clone(&fixture.writer);
    let given_up = tokio::spawn(async move { writer.run(|conn| Box::pin(insert(conn, 7))).await });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    given_up.abort();
    gate.wait();
    held.await.unwrap().unwrap();
    fixture.writer.run(|conn| Box::pin(insert(conn, 8))).await.unwrap();
    assert_eq!(fixture.numbers(), [7, 8]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_writer_holds_is_unavailable_until_he_lets_go() {
    let mut fixture = fixture(100);
    fixture
        .writer
        .run(|conn| {
            Box::pin(async move {
                RunQueryDsl::execute(sql_query("PRAGMA busy_timeout = 50"), conn)
                    .await
                    .map(|_| ())
                    .map_err(Stop::from)
            })
        })
        .await
        .unwrap();
    fixture.other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let refused = fixture.writer.run(|conn| Box::pin(insert(conn, 1))).await;
    assert!(matches!(refused, Err(PortError::Unavailable(_))), "{refused:?}");
    fixture.other.batch_execute("ROLLBACK").unwrap();
    fixture.writer.run(|conn| Box::pin(insert(conn, 1))).await.unwrap();
    assert_eq!(fixture.numbers(), [1]);
}
