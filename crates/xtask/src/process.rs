//! Child processes that end when we are told to end.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::interrupt::Interrupt;

/// How often a waiting loop looks up.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// How long a process may take to end when asked, before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// Runs a command in a process group of its own and waits for its end.
///
/// A signal to us ends the whole group: cargo alone would leave its test binaries behind. Nothing of the
/// group survives this call. The command must not read from a terminal.
pub(crate) fn run(command: &mut Command, interrupt: &Interrupt) -> Result<ExitStatus> {
    interrupt.check()?;
    let mut child = command.process_group(0).spawn().with_context(|| describe(command))?;
    let group = Pid::from_child(&child);
    let mut deadline: Option<Instant> = None;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        match deadline {
            None if interrupt.signal().is_some() => {
                let _ = kill_process_group(group, Signal::TERM);
                deadline = Some(Instant::now() + GRACE);
            }
            Some(deadline) if Instant::now() > deadline => {
                let _ = kill_process_group(group, Signal::KILL);
            }
            _ => {}
        }
        sleep(TICK);
    };
    // What the command left running would only talk to servers that are about to stop.
    let _ = kill_process_group(group, Signal::KILL);
    interrupt.check()?;
    Ok(status)
}

/// Runs a command that owns the terminal, and waits for its end.
///
/// Ctrl-C reaches it directly and is its own affair (`psql` only cancels a query); other signals to us are
/// passed on.
pub(crate) fn run_in_foreground(command: &mut Command, interrupt: &Interrupt) -> Result<ExitStatus> {
    interrupt.check()?;
    let mut child = command.spawn().with_context(|| describe(command))?;
    let mut asked = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        interrupt.forget_ctrl_c();
        if !asked && interrupt.signal().is_some() {
            let _ = kill_process(Pid::from_child(&child), Signal::TERM);
            asked = true;
        }
        sleep(TICK);
    }
}

/// A child's exit code as ours; 128 + the signal's number if one ended it.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// A server that is stopped when this value goes.
pub(crate) struct Server {
    child: Child,
    stop: Signal,
}

impl Server {
    /// Starts a server in a process group of its own, so that Ctrl-C reaches it only through us: the tests
    /// must end first. `stop` is the signal by which it ends at once.
    pub(crate) fn start(command: &mut Command, stop: Signal) -> Result<Self> {
        let child = command.process_group(0).spawn().with_context(|| describe(command))?;
        Ok(Self { child, stop })
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let process = Pid::from_child(&self.child);
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = kill_process(process, self.stop);
        let deadline = Instant::now() + GRACE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            sleep(TICK);
        }
        let _ = kill_process_group(process, Signal::KILL);
        let _ = self.child.wait();
    }
}

fn describe(command: &Command) -> String {
    format!("cannot run {}", command.get_program().to_string_lossy())
}
