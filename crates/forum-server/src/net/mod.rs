//! The HTTP server: poem's router under an accept loop of our own.
//!
//! poem's listener has no limit on headers that come slowly, none on connections, spins when accepting
//! fails and waits for ever when it is told to stop. Here `accept` takes connections in and counts them
//! (`admission`), `connection` speaks HTTP/1.1 on each, `body` gives a request's body a deadline,
//! `farewell` closes without losing an answer, and `load` lets in only as many requests as can be worked on. HTTP/2 and TLS are the reverse proxy's.

mod accept;
mod admission;
mod body;
mod connection;
mod farewell;
mod files;
mod load;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use ipnet::IpNet;
use poem::{Request, Response, endpoint::BoxEndpoint, http::HeaderValue};
use tokio::net::{TcpListener, TcpSocket};

pub use files::raise_open_files;

/// Connections that wait to be taken in. With fewer, a crowd that comes at once overflows the queue and
/// each of it tries again only after a second.
const BACKLOG: u32 = 4_096;

/// How much the server bears.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// Connections of one address at a time (IPv6: of one /64), trusted proxies aside.
    pub connections_per_address: usize,
    /// How long a request's head may take, and how long a connection may idle between requests.
    pub head_timeout: Duration,
    /// The greatest size of a request's head, in bytes.
    pub head_size: usize,
    /// How long a request's body may take.
    pub body_timeout: Duration,
    /// How long a response may wait for its reader to take the next bytes.
    pub write_timeout: Duration,
    /// How long the rest of a body that nobody wants is thrown away after its answer, so that a client which
    /// is still writing can read it. At most 64 MiB are.
    pub farewell_timeout: Duration,
    /// How long an answer may take.
    pub answer_timeout: Duration,
    /// Requests that are worked on at a time.
    pub requests: usize,
    /// Requests that wait for their turn; all beyond are turned away at once.
    pub waiting: usize,
    /// How long a request waits for its turn.
    pub wait: Duration,
    /// How long the server goes on as before after it was told to stop, unready, so that a load balancer
    /// sends the next requests elsewhere.
    pub linger: Duration,
    /// How long stopping may take in all.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            connections_per_address: 1_000,
            head_timeout: Duration::from_secs(10),
            head_size: 32 * 1_024,
            body_timeout: Duration::from_secs(20),
            write_timeout: Duration::from_secs(30),
            farewell_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(30),
            requests: 512,
            waiting: 512,
            wait: Duration::from_secs(2),
            linger: Duration::ZERO,
            drain: Duration::from_secs(10),
        }
    }
}

/// Makes the answer for a request that nobody worked on.
pub type Refuse = dyn Fn(&Asked, Refusal) -> Response + Send + Sync;

/// What the server serves.
pub struct App {
    /// Answers requests.
    pub endpoint: BoxEndpoint<'static, Response>,
    /// Makes the answer for a request that nobody worked on.
    pub refuse: Box<Refuse>,
    /// Paths that are answered however busy the server is: health.
    pub always: &'static [&'static str],
}

/// What an answer to a request that nobody worked on depends on.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Its `Accept-Language`.
    pub language: Option<HeaderValue>,
    /// Its `X-Request-Id`.
    pub request_id: Option<HeaderValue>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let header = |name: &str| request.headers().get(name).cloned();
        Self { language: header("accept-language"), request_id: header("x-request-id") }
    }
}

/// Why a request was not worked on, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is more to do than the server can bear.
    Busy,
    /// It took too long.
    Late,
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    limits: Limits,
    unlimited: Vec<IpNet>,
}

impl Server {
    /// Listens on an address. Connections from `unlimited` networks, the trusted proxies', are not
    /// counted by address.
    ///
    /// # Errors
    /// The address is taken, or not this machine's.
    pub fn bind(address: SocketAddr, limits: Limits, unlimited: Vec<IpNet>) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A restart must not wait for the connections of the one before to be forgotten.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self { listener: socket.listen(BACKLOG)?, limits, unlimited })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` resolves, then finishes what was begun: whoever is connected and idle is
    /// disconnected, requests that are at work are answered. True if all were in time.
    pub async fn serve(self, app: App, stop: impl Future<Output = ()> + Send) -> bool {
        accept::run(self.listener, Arc::new(self.limits), self.unlimited, app, stop).await
    }
}

#[cfg(test)]
mod tests;
