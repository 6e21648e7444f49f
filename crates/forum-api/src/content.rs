//! What people write, wherever it stands: its format, and what somebody may do with it.

use forum_domain::{
    answer::AnswerCapabilities, answer_reply::AnswerReplyCapabilities, comment::CommentCapabilities,
    content as domain, post::PostCapabilities, question::QuestionCapabilities,
};
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::fields::choices;

choices! {
    /// How a body is written. Whatever it is, what is served as `body_html` went through the sanitiser.
    BodyFormat for domain::Format {
        /// HTML, as a rich-text editor makes it.
        Html = "html",
        /// CommonMark with tables, strikethrough and task lists.
        Markdown = "markdown",
        /// Plain text; its line breaks count.
        Plain = "plain",
    }
}

/// What somebody may do with what was written.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct ContentCapabilities {
    /// Change it.
    edit: bool,
    /// Delete it.
    delete: bool,
    /// Comment on it, reply to it, or answer it.
    comment: bool,
    /// Like it: it is not his own.
    like: bool,
    /// Moderate it: pin, lock, recommend and restore posts, delete what others wrote.
    moderate: bool,
}

impl From<PostCapabilities> for ContentCapabilities {
    fn from(can: PostCapabilities) -> Self {
        let PostCapabilities { edit, delete, comment, like, moderate } = can;
        Self { edit, delete, comment, like, moderate }
    }
}

impl From<CommentCapabilities> for ContentCapabilities {
    fn from(can: CommentCapabilities) -> Self {
        let CommentCapabilities { edit, delete, comment, like, moderate } = can;
        Self { edit, delete, comment, like, moderate }
    }
}

impl From<QuestionCapabilities> for ContentCapabilities {
    fn from(can: QuestionCapabilities) -> Self {
        let QuestionCapabilities { edit, delete, answer, moderate } = can;
        Self { edit, delete, comment: answer, like: false, moderate }
    }
}

impl From<AnswerCapabilities> for ContentCapabilities {
    fn from(can: AnswerCapabilities) -> Self {
        let AnswerCapabilities { edit, delete, reply, like, moderate } = can;
        Self { edit, delete, comment: reply, like, moderate }
    }
}

impl From<AnswerReplyCapabilities> for ContentCapabilities {
    fn from(can: AnswerReplyCapabilities) -> Self {
        let AnswerReplyCapabilities { edit, delete, reply, moderate } = can;
        Self { edit, delete, comment: reply, like: false, moderate }
    }
}

impl Example for ContentCapabilities {
    fn example() -> Self {
        Self { edit: false, delete: false, comment: true, like: true, moderate: false }
    }
}
