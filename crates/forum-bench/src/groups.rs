//! Group list and group detail under load, beside poem answering a constant of the same size.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    client::Connection,
    cpu,
    forum::{Backend, Forum, postmaster},
    load, report, seed,
    yardstick::Yardstick,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Connections, each asking again as soon as it is answered.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Rounds of one slice of yardstick and one of forum; the median is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Length of a slice, in milliseconds.
    #[arg(long, default_value_t = 2_000)]
    slice_ms: u64,
    /// Groups in the forum.
    #[arg(long, default_value_t = 50)]
    groups: usize,
}

/// What each round gave, one figure a round.
#[derive(Default)]
struct Figures {
    per_second: Vec<f64>,
    ratio: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    server_cpu: Vec<f64>,
    database_cpu: Vec<f64>,
    yardstick_cpu: Vec<f64>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    println!(
        "{} connections, {} rounds of {} ms, medians; H is poem answering a constant of the same size",
        options.connections, options.rounds, options.slice_ms
    );
    report::head(&[
        "back end",
        "scenario",
        "bytes",
        "requests/s",
        "of H",
        "p50 ms",
        "p99 ms",
        "server CPU µs",
        "H's CPU µs",
        "database CPU µs",
    ]);
    for backend in Backend::ALL {
        let forum = Forum::start(backend).await?;
        let ids = seed::groups(&forum.address, 10, options.groups).await?;
        let first = ids.first().context("no groups")?;
        let scenarios = [
            ("group list, new, 20", "/api/v1/groups".to_owned()),
            ("group list, hot, 20", "/api/v1/groups?sort=hot".to_owned()),
            ("group detail", format!("/api/v1/groups/{first}")),
        ];
        for (name, path) in scenarios {
            scenario(&options, backend, &forum, name, &path).await?;
        }
    }
    Ok(())
}

async fn scenario(options: &Options, backend: Backend, forum: &Forum, name: &str, path: &str) -> Result<()> {
    let slice = Duration::from_millis(options.slice_ms);
    let (_, bytes) = Connection::open(&forum.address).await?.get(path).await?;
    let yardstick = Yardstick::start(bytes).await?;
    let yardstick_pid = yardstick.pid().context("the yardstick ended")?;
    let database = if backend == Backend::Production { Some(postmaster().await?) } else { None };
    let mut figures = Figures::default();
    // One round before those that count, so that pools, caches and plans are warm.
    for round in 0..=options.rounds {
        let before = cpu::used(yardstick_pid)?;
        let constant = load::run(&yardstick.address, "/", options.connections, slice).await?;
        let constant_cpu = per_request(cpu::used(yardstick_pid)? - before, constant.requests);

        let before = cpu::used(forum.pid()?)?;
        let database_before = database.map(cpu::used_by_tree).transpose()?.unwrap_or_default();
        let served = load::run(&forum.address, path, options.connections, slice).await?;
        let database_after = database.map(cpu::used_by_tree).transpose()?.unwrap_or_default();
        let server_cpu = per_request(cpu::used(forum.pid()?)? - before, served.requests);
        if round == 0 {
            continue;
        }
        figures.per_second.push(served.per_second());
        figures.ratio.push(served.per_second() / constant.per_second());
        figures.p50.push(served.latency.value_at_quantile(0.5) as f64 / 1_000.0);
        figures.p99.push(served.latency.value_at_quantile(0.99) as f64 / 1_000.0);
        figures.server_cpu.push(server_cpu);
        figures.yardstick_cpu.push(constant_cpu);
        figures
            .database_cpu
            .push(per_request(database_after.saturating_sub(database_before), served.requests));
    }
    report::row(&[
        backend.name().to_owned(),
        name.to_owned(),
        bytes.to_string(),
        format!("{:.0}", report::median(figures.per_second)),
        format!("{:.2}", report::median(figures.ratio)),
        format!("{:.2}", report::median(figures.p50)),
        format!("{:.2}", report::median(figures.p99)),
        format!("{:.1}", report::median(figures.server_cpu)),
        format!("{:.1}", report::median(figures.yardstick_cpu)),
        format!("{:.1}", report::median(figures.database_cpu)),
    ]);
    Ok(())
}

fn per_request(used: Duration, requests: u64) -> f64 {
    used.as_secs_f64() * 1e6 / requests.max(1) as f64
}
