//! The way to the server: one connection for all calls, made anew in the background when it breaks.
//!
//! A call that is not answered within [`BUDGET`] is given up. Whether it happened is then unknown, as
//! every port says of a write that failed. After a few such calls the breaker opens: calls fail at once,
//! one in a while tries again.

use std::time::{Duration, Instant};

use forum_domain::error::PortError;
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, IntoConnectionInfo, RedisError, RedisResult, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
    io::tcp::TcpSettings,
};
use tokio::time::timeout;

use super::breaker::Breaker;

/// How long a call may take, so that losing Redis costs a moment and not a request.
pub(super) const BUDGET: Duration = Duration::from_millis(50);

/// How long the health check may take: it asks whether the server is there, not whether it is quick.
const PING_BUDGET: Duration = Duration::from_millis(500);

/// How long opening the cache waits for the first connection: long enough to hear why there is none.
const GREETING: Duration = Duration::from_secs(2);

/// How long one attempt to connect may take, TLS and log-in included.
const CONNECT: Duration = Duration::from_secs(1);

/// The longest pause between two attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// A connection whose bytes nobody acknowledges for so long is dead, whatever the system's patience.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(2);

pub(super) struct Connection {
    client: Client,
    manager: ConnectionManager,
    breaker: Breaker,
}

impl Connection {
    pub(super) fn open(url: &str) -> RedisResult<Self> {
        if url.starts_with("rediss:") {
            // Refused if there is one already, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let tcp = TcpSettings::default().set_nodelay(true);
        #[cfg(target_os = "linux")]
        let tcp = tcp.set_user_timeout(UNACKNOWLEDGED);
        let client = Client::open(url.into_connection_info()?.set_tcp_settings(tcp))?;
        // A few attempts at a time; while the server is away, each call that is let through starts more.
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(4)
            .set_min_delay(Duration::from_millis(20))
            .set_max_delay(LONGEST_PAUSE)
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT))
            .set_pipeline_buffer_size(1_024);
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
        Ok(Self { client, manager, breaker: Breaker::default() })
    }

    /// What makes connections of other kinds.
    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Connects, or begins to: in a task of its own, since a connection grows only while it is awaited.
    pub(super) async fn greet(&self) {
        let mut manager = self.manager.clone();
        let greeting = tokio::spawn(async move { redis::cmd("PING").exec_async(&mut manager).await });
        match timeout(GREETING, greeting).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "Redis does not answer yet"),
            _ => tracing::warn!("Redis does not answer yet"),
        }
    }

    /// Whether the server answers, whatever the breaker thinks of it.
    pub(super) async fn ping(&self) -> Result<(), PortError> {
        let mut manager = self.manager.clone();
        match timeout(PING_BUDGET, redis::cmd("PING").exec_async(&mut manager)).await {
            Ok(answer) => answer.map_err(PortError::unavailable),
            Err(_) => Err(PortError::unavailable("Redis did not answer in time")),
        }
    }

    pub(super) async fn script<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, PortError> {
        self.within_budget(script.invoke_async(&mut self.manager.clone())).await
    }

    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, PortError> {
        self.within_budget(command.query_async(&mut self.manager.clone())).await
    }

    async fn within_budget<T>(&self, call: impl Future<Output = RedisResult<T>>) -> Result<T, PortError> {
        if !self.breaker.admits(Instant::now()) {
            return Err(PortError::unavailable("Redis has not answered lately"));
        }
        match timeout(BUDGET, call).await {
            Ok(Ok(answer)) => {
                self.breaker.succeeded();
                Ok(answer)
            }
            Ok(Err(error)) => {
                if is_silence(&error) {
                    self.breaker.failed(Instant::now());
                } else {
                    // A refusal is an answer: the server is there.
                    self.breaker.succeeded();
                }
                Err(port_error(error))
            }
            Err(_) => {
                self.breaker.failed(Instant::now());
                Err(PortError::unavailable("Redis did not answer in time"))
            }
        }
    }
}

fn is_silence(error: &RedisError) -> bool {
    error.is_io_error() || error.is_timeout() || error.is_connection_dropped()
}

fn port_error(error: RedisError) -> PortError {
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => PortError::broken(error),
        _ => PortError::unavailable(error),
    }
}
