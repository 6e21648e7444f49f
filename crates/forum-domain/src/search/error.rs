//! How searching refuses.

use crate::{error::errors, ranking::RankingError};

errors! {
    /// Why nothing was searched for.
    pub enum SearchError {
        /// The query holds no letter and no digit.
        NothingToFind = Invalid "search.nothing_to_find" "the query has no letter and no digit in it",
        ; from {
            /// The page's ranking is gone.
            Ranking(RankingError),
        }
    }
}
