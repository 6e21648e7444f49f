//! `cargo xtask …`: what a recipe of this repository needs beyond one line.
//!
//! It starts private PostgreSQL and Redis servers for tests, development and benches, and keeps the
//! committed OpenAPI documents equal to what the binary emits. It depends on none of our crates, so that it
//! is built in seconds and runs while they do not compile.

mod bench;
mod interrupt;
mod openapi;
mod process;
mod services;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::interrupt::{Interrupt, Interrupted};

/// Chores of the forum's repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run all tests of the workspace, on private PostgreSQL and Redis servers.
    ///
    /// Servers given by FORUM_TEST_POSTGRES_URL and FORUM_TEST_REDIS_URL are used instead.
    Test {
        /// More arguments for `cargo test`, such as `post:: -- --nocapture`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Start private PostgreSQL and Redis servers and stay until Ctrl-C, or until COMMAND ends.
    Services {
        /// PostgreSQL flushes each commit to the disk, as in production.
        #[arg(long)]
        durable: bool,
        /// What to run with the servers' addresses in its environment.
        #[arg(last = true)]
        command: Vec<String>,
    },
    /// Write the OpenAPI documents under `openapi/`.
    Openapi {
        /// Write nothing: fail if the committed documents are not what the binary emits.
        #[arg(long)]
        check: bool,
    },
    /// Run a bench of `forum-bench` against the dist build, on private durable servers.
    Bench {
        /// The bench, as `forum-bench` knows it.
        name: String,
        /// More arguments for it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().chore) {
        Ok(code) => code,
        Err(error) => {
            // Whoever pressed Ctrl-C needs no explanation, only a truthful exit code.
            if let Some(interrupted) = error.downcast_ref::<Interrupted>() {
                return interrupted.exit_code();
            }
            eprintln!("xtask: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(chore: Chore) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::watch()?;
    match chore {
        Chore::Test { arguments } => test::run(&arguments, &interrupt),
        Chore::Services { durable, command } => services::run(durable, &command, &interrupt),
        Chore::Openapi { check } => openapi::run(check, &interrupt),
        Chore::Bench { name, arguments } => bench::run(&name, &arguments, &interrupt),
    }
}
