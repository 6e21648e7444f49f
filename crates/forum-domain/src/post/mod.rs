//! Posts: what stands in groups, how it is found, changed, and marked by moderators.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;

pub use error::PostError;
pub use model::{
    Mark, Measured, Period, Post, PostCapabilities, PostDetail, PostDraft, PostFilter, PostList, PostPatch,
    PostRevision, PostSort, PostView, PostViewer, RankBy, Title,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockPostRepository;
pub use repository::{
    CreatePost, DeletePost, PostCreated, PostDeleted, PostRepository, PostRestored, PostUpdated, UpdatePost,
};
pub use service::{GroupPosts, PostInput, PostPatchInput, PostService};
