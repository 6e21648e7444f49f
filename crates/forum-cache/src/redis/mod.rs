//! The cache of a forum that is many processes: one Redis server (version 6 or later) for them all.
//!
//! Every atomic fact is one script, and every time is the server's, so neither the number of instances
//! nor their clocks matter. A server that stops answering costs 50 ms for a call or three, then nothing:
//! see `connection.rs`.

mod breaker;
mod code;
mod connection;
mod fan_out;
mod limit;
mod ranking;
mod ticket;

use std::hash::{BuildHasher, RandomState};

use async_trait::async_trait;
use forum_domain::{error::PortError, store::Health};

use self::{connection::Connection, fan_out::Channel};
use crate::OpenError;

/// Codes, limits, rankings and tickets in Redis.
pub struct Cache {
    connection: Connection,
    channel: Channel,
    prefix: String,
}

impl Cache {
    /// The cache at this URL (`redis://` or `rediss://`); its keys begin with `prefix`.
    ///
    /// The server need not answer yet. If it does, it is connected when this returns, or nearly so.
    ///
    /// # Errors
    /// [`OpenError::Redis`] if the URL is wrong.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub async fn open(url: &str, prefix: &str) -> Result<Self, OpenError> {
        let connection = Connection::open(url).map_err(OpenError::Redis)?;
        connection.greet().await;
        let own = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        let channel = Channel::new(connection.client().clone(), format!("{prefix}notifications"), own);
        Ok(Self { connection, channel, prefix: prefix.to_owned() })
    }

    fn key(&self, kind: &str, name: &str) -> String {
        format!("{}{kind}:{name}", self.prefix)
    }
}

#[async_trait]
impl Health for Cache {
    async fn ping(&self) -> Result<(), PortError> {
        self.connection.ping().await
    }
}

/// In milliseconds, as Redis counts; what lives at all lives one.
fn milliseconds(duration: std::time::Duration) -> u64 {
    // A tenth of what fits, since Redis adds the time of day.
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).clamp(1, 1 << 53)
}
