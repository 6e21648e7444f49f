//! Searching a seeded forum, anonymously, beside the detail of a post and a group's list of posts on the same
//! server in the same run: searching is asked of the database each time, so what it costs is told in how many of
//! those it takes the place of.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use hyper::Method;

use crate::{
    client::{Call, Connection},
    cpu,
    forum::{Backend, Forum, Place, postmaster, psql},
    load::{self, Page, Slice, Traffic},
    report,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Connections, each asking again as soon as it is answered.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Rounds of one slice of each yardstick and one of searching; the median is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Length of a slice, in milliseconds.
    #[arg(long, default_value_t = 2_000)]
    slice_ms: u64,
    /// Only this back end.
    #[arg(long)]
    backend: Option<Backend>,
    /// Only scenarios with this in their name.
    #[arg(long, default_value = "")]
    only: String,
    /// Users of the seeded forum.
    #[arg(long, default_value_t = 1_000)]
    users: u32,
    /// Its groups.
    #[arg(long, default_value_t = 50)]
    groups: u32,
    /// Its posts.
    #[arg(long, default_value_t = 100_000)]
    posts: u32,
    /// Its questions.
    #[arg(long, default_value_t = 1_000)]
    questions: u32,
}

/// What is searched for: texts that the seeded forum has, asked in turns.
struct Scenario {
    name: &'static str,
    kind: &'static str,
    texts: &'static [&'static str],
}

const SCENARIOS: [Scenario; 7] = [
    Scenario {
        name: "posts, two characters, rare",
        kind: "post",
        texts: &["胶卷", "吉他", "绿植", "口语", "围棋", "露营"],
    },
    Scenario {
        name: "posts, two characters, common",
        kind: "post",
        texts: &["问题", "背景", "结论", "补充"],
    },
    Scenario {
        name: "posts, a long run",
        kind: "post",
        texts: &["没有调查，就没有发言权", "比较快", "异步运行时", "事务隔离级别"],
    },
    Scenario {
        name: "posts, an English word",
        kind: "post",
        texts: &["typo", "evening", "lessons", "corrections"],
    },
    Scenario {
        name: "posts, two words",
        kind: "post",
        texts: &["背景 结论", "问题 补充", "background lessons", "steps summary"],
    },
    Scenario { name: "groups", kind: "group", texts: &["读书", "程序", "北京", "group", "上海"] },
    Scenario { name: "users", kind: "user", texts: &["橘猫", "水獭", "爬山", "cat", "上海"] },
];

/// Where a query is asked, and how many items its first page has.
struct Query {
    path: String,
    found: usize,
}

/// The same few pages in turns.
struct Turns {
    paths: Vec<String>,
    next: usize,
}

impl Traffic for Turns {
    fn next(&mut self) -> Option<Call> {
        let path = self.paths.get(self.next % self.paths.len())?.clone();
        self.next += 1;
        Some(Call::new(Method::GET, path))
    }
}

/// What each round gave, one figure a round.
#[derive(Default)]
struct Figures {
    per_second: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    server_cpu: Vec<f64>,
    database_cpu: Vec<f64>,
    of_post: Vec<f64>,
    of_list: Vec<f64>,
    cpu_of_post: Vec<f64>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    println!(
        "{} posts; {} connections, {} rounds of {} ms, medians; CPU is per request, in µs; beside them how \
         many times the p50, and the CPU, of a post's detail and of a group's 20 posts it takes\n",
        options.posts, options.connections, options.rounds, options.slice_ms
    );
    report::head(&[
        "back end",
        "scenario",
        "items",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "server CPU",
        "database CPU",
        "post's p50",
        "list's p50",
        "post's CPU",
    ]);
    for backend in Backend::ALL {
        if options.backend.is_none_or(|only| only == backend) {
            on(&options, backend).await?;
        }
    }
    Ok(())
}

/// Seeds a forum on this back end, measures all scenarios, and looks whether it is still whole.
async fn on(options: &Options, backend: Backend) -> Result<()> {
    let place = Place::make(backend, &[]).await?;
    seed(options, &place).await?;
    let forum = place.serve().await?;
    be_followed(&forum).await?;
    if backend == Backend::Production {
        // What autovacuum would have done within a minute or two.
        psql(&forum.place.database_url, "VACUUM (ANALYZE)").await?;
    }
    let mut client = Connection::open(&forum.address).await?;
    let newest = client.call(Method::GET, "/api/v1/posts?limit=1", None, None).await?;
    let post = &newest["items"][0];
    let post_path = format!("/api/v1/posts/{}", post["id"]);
    let list_path = format!("/api/v1/groups/{}/posts", post["group"]["id"]);
    for scenario in SCENARIOS.iter().filter(|scenario| scenario.name.contains(&options.only)) {
        let queries = queries(&forum.address, scenario).await?;
        measure(options, &forum, scenario, &queries, [&post_path, &list_path])
            .await
            .with_context(|| scenario.name)?;
    }
    eprintln!("forum-bench: {}: {}", backend.name(), forum.place.run(&["doctor"]).await?.trim());
    Ok(())
}

