//! How rankings refuse.

use crate::error::errors;

errors! {
    /// Why a page of a ranking was not given.
    pub enum RankingError {
        /// The ranking that the cursor belongs to is gone: start again.
        CursorExpired = Gone "cursor.expired" "the list has changed since: start from its first page",
    }
}
