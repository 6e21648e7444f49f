//! `forum admin resanitise`.

use forum_domain::Forum;

use super::{Failure, index, progress::Progress};

/// Renders anew what an older policy rendered, tells how far it is, and brings the index in step.
pub(super) async fn resanitise(forum: &Forum) -> Result<(), Failure> {
    let done = {
        let progress = Progress::of("texts");
        forum.content.resanitise(|done| progress.done(done.texts)).await?
    };
    match done.texts {
        0 => println!("every text is of the newest policy"),
        1 => println!("1 text was rendered anew, {} changed", done.changed),
        many => println!("{many} texts were rendered anew, {} changed", done.changed),
    }
    // Also where nothing was rendered: an earlier call may have been stopped between the two.
    index::make(forum, false).await
}
