//! Connecting to PostgreSQL as a URL says.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use crate::OpenError;

/// Settings of every connection that serves requests. `force_generic_plan`: PostgreSQL would otherwise
/// plan a statement with a `LIMIT` parameter anew each time. A lock is waited for two seconds, a
/// statement runs for five at most.
const SERVING: &str = "-c plan_cache_mode=force_generic_plan -c statement_timeout=5000 -c lock_timeout=2000 \
     -c idle_in_transaction_session_timeout=10000 -c timezone=UTC";
/// Settings of a connection that migrates, which may take its time.
const MIGRATING: &str = "-c statement_timeout=0 -c lock_timeout=0 -c timezone=UTC";

/// A database, and how to get there.
#[derive(Clone)]
pub(crate) struct Config {
    client: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
}

impl Config {
    /// Reads a URL. Its `sslmode` and `sslrootcert` mean what they mean to libpq: `disable`, `prefer`
    /// (the default) and `require` (encrypted, but whoever answers is believed), `verify-ca` and
    /// `verify-full` (his certificate and name are checked against the system's or the named roots).
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        let (url, wishes) = tls::Wishes::take(url)?;
        let mut client: tokio_postgres::Config =
            url.parse().map_err(|error| OpenError::Url(format!("{error}")))?;
        client
            .ssl_mode(wishes.mode())
            .connect_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(15))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(5));
        if client.get_application_name().is_none() {
            client.application_name("forum");
        }
        let tls = match wishes.mode() {
            SslMode::Disable => None,
            _ => Some(MakeRustlsConnect::new(wishes.client_config()?)),
        };
        Ok(Self { client, tls })
    }

    /// A connection that serves requests, made in two seconds or not at all: the pool would wait for
    /// one that a silent network never finishes.
    pub(super) async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let late = |_| Err(ConnectionError::BadConnection("it took longer than two seconds".into()));
        timeout(Duration::from_secs(2), self.connect_with(SERVING)).await.unwrap_or_else(late)
    }

    /// A connection that migrates.
    pub(crate) async fn connect_to_migrate(&self) -> Result<AsyncPgConnection, OpenError> {
        Ok(self.connect_with(MIGRATING).await?)
    }

    async fn connect_with(&self, settings: &str) -> ConnectionResult<AsyncPgConnection> {
        let mut client = self.client.clone();
        // What the URL says besides comes last, and wins.
        client.options(format!("{settings} {}", self.client.get_options().unwrap_or_default()));
        let failed = |error: tokio_postgres::Error| ConnectionError::BadConnection(explain(&error));
        match &self.tls {
            Some(tls) => {
                let (client, connection) = client.connect(tls.clone()).await.map_err(failed)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
            None => {
                let (client, connection) = client.connect(tokio_postgres::NoTls).await.map_err(failed)?;
                AsyncPgConnection::try_from_client_and_connection(client, connection).await
            }
        }
    }
}

/// The error with its causes, which alone say what went wrong. None holds the password.
fn explain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Config(…)")
    }
}
