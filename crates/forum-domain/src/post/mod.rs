//! Posts: what stands in groups, how it is found, changed, and marked by moderators.

mod error;
mod lists;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::PostError;
pub use lists::GroupPosts;
pub use model::{
    Mark, Measured, Period, Post, PostCapabilities, PostDetail, PostDraft, PostFilter, PostList, PostPatch,
    PostRevision, PostSort, PostView, PostViewer, RankBy, Title,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockPostRepository;
pub use repository::{
    CreatePost, DeletePost, PostCreated, PostDeleted, PostRepository, PostRestored, PostUpdated, UpdatePost,
};
pub use service::{PostInput, PostPatchInput, PostService};
