//! Words on PostgreSQL: vectors that are made of our own words, under inverted indexes.
//!
//! A vector says how often a word stands in a text (by as many places, up to [`PLACES`]), not where: places
//! end at 16 383 there, and 256 of one word, so a phrase of a long text could not be asked of it. Whether a
//! run stands together is asked of the runs themselves, of those texts that have all its pairs.

use std::{collections::BTreeMap, fmt::Write as _, marker::PhantomData};

use diesel::{
    QueryResult,
    sql_types::{Array, BigInt, Integer, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::search::{Entry, Find, Part, Query};

use super::{Conn, sql::search::kind::Kind};
use crate::{
    statement::{ByHand, statement},
    types::{At, Moment},
};

/// How many places of a word count.
const PLACES: usize = 8;

/// A text of more different words has their numbers left out: a vector holds a MiB.
const COUNTED: usize = 30_000;

/// `$1` what must be there, `$2` who searches, `$3` when, `$4` the runs, `$5` what counts. Only so many of
/// what is found are ranked, the newest; of what has it all in its title too.
const RANK: &str = "
WITH newest AS (
    SELECT t.id AS id, t.created_at AS created_at
    FROM {words} w JOIN {tables} ON t.id = w.subject_id
    WHERE w.words @@ CAST($1 AS tsquery) AND {there} AND {seen} AND w.runs LIKE ALL ($4)
    ORDER BY w.subject_id DESC LIMIT 2000
), titled AS (
    SELECT t.id AS id, t.created_at AS created_at
    FROM {words} w JOIN {tables} ON t.id = w.subject_id
    WHERE w.title @@ CAST($1 AS tsquery) AND {there} AND {seen} AND w.runs LIKE ALL ($4)
    ORDER BY w.subject_id DESC LIMIT 1000
), weighed AS (
    SELECT f.id, f.created_at, ts_rank(w.words, CAST($5 AS tsquery), 1) AS weight
    FROM newest f JOIN {words} w ON w.subject_id = f.id
    UNION ALL
    SELECT f.id, f.created_at, 4 * ts_rank(w.title, CAST($5 AS tsquery), 1) AS weight
    FROM titled f JOIN {words} w ON w.subject_id = f.id
)
SELECT id FROM weighed GROUP BY id ORDER BY sum(weight * {fresh}) DESC, id DESC LIMIT 1000";

const AGE: &str = "(greatest(extract(epoch FROM $3 - created_at) / 86400, 0)::float8)";

const WRITE: &str = "
WITH entries AS (
    SELECT * FROM unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[]), CAST($3 AS integer[]),
        CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[]))
        AS e (id, version, scheme, runs, title, words)
), documents AS (
    INSERT INTO search_documents (kind, subject_id, version, scheme)
    SELECT '{kind}', id, version, scheme FROM entries
    ON CONFLICT (kind, subject_id) DO UPDATE SET version = excluded.version, scheme = excluded.scheme
)
INSERT INTO {words} (subject_id, runs, title, words)
SELECT id, runs, CAST(title AS tsvector), CAST(words AS tsvector) FROM entries
ON CONFLICT (subject_id) DO UPDATE
    SET runs = excluded.runs, title = excluded.title, words = excluded.words";

const REMOVE: &str = "DELETE FROM {words} WHERE subject_id = ANY ($1)";

/// The statements about words of one kind of subject.
pub(crate) struct Words {
    rank: String,
    write: String,
    remove: String,
}

impl Words {
    /// With its names filled in.
    pub(crate) fn new(fill: impl Fn(&str) -> String) -> Self {
        Self { rank: fill(RANK).replace("{age}", AGE), write: fill(WRITE), remove: fill(REMOVE) }
    }
}

