//! Speaks HTTP/1.1 on one connection.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use hyper::{
    body::Incoming,
    header::{self, HeaderValue},
    http::uri::Scheme,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::Watcher,
};
use poem::{
    Addr,
    web::{LocalAddr, RemoteAddr},
};
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutWriter;

use super::{
    admission::Permit,
    body::{self, Unread},
    farewell::Farewell,
    load::Load,
};

/// Serves a connection in a task of its own until it ends or the server drains.
pub(super) fn spawn(stream: TcpStream, peer: SocketAddr, permit: Permit, load: Arc<Load>, watcher: Watcher) {
    let limits = load.limits().clone();
    // Answers are written whole: waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
        return;
    }
    let local = LocalAddr(stream.local_addr().map_or_else(|_| Addr::default(), Addr::from));
    // As poem itself tells it, but with IPv4 as IPv4 also on a socket that takes both.
    let remote = RemoteAddr(SocketAddr::new(peer.ip().to_canonical(), peer.port()).into());

    let unread = Unread::default();
    let stream = Farewell::new(stream, unread.clone(), limits.farewell_timeout);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (load, local, remote, unread) = (load.clone(), local.clone(), remote.clone(), unread.clone());
        async move {
            let mut request = poem::Request::from((request, local, remote, Scheme::HTTP));
            body::set_deadline(&mut request, load.limits().body_timeout, unread.clone());
            let mut answer = load.answer(request).await;
            unread.finish().await;
            if unread.any() {
                // Said, or the client sends its next request into a connection that is being closed.
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(hyper::Response::from(answer))
        }
    });
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(limits.write_timeout));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head_timeout).max_header_size(limits.head_size);
    tokio::spawn(async move {
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
        if let Err(error) = watcher.watch(connection).await {
            // Clients that break off or break the protocol: theirs to know, not an operator's.
            tracing::debug!(%error, "a connection ended");
        }
        drop(permit);
    });
}
