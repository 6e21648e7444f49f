//! How posts refuse.

use crate::{error::errors, group::AccessError, hook::Veto, ranking::RankingError};

errors! {
    /// Why something about a post was refused.
    pub enum PostError {
        /// There is no such post, or the caller may not know of it.
        NoSuchPost = NotFound "post.not_found" "no such post",
        /// Only its author may, or only he and those who moderate its group.
        NotAllowed = Forbidden "post.not_allowed" "only its author or a moderator may do this",
        /// The post changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// Not for the caller.
            Access(AccessError),
            /// The list's ranking is gone.
            Ranking(RankingError),
            /// A hook said no.
            Vetoed(Veto),
        }
    }
}
