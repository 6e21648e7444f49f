//! A forum that runs on one of the back ends, until it is dropped.

use std::{
    env,
    net::TcpListener,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::client::wait_for;

/// Which databases the forum runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    /// SQLite and the cache in the process.
    #[value(name = "sqlite")]
    Embedded,
    /// PostgreSQL and Redis.
    #[value(name = "postgres")]
    Production,
}

impl Backend {
    pub(crate) const ALL: [Self; 2] = [Self::Embedded, Self::Production];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Embedded => "SQLite",
            Self::Production => "PostgreSQL + Redis",
        }
    }
}

/// A database of its own and what else a forum needs, with nothing running on it.
pub(crate) struct Place {
    pub(crate) backend: Backend,
    /// The database as the store wants to be told it.
    pub(crate) database_url: String,
    environment: Vec<(String, String)>,
    // Holds the SQLite file and the secrets.
    _data: TempDir,
}

impl Place {
    /// An empty database. `settings` are more `FORUM_…` variables.
    pub(crate) async fn make(backend: Backend, settings: &[(&str, &str)]) -> Result<Self> {
        let data = data_directory()?;
        let mut environment: Vec<(String, String)> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut set = |name: &str, value: &str| environment.push((name.to_owned(), value.to_owned()));
        set("FORUM_DATA_DIR", data.path().to_str().context("the data directory is not UTF-8")?);
        set("FORUM_RATE_LIMIT", "off");
        set("FORUM_LOG_LEVEL", "warn");
        let database_url = match backend {
            Backend::Embedded => format!("sqlite:{}", data.path().join("forum.db").display()),
            Backend::Production => {
                let name = data.path().file_name().and_then(|name| name.to_str()).unwrap_or("bench");
                let name = format!("bench_{}", name.trim_start_matches('.').to_lowercase());
                set("FORUM_CACHE_URL", &env::var("FORUM_TEST_REDIS_URL")?);
                set("FORUM_CACHE_PREFIX", &name);
                database_url(&name).await?
            }
        };
        set("FORUM_DATABASE_URL", &database_url);
        Ok(Self { backend, database_url, environment, _data: data })
    }

    /// Runs one of the program's commands to its end; gives what it printed. What it says besides goes
    /// to our standard error.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command()?.args(arguments).stderr(Stdio::inherit()).output().await?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!("forum {}: {}\n{printed}", arguments.join(" "), output.status);
        }
        Ok(printed)
    }

    /// Serves it.
    pub(crate) async fn serve(self) -> Result<Forum> {
        let begun = Instant::now();
        let (address, child) = self.spawn().await?;
        Ok(Forum { address, ready_after: begun.elapsed(), child, place: self })
    }

    /// A process that serves it, where it is ready.
    async fn spawn(&self) -> Result<(String, Child)> {
        // Free when asked for, which is as good as it gets without handing the socket over.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let mut command = self.command()?;
        command.env("FORUM_LISTEN", &address).stdout(Stdio::null()).kill_on_drop(true);
        let child = command.spawn()?;
        wait_for(&address, "/readyz").await?;
        Ok((address, child))
    }

    fn command(&self) -> Result<Command> {
        let program = env::var("FORUM_BIN").context("FORUM_BIN is not set: run `cargo xtask bench …`")?;
        let mut command = Command::new(program);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }
}

/// A running forum.
pub(crate) struct Forum {
    pub(crate) address: String,
    /// From starting the process to the first 200 of `/readyz`.
    pub(crate) ready_after: Duration,
    pub(crate) place: Place,
    child: Child,
}

impl Forum {
    /// Starts one on an empty database, with its limits on requests off.
    pub(crate) async fn start(backend: Backend) -> Result<Self> {
        Place::make(backend, &[]).await?.serve().await
    }

    /// Another instance of it on the same databases, until it is dropped.
    pub(crate) async fn beside(&self) -> Result<Beside> {
        let (address, child) = self.place.spawn().await?;
        Ok(Beside { address, _child: child })
    }

    /// Stops it and starts it again on what it left.
    pub(crate) async fn restart(mut self) -> Result<Self> {
        if let Some(pid) = self.child.id().and_then(|pid| rustix::process::Pid::from_raw(pid.cast_signed())) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        self.child.wait().await?;
        self.place.serve().await
    }

    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.id().context("the forum ended")
    }
}

/// Another instance of a forum.
pub(crate) struct Beside {
    pub(crate) address: String,
    _child: Child,
}

/// A directory on a disk: /tmp is often memory, where a durable commit costs nothing.
fn data_directory() -> Result<TempDir> {
    let persistent = Path::new("/var/tmp");
    Ok(if persistent.is_dir() { tempfile::tempdir_in(persistent)? } else { tempfile::tempdir()? })
}

/// A database of this name on the private server, made if it is not there.
async fn database_url(name: &str) -> Result<String> {
    let admin = env::var("FORUM_TEST_POSTGRES_URL")?;
    // Refused if it is there already, which is as good.
    psql_command(&admin, &format!("CREATE DATABASE {name}"))?.stderr(Stdio::null()).status().await?;
    let (server, _) = admin.rsplit_once('/').context("no database in FORUM_TEST_POSTGRES_URL")?;
    Ok(format!("{server}/{name}"))
}

/// The server process of PostgreSQL, whose children are its back ends.
pub(crate) async fn postmaster() -> Result<u32> {
    let admin = env::var("FORUM_TEST_POSTGRES_URL")?;
    let text = psql(&admin, "SELECT pg_read_file('postmaster.pid')").await?;
    Ok(text.lines().next().context("no postmaster.pid")?.trim().parse()?)
}

/// What PostgreSQL answers, unadorned.
pub(crate) async fn psql(url: &str, query: &str) -> Result<String> {
    let output = psql_command(url, query)?.stderr(Stdio::inherit()).output().await?;
    if !output.status.success() {
        bail!("psql: {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn psql_command(url: &str, query: &str) -> Result<Command> {
    let mut command = Command::new(format!("{}/psql", env::var("PG_BIN")?));
    command.args([url, "-XAtqc", query]);
    Ok(command)
}
