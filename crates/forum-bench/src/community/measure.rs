//! One scenario: slices of the forum, of poem's constant and of the database's yardstick, in turns.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use hyper::header::HeaderValue;

use super::{
    Options, bare,
    deed::Deed,
    draw::{Draw, Ids},
    pgbench::Script,
    statements::{self, Statement},
};
use crate::{
    client::{Call, Connection},
    cpu,
    forum::{Backend, Forum, postmaster, psql},
    load::{self, Traffic},
    report::median,
    yardstick::Yardstick,
};

/// What is measured.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) deed: Deed,
    pub(super) signed_in: bool,
    /// For whom the load generator asks.
    pub(super) front: Arc<Draw>,
    /// For whom the database's yardstick does.
    pub(super) yard: Arc<Draw>,
    /// For whom one caller alone does, and two requests that are recorded.
    pub(super) alone: Arc<Draw>,
}

/// The forum under load, and what is needed to load it.
pub(super) struct Bench<'a> {
    pub(super) options: &'a Options,
    pub(super) server: &'a Forum,
    /// The same forum in this process, beside the server.
    pub(super) services: Arc<forum_domain::Forum>,
    pub(super) tokens: Arc<HashMap<i64, HeaderValue>>,
}

/// What each round gave, one figure a round.
#[derive(Default)]
struct Figures {
    per_second: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    server_cpu: Vec<f64>,
    database_cpu: Vec<f64>,
    constant_per_second: Vec<f64>,
    constant_cpu: Vec<f64>,
    of_constant: Vec<f64>,
    yard_per_second: Vec<f64>,
    yard_cpu: Vec<f64>,
    of_yard: Vec<f64>,
    batched_per_second: Vec<f64>,
    of_batched: Vec<f64>,
}

/// What the rounds gave in the middle; NaN where there is nothing to measure.
pub(super) struct Medians {
    pub(super) bytes: usize,
    pub(super) per_second: f64,
    /// Milliseconds.
    pub(super) p50: f64,
    pub(super) p99: f64,
    /// Microseconds of CPU for a request: the server's, the database's, poem's.
    pub(super) server_cpu: f64,
    pub(super) database_cpu: f64,
    pub(super) constant_cpu: f64,
    pub(super) constant_per_second: f64,
    /// The forum's throughput of poem's.
    pub(super) of_constant: f64,
    /// P or S, the database's CPU for a request of it, and the forum's throughput of it.
    pub(super) yard_per_second: f64,
    pub(super) yard_cpu: f64,
    pub(super) of_yard: f64,
    /// The same writes by many callers in process, and the forum's throughput of it.
    pub(super) batched_per_second: f64,
    pub(super) of_batched: f64,
    /// Transactions that PostgreSQL counted for a request.
    pub(super) transactions: f64,
    /// Statements that a request sends, BEGIN and COMMIT left out, where they were recorded.
    pub(super) statements: Option<usize>,
}

/// What a connection asks for: its share of a draw, going on from slice to slice.
struct Asking {
    deed: Deed,
    draw: Arc<Draw>,
    /// Nobody signs in if there are none.
    tokens: Option<Arc<HashMap<i64, HeaderValue>>>,
    client: u64,
    clients: u64,
    calls: u64,
}

impl Traffic for Asking {
    fn next(&mut self) -> Option<Call> {
        let steps = self.deed.steps();
        let ids = self.draw.ids(self.client, self.clients, self.calls / steps)?;
        let mut call = self.deed.call(ids, self.calls % steps);
        call.authorization = match &self.tokens {
            Some(tokens) => Some(tokens.get(&ids.user)?.clone()),
            None => None,
        };
        self.calls += 1;
        Some(call)
    }
}

/// What the database is asked beside the forum.
enum Yard {
    /// P.
    Pgbench(Script),
    /// S of a read.
    Read(Vec<Statement>),
    /// S and B of a write: where their callers are in the draws.
    Write { one: Vec<u64>, many: Vec<u64> },
}

