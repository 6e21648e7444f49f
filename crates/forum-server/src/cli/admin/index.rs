//! `forum admin reindex`.

use forum_domain::Forum;

use super::{Failure, progress::Progress};

/// Brings the index in step, and tells how far it is.
pub(super) async fn make(forum: &Forum, all: bool) -> Result<(), Failure> {
    let done = {
        let progress = Progress::of("entries");
        forum.search.reindex(all, |done| progress.done(done)).await?
    };
    match done.subjects {
        0 => println!("the index is in step"),
        1 => println!("1 entry was brought in step"),
        many => println!("{many} entries were brought in step"),
    }
    Ok(())
}
