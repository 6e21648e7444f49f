//! Comments under posts, and replies under comments: two levels.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::CommentError;
pub use model::{
    Comment, CommentBody, CommentCapabilities, CommentOrder, CommentSort, CommentView, CommentViewer, Said,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockCommentRepository;
pub use repository::{
    CommentCreated, CommentDeleted, CommentRepository, CommentUpdated, CreateComment, CreateReply,
    DeleteComment, ReplyCreated, UpdateComment,
};
pub use service::CommentService;
