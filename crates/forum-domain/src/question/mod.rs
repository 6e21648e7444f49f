//! Questions: what anybody asks of everybody, and which answer was the right one.

mod error;
mod lists;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::QuestionError;
pub use lists::Questions;
pub use model::{
    Image, MeasuredQuestion, Question, QuestionCapabilities, QuestionCategoryCount, QuestionChoice,
    QuestionDetail, QuestionDraft, QuestionFilter, QuestionPatch, QuestionSort, QuestionTitle, QuestionView,
    QuestionViewer,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockQuestionRepository;
pub use repository::{
    Accept, Accepted, CreateQuestion, DeleteQuestion, QuestionCreated, QuestionDeleted, QuestionRepository,
    QuestionUpdated, UpdateQuestion,
};
pub use service::{QuestionInput, QuestionPatchInput, QuestionService};
