//! The index of searching: what can be found has an entry that says what it says, and nothing else has one.

use forum_domain::{Forum, search::SearchKind};

use super::{Failure, Found};

/// What is looked at.
pub(super) const IN_STEP: &str = "search.in_step";

/// Looks, and makes entries anew if it shall. What an event waits of will be in step by itself.
pub(super) async fn examine(forum: &Forum, fix: bool) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for kind in SearchKind::ALL {
        let mut after = 0;
        loop {
            let astray = forum.search.astray(kind, after).await?;
            let Some(last) = astray.last() else { break };
            after = *last;
            if fix {
                forum.search.index(kind, &astray).await?;
            }
            found.extend(astray.into_iter().map(|id| Found {
                invariant: IN_STEP,
                rule: "what can be found is in the index as it is, and what is gone is not",
                subject: format!("{} {id}", kind.as_str()).into(),
                expected: "an entry of what is there, none of what is gone".into(),
                found: "another one, or none".into(),
                repairable: true,
                repaired: fix,
            }));
        }
    }
    Ok(found)
}
