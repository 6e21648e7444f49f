//! Takes connections in.

use std::{future::pending, io, pin::pin, sync::Arc, time::Duration};

use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use tokio::{net::TcpListener, time};

use super::{App, Limits, admission::Admission, connection, load::Load};

/// The first pause after a failed accept, and the longest.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));

/// Serves until `stop` resolves and then drains. True if everybody was answered in time.
pub(super) async fn run(
    listener: TcpListener,
    limits: Arc<Limits>,
    unlimited: Vec<IpNet>,
    app: App,
    stop: impl Future<Output = ()> + Send,
) -> bool {
    let admission = Arc::new(Admission::new(&limits, unlimited));
    let load = Arc::new(Load::new(app, limits.clone()));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    let mut back_off = BACK_OFF.0;
    // Once told to stop, connections are taken in for a little longer.
    let mut closing: Option<time::Instant> = None;
    loop {
        let closed = async {
            match closing {
                Some(at) => time::sleep_until(at).await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            () = &mut stop, if closing.is_none() => closing = Some(time::Instant::now() + limits.linger),
            () = closed => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    back_off = BACK_OFF.0;
                    // Who is not let in finds the connection closed: an answer would cost what is short.
                    if let Some(permit) = admission.enter(peer.ip()) {
                        connection::spawn(stream, peer, permit, load.clone(), graceful.watcher());
                    }
                }
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => {
                    // Out of file descriptors or memory: accepting again at once would fail again at once.
                    tracing::warn!(%error, pause = ?back_off, "cannot accept connections");
                    time::sleep(back_off).await;
                    back_off = (back_off * 2).min(BACK_OFF.1);
                }
            },
        }
    }
    drop(listener);
    let begun = graceful.count();
    let drained =
        time::timeout(limits.drain.saturating_sub(limits.linger), graceful.shutdown()).await.is_ok();
    if !drained {
        tracing::warn!(connections = begun, "some requests were not finished in time");
    }
    drained
}

/// The client was gone before it was taken in: the next one may not be.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
