//! How comments refuse.

use crate::{error::errors, group::AccessError, hook::Veto, post::PostError, ranking::RankingError};

errors! {
    /// Why something about a comment or a reply was refused.
    pub enum CommentError {
        /// There is no such comment, or the caller may not know of it.
        NoSuchComment = NotFound "comment.not_found" "no such comment",
        /// Only its author may, or only he and those who moderate the group.
        NotAllowed = Forbidden "comment.not_allowed" "only its author or a moderator may do this",
        /// The post takes no new comments.
        Locked = Conflict "post.locked" "the post takes no new comments",
        /// The comment was deleted; only its replies stand.
        Deleted = Conflict "comment.deleted" "the comment was deleted",
        /// The comment changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// Not for the caller.
            Access(AccessError),
            /// The post is not there for the caller.
            Post(PostError),
            /// The list's ranking is gone.
            Ranking(RankingError),
            /// A hook said no.
            Vetoed(Veto),
        }
    }
}
