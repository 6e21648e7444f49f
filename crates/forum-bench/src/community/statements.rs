//! The forum's own SQL, taken from the forum itself, so that no copy of it can drift.
//!
//! The services are called in this process, over the store that the server uses, and diesel tells what it
//! sends. That serves both databases alike, and gives the values beside the text. What a value was drawn
//! from is found by asking twice, for different ids: where the value was one id and then the other, every
//! request has its own; what stays the same, or is a moment, is kept as it was.
//!
//! The server's log would tell PostgreSQL's half of it only, without the types of the values; a proxy
//! between the two would have to know the protocol.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Utc};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use forum_domain::{
    Forum, Policy,
    clock::{Clock, Random, Timestamp},
};

use super::{deed::Deed, draw::Ids};

/// What a statement is given at one of its places.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bind {
    /// An id of the request.
    Id(Which),
    /// What it was given when it was recorded.
    Value(Value),
}

/// An id of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    User,
    Group,
    Post,
    Comment,
}

impl Which {
    pub(super) const ALL: [Self; 4] = [Self::User, Self::Group, Self::Post, Self::Comment];

    /// Its name in pgbench's scripts.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::User => "user_id",
            Self::Group => "group_id",
            Self::Post => "post_id",
            Self::Comment => "comment_id",
        }
    }

    /// It, of these.
    pub(super) const fn of(self, ids: Ids) -> i64 {
        match self {
            Self::User => ids.user,
            Self::Group => ids.target.group,
            Self::Post => ids.target.post,
            Self::Comment => ids.target.comment,
        }
    }
}

/// A value as it was bound.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Integers(Vec<i64>),
    Text(String),
    Moment(DateTime<Utc>),
}

/// A statement with what it is given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) binds: Vec<Bind>,
}

impl Statement {
    /// Whether it only begins or ends a transaction.
    pub(super) fn is_bracket(&self) -> bool {
        let word = self.sql.split_whitespace().next().unwrap_or_default().to_uppercase();
        ["BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "START"].contains(&word.as_str())
    }
}

/// The forum's services on a database that a server may be serving at the same time.
pub(super) async fn forum_on(database_url: &str) -> Result<Arc<Forum>> {
    set_default_instrumentation(|| Some(Box::new(Recorder)))?;
    let options = forum_store::Options { beside_server: true, ..forum_store::Options::default() };
    let store = forum_store::open(database_url, options).await?;
    let policy = Policy {
        likes_per_day: super::LIKES_PER_DAY,
        likes_per_author_per_day: super::LIKES_PER_DAY,
        ..Policy::default()
    };
    let forum = Forum::builder(store, Arc::new(System), Arc::new(System)).policy(policy).build();
    Ok(Arc::new(forum.map_err(anyhow::Error::msg)?))
}

/// What the deed sends, step by step. `twice` are ids of two requests that differ in each id that the deed
/// depends on.
pub(super) async fn record(
    forum: &Forum,
    deed: Deed,
    signed_in: bool,
    twice: [Ids; 2],
) -> Result<Vec<Vec<Statement>>> {
    let mut steps = [Vec::new(), Vec::new()];
    for (ids, seen) in twice.into_iter().zip(&mut steps) {
        for step in 0..deed.steps() {
            RECORDING.store(true, Ordering::SeqCst);
            let done = deed.perform(forum, ids, signed_in, step).await;
            RECORDING.store(false, Ordering::SeqCst);
            let sent = mem::take(&mut *RECORDED.lock().unwrap_or_else(PoisonError::into_inner));
            done.with_context(|| format!("{deed:?} in process"))?;
            // A connection that is made just now is set up first.
            let sent =
                sent.iter().filter(|query| !["SET ", "PRAGMA "].iter().any(|set| query.starts_with(set)));
            seen.push(sent.map(|query| parse(query)).collect::<Result<Vec<_>>>()?);
        }
    }
    let [first, second] = steps;
    first.into_iter().zip(second).map(|(first, second)| align(first, second, twice)).collect()
}

/// Two records of one step: the same statements, whose values tell what they were drawn from.
fn align(first: Vec<Raw>, second: Vec<Raw>, twice: [Ids; 2]) -> Result<Vec<Statement>> {
    ensure!(
        first.iter().map(|raw| &raw.sql).eq(second.iter().map(|raw| &raw.sql)),
        "the same deed sent different statements:\n{first:#?}\n{second:#?}"
    );
    let align_binds = |first: Raw, second: Raw| {
        let binds = first.values.into_iter().zip(second.values);
        let binds = binds.map(|(one, other)| bind(one, &other, twice).with_context(|| first.sql.clone()));
        Ok(Statement { binds: binds.collect::<Result<_>>()?, sql: first.sql.clone() })
    };
    first.into_iter().zip(second).map(|(first, second)| align_binds(first, second)).collect()
}

fn bind(one: Value, other: &Value, twice: [Ids; 2]) -> Result<Bind> {
    let [first, second] = twice;
    let is = |which: &Which| {
        let integer = |value: &Value, id| match value {
            Value::Integer(integer) => *integer == id,
            Value::Integers(integers) => *integers == [id],
            _ => false,
        };
        integer(&one, which.of(first))
            && integer(other, which.of(second))
            && which.of(first) != which.of(second)
    };
    if let Some(which) = Which::ALL.into_iter().find(is) {
        // One id in an array is as good as the id, once the statement says where the array is.
        ensure!(!matches!(one, Value::Integers(_)), "an id stands in an array, which is not known here");
        return Ok(Bind::Id(which));
    }
    ensure!(
        one == *other || matches!((&one, other), (Value::Moment(_), Value::Moment(_))),
        "a value is none of the request's ids, and yet differs: {one:?} and {other:?}"
    );
    Ok(Bind::Value(one))
}

/// A statement as it was recorded.
#[derive(Debug, Clone, PartialEq)]
struct Raw {
    sql: String,
    values: Vec<Value>,
}

/// Reads what diesel shows of a query: its text, then `-- binds: ` and the values, as Rust shows them.
fn parse(query: &str) -> Result<Raw> {
    let Some((sql, values)) = query.rsplit_once(" -- binds: ") else {
        return Ok(Raw { sql: query.to_owned(), values: Vec::new() });
    };
    let inside = values.strip_prefix('[').and_then(|values| values.strip_suffix(']'));
    let inside = inside.with_context(|| format!("no list of values: {values}"))?;
    let values = split(inside).into_iter().map(value).collect::<Result<_>>()?;
    Ok(Raw { sql: sql.to_owned(), values })
}

fn value(shown: &str) -> Result<Value> {
    // `At` is the store's moment; the others are how diesel holds values for SQLite.
    for wrapper in ["Some(", "At(", "I32(", "I64(", "String("] {
        if let Some(inner) = shown.strip_prefix(wrapper).and_then(|rest| rest.strip_suffix(')')) {
            return value(inner);
        }
    }
    if let Some(inner) = shown.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let integers = split(inner).into_iter().map(str::parse).collect::<Result<_, _>>();
        return integers.map(Value::Integers).with_context(|| format!("no integers: {shown}"));
    }
    if shown.starts_with('"') {
        // JSON's escapes are Rust's, but for those of characters that the bench does not write.
        return serde_json::from_str(shown).map(Value::Text).with_context(|| shown.to_owned());
    }
    Ok(match shown {
        "None" | "Null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match shown.parse() {
            Ok(integer) => Value::Integer(integer),
            Err(_) => match shown.parse() {
                Ok(moment) => Value::Moment(moment),
                Err(_) => bail!("a value of a kind that is not known here: {shown}"),
            },
        },
    })
}

