//! A forum that runs on one of the back ends, until it is dropped.

use std::{
    env,
    net::TcpListener,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::client::wait_for;

/// Which databases the forum runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite and the cache in the process.
    Embedded,
    /// PostgreSQL and Redis.
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

/// A running forum.
pub(crate) struct Forum {
    pub(crate) address: String,
    /// From starting the process to the first 200 of `/readyz`.
    pub(crate) ready_after: Duration,
    child: Child,
    // Holds the database and the secrets.
    _data: TempDir,
}

impl Forum {
    /// Starts one on an empty database, with its limits on requests off.
    pub(crate) async fn start(backend: Backend) -> Result<Self> {
        let data = tempfile::tempdir()?;
        Self::start_in(backend, data).await
    }

    /// Stops it and starts it again on what it left.
    pub(crate) async fn restart(mut self, backend: Backend) -> Result<Self> {
        if let Some(pid) = self.child.id().and_then(|pid| rustix::process::Pid::from_raw(pid.cast_signed())) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        self.child.wait().await?;
        Self::start_in(backend, self._data).await
    }

    async fn start_in(backend: Backend, data: TempDir) -> Result<Self> {
        let program = env::var("FORUM_BIN").context("FORUM_BIN is not set: run `cargo xtask bench …`")?;
        // Free when asked for, which is as good as it gets without handing the socket over.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(program);
        command
            .env("FORUM_LISTEN", &address)
            .env("FORUM_DATA_DIR", data.path())
            .env("FORUM_RATE_LIMIT", "off")
            .env("FORUM_LOG_LEVEL", "warn")
            .stdout(Stdio::null())
            .kill_on_drop(true);
        if backend == Backend::Production {
            let name = data.path().file_name().and_then(|name| name.to_str()).unwrap_or("bench");
            let database = format!("bench_{}", name.trim_start_matches('.').to_lowercase());
            command
                .env("FORUM_DATABASE_URL", database_url(&database).await?)
                .env("FORUM_CACHE_URL", env::var("FORUM_TEST_REDIS_URL")?)
                .env("FORUM_CACHE_PREFIX", database);
        }
        let begun = Instant::now();
        let child = command.spawn()?;
        wait_for(&address, "/readyz").await?;
        Ok(Self { address, ready_after: begun.elapsed(), child, _data: data })
    }

    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.id().context("the forum ended")
    }
}

/// A database of this name on the private server, made if it is not there.
async fn database_url(name: &str) -> Result<String> {
    let admin = env::var("FORUM_TEST_POSTGRES_URL")?;
    let psql = format!("{}/psql", env::var("PG_BIN")?);
    // Refused if it is there already, which is as good.
    Command::new(psql)
        .args([&admin, "-qc", &format!("CREATE DATABASE {name}")])
        .stderr(Stdio::null())
        .status()
        .await?;
    let (server, _) = admin.rsplit_once('/').context("no database in FORUM_TEST_POSTGRES_URL")?;
    Ok(format!("{server}/{name}"))
}

/// The server process of PostgreSQL, whose children are its back ends.
pub(crate) async fn postmaster() -> Result<u32> {
    let admin = env::var("FORUM_TEST_POSTGRES_URL")?;
    let psql = format!("{}/psql", env::var("PG_BIN")?);
    let query = "SELECT pg_read_file('postmaster.pid')";
    let output = Command::new(psql).args([&admin, "-Atc", query]).output().await?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().next().context("no postmaster.pid")?.trim().parse()?)
}
