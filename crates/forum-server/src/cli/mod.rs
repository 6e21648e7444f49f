//! The command line: `forum [serve]` and what an operator needs besides.
//!
//! Exit codes are the same everywhere: 0 when all is well, 1 when the doctor found something, 2 when a
//! command could not do its work.

mod admin;
mod arguments;
mod check_config;
mod doctor;
mod migrate;
mod openapi;
mod print;
mod seed;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::arguments::{Arguments, Command};
use crate::{
    config::{self, Loaded, Sources},
    serve, telemetry,
};

/// Everything went well but for what the doctor found.
const FINDINGS: u8 = 1;
/// The command could not do its work.
const FAILED: u8 = 2;

/// Why a command could not do its work, as it is told to whoever typed it.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs what the command line asks for.
#[must_use]
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("forum: {failure}");
            let mut cause = failure.source();
            while let Some(error) = cause {
                eprintln!("  because {error}");
                cause = error.source();
            }
            ExitCode::from(FAILED)
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let Arguments { command, common } = arguments;
    // What needs no configuration must work however wrong it is.
    match &command {
        Some(Command::Openapi { format, version }) => return openapi::run(*format, *version),
        Some(Command::Completions { shell }) => {
            let mut program = Arguments::command();
            clap_complete::generate(*shell, &mut program, "forum", &mut std::io::stdout());
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let loaded = config::load(&Sources {
        file: common.config.clone(),
        environment: std::env::vars_os().collect(),
        flags: common.flags(),
    })?;
    match command {
        None | Some(Command::Serve) => {
            telemetry::start(&loaded.config);
            block_on(serve::run(loaded))
        }
        Some(Command::CheckConfig { json }) => check_config::run(&loaded, json),
        Some(Command::Migrate { dry_run }) => quietly(loaded, |loaded| migrate::run(loaded, dry_run)),
        Some(Command::Doctor { fix, json }) => quietly(loaded, move |loaded| doctor::run(loaded, fix, json)),
        Some(Command::Seed(arguments)) => quietly(loaded, |loaded| seed::run(loaded, arguments)),
        Some(Command::Admin { what }) => quietly(loaded, |loaded| admin::run(loaded, what)),
        // Answered above.
        Some(Command::Openapi { .. } | Command::Completions { .. }) => Ok(ExitCode::SUCCESS),
    }
}

/// Runs a command that answers on its own: only warnings are logged beside it.
fn quietly<Running>(mut loaded: Loaded, command: impl FnOnce(Loaded) -> Running) -> Result<ExitCode, Failure>
where
    Running: Future<Output = Result<ExitCode, Failure>>,
{
    if loaded.config.log_level == "info" {
        loaded.config.log_level = String::from("warn");
    }
    telemetry::start(&loaded.config);
    block_on(command(loaded))
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
