//! The migrations: there and back on both databases, and the same tables on both.

use std::collections::BTreeSet;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query,
    sql_types::{Bool, Text},
};
use forum_store::{Options, migrations, open};
use tempfile::TempDir;

use crate::{postgres::Database, sqlite};

/// A column or an index of a table, in words that both databases share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// A column's type, and whether it is made of other columns; an index's columns.
    #[diesel(sql_type = Text)]
    what: String,
    /// A column that may be null; an index of some rows only.
    #[diesel(sql_type = Bool)]
    loose: bool,
    /// A column of the primary key; a unique index.
    #[diesel(sql_type = Bool)]
    key: bool,
}

const SQLITE_COLUMNS: &str = r#"
    SELECT t.name AS "table", c.name AS name, NOT c."notnull" AS loose, c.pk > 0 AS key,
        c.type || CASE WHEN c.hidden > 1 THEN ' made of others' ELSE '' END AS what
    FROM sqlite_master t, pragma_table_xinfo(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name NOT LIKE '\_\_%' ESCAPE '\'"#;

const SQLITE_INDEXES: &str = r#"
    SELECT t.name AS "table", i.name AS name, i.partial AS loose, i."unique" AS key,
        (SELECT group_concat(c.name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c) AS what
    FROM sqlite_master t, pragma_index_list(t.name) i
    WHERE t.type = 'table' AND i.origin = 'c'"#;

const POSTGRES_COLUMNS: &str = "
    SELECT c.relname::text, a.attname::text,
        t.typname::text || CASE WHEN a.attgenerated <> '' THEN ' made of others' ELSE '' END,
        NOT a.attnotnull,
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relname NOT LIKE '\\_\\_%'";

const POSTGRES_INDEXES: &str = "
    SELECT t.relname::text, n.relname::text,
        (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, false), ',' ORDER BY k)
            FROM generate_series(1, i.indnatts) k),
        i.indpred IS NOT NULL, i.indisunique
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
    WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary";

fn of_sqlite(directory: &TempDir) -> BTreeSet<Part> {
    let url = sqlite::url(directory);
    let mut conn = SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
    let mut parts: BTreeSet<Part> = BTreeSet::new();
    for query in [SQLITE_COLUMNS, SQLITE_INDEXES] {
        parts.extend(sql_query(query).load::<Part>(&mut conn).unwrap());
    }
    parts
}

async fn of_postgres(database: &Database) -> BTreeSet<Part> {
    let client = database.client().await;
    let mut parts = BTreeSet::new();
    for query in [POSTGRES_COLUMNS, POSTGRES_INDEXES] {
        let rows = client.query(query, &[]);
        parts.extend(rows.await.unwrap().iter().map(|row| Part {
            table: row.get(0),
            name: row.get(1),
            what: row.get(2),
            loose: row.get(3),
            key: row.get(4),
        }));
    }
    parts
}

/// PostgreSQL's types in SQLite's words: moments are `BIGINT` there, and so is a key that counts up.
fn in_common_words(mut part: Part) -> Part {
    part.what = match part.what.as_str() {
        "timestamptz" | "int8" | "BIGINT" => "integer of 64 bits".into(),
        "int4" | "INTEGER" if part.key => "integer of 64 bits".into(),
        "int4" | "INTEGER" => "integer".into(),
        "bool made of others" | "BOOLEAN made of others" => "yes or no, made of others".into(),
        "bool" | "BOOLEAN" => "yes or no".into(),
        "bytea" | "BLOB" => "bytes".into(),
        "TEXT" => "text".into(),
        _ => part.what,
    };
    part
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let (_store, directory) = sqlite::fresh().await;
    let database = Database::migrated().await;
    // The words that are searched are kept in each database's own way.
    let common = |part: &Part| !part.table.starts_with("search_words_");
    let in_both = |parts: BTreeSet<Part>| -> BTreeSet<Part> {
        parts.into_iter().filter(common).map(in_common_words).collect()
    };
    let sqlite = in_both(of_sqlite(&directory));
    let postgres = in_both(of_postgres(&database).await);
    assert!(sqlite.len() > 150, "{}: {sqlite:?}", sqlite.len());
    assert!(sqlite.iter().any(|part| part.name == "hot" && part.what.ends_with("made of others")));
    assert_eq!(sqlite.difference(&postgres).collect::<Vec<_>>(), [] as [&Part; 0], "only on SQLite");
    assert_eq!(postgres.difference(&sqlite).collect::<Vec<_>>(), [] as [&Part; 0], "only on PostgreSQL");
}

/// Up, down to nothing, and up again to the same; a dry run tells and leaves all as it is.
macro_rules! there_and_back {
    ($url:expr, $parts:expr) => {{
        let url: String = $url;
        let all = migrations::pending(&url).await.unwrap();
        assert!(!all.is_empty());
        assert_eq!(migrations::dry_run(&url).await.unwrap(), all);
        assert_eq!(migrations::pending(&url).await.unwrap(), all);
        assert!(open(&url, Options::default()).await.is_err());

        assert_eq!(migrations::migrate(&url).await.unwrap(), all);
        assert_eq!(migrations::migrate(&url).await.unwrap(), [] as [String; 0]);
        assert_eq!(migrations::pending(&url).await.unwrap(), [] as [String; 0]);
        let there = $parts;
        assert_eq!(migrations::revert_all(&url).await.unwrap().len(), all.len());
        assert_eq!($parts, BTreeSet::new(), "left behind");
        assert_eq!(migrations::migrate(&url).await.unwrap(), all);
        assert_eq!($parts, there);
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_migrations_go_there_and_back() {
    let directory = TempDir::new().unwrap();
    there_and_back!(sqlite::url(&directory), of_sqlite(&directory));
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_migrations_go_there_and_back() {
    let database = Database::empty().await;
    there_and_back!(database.url.clone(), of_postgres(&database).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_instances_that_start_at_once_one_applies_each_migration() {
    let database = Database::empty().await;
    let all = migrations::pending(&database.url).await.unwrap();
    assert!(all.is_sorted() && all.len() > 1, "{all:?}");
    let mut instances = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let url = database.url.clone();
        instances.spawn(async move {
            let applied = migrations::migrate(&url).await.unwrap();
            open(&url, Options::default()).await.unwrap().ping().await.unwrap();
            applied
        });
    }
    // The lock is free between two migrations: the next one may be another instance's.
    let mut applied = instances.join_all().await.concat();
    applied.sort_unstable();
    assert_eq!(applied, all);
}

#[tokio::test]
async fn migrations_run_on_a_runtime_of_one_thread() {
    let database = Database::empty().await;
    assert!(!migrations::migrate(&database.url).await.unwrap().is_empty());
}
