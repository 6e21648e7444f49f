//! Posts, comments and likes under load in a seeded forum, beside three yardsticks of the same run.
//!
//! **H** is poem answering a constant of the same size. **P**, on PostgreSQL, is pgbench with the forum's
//! own statements; **S**, on SQLite, a bare loop over them, and **B** the same writes by many callers in
//! process. `statements.rs` tells how the statements are come by, `draw.rs` who asks for what.

use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;

use self::{
    bars::Judged,
    deed::Deed,
    draw::{Draw, Order, Target},
    measure::{Bench, Medians, Scenario},
    world::World,
};
use crate::{
    forum::{Backend, Forum, Place, psql},
    report,
};

mod bare;
mod bars;
mod deed;
mod draw;
mod measure;
mod pgbench;
mod statements;
mod world;

/// What every seeded user signs in with.
const PASSWORD: &str = "bench-only-7261";
/// Nobody runs out of likes.
const LIKES_PER_DAY: u32 = 1_000_000;

/// What the forum is seeded and served with: hundreds sign in, which shall not take minutes, and stay.
const SETTINGS: &[(&str, &str)] = &[
    ("FORUM_POLICY__ARGON2_MEMORY_KIB", "8"),
    ("FORUM_POLICY__ARGON2_ITERATIONS", "1"),
    ("FORUM_POLICY__ACCESS_TOKEN_SECONDS", "86400"),
    ("FORUM_POLICY__LIKES_PER_DAY", "1000000"),
    ("FORUM_POLICY__LIKES_PER_AUTHOR_PER_DAY", "1000000"),
];

#[derive(Args)]
pub(crate) struct Options {
    /// Connections, each asking again as soon as it is answered.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Rounds of a slice of each yardstick and one of the forum; the median is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Length of a slice, in milliseconds; pgbench rounds down to seconds.
    #[arg(long, default_value_t = 2_000)]
    slice_ms: u64,
    /// Only this back end.
    #[arg(long)]
    backend: Option<Backend>,
    /// Only scenarios with this in their name.
    #[arg(long, default_value = "")]
    only: String,
    /// Tell the statements of each scenario on the standard error.
    #[arg(long)]
    show_statements: bool,
    /// Users of the seeded forum.
    #[arg(long, default_value_t = 1_000)]
    users: u32,
    /// Its groups.
    #[arg(long, default_value_t = 50)]
    groups: u32,
    /// Its posts.
    #[arg(long, default_value_t = 20_000)]
    posts: u32,
    /// Its comments and replies.
    #[arg(long, default_value_t = 100_000)]
    comments: u32,
    /// Its likes.
    #[arg(long, default_value_t = 50_000)]
    likes: u32,
    /// Its questions.
    #[arg(long, default_value_t = 1_000)]
    questions: u32,
    /// Its answers.
    #[arg(long, default_value_t = 5_000)]
    answers: u32,
}

/// A scenario that was measured.
struct Measured {
    backend: Backend,
    scenario: Scenario,
    medians: Medians,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    println!(
        "{} connections, {} rounds of {} ms, medians; CPU is per request, in µs\n",
        options.connections, options.rounds, options.slice_ms
    );
    let mut measured = Vec::new();
    for backend in Backend::ALL {
        if options.backend.is_none_or(|only| only == backend) {
            measured.extend(on(&options, backend).await?);
        }
    }
    tell(&measured);
    Ok(())
}

/// Seeds a forum on this back end, measures all scenarios, and looks whether it is still whole.
async fn on(options: &Options, backend: Backend) -> Result<Vec<Measured>> {
    let place = Place::make(backend, SETTINGS).await?;
    seed(options, &place).await?;
    let server = place.serve().await?;
    let world = World::explore(&server.address).await?;
    let services = statements::forum_on(&server.place.database_url).await?;
    let bench = Bench { options, server: &server, services, tokens: Arc::new(world.tokens.clone()) };
    let mut measured = Vec::new();
    for scenario in scenarios(&world) {
        if scenario.name.contains(&options.only) {
            eprintln!("forum-bench: {}: {}", backend.name(), scenario.name);
            let medians = bench.measure(&scenario).await.with_context(|| scenario.name)?;
            measured.push(Measured { backend, scenario, medians });
        }
    }
    drop(bench);
    be_whole(&server).await?;
    Ok(measured)
}

async fn seed(options: &Options, place: &Place) -> Result<()> {
    eprintln!("forum-bench: seeding on {}", place.backend.name());
    place.run(&["migrate"]).await?;
    let counts = [
        ("--users", options.users),
        ("--groups", options.groups),
        ("--posts", options.posts),
        ("--comments", options.comments),
        ("--likes", options.likes),
        ("--questions", options.questions),
        ("--answers", options.answers),
        ("--seed", 1),
    ];
    let counts: Vec<String> =
        counts.iter().flat_map(|(name, count)| [(*name).into(), count.to_string()]).collect();
    let mut arguments: Vec<&str> = vec!["seed", "--password", PASSWORD];
    arguments.extend(counts.iter().map(String::as_str));
    place.run(&arguments).await?;
    if place.backend == Backend::Production {
        // What autovacuum would have done within a minute or two.
        psql(&place.database_url, "VACUUM (ANALYZE)").await?;
    }
    Ok(())
}

