//! Closed-loop load: so many connections, each asking again as soon as it is answered.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::client::Connection;

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

/// Loads one path for this long. Any answer but 200 fails the run: a refusal is no throughput.
pub(crate) async fn run(address: &str, path: &str, connections: usize, length: Duration) -> Result<Slice> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        clients.push(Connection::open(address).await?);
    }
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for mut client in clients {
        let path = path.to_owned();
        tasks.spawn(async move {
            let mut latency = Histogram::<u64>::new(3)?;
            while begun.elapsed() < length {
                let asked = Instant::now();
                let (status, _) = client.get(&path).await?;
                if !status.is_success() {
                    bail!("{path}: {status}");
                }
                latency.record(u64::try_from(asked.elapsed().as_micros())?)?;
            }
            Ok(latency)
        });
    }
    let mut latency = Histogram::<u64>::new(3)?;
    while let Some(one) = tasks.join_next().await {
        latency.add(one??)?;
    }
    Ok(Slice { requests: latency.len(), elapsed: begun.elapsed(), latency })
}
