//! Bringing a database up to date.
//!
//! Each migration is a transaction of its own, so one that is killed left nothing behind and the next
//! run completes. Of several processes that start at once one migrates, the others wait for it.

use diesel::{
    Connection, QueryableByName, RunQueryDsl,
    migration::{Migration, MigrationSource},
    query_builder::SqlQuery,
    query_dsl::LoadQuery,
    result::{DatabaseErrorKind, Error, QueryResult},
    sql_query,
    sql_types::Text,
};
use diesel_async::{AsyncPgConnection, async_connection_wrapper::AsyncConnectionWrapper};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{OpenError, open::Target, sqlite};

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Any number, the same in every process: who holds this lock migrates.
const LOCK_POSTGRES: &str = "SELECT pg_advisory_xact_lock(6033101927)";
/// One process owns the file, and its lock file with it.
const LOCK_SQLITE: &str = "";

/// The names of the migrations that this database lacks, oldest first. Changes nothing.
///
/// # Errors
/// [`OpenError`].
pub async fn pending(url: &str) -> Result<Vec<String>, OpenError> {
    run(url, Work::Pending).await
}

/// Applies what this database lacks, and names it. A SQLite file is made if there is none.
///
/// # Errors
/// [`OpenError`]; what was applied before the migration that failed stays.
pub async fn migrate(url: &str) -> Result<Vec<String>, OpenError> {
    run(url, Work::Migrate).await
}

/// Applies what this database lacks in one transaction, and rolls it back: whether it would work, and
/// what it would be.
///
/// # Errors
/// As [`migrate`].
pub async fn dry_run(url: &str) -> Result<Vec<String>, OpenError> {
    run(url, Work::DryRun).await
}

/// Reverts every migration, newest first, and names them. All data is lost.
///
/// # Errors
/// As [`migrate`].
pub async fn revert_all(url: &str) -> Result<Vec<String>, OpenError> {
    run(url, Work::RevertAll).await
}

/// The id of the forum in this database, drawn when the database was made: what its keys in a shared cache
/// begin with.
///
/// # Errors
/// [`OpenError`], also if the database lacks its first migration.
pub async fn forum_id(url: &str) -> Result<String, OpenError> {
    let id = run(url, Work::Identify).await?.pop();
    id.ok_or_else(|| OpenError::Migration("the database has no id".into()))
}

