//! Telling how far a long command is.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicU64, Ordering},
};

use indicatif::{ProgressBar, ProgressStyle};

/// How many things are done between two lines, where there is no terminal.
const LINE: u64 = 10_000;

/// How much of something is done, on standard error: a spinner on a terminal, else a line now and then.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    told: AtomicU64,
    what: &'static str,
}

impl Progress {
    /// None so far of `what`, in the plural.
    pub(super) fn of(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let template = format!("{{spinner}} {{human_pos}} {what}, {{per_sec}}");
            let style = ProgressStyle::with_template(&template);
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Self { bar, told: AtomicU64::new(0), what }
    }

    /// So many are done by now.
    pub(super) fn done(&self, done: u64) {
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if done / LINE > self.told.load(Ordering::Relaxed) / LINE => {
                self.told.store(done, Ordering::Relaxed);
                eprintln!("{done} {} so far", self.what);
            }
            None => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
