//! How far it is: a bar on a terminal, else a line for each stage.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicU64, Ordering},
};

use indicatif::{ProgressBar, ProgressStyle};

/// One stage of the work.
pub(super) struct Stage {
    bar: Option<ProgressBar>,
    name: &'static str,
    done: AtomicU64,
}

impl Stage {
    /// A stage with so many steps.
    pub(super) fn start(name: &'static str, steps: usize) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg:10} {wide_bar} {human_pos}/{human_len} {eta:>4}");
            let bar = ProgressBar::new(steps as u64).with_message(name);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, name, done: AtomicU64::new(0) }
    }

    /// One step was made.
    pub(super) fn step(&self) {
        self.reach(self.done.load(Ordering::Relaxed) + 1);
    }

    /// So many steps are made by now.
    pub(super) fn reach(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        }
    }

    /// All steps were made that could be.
    pub(super) fn end(self) {
        match self.bar {
            Some(bar) => bar.finish(),
            None => eprintln!("{}: {}", self.name, self.done.into_inner()),
        }
    }
}