statement! {
    /// See [`RANK`].
    Rank<K: Kind>(
        must: String as Text,
        viewer: i64 as BigInt,
        now: At as Moment,
        runs: Vec<String> as Array<Text>,
        counts: String as Text,
    ) -> BigInt = &K::texts().words.rank;

    /// See [`WRITE`].
    Write<K: Kind>(
        ids: Vec<i64> as Array<BigInt>,
        versions: Vec<i64> as Array<BigInt>,
        schemes: Vec<i32> as Array<Integer>,
        runs: Vec<String> as Array<Text>,
        titles: Vec<String> as Array<Text>,
        words: Vec<String> as Array<Text>,
    ) -> BigInt = &K::texts().words.write;

    /// See [`REMOVE`].
    Remove<K: Kind>(ids: Vec<i64> as Array<BigInt>) -> BigInt = &K::texts().words.remove;
}

/// The ids of what is found, best first.
pub(crate) async fn rank<K: Kind>(conn: &mut Conn, find: &Find) -> QueryResult<Vec<i64>> {
    let (must, counts, runs) = asked(&find.query);
    let viewer = find.viewer.map_or(0, |viewer| viewer.get());
    let rank = Rank { must, viewer, now: At(find.now), runs, counts, kind: PhantomData::<K> };
    ByHand(rank).load(conn).await
}

/// A query, as it is asked: what must be there, what counts, and patterns of the runs that must stand
/// together. Words hold nothing but letters, digits and marks, so nothing in quotes ends them.
fn asked(query: &Query) -> (String, String, Vec<String>) {
    let (mut must, mut runs) = (Vec::new(), Vec::new());
    for part in &query.parts {
        match part {
            Part::Word(word) => must.push(format!("'{word}'")),
            Part::Character(one) => must.push(format!("'{one}':*")),
            Part::Run(run) => {
                let characters: Vec<char> = run.chars().collect();
                must.extend(characters.windows(2).map(|pair| format!("'{}'", String::from_iter(pair))));
                // One pair is a word of the index.
                if characters.len() > 2 {
                    runs.push(format!("%{run}%"));
                }
            }
        }
    }
    (must.join(" & "), must.join(" | "), runs)
}

/// Writes entries, over those that are there.
pub(crate) async fn write<K: Kind>(conn: &mut Conn, entries: &[Entry]) -> QueryResult<()> {
    let write = Write {
        ids: entries.iter().map(|entry| entry.id).collect(),
        versions: entries.iter().map(|entry| entry.version).collect(),
        schemes: entries.iter().map(|entry| entry.scheme).collect(),
        runs: entries.iter().map(|entry| entry.terms.runs.clone()).collect(),
        titles: entries.iter().map(|entry| vector(&[&entry.terms.title])).collect(),
        words: entries.iter().map(|entry| vector(&[&entry.terms.title, &entry.terms.body])).collect(),
        kind: PhantomData::<K>,
    };
    ByHand(write).execute(conn).await?;
    Ok(())
}

/// Removes the words of entries.
pub(crate) async fn remove<K: Kind>(conn: &mut Conn, ids: &[i64]) -> QueryResult<()> {
    let remove = Remove { ids: ids.to_vec(), kind: PhantomData::<K> };
    ByHand(remove).execute(conn).await?;
    Ok(())
}

/// What is left of removed entries goes with the database's own VACUUM.
#[expect(clippy::unused_async, reason = "the other database has something to wait for")]
pub(crate) async fn purge(_: &mut Conn) -> QueryResult<()> {
    Ok(())
}

/// Words as a vector's text.
fn vector(texts: &[&str]) -> String {
    let mut numbers = BTreeMap::<&str, usize>::new();
    for word in texts.iter().flat_map(|text| text.split_ascii_whitespace()) {
        *numbers.entry(word).or_default() += 1;
    }
    let counted = numbers.len() <= COUNTED;
    let mut vector = String::new();
    for (word, number) in numbers {
        // Writing to a string does not fail.
        let _ = write!(vector, "'{word}'");
        if counted && number > 1 {
            let places: Vec<String> = (1..=number.min(PLACES)).map(|place| place.to_string()).collect();
            let _ = write!(vector, ":{}", places.join(","));
        }
        vector.push(' ');
    }
    vector
}