/// The mobile of a seeded user, by his number from 0. The first of all, who administers the site, is left
/// out.
fn mobile(number: usize) -> String {
    format!("139{:08}", number + 2)
}

/// Fails if the forum's own doctor finds anything, or PostgreSQL met a deadlock.
async fn be_whole(server: &Forum) -> Result<()> {
    let found = server.place.run(&["doctor"]).await?;
    println!("forum doctor on {}: {}", server.place.backend.name(), found.trim());
    if server.place.backend == Backend::Production {
        let query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        let deadlocks = psql(&server.place.database_url, query).await?;
        println!("deadlocks: {}", deadlocks.trim());
        anyhow::ensure!(deadlocks.trim() == "0", "{} deadlocks", deadlocks.trim());
    }
    println!();
    Ok(())
}

fn scenarios(world: &World) -> Vec<Scenario> {
    let scenario = |name, deed, signed_in, order, targets: &[Target]| {
        let draw = |users: &[i64]| Arc::new(Draw::new(order, users, targets));
        let (front, yard, alone) = (draw(&world.front), draw(&world.yard), draw(&world.alone));
        Scenario { name, deed, signed_in, front, yard, alone }
    };
    let hot = [world.hot];
    let (writers, places) = &world.writers;
    let pairs = Arc::new(Draw::new(Order::Pairs, writers, places));
    let (comment, turns) = (Deed::Comment, Order::Turns);
    vec![
        scenario("post detail, anonymous", Deed::ReadPost, false, turns, &world.posts),
        scenario("post detail, signed in", Deed::ReadPost, true, turns, &world.posts),
        scenario("group's posts, anonymous", Deed::ListPosts, false, turns, &world.groups),
        scenario("group's posts, signed in", Deed::ListPosts, true, turns, &world.groups),
        scenario("comments of a post, anonymous", Deed::ListComments, false, turns, &world.busy),
        scenario("comments of a post, signed in", Deed::ListComments, true, turns, &world.busy),
        Scenario {
            name: "create comment, many posts",
            deed: comment,
            signed_in: true,
            front: Arc::clone(&pairs),
            yard: Arc::clone(&pairs),
            alone: pairs,
        },
        scenario("like, many comments", Deed::Like, true, Order::Once, &world.comments),
        scenario("like and unlike, one hot comment", Deed::LikeInTurns, true, turns, &hot),
    ]
}

fn tell(measured: &[Measured]) {
    let one = |figure: f64| if figure.is_nan() { "–".to_owned() } else { format!("{figure:.1}") };
    let whole = |figure: f64| if figure.is_nan() { "–".to_owned() } else { format!("{figure:.0}") };
    let ratio = |figure: f64| if figure.is_nan() { "–".to_owned() } else { format!("{figure:.2}") };
    report::head(&[
        "back end",
        "scenario",
        "bytes",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "server CPU",
        "database CPU",
        "H/s",
        "H's CPU",
        "of H",
    ]);
    for Measured { backend, scenario, medians: of } in measured {
        let embedded = *backend == Backend::Embedded;
        report::row(&[
            backend.name().into(),
            scenario.name.into(),
            of.bytes.to_string(),
            whole(of.per_second),
            ratio(of.p50),
            ratio(of.p99),
            one(of.server_cpu),
            if embedded { "–".into() } else { one(of.database_cpu) },
            whole(of.constant_per_second),
            one(of.constant_cpu),
            ratio(of.of_constant),
        ]);
    }
    println!();
    report::head(&[
        "back end",
        "scenario",
        "statements",
        "transactions seen",
        "P or S /s",
        "its database CPU",
        "of it",
        "B /s",
        "of it",
    ]);
    for Measured { backend, scenario, medians: of } in measured {
        report::row(&[
            backend.name().into(),
            scenario.name.into(),
            of.statements.map_or("–".into(), |count| count.to_string()),
            one(of.transactions),
            whole(of.yard_per_second),
            one(of.yard_cpu),
            ratio(of.of_yard),
            whole(of.batched_per_second),
            ratio(of.of_batched),
        ]);
    }
    println!();
    report::head(&["back end", "scenario", "bar", "measured", ""]);
    for Measured { backend, scenario, medians } in measured {
        for Judged { bar, measured, reached } in
            bars::judge(*backend, scenario.deed, scenario.signed_in, medians)
        {
            let verdict = if reached { "reached" } else { "**not reached**" };
            report::row(&[backend.name().into(), scenario.name.into(), bar, measured, verdict.into()]);
        }
    }
}
