//! SQLite: one process, one file. One thread writes, a few connections read.
//!
//! A lock file beside the database keeps a second process out: two writers would each believe that
//! they are the only one.

mod comment;
mod connection;
mod like;
mod lock;
mod notification;
mod outbox;
mod readers;
mod search;
mod writer;

use std::{path::PathBuf, sync::Arc};

use diesel::QueryResult;
use forum_domain::error::PortError;
use futures_util::future::BoxFuture;

pub(crate) use connection::Conn;
pub(crate) use connection::{reading, writing};
pub(crate) use lock::Lock;
use readers::Readers;
use writer::Writer;

use crate::{OpenError, Options, error::Stop, recorded::Wake};

/// Locks rows against other transactions: nothing to do, since there is one writer.
macro_rules! locked {
    ($query:expr) => {
        $query
    };
}

#[path = "../sql/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "the queries are written once and compiled for both databases")]
mod sql;

/// A forum in a SQLite file.
pub(crate) struct Store {
    // Dropped in this order: the readers first, so that the writer can fold the log into the file.
    readers: Arc<Readers>,
    writer: Writer,
    /// Woken when events were recorded.
    recorded: Arc<Wake>,
    _lock: Option<Lock>,
}

impl Store {
    /// Opens the file, which MUST have every migration.
    pub(crate) fn open(path: &std::path::Path, options: &Options) -> Result<Self, OpenError> {
        let lock = if options.beside_server { None } else { Some(Lock::take(path)?) };
        let recorded = Arc::<Wake>::default();
        let writer = Writer::start(path.to_owned(), options.write_queue, recorded.clone())?;
        let readers = Arc::new(Readers::new(PathBuf::from(path), options.readers));
        Ok(Self { readers, writer, recorded, _lock: lock })
    }

    /// Runs an operation that only reads, on a connection that cannot write.
    async fn read<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        Arc::clone(&self.readers).run(false, operation).await
    }

    /// Runs an operation all of whose statements see the same moment.
    async fn snapshot<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        Arc::clone(&self.readers).run(true, operation).await
    }

    /// Runs an operation that writes, and answers once it is on the disk.
    async fn write<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Stop<T>>> + Send + 'static,
    {
        self.writer.run(operation).await
    }
}
