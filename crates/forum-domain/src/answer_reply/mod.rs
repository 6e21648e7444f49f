//! Replies under answers.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;

pub use error::AnswerReplyError;
pub use model::{AnswerReply, AnswerReplyCapabilities, AnswerReplySaid, AnswerReplyView, AnswerReplyViewer};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockAnswerReplyRepository;
pub use repository::{
    AnswerReplyCreated, AnswerReplyDeleted, AnswerReplyRepository, AnswerReplyUpdated, CreateAnswerReply,
    DeleteAnswerReply, UpdateAnswerReply,
};
pub use service::AnswerReplyService;
