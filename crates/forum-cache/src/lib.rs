//! What all instances share and may lose: SMS codes, limits, rankings and tickets, and what they tell each
//! other.
//!
//! [`memory::Cache`] keeps them in the process, [`redis::Cache`] in a Redis server; both keep the
//! promises of the ports in `forum-domain`, proven by the contract suite of `forum-testkit`.

mod heard;
pub mod memory;
pub mod redis;

use std::sync::Arc;

use forum_domain::{clock::Clock, store::Cache};

/// Why a cache could not be opened. Never names the URL: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL begins with none of the known schemes.
    #[error("the cache URL must begin with memory:, redis:// or rediss://")]
    Scheme,
    /// The URL is none that leads to a Redis server.
    #[error("the cache URL is no valid Redis URL (redis://[user:password@]host[:port][/database])")]
    Redis(#[source] ::redis::RedisError),
}

/// The cache at this URL: `memory:`, `redis://…` or `rediss://…` (TLS, checked against the system's
/// certificates). Every key in Redis begins with `prefix`, so that forums can share a server; the
/// memory tells the time by `clock`, Redis by its own.
///
/// A Redis server need not answer yet: calls are refused until it does.
///
/// # Errors
/// [`OpenError`] if the URL is wrong.
///
/// # Panics
/// Outside a Tokio runtime, if the URL is Redis'.
pub async fn open(url: &str, prefix: &str, clock: Arc<dyn Clock>) -> Result<Arc<dyn Cache>, OpenError> {
    match url.split_once(':') {
        Some(("memory", "")) => Ok(Arc::new(memory::Cache::new(clock))),
        Some(("redis" | "rediss", _)) => Ok(Arc::new(redis::Cache::open(url, prefix).await?)),
        _ => Err(OpenError::Scheme),
    }
}
