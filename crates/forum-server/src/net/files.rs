//! Open files: each connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What the database, the cache and logs need besides connections.
const OUR_OWN: u64 = 128;

/// Allows the process as many open files as the system lets it have, and says how many connections that
/// leaves room for; `None` for any number.
#[must_use]
pub fn raise_open_files() -> Option<usize> {
    let limit = getrlimit(Resource::Nofile);
    // Where the system refuses, what was allowed before stays.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let files = getrlimit(Resource::Nofile).current?;
    // Where little is allowed, half of it.
    usize::try_from(files.saturating_sub(OUR_OWN).max(files / 2)).ok()
}
