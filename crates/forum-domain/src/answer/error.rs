//! How answers refuse.

use crate::{error::errors, hook::Veto, question::QuestionError, ranking::RankingError};

errors! {
    /// Why something about an answer was refused.
    pub enum AnswerError {
        /// There is no such answer.
        NoSuchAnswer = NotFound "answer.not_found" "no such answer",
        /// Only its author may, or only he and the site's moderators.
        NotAllowed = Forbidden "answer.not_allowed" "only its author or a moderator may do this",
        /// The answer changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// The question is not there, or the user whose answers are asked for.
            Question(QuestionError),
            /// The list's ranking is gone.
            Ranking(RankingError),
            /// A hook said no.
            Vetoed(Veto),
        }
    }
}
