//! Answers to questions. Replies under them stand in [`crate::answer_reply`], accepting one in
//! [`crate::question`].

mod error;
mod model;
pub(crate) mod ranked;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::AnswerError;
pub use model::{Answer, AnswerCapabilities, AnswerList, AnswerOrder, AnswerSort, AnswerView, AnswerViewer};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockAnswerRepository;
pub use repository::{
    AnswerCreated, AnswerDeleted, AnswerRepository, AnswerUpdated, CreateAnswer, DeleteAnswer, UpdateAnswer,
};
pub use service::{AnswerPatchInput, AnswerService};
