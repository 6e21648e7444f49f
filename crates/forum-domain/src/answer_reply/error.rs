//! How replies to answers refuse.

use crate::{answer::AnswerError, error::errors, hook::Veto};

errors! {
    /// Why something about a reply to an answer was refused.
    pub enum AnswerReplyError {
        /// There is no such reply.
        NoSuchReply = NotFound "answer_reply.not_found" "no such reply",
        /// Only its author may, or only he and the site's moderators.
        NotAllowed = Forbidden "answer_reply.not_allowed" "only its author or a moderator may do this",
        /// The reply changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// The answer is not there.
            Answer(AnswerError),
            /// A hook said no.
            Vetoed(Veto),
        }
    }
}
