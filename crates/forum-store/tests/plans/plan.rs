//! Asking a database how it would run a statement, and what is wrong with that.

use std::path::Path;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use tokio_postgres::{Client, SimpleQueryMessage};

/// Tables that grow with the forum: reading one of them from end to end is a fault.
const LARGE: &[&str] = &[
    "posts",
    "post_bodies",
    "comments",
    "users",
    "memberships",
    "post_likes",
    "comment_likes",
    "like_quotas",
    "bookmarks",
];

/// Whether a statement only begins or ends a transaction or a savepoint.
pub(crate) fn is_transaction(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"].iter().any(|word| sql.starts_with(word))
}

/// The generic plan, which is what the pool's connections use.
pub(crate) async fn postgres(client: &Client, sql: &str) -> String {
    let parameters = (1..).take_while(|n| sql.contains(&format!("${n}"))).count();
    let nulls = vec!["NULL"; parameters].join(", ");
    let nulls = if parameters == 0 { nulls } else { format!("({nulls})") };
    let asked = format!(
        "SET plan_cache_mode = force_generic_plan; PREPARE asked AS {sql}; \
         EXPLAIN (COSTS OFF) EXECUTE asked{nulls}; DEALLOCATE asked"
    );
    let answered = client.simple_query(&asked).await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
    let lines = answered.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Steps that read all of a large table, or sort it.
pub(crate) fn postgres_faults(plan: &str) -> Vec<String> {
    faults(plan, |step| {
        LARGE.iter().any(|table| names(step, "Seq Scan on", table)) || step.starts_with("Sort")
    })
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A connection to ask about plans with.
pub(crate) fn sqlite_connection(path: &Path) -> SqliteConnection {
    SqliteConnection::establish(path.to_str().unwrap()).unwrap()
}

/// Fills the file; the planner knows nothing of what is in it, as in a forum that was never analysed.
pub(crate) fn fill_sqlite(conn: &mut SqliteConnection, sql: &str) {
    conn.batch_execute(&sql.replace("ANALYZE;", "")).unwrap();
}

/// The plan.
pub(crate) fn sqlite(conn: &mut SqliteConnection, sql: &str) -> String {
    let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
        .load(conn)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("\n")
}

/// Steps that read all of a large table, or sort it.
pub(crate) fn sqlite_faults(plan: &str) -> Vec<String> {
    faults(plan, |step| {
        let all = LARGE.iter().any(|table| names(step, "SCAN", table)) && !step.contains(" USING ");
        all || step.starts_with("USE TEMP B-TREE FOR ORDER BY")
    })
}

fn names(step: &str, what: &str, table: &str) -> bool {
    let found = step.split_once(what).map(|(_, rest)| rest.trim_start());
    found.is_some_and(|rest| rest.split_whitespace().next() == Some(table))
}

fn faults(plan: &str, is_one: impl Fn(&str) -> bool) -> Vec<String> {
    let steps = plan.lines().map(|line| line.trim_start_matches([' ', '-', '>']));
    steps.filter(|step| is_one(step)).map(str::to_owned).collect()
}
