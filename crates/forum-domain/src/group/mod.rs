//! Groups: what they are, who may see what of them, and their lists.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::{AccessError, GroupError};
pub use model::{
    Barred, Capabilities, CategoryCount, Group, GroupCard, GroupDraft, GroupFilter, GroupName, GroupPatch,
    GroupSort, GroupView, GroupViewer, JoinPolicy, Role, Standing, Visibility,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockGroupRepository;
pub use repository::{CreateGroup, GroupCreated, GroupDeleted, GroupRepository, GroupUpdated, UpdateGroup};
pub use service::{GroupInput, GroupPatchInput, GroupService};