async fn seed(options: &Options, place: &Place) -> Result<()> {
    eprintln!("forum-bench: seeding on {}", place.backend.name());
    place.run(&["migrate"]).await?;
    let counts = [
        ("--users", options.users),
        ("--groups", options.groups),
        ("--posts", options.posts),
        ("--questions", options.questions),
        ("--answers", 0),
        ("--comments", 0),
        ("--likes", 0),
    ];
    let counts: Vec<String> =
        counts.iter().flat_map(|(name, count)| [(*name).into(), count.to_string()]).collect();
    let mut arguments = vec!["seed"];
    arguments.extend(counts.iter().map(String::as_str));
    place.run(&arguments).await?;
    Ok(())
}

/// Waits until every event of the seeded forum was handled, so that nothing but the load keeps the server busy.
async fn be_followed(forum: &Forum) -> Result<()> {
    let options = forum_store::Options { beside_server: true, ..forum_store::Options::default() };
    let store = forum_store::open(&forum.place.database_url, options).await?;
    let mut before = i64::MAX;
    loop {
        let waiting = store.backlog().await?.waiting;
        if waiting == 0 {
            return Ok(());
        }
        if before.saturating_sub(waiting) >= 10_000 {
            eprintln!("forum-bench: {waiting} events wait");
            before = waiting;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Those of a scenario's texts that this forum has.
async fn queries(address: &str, scenario: &Scenario) -> Result<Vec<Query>> {
    // A connection of its own: one that idled while another scenario was measured was closed.
    let mut client = Connection::open(address).await?;
    let mut queries = Vec::new();
    for text in scenario.texts {
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/api/v1/search?type={}&q={encoded}", scenario.kind);
        let answer = client.call(Method::GET, &path, None, None).await?;
        let found = answer["items"].as_array().map_or(0, Vec::len);
        if found > 0 {
            queries.push(Query { path, found });
        }
    }
    ensure!(!queries.is_empty(), "{}: nothing is found; seed more", scenario.name);
    Ok(queries)
}

async fn measure(
    options: &Options,
    forum: &Forum,
    scenario: &Scenario,
    queries: &[Query],
    [post, list]: [&str; 2],
) -> Result<()> {
    let slice = Duration::from_millis(options.slice_ms);
    let backend = forum.place.backend;
    let database = if backend == Backend::Production { Some(postmaster().await?) } else { None };
    let paths: Vec<String> = queries.iter().map(|query| query.path.clone()).collect();
    let turns = |next| Turns { paths: paths.clone(), next };
    let mut figures = Figures::default();
    // One round before those that count, so that pools, caches and plans are warm.
    for round in 0..=options.rounds {
        let pages = |path: &str| (0..options.connections).map(|_| Page(path.to_owned())).collect();
        let (one, post_cpu, post_database) = loaded(forum, database, pages(post), slice).await?;
        let (page, ..) = loaded(forum, database, pages(list), slice).await?;
        let asked = (0..options.connections).map(turns).collect();
        let (served, server_cpu, database_cpu) = loaded(forum, database, asked, slice).await?;
        if round == 0 {
            continue;
        }
        let p50 = at(&served, 0.5);
        figures.per_second.push(served.per_second());
        figures.p50.push(p50);
        figures.p99.push(at(&served, 0.99));
        figures.server_cpu.push(server_cpu);
        figures.database_cpu.push(database_cpu);
        figures.of_post.push(p50 / at(&one, 0.5));
        figures.of_list.push(p50 / at(&page, 0.5));
        figures.cpu_of_post.push((server_cpu + database_cpu) / (post_cpu + post_database));
    }
    let items: usize = queries.iter().map(|query| query.found).sum();
    report::row(&[
        backend.name().to_owned(),
        scenario.name.to_owned(),
        format!("{:.1}", items as f64 / queries.len() as f64),
        format!("{:.0}", report::median(figures.per_second)),
        format!("{:.2}", report::median(figures.p50)),
        format!("{:.2}", report::median(figures.p99)),
        format!("{:.0}", report::median(figures.server_cpu)),
        database.map_or("–".to_owned(), |_| format!("{:.0}", report::median(figures.database_cpu))),
        format!("{:.1}", report::median(figures.of_post)),
        format!("{:.1}", report::median(figures.of_list)),
        format!("{:.1}", report::median(figures.cpu_of_post)),
    ]);
    Ok(())
}

/// A latency in milliseconds.
fn at(slice: &Slice, quantile: f64) -> f64 {
    slice.latency.value_at_quantile(quantile) as f64 / 1_000.0
}

/// A slice of load, and the CPU that server and database spent on each request of it, in µs.
async fn loaded<T: Traffic>(
    forum: &Forum,
    database: Option<u32>,
    mut traffic: Vec<T>,
    length: Duration,
) -> Result<(Slice, f64, f64)> {
    let used = || -> Result<(Duration, Duration)> {
        Ok((cpu::used(forum.pid()?)?, database.map(cpu::used_by_tree).transpose()?.unwrap_or_default()))
    };
    let before = used()?;
    let slice = load::run_each(&forum.address, &mut traffic, length).await?;
    let after = used()?;
    let each = |of: Duration| of.as_secs_f64() * 1e6 / slice.requests.max(1) as f64;
    let (server, database) = (each(after.0.saturating_sub(before.0)), each(after.1.saturating_sub(before.1)));
    Ok((slice, server, database))
}
