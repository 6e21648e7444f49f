//! The one thread that writes.
//!
//! Operations wait in a bounded queue. The thread takes what is there into one transaction, each
//! operation in a savepoint of its own, commits once, and only then answers: many writes share one
//! sync of the disk, and none is acknowledged before it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
};

use diesel::QueryResult;
use diesel_async::SimpleAsyncConnection;
use forum_domain::error::PortError;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::oneshot;

use super::{
    Conn,
    connection::{self, Inline},
};
use crate::{
    OpenError,
    error::{Stop, port_error},
    recorded::{self, Wake},
};

/// The most operations that share a commit: what fails with one commit stays bounded.
const BATCH: usize = 256;

/// Runs in the transaction of a batch; its answer is given once the transaction ended.
type Operation = Box<dyn FnOnce(&mut Conn) -> Run + Send>;

/// An operation that ran.
struct Run {
    /// Its savepoint was released or rolled back, so that the batch may go on.
    sound: bool,
    /// It recorded an event.
    noted: bool,
    /// Tells whoever waits, given the reason if the commit failed.
    answer: Box<dyn FnOnce(Option<PortError>) + Send>,
}

/// The writing thread, and the way to it.
pub(crate) struct Writer {
    queue: Option<SyncSender<Operation>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, with room for so many operations that wait. It wakes `wake` once those that
    /// recorded events are on the disk.
    pub(crate) fn start(path: PathBuf, room: usize, wake: Arc<Wake>) -> Result<Self, OpenError> {
        let conn = connect(&path)?;
        let (queue, waiting) = sync_channel(room.max(1));
        let thread = std::thread::Builder::new()
            .name("forum-sqlite-writer".into())
            .spawn(move || write(conn, &waiting, &wake))
            .map_err(|error| OpenError::File { path, error })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs an operation, and answers once it is on the disk. It runs to its end even if nobody waits
    /// for the answer any more.
    pub(crate) async fn run<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Stop<T>>> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let operation: Operation = Box::new(move |conn| {
            let (sound, noted, outcome) = contained(conn, operation);
            let answer = move |failed: Option<PortError>| {
                // Nobody may be waiting any more.
                let _ = tell.send(failed.map_or(outcome, Err));
            };
            Run { sound, noted, answer: Box::new(answer) }
        });
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.try_send(operation).map_err(|refused| match refused {
            TrySendError::Full(_) => PortError::Busy,
            TrySendError::Disconnected(_) => stopped(),
        })?;
        told.await.map_err(|_| PortError::unavailable("the write never ran"))?
    }
}

impl Drop for Writer {
    /// Lets what waits be written, then folds the log into the file.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the SQLite writer had panicked");
        }
    }
}

fn stopped() -> PortError {
    PortError::unavailable("the SQLite writer has stopped")
}

fn connect(path: &Path) -> Result<Conn, OpenError> {
    connection::writing(path)
        .map(|connection| Conn::with_runtime(connection, Inline))
        .map_err(OpenError::from)
}

fn write(mut conn: Conn, waiting: &Receiver<Operation>, wake: &Wake) {
    while let Ok(first) = waiting.recv() {
        let more = std::iter::from_fn(|| waiting.try_recv().ok());
        write_batch(&mut conn, std::iter::once(first).chain(more).take(BATCH), wake);
    }
    if let Err(error) = execute(&mut conn, "PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::warn!(%error, "the log stays beside the SQLite file until the next start");
    }
}

/// One transaction. Whatever ends it early fails all that ran in it.
fn write_batch(conn: &mut Conn, operations: impl Iterator<Item = Operation>, wake: &Wake) {
    let mut failed = execute(conn, "BEGIN IMMEDIATE").err().map(|error| error.to_string());
    let mut answers = Vec::new();
    let mut noted = false;
    for operation in operations {
        if failed.is_some() {
            // It MUST NOT run outside of a transaction: dropping it tells its caller. What is still in
            // the queue gets a transaction of its own.
            break;
        }
        let run = operation(conn);
        noted |= run.noted;
        answers.push(run.answer);
        if !run.sound {
            failed = Some("the transaction it shared was lost".into());
        }
    }
    if failed.is_none() {
        failed = execute(conn, "COMMIT").err().map(|error| error.to_string());
    }
    if let Some(cause) = &failed {
        tracing::error!(%cause, operations = answers.len(), "a batch of writes failed");
        // A failure may have ended the transaction already; then there is nothing to roll back.
        let _ = execute(conn, "ROLLBACK");
    }
    if noted && failed.is_none() {
        wake.wake();
    }
    for answer in answers {
        answer(failed.clone().map(PortError::unavailable));
    }
}

/// Runs one operation in a savepoint, and contains its panic: whether the savepoint was ended, whether
/// an event was recorded in it, and what to answer if the batch commits.
fn contained<T, F>(conn: &mut Conn, operation: F) -> (bool, bool, Result<T, PortError>)
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Stop<T>>>,
{
    if let Err(error) = execute(conn, "SAVEPOINT operation") {
        return (false, false, Err(port_error(error)));
    }
    let ran = catch_unwind(AssertUnwindSafe(|| recorded::watching(operation(conn)).now_or_never()));
    let noted = matches!(ran, Ok(Some((_, true))));
    let (end, outcome) = match ran {
        Ok(Some((Ok(outcome), _))) => ("RELEASE operation", Ok(outcome)),
        Ok(Some((Err(stop), _))) => (UNDO, stop.outcome()),
        Ok(None) => (UNDO, Err(PortError::broken("a write waited for something else than its connection"))),
        Err(_) => (UNDO, Err(PortError::broken("a write panicked"))),
    };
    (execute(conn, end).is_ok(), noted, outcome)
}

const UNDO: &str = "ROLLBACK TO operation; RELEASE operation";

fn execute(conn: &mut Conn, sql: &str) -> QueryResult<()> {
    conn.batch_execute(sql).now_or_never().unwrap_or(Err(diesel::result::Error::BrokenTransactionManager))
}

#[cfg(test)]
mod tests;