impl Bench<'_> {
    /// Measures a scenario: a round that does not count, so that pools, caches and plans are warm, then
    /// those that do.
    pub(super) async fn measure(&self, scenario: &Scenario) -> Result<Medians> {
        let slice = Duration::from_millis(self.options.slice_ms);
        let pid = self.server.pid()?;
        let database = match self.server.place.backend {
            Backend::Production => Some(postmaster().await?),
            Backend::Embedded => None,
        };
        let database_cpu = || anyhow::Ok(database.map(cpu::used_by_tree).transpose()?.unwrap_or_default());
        let mut traffic = self.traffic(scenario)?;
        let bytes = self.size(&mut traffic).await?;
        let (mut yard, statements) = self.yard(scenario).await?;
        let constant = Yardstick::start(bytes).await?;
        let constant_pid = constant.pid().context("the yardstick ended")?;

        let mut figures = Figures::default();
        let (mut transactions, mut requests) = (0, 0);
        for round in 0..=self.options.rounds {
            let before = cpu::used(constant_pid)?;
            let answered = load::run(&constant.address, "/", self.options.connections, slice).await?;
            let constant_cpu = per_request(cpu::used(constant_pid)? - before, answered.requests);

            let before = (cpu::used(pid)?, database_cpu()?, self.transactions().await?);
            let served = load::run_each(&self.server.address, &mut traffic, slice).await?;
            let after = (cpu::used(pid)?, database_cpu()?, self.transactions().await?);
            // PostgreSQL tells of what it did a second late: only the sum over the rounds is about right.
            transactions += after.2 - before.2;
            requests += served.requests;

            let (yard_per_second, yard_cpu, batched) = match &mut yard {
                Yard::Pgbench(script) => {
                    let before = database_cpu()?;
                    let run = script.run(&self.server.place.database_url, slice).await?;
                    (
                        run.per_second,
                        per_request(database_cpu()?.saturating_sub(before), run.requests),
                        f64::NAN,
                    )
                }
                Yard::Read(step) => {
                    let (url, draw) = (self.server.place.database_url.clone(), Arc::clone(&scenario.yard));
                    let step = step.clone();
                    let read = move || bare::read(&url, &draw, &step, slice);
                    (tokio::task::spawn_blocking(read).await??, f64::NAN, f64::NAN)
                }
                Yard::Write { one, many } => {
                    let (forum, deed) = (&self.services, scenario.deed);
                    let alone = bare::in_process(forum, deed, &scenario.alone, one, slice).await?;
                    let batched = bare::in_process(forum, deed, &scenario.yard, many, slice).await?;
                    (alone, f64::NAN, batched)
                }
            };
            if round == 0 {
                continue;
            }
            let rate = served.per_second();
            figures.per_second.push(rate);
            figures.p50.push(served.latency.value_at_quantile(0.5) as f64 / 1_000.0);
            figures.p99.push(served.latency.value_at_quantile(0.99) as f64 / 1_000.0);
            figures.server_cpu.push(per_request(after.0 - before.0, served.requests));
            figures.database_cpu.push(per_request(after.1.saturating_sub(before.1), served.requests));
            figures.constant_per_second.push(answered.per_second());
            figures.constant_cpu.push(constant_cpu);
            figures.of_constant.push(rate / answered.per_second());
            figures.yard_per_second.push(yard_per_second);
            figures.yard_cpu.push(yard_cpu);
            figures.of_yard.push(rate / yard_per_second);
            figures.batched_per_second.push(batched);
            figures.of_batched.push(rate / batched);
        }
        Ok(Medians {
            bytes,
            per_second: median(figures.per_second),
            p50: median(figures.p50),
            p99: median(figures.p99),
            server_cpu: median(figures.server_cpu),
            database_cpu: median(figures.database_cpu),
            constant_cpu: median(figures.constant_cpu),
            constant_per_second: median(figures.constant_per_second),
            of_constant: median(figures.of_constant),
            yard_per_second: median(figures.yard_per_second),
            yard_cpu: median(figures.yard_cpu),
            of_yard: median(figures.of_yard),
            batched_per_second: median(figures.batched_per_second),
            of_batched: median(figures.of_batched),
            transactions: if database.is_some() { transactions as f64 / requests as f64 } else { f64::NAN },
            statements,
        })
    }

    /// One share of the draw for each connection.
    fn traffic(&self, scenario: &Scenario) -> Result<Vec<Asking>> {
        let clients = u64::try_from(self.options.connections)?;
        Ok((0..clients)
            .map(|client| Asking {
                deed: scenario.deed,
                draw: Arc::clone(&scenario.front),
                tokens: scenario.signed_in.then(|| Arc::clone(&self.tokens)),
                client,
                clients,
                calls: 0,
            })
            .collect())
    }

    /// The middle size of some answers, which the constant is given.
    async fn size(&self, traffic: &mut [Asking]) -> Result<usize> {
        let mut client = Connection::open(&self.server.address).await?;
        let mut sizes = Vec::new();
        for asking in traffic.iter_mut().take(15) {
            let call = asking.next().context("nothing to ask for")?;
            let answer = client.send(&call).await?;
            let wrong = answer.wrong(&call);
            ensure!(wrong.is_none(), "{} {}: {}", call.method, call.path, wrong.unwrap_or_default());
            sizes.push(answer.body.len());
        }
        sizes.sort_unstable();
        sizes.get(sizes.len() / 2).copied().context("nothing was asked")
    }

    /// The yardstick of this back end, and how many statements a request sends at most, if it was recorded.
    async fn yard(&self, scenario: &Scenario) -> Result<(Yard, Option<usize>)> {
        let Scenario { deed, signed_in, .. } = *scenario;
        if self.server.place.backend == Backend::Embedded && !deed.reads() {
            return Ok((Yard::Write { one: vec![0], many: vec![0; self.options.connections] }, None));
        }
        let twice = two_requests(&scenario.alone)?;
        let steps = statements::record(&self.services, deed, signed_in, twice).await?;
        if self.options.show_statements {
            for statement in steps.iter().flatten() {
                eprintln!("forum-bench: {}: {statement:?}", scenario.name);
            }
        }
        let counted = |step: &Vec<Statement>| step.iter().filter(|one| !one.is_bracket()).count();
        let count = steps.iter().map(counted).max();
        Ok(match self.server.place.backend {
            Backend::Production => (Yard::Pgbench(Script::write(&scenario.yard, &steps)?), count),
            Backend::Embedded => (Yard::Read(steps.into_iter().flatten().collect()), count),
        })
    }

    /// Transactions that ended in PostgreSQL so far.
    async fn transactions(&self) -> Result<u64> {
        let Backend::Production = self.server.place.backend else { return Ok(0) };
        let query = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
        Ok(psql(&self.server.place.database_url, query).await?.trim().parse()?)
    }
}

/// Two requests of the draw that differ in as much as any two do.
pub(super) fn two_requests(draw: &Draw) -> Result<[Ids; 2]> {
    const CLIENTS: u64 = 8;
    let first = draw.ids(0, CLIENTS, 0).context("nothing to draw from")?;
    let others = (0..CLIENTS).flat_map(|client| (0..64).map(move |number| (client, number)));
    let differs = |other: &Ids| {
        let (one, other) = (first, *other);
        statements::Which::ALL.into_iter().filter(|which| which.of(one) != which.of(other)).count()
    };
    let second = others.filter_map(|(client, number)| draw.ids(client, CLIENTS, number)).max_by_key(differs);
    Ok([first, second.context("nothing to draw from")?])
}

fn per_request(used: Duration, requests: u64) -> f64 {
    used.as_secs_f64() * 1e6 / requests.max(1) as f64
}
