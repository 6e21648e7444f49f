//! Ctrl-C and its relatives.
//!
//! A signal only raises a flag. Whoever waits looks at it and returns, so that every server is stopped and
//! every temporary file removed by the same `Drop`s as after a success.

use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// The flag that SIGINT, SIGTERM and SIGHUP raise.
pub(crate) struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// From here on the three signals no longer end the process by themselves.
    pub(crate) fn watch() -> Result<Self> {
        let flag = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let number = usize::try_from(signal).context("signal numbers are positive")?;
            signal_hook::flag::register_usize(signal, Arc::clone(&flag), number)
                .context("cannot watch for signals")?;
        }
        Ok(Self(flag))
    }

    /// The signal that has arrived, if any.
    pub(crate) fn signal(&self) -> Option<Interrupted> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            number => Some(Interrupted(u8::try_from(number).unwrap_or(u8::MAX))),
        }
    }

    /// An error as soon as a signal has arrived: for loops that wait.
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        self.signal().map_or(Ok(()), Err)
    }

    /// Takes a Ctrl-C back that was meant for a program in the foreground.
    pub(crate) fn forget_ctrl_c(&self) {
        let _ = self.0.compare_exchange(
            usize::try_from(SIGINT).unwrap_or_default(),
            0,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
    }
}

/// The error that stands for "a signal told us to end".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interrupted(u8);

impl Interrupted {
    /// 128 + the signal's number, as a shell has it.
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(self.0.saturating_add(128))
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ended by signal {}", self.0)
    }
}

impl std::error::Error for Interrupted {}
