//! How questions refuse.

use crate::{account::AccountError, error::errors, hook::Veto, ranking::RankingError};

errors! {
    /// Why something about a question was refused.
    pub enum QuestionError {
        /// There is no such question.
        NoSuchQuestion = NotFound "question.not_found" "no such question",
        /// Only the asker may, or only he and the site's moderators.
        NotAllowed = Forbidden "question.not_allowed" "only the asker or a moderator may do this",
        /// The question changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// Whose questions are asked for is not there.
            Account(AccountError),
            /// The list's ranking is gone.
            Ranking(RankingError),
            /// A hook said no.
            Vetoed(Veto),
        }
    }
}
