//! What user pages and blocks ask of the store.

use async_trait::async_trait;

use super::{Block, BlockSet, Profile};
use crate::{
    clock::Timestamp,
    error::PortError,
    id::UserId,
    page::{Page, PageRequest},
};

/// User pages and blocks.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PeopleRepository: Send + Sync {
    /// A user as `viewer` sees him, in one statement; `None` if there never was one. What is counted is what
    /// `viewer` may see: nothing of groups for members that he is not in.
    async fn find_profile(&self, id: UserId, viewer: Option<UserId>) -> Result<Option<Profile>, PortError>;

    /// Blocks somebody or no longer, atomically. What is so already stays as it is. A block needs a user who is
    /// there; that it is lifted needs none.
    async fn set_block(
        &self,
        user: UserId,
        blocked: UserId,
        on: bool,
        at: Timestamp,
    ) -> Result<BlockSet, PortError>;

    /// Whom a user blocked, last blocked first.
    async fn list_blocks(&self, user: UserId, page: PageRequest) -> Result<Page<Block>, PortError>;
}