#[derive(Debug, Clone, Copy)]
enum Work {
    Pending,
    Identify,
    Migrate,
    DryRun,
    RevertAll,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn run(url: &str, work: Work) -> Result<Vec<String>, OpenError> {
    let worked = match Target::parse(url)? {
        Target::Sqlite(path) => {
            tokio::task::spawn_blocking(move || {
                // Looking disturbs nobody, and must not make a file.
                if matches!(work, Work::Pending) && !path.exists() {
                    return names(SQLITE).map_err(OpenError::Migration);
                }
                if matches!(work, Work::Pending | Work::Identify) {
                    let mut conn = sqlite::reading(&path)?;
                    return on(&mut conn, SQLITE, LOCK_SQLITE, work).map_err(OpenError::Migration);
                }
                let _lock = sqlite::Lock::take(&path)?;
                let mut conn = sqlite::writing(&path)?;
                on(&mut conn, SQLITE, LOCK_SQLITE, work).map_err(OpenError::Migration)
            })
            .await
        }
        Target::Postgres(config) => {
            let conn = config.connect_to_migrate().await?;
            tokio::task::spawn_blocking(move || {
                let mut conn = AsyncConnectionWrapper::<AsyncPgConnection>::from(conn);
                on(&mut conn, POSTGRES, LOCK_POSTGRES, work).map_err(OpenError::Migration)
            })
            .await
        }
    };
    worked.map_err(|panicked| OpenError::Migration(panicked.into()))?
}

fn on<C>(
    conn: &mut C,
    source: EmbeddedMigrations,
    lock: &'static str,
    work: Work,
) -> Result<Vec<String>, Failure>
where
    C: Connection + MigrationHarness<C::Backend>,
    EmbeddedMigrations: MigrationSource<C::Backend>,
    SqlQuery: LoadQuery<'static, C, Applied> + LoadQuery<'static, C, Identity>,
{
    let known = MigrationSource::<C::Backend>::migrations(&source)?;
    match work {
        Work::Pending => {
            let applied = applied(conn)?;
            let lacking = known.iter().filter(|one| !applied.contains(&one.name().version().to_string()));
            Ok(lacking.map(|one| one.name().to_string()).collect())
        }
        Work::Identify => {
            let rows = sql_query("SELECT id FROM forum").load::<Identity>(conn)?;
            Ok(rows.into_iter().map(|row| row.id).collect())
        }
        Work::Migrate => {
            let mut done = Vec::new();
            while let Some(name) = in_transaction(conn, lock, |conn| next(conn, &known).map(keep))? {
                done.push(name);
            }
            Ok(done)
        }
        Work::DryRun => in_transaction(conn, lock, |conn| {
            let mut done = Vec::new();
            while let Some(name) = next(conn, &known)? {
                done.push(name);
            }
            Ok(End::Undo(done))
        }),
        Work::RevertAll => in_transaction(conn, lock, |conn| {
            let applied = conn.applied_migrations()?;
            let newest_first = known.iter().rev().filter(|one| applied.contains(&one.name().version()));
            let mut done = Vec::new();
            for migration in newest_first {
                conn.revert_migration(migration)?;
                done.push(migration.name().to_string());
            }
            Ok(End::Keep(done))
        }),
    }
}

/// How a transaction of migrations ends.
enum End<T> {
    Keep(T),
    Undo(T),
}

fn keep<T>(worked: T) -> End<T> {
    End::Keep(worked)
}

/// Under the lock of whoever migrates, which ends with the transaction: session locks would not
/// survive a connection pooler.
fn in_transaction<C: Connection, T>(
    conn: &mut C,
    lock: &'static str,
    work: impl FnOnce(&mut C) -> Result<End<T>, Failure>,
) -> Result<T, Failure> {
    let mut undone = None;
    let kept = conn.transaction(|conn| -> Result<T, Failure> {
        conn.batch_execute(lock)?;
        match work(conn)? {
            End::Keep(worked) => Ok(worked),
            End::Undo(worked) => {
                undone = Some(worked);
                Err(Error::RollbackTransaction.into())
            }
        }
    });
    undone.map_or(kept, Ok)
}

/// Applies the oldest migration that is lacking.
fn next<C>(conn: &mut C, known: &[Box<dyn Migration<C::Backend>>]) -> Result<Option<String>, Failure>
where
    C: Connection + MigrationHarness<C::Backend>,
{
    let applied = conn.applied_migrations()?;
    let Some(migration) = known.iter().find(|one| !applied.contains(&one.name().version())) else {
        return Ok(None);
    };
    conn.run_migration(migration)
        .map_err(|error| -> Failure { format!("{}: {error}", migration.name()).into() })?;
    Ok(Some(migration.name().to_string()))
}

fn names(source: EmbeddedMigrations) -> Result<Vec<String>, Failure> {
    let known = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&source)?;
    Ok(known.iter().map(|one| one.name().to_string()).collect())
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Identity {
    #[diesel(sql_type = Text)]
    id: String,
}

/// The versions of the applied migrations; unlike the harness this makes no table for them.
fn applied<C>(conn: &mut C) -> QueryResult<Vec<String>>
where
    C: Connection,
    SqlQuery: LoadQuery<'static, C, Applied>,
{
    match sql_query("SELECT version FROM __diesel_schema_migrations").load::<Applied>(conn) {
        Ok(rows) => Ok(rows.into_iter().map(|row| row.version).collect()),
        // There is no such table, in whatever words: nothing was applied yet.
        Err(Error::DatabaseError(DatabaseErrorKind::Unknown, information))
            if information.message().contains("__diesel_schema_migrations") =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}
