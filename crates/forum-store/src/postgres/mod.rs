//! PostgreSQL: a pool of connections, shared with whichever other instances there are.

mod comment;
mod config;
mod like;
mod notification;
mod outbox;
mod search;
mod tls;

use std::{sync::Arc, time::Duration};

use diesel::QueryResult;
use diesel_async::{
    AsyncConnection, AsyncPgConnection, SimpleAsyncConnection, TransactionManager,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
        bb8::{Pool, PooledConnection},
    },
};
use forum_domain::error::PortError;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::timeout;

pub(crate) use config::Config;

use crate::{
    OpenError, Options,
    error::{Stop, port_error},
    recorded::{self, Wake},
};

/// A connection, as operations are given it.
pub(crate) type Conn = AsyncPgConnection;

/// Locks rows until the transaction ends. `FOR NO KEY UPDATE` lets foreign keys through, which
/// `FOR UPDATE` would make wait, and deadlock.
macro_rules! locked {
    ($query:expr) => {
        diesel::QueryDsl::for_no_key_update($query)
    };
}

#[path = "../sql/mod.rs"]
mod sql;

/// How long a request waits for a connection.
const CHECKOUT: Duration = Duration::from_secs(2);
/// How long an operation may take in all, its connection included: also when the network swallows
/// what is sent and no error comes.
const OPERATION: Duration = Duration::from_secs(5);
/// How long a snapshot may take: the doctor reads whole tables.
const SNAPSHOT: Duration = Duration::from_secs(600);

type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// A forum in a PostgreSQL database.
pub(crate) struct Store {
    pool: Pool<Conn>,
    /// Woken when events were recorded.
    recorded: Arc<Wake>,
}

impl Store {
    /// Connects to a database, which MUST have every migration.
    pub(crate) async fn open(config: Config, options: &Options) -> Result<Self, OpenError> {
        let mut manager = ManagerConfig::default();
        manager.recycling_method = RecyclingMethod::Fast;
        manager.custom_setup = Box::new(move |_| {
            let config = config.clone();
            async move { config.connect().await }.boxed()
        });
        let pool = Pool::builder()
            .max_size(options.pool.max(1))
            .test_on_check_out(false)
            .connection_timeout(CHECKOUT)
            .build(AsyncDieselConnectionManager::new_with_config("", manager))
            .await
            .map_err(|error| OpenError::Unreachable(error.into()))?;
        Ok(Self { pool, recorded: Arc::default() })
    }

    /// Runs an operation that only reads.
    async fn read<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        plain(self.pool.clone(), operation).await
    }

    /// Runs an operation all of whose statements see the same moment.
    async fn snapshot<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        in_a_task(transaction(self.pool.clone(), SNAPSHOT, |conn| {
            Box::pin(async move {
                conn.batch_execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; \
                     SET LOCAL statement_timeout = '10min'; \
                     SET LOCAL plan_cache_mode = auto",
                )
                .await?;
                operation(conn).await.map_err(Stop::Failed)
            })
        }))
        .await
    }

    /// Runs an operation that writes with one statement, which is a transaction by itself.
    async fn once<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        in_a_task(waking(self.recorded.clone(), plain(self.pool.clone(), operation))).await
    }

    /// Runs an operation that writes, in a transaction of its own.
    async fn write<T, F>(&self, operation: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Stop<T>>> + Send + 'static,
    {
        let work = transaction(self.pool.clone(), OPERATION, operation);
        in_a_task(waking(self.recorded.clone(), work)).await
    }
}

/// A connection that is not known to be dead. The pool does not ask its connections whether they
/// live (that costs a round trip each time); but those that a restart of PostgreSQL cut are known.
async fn checkout(pool: &Pool<Conn>) -> Result<PooledConnection<'_, Conn>, PortError> {
    let living = async {
        loop {
            let mut conn = pool.get().await.map_err(PortError::unavailable)?;
            if !conn.is_broken() {
                return Ok(conn);
            }
        }
    };
    timeout(CHECKOUT, living).await.map_err(PortError::unavailable)?
}

/// Runs to the end even if nobody waits any more: a request that is cancelled must not leave a
/// transaction open, with its locks.
async fn in_a_task<T: Send + 'static>(
    work: impl Future<Output = Result<T, PortError>> + Send + 'static,
) -> Result<T, PortError> {
    tokio::spawn(work).await.map_err(PortError::broken)?
}

/// Wakes whoever handles events if the work recorded some. Its transaction is over by then.
async fn waking<T>(wake: Arc<Wake>, work: impl Future<Output = T>) -> T {
    let (outcome, noted) = recorded::watching(work).await;
    if noted {
        wake.wake();
    }
    outcome
}

/// No transaction but that of each statement.
async fn plain<T, F>(pool: Pool<Conn>, operation: F) -> Result<T, PortError>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>>,
{
    let mut conn = checkout(&pool).await?;
    match timeout(OPERATION, operation(&mut conn)).await {
        Ok(done) => done.map_err(port_error),
        Err(late) => {
            // Its answer may never come: the pool must not lend it again.
            Transactions::transaction_manager_status_mut(&mut *conn).set_in_error();
            Err(PortError::unavailable(late))
        }
    }
}

/// One transaction. A connection whose transaction did not end is not lent again.
async fn transaction<T, F>(pool: Pool<Conn>, limit: Duration, operation: F) -> Result<T, PortError>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Stop<T>>> + Send,
{
    let mut conn = checkout(&pool).await?;
    let work = async {
        Transactions::begin_transaction(&mut *conn).await.map_err(port_error)?;
        match operation(&mut conn).await {
            Ok(outcome) => {
                Transactions::commit_transaction(&mut *conn).await.map_err(port_error)?;
                Ok(outcome)
            }
            Err(stop) => {
                let undone = Transactions::rollback_transaction(&mut *conn).await;
                let outcome = stop.outcome()?;
                undone.map(|()| outcome).map_err(port_error)
            }
        }
    };
    timeout(limit, work).await.map_err(PortError::unavailable)?
}
