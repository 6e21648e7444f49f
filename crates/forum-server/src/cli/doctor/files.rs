//! Media and their files: each row has its file, each file its row.

use forum_domain::Forum;

use super::{Failure, Found};

/// How many rows are looked at in one go.
const BATCH: u32 = 500;

const HAS_FILE: &str = "media.has_file";
const HAS_ROW: &str = "media.has_row";

/// What is looked at.
pub(super) const CHECKED: [&str; 2] = [HAS_FILE, HAS_ROW];

/// Looks, and removes files without rows if it shall. What a lost file showed, nobody knows.
pub(super) async fn examine(forum: &Forum, fix: bool) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let (missing, last) = forum.media.without_files(after, BATCH).await?;
        found.extend(missing.into_iter().map(|media| Found {
            invariant: HAS_FILE,
            rule: "media have their file, whole",
            subject: media.id.get().into(),
            expected: format!("{} of {} bytes", media.key, media.byte_size),
            found: "no such file".into(),
            repairable: false,
            repaired: false,
        }));
        after = last;
        if after.is_none() {
            break;
        }
    }
    for shard in 0..=u8::MAX {
        for key in forum.media.strays(shard).await? {
            if fix {
                forum.media.remove_stray(&key).await?;
            }
            found.push(Found {
                invariant: HAS_ROW,
                rule: "a file that is a day old belongs to media",
                subject: key.as_str().into(),
                expected: "media of this name".into(),
                found: "none".into(),
                repairable: true,
                repaired: fix,
            });
        }
    }
    Ok(found)
}
