//! `cargo xtask test`: all tests of the workspace, on real servers.

use std::process::{ExitCode, Stdio};

use anyhow::{Result, bail};

use crate::interrupt::Interrupt;
use crate::services::{Durability, POSTGRES_URL, REDIS_URL, Services};
use crate::{process, workspace};

/// Runs `cargo test` over the workspace; its exit code is ours.
///
/// Every test binary runs, also after one has failed: the summary tells all that is wrong.
pub(crate) fn run(arguments: &[String], interrupt: &Interrupt) -> Result<ExitCode> {
    let mut tests = workspace::cargo();
    tests.args(["test", "--workspace", "--all-features", "--locked", "--no-fail-fast"]).args(arguments);
    tests.stdin(Stdio::null());

    let given = |name| std::env::var_os(name).is_some_and(|url| !url.is_empty());
    let services = match (given(POSTGRES_URL), given(REDIS_URL)) {
        (true, true) => {
            eprintln!("xtask: using the servers of {POSTGRES_URL} and {REDIS_URL}");
            None
        }
        (false, false) => Some(Services::start(Durability::Scratch, interrupt)?),
        _ => bail!("set both {POSTGRES_URL} and {REDIS_URL}, or neither to have private servers started"),
    };
    if let Some(services) = &services {
        tests.envs(services.test_environment());
    }
    Ok(process::exit_code(process::run(&mut tests, interrupt)?))
}
