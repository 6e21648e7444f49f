//! Connections to the file, and running their operations in place.

use std::{error::Error, path::Path};

use diesel::{Connection, ConnectionError, SqliteConnection, connection::SimpleConnection};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::future::BoxFuture;

/// A connection that shared operations take. Nothing of it ever pends: see [`Inline`].
pub(crate) type Conn = SyncConnectionWrapper<SqliteConnection, Inline>;

/// Runs each statement in place. A connection with this runner belongs on a thread that may block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inline;

impl SpawnBlocking for Inline {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        Box::pin(async move { Ok(task()) })
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// What both kinds of connection need. `synchronous=FULL`: a commit that was answered survives a
/// power cut. 16 MiB of pages are cached by each connection, and 256 MiB of the file mapped.
const COMMON: &str = "PRAGMA busy_timeout = 5000; \
     PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; \
     PRAGMA temp_store = MEMORY; \
     PRAGMA cache_size = -16384; \
     PRAGMA mmap_size = 268435456;";

/// A connection that writes; makes the file if there is none. What is deleted is overwritten with zeros: a
/// text that somebody erased is not in the file any more.
pub(crate) fn writing(path: &Path) -> Result<SqliteConnection, ConnectionError> {
    establish(path, &format!("{COMMON} PRAGMA secure_delete = ON;"))
}

/// A connection that refuses to write.
pub(crate) fn reading(path: &Path) -> Result<SqliteConnection, ConnectionError> {
    establish(path, &format!("{COMMON} PRAGMA query_only = ON;"))
}

fn establish(path: &Path, pragmas: &str) -> Result<SqliteConnection, ConnectionError> {
    let path = path
        .to_str()
        .ok_or_else(|| ConnectionError::InvalidConnectionUrl(format!("{} is not UTF-8", path.display())))?;
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(pragmas).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
