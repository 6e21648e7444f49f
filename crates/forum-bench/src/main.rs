//! Measures the forum against yardsticks taken in the same run. Absolute figures move with the
//! machine; the ratios are what the documents quote.
//!
//! `cargo xtask bench NAME` starts durable databases, builds `forum` and this program for
//! deployment, and runs one of the commands below.

use anyhow::Result;
use clap::{Parser, Subcommand};

mod client;
mod community;
mod cpu;
mod forum;
mod groups;
mod load;
mod notifications;
mod report;
mod search;
mod seed;
mod startup;
mod uploads;
mod yardstick;

#[derive(Parser)]
#[command(about = "Measures the forum against yardsticks taken in the same run")]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Posts, comments and likes in a seeded forum, on both back ends, beside poem, pgbench and bare SQLite.
    Community(community::Options),
    /// Group list and group detail, anonymous, on both back ends, beside poem answering a constant.
    Groups(groups::Options),
    /// Searching a seeded forum, on both back ends, beside a post's detail and a group's posts.
    Search(search::Options),
    /// From a comment to its notification on a stream, and what idle streams cost, on both back ends.
    Notifications(notifications::Options),
    /// From start to ready, and memory when idle, on both back ends.
    Startup(startup::Options),
    /// Uploads of JPEGs of 5 MB, on both back ends, beside the codec alone.
    Uploads(uploads::Options),
    /// Poem answering a constant body: what the others start as their yardstick.
    Yardstick(yardstick::Options),
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.bench {
            Bench::Community(options) => community::run(options).await,
            Bench::Groups(options) => groups::run(options).await,
            Bench::Search(options) => search::run(options).await,
            Bench::Notifications(options) => notifications::run(options).await,
            Bench::Startup(options) => startup::run(options).await,
            Bench::Uploads(options) => uploads::run(options).await,
            Bench::Yardstick(options) => yardstick::run(options).await,
        }
    })
}
