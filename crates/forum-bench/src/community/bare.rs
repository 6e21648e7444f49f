//! Yardsticks on SQLite. **S**, for reads: the forum's own statements in a bare loop, prepared, on one thread
//! and one connection, rows stepped through and thrown away. **S** and **B**, for writes: the forum's own
//! service without HTTP, called by one caller after another (one durable commit for each write), and by as
//! many at once as the forum has connections (commits shared).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use diesel::{
    Connection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    deserialize::{self, QueryableByName},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    row::NamedRow,
    sql_types::{BigInt, Nullable, Text, Untyped},
    sqlite::Sqlite,
};
use forum_domain::Forum;
use tokio::task::JoinSet;

use super::{
    deed::Deed,
    draw::{Draw, Ids},
    statements::{Bind, Statement, Value},
};

/// Requests per second of a bare loop over a read's statements.
pub(super) fn read(database_url: &str, draw: &Draw, step: &[Statement], length: Duration) -> Result<f64> {
    let path = database_url.strip_prefix("sqlite:").context("no SQLite file")?;
    let mut conn = SqliteConnection::establish(path)?;
    // As the forum's readers have it.
    conn.batch_execute("PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;")?;
    let begun = Instant::now();
    let mut requests = 0;
    while begun.elapsed() < length {
        let ids = draw.ids(0, 1, requests).context("nothing to draw from")?;
        for statement in step.iter().filter(|statement| !statement.is_bracket()) {
            let rows: Vec<Stepped> = Bound::new(statement, ids)?.load(&mut conn)?;
            ensure!(!rows.is_empty(), "nothing was read by {}", statement.sql);
        }
        requests += 1;
    }
    Ok(requests as f64 / begun.elapsed().as_secs_f64())
}

/// A statement with its values. Diesel prepares it once, by its text.
struct Bound<'a> {
    sql: &'a str,
    values: Vec<Resolved<'a>>,
}

/// A value as SQLite stores it.
enum Resolved<'a> {
    Integer(i64),
    Text(&'a str),
    Null(Option<i64>),
}

impl<'a> Bound<'a> {
    fn new(statement: &'a Statement, ids: Ids) -> Result<Self> {
        let values = statement.binds.iter().map(|bind| {
            Ok(match bind {
                Bind::Id(which) => Resolved::Integer(which.of(ids)),
                Bind::Value(Value::Integer(integer)) => Resolved::Integer(*integer),
                Bind::Value(Value::Bool(truth)) => Resolved::Integer(i64::from(*truth)),
                Bind::Value(Value::Moment(moment)) => Resolved::Integer(moment.timestamp_micros()),
                Bind::Value(Value::Text(text)) => Resolved::Text(text),
                Bind::Value(Value::Null) => Resolved::Null(None),
                Bind::Value(Value::Integers(_)) => bail!("SQLite has no arrays: {}", statement.sql),
            })
        });
        Ok(Self { sql: &statement.sql, values: values.collect::<Result<_>>()? })
    }
}

impl QueryFragment<Sqlite> for Bound<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut parts = self.sql.split('?');
        out.push_sql(parts.next().unwrap_or_default());
        let mut values = self.values.iter();
        for part in parts {
            // With a number it is one that was bound before.
            let value = if part.starts_with(|c: char| c.is_ascii_digit()) { None } else { values.next() };
            match value {
                Some(Resolved::Integer(integer)) => out.push_bind_param::<BigInt, _>(integer)?,
                Some(Resolved::Text(text)) => out.push_bind_param::<Text, str>(text)?,
                Some(Resolved::Null(null)) => out.push_bind_param::<Nullable<BigInt>, _>(null)?,
                None => out.push_sql("?"),
            }
            out.push_sql(part);
        }
        Ok(())
    }
}

// Without an id of its own it is known by its text.
impl QueryId for Bound<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Bound<'_> {
    type SqlType = Untyped;
}

impl RunQueryDsl<SqliteConnection> for Bound<'_> {}

/// A row that was stepped to, and nothing else.
struct Stepped;

impl QueryableByName<Sqlite> for Stepped {
    fn build<'a>(_: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        Ok(Self)
    }
}

/// Does a deed in process, by so many callers at once, each again as soon as it is done; requests per
/// second. `numbers` are where the callers are in the draw, and go on from there the next time.
pub(super) async fn in_process(
    forum: &Arc<Forum>,
    deed: Deed,
    draw: &Arc<Draw>,
    numbers: &mut [u64],
    length: Duration,
) -> Result<f64> {
    let callers = u64::try_from(numbers.len())?;
    let mut tasks = JoinSet::new();
    let begun = Instant::now();
    for (caller, number) in numbers.iter().enumerate() {
        let (forum, draw, mut number) = (Arc::clone(forum), Arc::clone(draw), *number);
        tasks.spawn(async move {
            let first = number;
            while begun.elapsed() < length {
                let ids =
                    draw.ids(u64::try_from(caller)?, callers, number).context("nothing to draw from")?;
                for step in 0..deed.steps() {
                    deed.perform(&forum, ids, true, step).await?;
                }
                number += 1;
            }
            anyhow::Ok((caller, number, (number - first) * deed.steps()))
        });
    }
    let mut requests = 0;
    while let Some(done) = tasks.join_next().await {
        let (caller, number, its) = done??;
        requests += its;
        *numbers.get_mut(caller).context("a caller too many")? = number;
    }
    Ok(requests as f64 / begun.elapsed().as_secs_f64())
}
