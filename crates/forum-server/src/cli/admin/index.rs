//! `forum admin reindex`.

use std::{
    io::IsTerminal,
    sync::atomic::{AtomicU64, Ordering},
};

use forum_domain::Forum;
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;

/// How many entries there are between two lines, where there is no terminal.
const LINE: u64 = 10_000;

/// Brings the index in step, and tells how far it is.
pub(super) async fn make(forum: &Forum, all: bool) -> Result<(), Failure> {
    let bar = std::io::stderr().is_terminal().then(|| {
        let style = ProgressStyle::with_template("{spinner} {human_pos} entries, {per_sec}");
        ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
    });
    let told = AtomicU64::new(0);
    let progress = |done: u64| match &bar {
        Some(bar) => bar.set_position(done),
        None if done / LINE > told.load(Ordering::Relaxed) / LINE => {
            told.store(done, Ordering::Relaxed);
            eprintln!("{done} entries so far");
        }
        None => {}
    };
    let done = forum.search.reindex(all, progress).await?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    match done.subjects {
        0 => println!("the index is in step"),
        1 => println!("1 entry was brought in step"),
        many => println!("{many} entries were brought in step"),
    }
    Ok(())
}
