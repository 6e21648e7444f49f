//! Private PostgreSQL and Redis servers: on free ports of the loopback interface, in a temporary directory,
//! run by an unprivileged user, gone afterwards.
//!
//! [`programs`] finds the installed programs, [`install`] gets missing ones from Debian's packages,
//! [`account`] is the user that runs them, [`postgres`] and [`redis`] start one server each.

mod account;
mod install;
mod port;
mod postgres;
mod programs;
mod redis;

use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;

use anyhow::{Context, Result};
use tempfile::TempDir;

use self::account::Account;
use self::postgres::Postgres;
use self::redis::Redis;
use crate::interrupt::Interrupt;
use crate::process;

/// Names the PostgreSQL server that tests may fill with databases, as a superuser.
pub(crate) const POSTGRES_URL: &str = "FORUM_TEST_POSTGRES_URL";
/// Names the Redis server that tests may fill and flush.
pub(crate) const REDIS_URL: &str = "FORUM_TEST_REDIS_URL";

/// What a commit is worth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing is flushed: for tests, which need speed.
    Scratch,
    /// Each commit is on the disk before it is answered, as in production: for benches.
    Durable,
}

/// Both servers, until this value goes.
pub(crate) struct Services {
    // Dropped in this order: the directory goes after the servers that write into it.
    postgres: Postgres,
    redis: Redis,
    _directory: TempDir,
}

impl Services {
    /// Finds or installs the programs, starts both servers and waits until they answer.
    pub(crate) fn start(durability: Durability, interrupt: &Interrupt) -> Result<Self> {
        let programs = install::find_or_install(interrupt)?;
        let account = Account::unprivileged()?;
        let directory = temporary_directory(durability, &account)?;
        let postgres = Postgres::start(&programs, &account, directory.path(), durability, interrupt)?;
        let redis = Redis::start(&programs, &account, directory.path(), interrupt)?;
        eprintln!(
            "xtask: PostgreSQL {} on port {} and Redis {} on port {}, {}, as {}",
            programs.postgres.version,
            postgres.port(),
            programs.redis.version,
            redis.port(),
            match durability {
                Durability::Scratch => "nothing durable",
                Durability::Durable => "durable",
            },
            account.name(),
        );
        Ok(Self { postgres, redis, _directory: directory })
    }

    /// What tests and benches need to know.
    pub(crate) fn test_environment(&self) -> [(&'static str, String); 2] {
        [(POSTGRES_URL, self.postgres.url("postgres")), (REDIS_URL, self.redis.url())]
    }

    /// What the `forum` program needs to know, with a database of its own.
    fn forum_environment(&self) -> Result<[(&'static str, String); 2]> {
        self.postgres.create_database("forum")?;
        Ok([("FORUM_DATABASE_URL", self.postgres.url("forum")), ("FORUM_CACHE_URL", self.redis.url())])
    }

    /// The directory of `psql`, `pgbench` and their kind.
    pub(crate) fn postgres_programs(&self) -> &Path {
        self.postgres.programs()
    }
}

/// `cargo xtask services`: until Ctrl-C, or for the time of one command.
pub(crate) fn run(durable: bool, command: &[String], interrupt: &Interrupt) -> Result<ExitCode> {
    let services =
        Services::start(if durable { Durability::Durable } else { Durability::Scratch }, interrupt)?;
    let environment =
        services.test_environment().into_iter().chain(services.forum_environment()?).collect::<Vec<_>>();

    let Some((program, arguments)) = command.split_first() else {
        for (name, value) in environment {
            println!("export {name}={value}");
        }
        eprintln!("xtask: ready; Ctrl-C stops the servers and throws their data away");
        while interrupt.signal().is_none() {
            sleep(process::TICK);
        }
        return Ok(ExitCode::SUCCESS);
    };

    let mut command = Command::new(program);
    command.args(arguments).envs(environment).env("PG_BIN", services.postgres_programs());
    let status = if stdin().is_terminal() {
        process::run_in_foreground(&mut command, interrupt)?
    } else {
        process::run(command.stdin(Stdio::inherit()), interrupt)?
    };
    Ok(process::exit_code(status))
}

/// A directory that the account owns and nobody else may enter.
fn temporary_directory(durability: Durability, account: &Account) -> Result<TempDir> {
    // /tmp is often memory, where a flush costs nothing and a durable server would be none.
    let persistent = PathBuf::from("/var/tmp");
    let parent = match durability {
        Durability::Durable if persistent.is_dir() => persistent,
        _ => std::env::temp_dir(),
    };
    let directory = tempfile::Builder::new()
        .prefix("forum-")
        .tempdir_in(&parent)
        .with_context(|| format!("cannot create a directory in {}", parent.display()))?;
    account.take(directory.path())?;
    account.check_access(directory.path())?;
    Ok(directory)
}