/// Splits at commas that stand neither in quotes nor in brackets.
fn split(list: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begin, mut depth, mut quoted, mut escaped) = (0, 0, false, false);
    for (at, c) in list.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[begin..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

static RECORDING: AtomicBool = AtomicBool::new(false);
static RECORDED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Writes down what connections send while [`RECORDING`].
struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event
            && RECORDING.load(Ordering::SeqCst)
        {
            RECORDED.lock().unwrap_or_else(PoisonError::into_inner).push(query.to_string());
        }
    }
}

/// The system's time and randomness.
struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "the bench runs in real time, as the server beside it")]
    fn now(&self) -> Timestamp {
        let now = Utc::now();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

impl Random for System {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the system gives no random bytes: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::draw::Target;

    const QUERY: &str = r#"SELECT a FROM t WHERE a = $1 AND b = $2 -- binds: [7, "x, \"y\" [z)", None, Some(true), At(2026-11-23T19:54:56.123456Z), [1, 2]]"#;

    #[test]
    fn every_kind_of_value_is_read() {
        let raw = parse(QUERY).unwrap();
        assert_eq!(raw.sql, "SELECT a FROM t WHERE a = $1 AND b = $2");
        assert_eq!(
            raw.values,
            [
                Value::Integer(7),
                Value::Text(r#"x, "y" [z)"#.into()),
                Value::Null,
                Value::Bool(true),
                Value::Moment("2026-11-23T19:54:56.123456Z".parse().unwrap()),
                Value::Integers(vec![1, 2]),
            ]
        );
        assert!(parse("SELECT 1 -- binds: [Whatever(1)]").is_err());
    }

    #[test]
    fn ids_are_told_from_numbers_that_stay() {
        let ids = |user, post| Ids { user, target: Target { group: 1, post, comment: 21 } };
        let twice = [ids(100, 7), ids(200, 9)];
        let record = |user, post| vec![parse(&format!("q -- binds: [{post}, 21, {user}]")).unwrap()];
        let aligned = align(record(100, 7), record(200, 9), twice).unwrap();
        let expected = vec![Bind::Id(Which::Post), Bind::Value(Value::Integer(21)), Bind::Id(Which::User)];
        assert_eq!(aligned, [Statement { sql: "q".into(), binds: expected }]);
        assert!(align(record(100, 7), record(200, 8), twice).is_err());
    }
}
