//! One PostgreSQL server.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;

use super::Durability;
use super::account::Account;
use super::port;
use super::programs::Programs;
use crate::interrupt::Interrupt;
use crate::process::{Server, TICK};

/// The superuser. Its name is also that of the role in every URL handed out.
const ROLE: &str = "forum";

/// A loaded machine needs seconds to start; nothing that works needs a minute.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest path of a Unix socket, with room for the socket's own name.
const SOCKET_DIRECTORY_LIMIT: usize = 80;

/// A running server, until this value goes.
pub(super) struct Postgres {
    _server: Server,
    port: u16,
    password: String,
    programs: PathBuf,
}

impl Postgres {
    /// Creates a cluster under `directory`, starts it and waits until it answers.
    pub(super) fn start(
        programs: &Programs,
        account: &Account,
        directory: &Path,
        durability: Durability,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let password = secret()?;
        let data = create_cluster(programs, account, directory, durability, &password)?;
        let log = directory.join("postgres.log");
        for _ in 0..port::ATTEMPTS {
            interrupt.check()?;
            let port = port::free()?;
            let output = File::create(&log)?;
            let mut command = account.command(&programs.postgres.program("postgres"), directory);
            command.arg("-D").arg(&data).args(settings(port, directory, durability));
            command.stdout(output.try_clone()?).stderr(output);
            // SIGQUIT ends it without a last checkpoint of data that nobody will read again.
            let mut server = Server::start(&mut command, Signal::QUIT)?;
            if is_ready(programs, account, directory, port, &mut server, interrupt)? {
                let programs = programs.postgres.directory.clone();
                return Ok(Self { _server: server, port, password, programs });
            }
            let said = fs::read_to_string(&log).unwrap_or_default();
            if !said.contains("Address already in use") {
                bail!("PostgreSQL did not start; it said:\n{said}");
            }
        }
        bail!("PostgreSQL found no free port in {} attempts", port::ATTEMPTS)
    }

    /// The port on 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The directory of `psql`, `pgbench` and their kind.
    pub(super) fn programs(&self) -> &Path {
        &self.programs
    }

    /// A database's address, for the superuser.
    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Creates an empty database.
    pub(super) fn create_database(&self, name: &str) -> Result<()> {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--command", &format!("CREATE DATABASE {name}")])
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", ROLE)
            .env("PGPASSWORD", &self.password)
            .env("PGDATABASE", "postgres")
            .output()
            .context("cannot run psql")?;
        succeeded("psql", &output)
    }
}

/// Runs `initdb`; the data directory.
fn create_cluster(
    programs: &Programs,
    account: &Account,
    directory: &Path,
    durability: Durability,
    password: &str,
) -> Result<PathBuf> {
    let password_file = directory.join("password");
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&password_file)?;
    file.write_all(password.as_bytes())?;
    account.take(&password_file)?;

    let data = directory.join("postgres");
    let mut command = account.command(&programs.postgres.program("initdb"), directory);
    command.arg("--pgdata").arg(&data).arg("--pwfile").arg(&password_file);
    // Other users of the machine can reach the port, and a superuser can run programs: so a password. Sent
    // plainly, over loopback, since tests open thousands of connections and a debug build is slow at SCRAM.
    command.args(["--username", ROLE, "--auth", "password"]);
    command.args(["--encoding", "UTF8", "--locale", if cfg!(target_os = "linux") { "C.UTF-8" } else { "C" }]);
    command.arg("--no-instructions");
    if durability == Durability::Scratch {
        command.arg("--no-sync");
    }
    let output = command.output().context("cannot run initdb")?;
    succeeded("initdb", &output)?;
    fs::remove_file(&password_file)?;
    Ok(data)
}

fn settings(port: u16, directory: &Path, durability: Durability) -> Vec<String> {
    let sockets = match directory.to_str() {
        Some(directory) if directory.len() <= SOCKET_DIRECTORY_LIMIT => directory,
        // Too long a path for a socket; TCP is what everybody here uses.
        _ => "",
    };
    let mut settings = vec![
        format!("port={port}"),
        format!("unix_socket_directories={sockets}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "max_connections=300".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
    ];
    let durable = if durability == Durability::Durable { "on" } else { "off" };
    for name in ["fsync", "synchronous_commit", "full_page_writes"] {
        settings.push(format!("{name}={durable}"));
    }
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// Waits until the server answers; `false` if it has ended instead.
fn is_ready(
    programs: &Programs,
    account: &Account,
    directory: &Path,
    port: u16,
    server: &mut Server,
    interrupt: &Interrupt,
) -> Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        interrupt.check()?;
        if server.has_ended()? {
            return Ok(false);
        }
        let answer = account
            .command(&programs.postgres.program("pg_isready"), directory)
            .args(["--quiet", "--host", "127.0.0.1", "--port", &port.to_string(), "--dbname", "postgres"])
            .status()
            .context("cannot run pg_isready")?;
        // If the port was taken by another server, ours has not got far enough to be told from it: look
        // again whether it lives.
        if answer.success() && !server.has_ended()? {
            return Ok(true);
        }
        ensure!(Instant::now() < deadline, "PostgreSQL did not answer within {} s", PATIENCE.as_secs());
        sleep(TICK);
    }
}

fn succeeded(program: &str, output: &Output) -> Result<()> {
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// 128 random bits in hexadecimal, so that it needs no escaping anywhere.
fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
