//! `cargo xtask bench NAME`: the dist build under load, on durable servers.

use std::process::{Command, ExitCode, Stdio};

use anyhow::Result;

use crate::interrupt::Interrupt;
use crate::services::{Durability, Services};
use crate::{process, workspace};

/// Builds `forum` and `forum-bench` as they are deployed and runs one bench; its exit code is ours.
///
/// `forum-bench` finds in its environment the addresses of the servers, the program to measure
/// (`FORUM_BIN`) and the directory of pgbench (`PG_BIN`).
pub(crate) fn run(name: &str, arguments: &[String], interrupt: &Interrupt) -> Result<ExitCode> {
    let mut build = workspace::cargo();
    build.args(["build", "--locked", "--profile", "dist"]);
    build.args(["--package", "forum-server", "--package", "forum-bench", "--bins"]);
    build.stdin(Stdio::null());
    let built = process::run(&mut build, interrupt)?;
    if !built.success() {
        return Ok(process::exit_code(built));
    }

    // A bench on commits that nobody flushes would measure nothing that exists in production.
    let services = Services::start(Durability::Durable, interrupt)?;
    let programs = workspace::programs("dist")?;
    let mut bench = Command::new(programs.join("forum-bench"));
    bench.arg(name).args(arguments).current_dir(workspace::root()).stdin(Stdio::null());
    bench.envs(services.test_environment());
    bench.env("FORUM_BIN", programs.join("forum")).env("PG_BIN", services.postgres_programs());
    Ok(process::exit_code(process::run(&mut bench, interrupt)?))
}
