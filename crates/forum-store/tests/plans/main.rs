//! What the hot port methods ask of the databases: how many statements, kept prepared, by which index.
//!
//! A test binary of its own, since it listens to every connection of the process.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets what it does not expect shall stop"
)]

mod data;
mod hot;
mod plan;
#[path = "../store/postgres/database.rs"]
#[expect(dead_code, reason = "the other tests' databases; these need only migrated ones")]
mod postgres;
mod recorder;

use std::sync::Arc;

use forum_domain::store::Store;
use forum_store::{Options, migrations, open};
use hot::{CALLS, Call};

/// One connection of each kind, so that what one call has prepared the next one finds.
fn one_connection() -> Options {
    Options { pool: 1, readers: 1, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn hot_calls_on_postgres_are_single_prepared_statements_that_use_their_indexes() {
    let _alone = recorder::alone().await;
    let database = postgres::Database::migrated().await;
    let client = database.client().await;
    client.batch_execute(&data::filling("to_timestamp(1700000000 + {})")).await.unwrap();
    let store = open(&database.url, one_connection()).await.unwrap();
    let mut wrong = Vec::new();
    for call in CALLS {
        let seen = watched(&store, call).await;
        // Transactions are counted: each of their statements is a round trip.
        let statements: Vec<_> = seen.started.iter().map(String::as_str).collect();
        wrong.extend(miscounted(call, &statements, 1));
        wrong.extend(unprepared(call, &statements, &seen));
        for sql in statements {
            let plan = plan::postgres(&client, sql).await;
            wrong.extend(call.objections(&plan, &plan::postgres_faults(&plan)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hot_calls_on_sqlite_are_few_prepared_statements_that_use_their_indexes() {
    let _alone = recorder::alone().await;
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("forum.db");
    let url = format!("sqlite:{}", path.display());
    migrations::migrate(&url).await.unwrap();
    let mut conn = plan::sqlite_connection(&path);
    plan::fill_sqlite(&mut conn, &data::filling("((1700000000 + {}) * 1000000)"));
    let store = open(&url, one_connection()).await.unwrap();
    let mut wrong = Vec::new();
    for call in CALLS {
        let seen = watched(&store, call).await;
        // A savepoint costs no round trip, and the batch's transaction is shared.
        let statements: Vec<_> =
            seen.started.iter().map(String::as_str).filter(|sql| !plan::is_transaction(sql)).collect();
        wrong.extend(miscounted(call, &statements, call.on_sqlite));
        wrong.extend(unprepared(call, &statements, &seen));
        for sql in statements {
            let plan = plan::sqlite(&mut conn, sql);
            wrong.extend(call.objections(&plan, &plan::sqlite_faults(&plan)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What a call asks when it is made for the second time, and every statement ever prepared.
async fn watched(store: &Arc<dyn Store>, call: &Call) -> recorder::Seen {
    (call.make)(Arc::clone(store), 1).await;
    recorder::forget();
    (call.make)(Arc::clone(store), 2).await;
    recorder::seen()
}

fn miscounted(call: &Call, statements: &[&str], expected: usize) -> Option<String> {
    (statements.len() != expected).then(|| {
        format!("{}: {} statements, not {expected}:\n{}", call.name, statements.len(), statements.join("\n"))
    })
}

fn unprepared(call: &Call, statements: &[&str], seen: &recorder::Seen) -> Vec<String> {
    statements
        .iter()
        .filter(|sql| !seen.prepared.contains(**sql))
        .map(|sql| format!("{}: not kept prepared:\n{sql}", call.name))
        .collect()
}
