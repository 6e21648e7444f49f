//! How likes refuse.

use crate::{answer::AnswerError, comment::CommentError, error::errors, hook::Veto, post::PostError};

errors! {
    /// Why something about a like was refused.
    pub enum LikeError {
        /// Nobody likes what he wrote himself.
        OwnContent = Forbidden "like.own_content" "you cannot like what you wrote",
        ; limited {
            /// So many likes for today.
            DailyLimit = "like.daily_limit" "no likes are left for today",
            /// So many likes of this author's content for today.
            AuthorLimit = "like.author_limit" "no likes of this author's content are left for today",
        }
        ; from {
            /// The post is not there for the caller.
            Post(PostError),
            /// The comment is not there for the caller.
            Comment(CommentError),
            /// The answer is not there.
            Answer(AnswerError),
            /// A hook said no.
            Vetoed(Veto),
        }
    }
}
