//! From start to ready, and memory when idle.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::{
    cpu,
    forum::{Backend, Forum},
    report,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Starts on a migrated database; the median is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long it idles before its memory is read, in seconds.
    #[arg(long, default_value_t = 3)]
    idle_seconds: u64,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    report::head(&["back end", "first start ms", "start on a migrated database ms", "idle memory MiB"]);
    for backend in Backend::ALL {
        let mut forum = Forum::start(backend).await?;
        let first = forum.ready_after;
        let mut ready = Vec::new();
        let mut idle = Vec::new();
        for _ in 0..options.rounds {
            forum = forum.restart().await?;
            ready.push(forum.ready_after.as_secs_f64() * 1e3);
            tokio::time::sleep(Duration::from_secs(options.idle_seconds)).await;
            idle.push(cpu::resident_mib(forum.pid()?)?);
        }
        report::row(&[
            backend.name().to_owned(),
            format!("{:.0}", first.as_secs_f64() * 1e3),
            format!("{:.0}", report::median(ready)),
            format!("{:.1}", report::median(idle)),
        ]);
    }
    Ok(())
}
