//! Connections that read, a few at a time.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use diesel::{QueryResult, result::Error};
use diesel_async::SimpleAsyncConnection;
use forum_domain::error::PortError;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::{sync::Semaphore, time::timeout};

use super::{
    Conn,
    connection::{self, Inline},
};
use crate::error::port_error;

/// How long a read waits for its turn.
const TURN: Duration = Duration::from_secs(2);

/// The connections that read. Each is made when it is first needed.
pub(crate) struct Readers {
    path: PathBuf,
    turns: Semaphore,
    idle: Mutex<Vec<Conn>>,
}

impl Readers {
    /// At most so many at a time.
    pub(crate) fn new(path: PathBuf, count: u32) -> Self {
        Self { path, turns: Semaphore::new(count.max(1) as usize), idle: Mutex::new(Vec::new()) }
    }

    /// Runs the whole operation in one visit to a thread that may block; `snapshot`: its statements
    /// all see the same moment.
    pub(crate) async fn run<T, F>(self: Arc<Self>, snapshot: bool, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        let readers = Arc::clone(&self);
        let turn = timeout(TURN, self.turns.acquire()).await.map_err(|_| PortError::Busy)?;
        let turn = turn.map_err(PortError::unavailable)?;
        let read = tokio::task::spawn_blocking(move || {
            let mut conn = readers.take()?;
            let read = within(&mut conn, snapshot, operation).now_or_never();
            // A connection whose operation panicked is not put back; a new one will be made.
            readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            read.ok_or_else(|| PortError::broken("a read waited for something else than its connection"))?
                .map_err(port_error)
        })
        .await;
        drop(turn);
        read.map_err(PortError::broken)?
    }

    fn take(&self) -> Result<Conn, PortError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(
            || {
                let connection = connection::reading(&self.path).map_err(PortError::unavailable)?;
                Ok(Conn::with_runtime(connection, Inline))
            },
            Ok,
        )
    }
}

async fn within<T, F>(conn: &mut Conn, snapshot: bool, operation: F) -> Result<T, Error>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>>,
{
    if !snapshot {
        return operation(conn).await;
    }
    conn.batch_execute("BEGIN").await?;
    let read = operation(conn).await;
    let ended = conn.batch_execute("ROLLBACK").await;
    let read = read?;
    ended.map(|()| read)
}
