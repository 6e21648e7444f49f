//! Opening a store by its URL.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use forum_domain::store::Store;

use crate::{migrations, postgres, sqlite};

/// How a store shall be opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// PostgreSQL: the most connections at a time. 8 to 16 serve best, whatever the load.
    pub pool: u32,
    /// SQLite: the most reads at a time.
    pub readers: u32,
    /// SQLite: how many writes may wait; what comes after them is refused as `Busy`.
    pub write_queue: usize,
    /// SQLite: work beside the process that owns the file, waiting for its writes, instead of owning it.
    /// For an operator's short commands; a server MUST own its file.
    pub beside_server: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { pool: 10, readers: 4, write_queue: 1_024, beside_server: false }
    }
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is neither `sqlite:PATH` nor `postgres://…`, or one of its parts makes no sense.
    #[error("database URL: {0}")]
    Url(String),
    /// Another process works on this SQLite database.
    #[error("another process uses this database: {} is locked", .0.display())]
    InUse(PathBuf),
    /// A file cannot be made or opened.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The database does not answer, or refuses.
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database lacks migrations: [`migrations::migrate`] applies them.
    #[error("the database lacks migrations: {}", .0.join(", "))]
    Behind(Vec<String>),
    /// A migration failed.
    #[error("migration: {0}")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<diesel::ConnectionError> for OpenError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unreachable(error.into())
    }
}

/// A database, as its URL says.
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<postgres::Config>),
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.starts_with(":memory:") || path.contains('?') {
                return Err(OpenError::Url(
                    "sqlite: needs the path of a file, and takes no parameters".into(),
                ));
            }
            return Ok(Self::Sqlite(Path::new(path).to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(postgres::Config::parse(url)?)));
        }
        // The URL itself may hold a password, so it is not repeated.
        Err(OpenError::Url("it must begin with sqlite: or postgres://".into()))
    }
}

/// Opens the store that this URL names: `sqlite:PATH` (a file; one process at a time) or
/// `postgres://USER:PASSWORD@HOST/DATABASE`, whose `sslmode` is honoured as libpq does.
///
/// # Errors
/// [`OpenError`]; among them [`OpenError::Behind`] if the database lacks migrations.
pub async fn open(url: &str, options: Options) -> Result<Arc<dyn Store>, OpenError> {
    let lacking = migrations::pending(url).await?;
    if !lacking.is_empty() {
        return Err(OpenError::Behind(lacking));
    }
    Ok(match Target::parse(url)? {
        Target::Sqlite(path) => Arc::new(sqlite::Store::open(&path, &options)?),
        Target::Postgres(config) => Arc::new(postgres::Store::open(*config, &options).await?),
    })
}
