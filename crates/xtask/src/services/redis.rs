//! One Redis server.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use rustix::process::Signal;

use super::account::Account;
use super::port;
use super::programs::Programs;
use crate::interrupt::Interrupt;
use crate::process::{Server, TICK};

/// A loaded machine needs a second to start; nothing that works needs longer than this.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server, until this value goes. It keeps nothing on the disk: what the forum puts there may be
/// lost.
pub(super) struct Redis {
    _server: Server,
    port: u16,
}

impl Redis {
    /// Starts a server in `directory` and waits until it answers.
    pub(super) fn start(
        programs: &Programs,
        account: &Account,
        directory: &Path,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let log = directory.join("redis.log");
        for _ in 0..port::ATTEMPTS {
            interrupt.check()?;
            let port = port::free()?;
            let output = File::create(&log)?;
            let mut command = account.command(&programs.redis.program("redis-server"), directory);
            command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--daemonize", "no"]);
            command.args(["--save", "", "--appendonly", "no"]).arg("--dir").arg(directory);
            command.stdout(output.try_clone()?).stderr(output);
            let mut server = Server::start(&mut command, Signal::TERM)?;
            if is_ready(port, &mut server, interrupt)? {
                return Ok(Self { _server: server, port });
            }
            let said = fs::read_to_string(&log).unwrap_or_default();
            if !said.contains("Address already in use") {
                bail!("Redis did not start; it said:\n{said}");
            }
        }
        bail!("Redis found no free port in {} attempts", port::ATTEMPTS)
    }

    /// The port on 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The server's address.
    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

/// Waits until the server answers; `false` if it has ended instead.
fn is_ready(port: u16, server: &mut Server, interrupt: &Interrupt) -> Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        interrupt.check()?;
        if server.has_ended()? {
            return Ok(false);
        }
        // Somebody else's server may answer, if it took the port before ours could.
        if ping(port) && !server.has_ended()? {
            return Ok(true);
        }
        ensure!(Instant::now() < deadline, "Redis did not answer within {} s", PATIENCE.as_secs());
        sleep(TICK);
    }
}

fn ping(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 7];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"+PONG\r\n")
    };
    ask().unwrap_or(false)
}
