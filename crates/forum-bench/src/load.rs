//! Closed-loop load: so many connections, each asking again as soon as it is answered.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use hyper::Method;
use tokio::task::JoinSet;

use crate::client::{Call, Connection};

/// What one connection asks, call after call.
pub(crate) trait Traffic: Send + 'static {
    /// The next call; `None` if there is nothing left to ask for.
    fn next(&mut self) -> Option<Call>;
}

/// The same page again and again.
pub(crate) struct Page(pub(crate) String);

impl Traffic for Page {
    fn next(&mut self) -> Option<Call> {
        Some(Call::new(Method::GET, self.0.clone()))
    }
}

/// What one slice of load saw.
pub(crate) struct Slice {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
    /// Latencies in microseconds.
    pub(crate) latency: Histogram<u64>,
}

impl Slice {
    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}

/// Loads one path for this long.
pub(crate) async fn run(address: &str, path: &str, connections: usize, length: Duration) -> Result<Slice> {
    let mut traffic: Vec<Page> = (0..connections).map(|_| Page(path.to_owned())).collect();
    run_each(address, &mut traffic, length).await
}

/// Loads for this long, one connection for each of `traffic`, which goes on where it stopped when it is
/// used again. Any answer that is not 2xx, or not what the call expects, fails the run: a refusal is no
/// throughput.
pub(crate) async fn run_each<T: Traffic>(
    address: &str,
    traffic: &mut Vec<T>,
    length: Duration,
) -> Result<Slice> {
    let mut clients = Vec::with_capacity(traffic.len());
    for one in traffic.drain(..) {
        clients.push((Connection::open(address).await?, one));
    }
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for (place, (mut client, mut traffic)) in clients.into_iter().enumerate() {
        tasks.spawn(async move {
            let mut latency = Histogram::<u64>::new(3)?;
            while begun.elapsed() < length {
                let call = traffic.next().context("nothing is left to ask for")?;
                let asked = Instant::now();
                let answer = client.send(&call).await.with_context(|| call.path.clone())?;
                latency.record(u64::try_from(asked.elapsed().as_micros())?)?;
                if let Some(wrong) = answer.wrong(&call) {
                    bail!("{} {}: {wrong}", call.method, call.path);
                }
            }
            Ok((place, traffic, latency))
        });
    }
    let mut latency = Histogram::<u64>::new(3)?;
    let mut done = Vec::new();
    while let Some(one) = tasks.join_next().await {
        let (place, traffic, seen) = one??;
        latency.add(seen)?;
        done.push((place, traffic));
    }
    let elapsed = begun.elapsed();
    done.sort_by_key(|(place, _)| *place);
    traffic.extend(done.into_iter().map(|(_, one)| one));
    Ok(Slice { requests: latency.len(), elapsed, latency })
}
