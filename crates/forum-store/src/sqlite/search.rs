//! Words on SQLite: full-text tables over our own words, where runs are phrases of their pairs.

use std::marker::PhantomData;

use diesel::{
    QueryResult,
    sql_types::{BigInt, Integer, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::search::{Entry, Find, Part, Query};

use super::{Conn, sql::search::kind::Kind};
use crate::{
    statement::{ByHand, statement},
    types::{At, Moment},
};

/// `$1` what must be there, `$2` who searches, `$3` when, `$4` what must be in the title. Only so many of
/// what is found are ranked, the newest; of what has it all in its title too. The full-text table comes
/// first, as `CROSS JOIN` says, so that it is read from its newest end and no further than is asked for.
const RANK: &str = "
WITH newest AS (
    SELECT t.id AS id, t.created_at AS created_at, -bm25({words}) AS weight
    FROM {words} CROSS JOIN {tables}
    WHERE {words} MATCH $1 AND t.id = {words}.rowid AND {there} AND {seen}
    ORDER BY {words}.rowid DESC LIMIT 2000
), titled AS (
    SELECT t.id AS id, t.created_at AS created_at, -4 * bm25({words}) AS weight
    FROM {words} CROSS JOIN {tables}
    WHERE {words} MATCH $4 AND t.id = {words}.rowid AND {there} AND {seen}
    ORDER BY {words}.rowid DESC LIMIT 1000
), weighed AS (SELECT * FROM newest UNION ALL SELECT * FROM titled)
SELECT id FROM weighed GROUP BY id ORDER BY sum(weight * {fresh}) DESC, id DESC LIMIT 1000";

const AGE: &str = "(max($3 - created_at, 0) / 86400000000.0)";

const WRITE: &str = "INSERT OR REPLACE INTO {words} (rowid, title, body) VALUES ($1, $2, $3)";

const DOCUMENT: &str = "
    INSERT INTO search_documents (kind, subject_id, version, scheme) VALUES ('{kind}', $1, $2, $3)
    ON CONFLICT (kind, subject_id) DO UPDATE SET version = excluded.version, scheme = excluded.scheme";

const REMOVE: &str = "DELETE FROM {words} WHERE rowid = $1";

/// The statements about words of one kind of subject.
pub(crate) struct Words {
    rank: String,
    write: String,
    document: String,
    remove: String,
}

impl Words {
    /// With its names filled in.
    pub(crate) fn new(fill: impl Fn(&str) -> String) -> Self {
        Self {
            rank: fill(RANK).replace("{age}", AGE),
            write: fill(WRITE),
            document: fill(DOCUMENT),
            remove: fill(REMOVE),
        }
    }
}

statement! {
    /// See [`RANK`].
    Rank<K: Kind>(must: String as Text, viewer: i64 as BigInt, now: At as Moment, in_title: String as Text)
        -> BigInt = &K::texts().words.rank;

    /// See [`WRITE`].
    Write<K: Kind>(id: i64 as BigInt, title: String as Text, body: String as Text)
        -> BigInt = &K::texts().words.write;

    /// See [`DOCUMENT`].
    Document<K: Kind>(id: i64 as BigInt, version: i64 as BigInt, scheme: i32 as Integer)
        -> BigInt = &K::texts().words.document;

    /// See [`REMOVE`].
    Remove<K: Kind>(id: i64 as BigInt) -> BigInt = &K::texts().words.remove;
}

/// The ids of what is found, best first.
pub(crate) async fn rank<K: Kind>(conn: &mut Conn, find: &Find) -> QueryResult<Vec<i64>> {
    let must = asked(&find.query);
    let in_title = format!("title : ({must})");
    let viewer = find.viewer.map_or(0, |viewer| viewer.get());
    let rank = Rank { must, viewer, now: At(find.now), in_title, kind: PhantomData::<K> };
    ByHand(rank).load(conn).await
}

/// A query, as it is asked. Words hold nothing but letters, digits and marks, so nothing in quotes ends them.
fn asked(query: &Query) -> String {
    let part = |part: &Part| match part {
        Part::Word(word) => format!("\"{word}\""),
        Part::Character(one) => format!("\"{one}\" *"),
        Part::Run(run) => {
            let characters: Vec<char> = run.chars().collect();
            let pairs: Vec<String> = characters.windows(2).map(String::from_iter).collect();
            format!("\"{}\"", pairs.join(" "))
        }
    };
    query.parts.iter().map(part).collect::<Vec<_>>().join(" AND ")
}

/// Writes entries, over those that are there.
pub(crate) async fn write<K: Kind>(conn: &mut Conn, entries: &[Entry]) -> QueryResult<()> {
    for Entry { id, version, terms, scheme } in entries {
        let (title, body) = (terms.title.clone(), terms.body.clone());
        let words = Write { id: *id, title, body, kind: PhantomData::<K> };
        ByHand(words).execute(conn).await?;
        let document = Document { id: *id, version: *version, scheme: *scheme, kind: PhantomData::<K> };
        ByHand(document).execute(conn).await?;
    }
    Ok(())
}

/// Overwrites what is left of removed entries: until the parts of an index are merged into one, it only
/// knows that they are gone. Rewrites all words, so it is for rare occasions.
pub(crate) async fn purge(conn: &mut Conn) -> QueryResult<()> {
    for words in ["search_words_post", "search_words_group", "search_words_question", "search_words_user"] {
        diesel::sql_query(format!("INSERT INTO {words} ({words}) VALUES ('optimize')")).execute(conn).await?;
    }
    Ok(())
}

/// Removes the words of entries.
pub(crate) async fn remove<K: Kind>(conn: &mut Conn, ids: &[i64]) -> QueryResult<()> {
    for id in ids {
        ByHand(Remove { id: *id, kind: PhantomData::<K> }).execute(conn).await?;
    }
    Ok(())
}
