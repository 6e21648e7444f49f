//! Telling other processes whose notifications changed: one channel that all of them subscribe to.
//!
//! Who listens in this process is told without Redis. A process has one connection for what the others
//! say, made when somebody first listens and made anew for ever when it breaks; after each such break
//! everybody who listens is told that he missed something, since nobody can know what was said meanwhile.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use forum_domain::{
    error::PortError,
    id::UserId,
    notification::{FanOut, Told},
};
use futures_util::StreamExt;
use redis::{Client, ErrorKind, RedisError, RedisResult};
use tokio::{
    task::JoinHandle,
    time::{interval, sleep, timeout},
};

use super::Cache;
use crate::heard::Listeners;

/// How long connecting and subscribing may take.
const CONNECT: Duration = Duration::from_secs(2);
/// How often a connection on which nothing is said is asked whether it still leads anywhere.
const ASK: Duration = Duration::from_secs(3);
/// How long it may take to say so.
const ANSWER: Duration = Duration::from_secs(2);
/// The pause before another connection.
const PAUSE: Duration = Duration::from_millis(250);

/// The part of the cache that tells.
pub(super) struct Channel {
    client: Client,
    name: String,
    /// Stands before what this process says, which it need not hear.
    own: String,
    listeners: Arc<Listeners>,
    subscriber: OnceLock<Subscriber>,
}

/// A task that ends when this goes.
struct Subscriber(JoinHandle<()>);

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Channel {
    /// `own` MUST be another for each process.
    pub(super) fn new(client: Client, name: String, own: String) -> Self {
        Self { client, name, own, listeners: Arc::default(), subscriber: OnceLock::new() }
    }
}

#[async_trait]
impl FanOut for Cache {
    async fn tell(&self, users: &[UserId]) -> Result<(), PortError> {
        if users.is_empty() {
            return Ok(());
        }
        let channel = &self.channel;
        channel.listeners.tell(users);
        let ids: Vec<String> = users.iter().map(ToString::to_string).collect();
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(&channel.name).arg(format!("{} {}", channel.own, ids.join(" ")));
        self.connection.command(&publish).await
    }

    fn listen(&self) -> Box<dyn Told> {
        let channel = &self.channel;
        channel.subscriber.get_or_init(|| {
            let (client, name, own) = (channel.client.clone(), channel.name.clone(), channel.own.clone());
            Subscriber(tokio::spawn(subscribe(client, name, own, channel.listeners.clone())))
        });
        channel.listeners.listen()
    }
}

/// Hears what others say, for ever.
async fn subscribe(client: Client, name: String, own: String, listeners: Arc<Listeners>) {
    let mut silent = false;
    loop {
        let Err(error) = hear(&client, &name, &own, &listeners).await;
        // That it does not come back is told once.
        if !silent {
            tracing::warn!(%error, "what other instances tell is not heard, and is asked for anew");
        }
        silent = !error.is_connection_dropped();
        sleep(PAUSE).await;
    }
}

/// Hears what others say over one connection, until it breaks.
async fn hear(
    client: &Client,
    name: &str,
    own: &str,
    listeners: &Listeners,
) -> RedisResult<std::convert::Infallible> {
    let late = |_| RedisError::from((ErrorKind::Io, "Redis did not answer in time"));
    let connecting = async {
        let mut connection = client.get_async_pubsub().await?;
        connection.subscribe(name).await?;
        Ok::<_, RedisError>(connection.split())
    };
    let (mut sink, mut said) = timeout(CONNECT, connecting).await.map_err(late)??;
    tracing::debug!("what other instances tell is heard");
    // Whatever was said before this moment was not heard.
    listeners.missed();
    let mut asks = interval(ASK);
    loop {
        tokio::select! {
            message = said.next() => {
                let Some(message) = message else {
                    return Err((ErrorKind::Io, "Redis closed the connection").into());
                };
                if let Some(users) = users(message.get_payload_bytes(), own) {
                    listeners.tell(&users);
                }
            }
            _ = asks.tick() => {
                timeout(ANSWER, sink.ping::<redis::Value>()).await.map_err(late)??;
            }
        }
    }
}

/// Whom another process means; `None` of what this one said, and of what cannot be understood.
fn users(said: &[u8], own: &str) -> Option<Vec<UserId>> {
    let (by, ids) = std::str::from_utf8(said).ok()?.split_once(' ')?;
    let users = || ids.split(' ').map(|id| UserId::new(id.parse().ok()?)).collect();
    if by == own { None } else { users() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_oneself_said_and_what_makes_no_sense_is_passed_over() {
        assert_eq!(users(b"a 1 2", "b"), Some(vec![UserId::stored(1), UserId::stored(2)]));
        for said in [&b"b 1"[..], b"a", b"a ", b"a x", b"a 0", b"a 1  2", b"\xFF 1"] {
            assert_eq!(users(said, "b"), None, "{said:?}");
        }
    }
}
