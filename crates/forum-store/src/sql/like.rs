//! SQL of likes.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    error::PortError,
    id::{CommentId, GroupId, PostId, UserId},
    like::{Day, Like, LikeRepository, Liked, Unlike, Unliked},
    page::{Page, PageRequest},
};

use super::Store;

#[async_trait]
impl LikeRepository for Store {
    async fn like(&self, _like: Like) -> Result<Liked, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn unlike(&self, _unlike: Unlike) -> Result<Unliked, PortError> {
        Err(PortError::broken("not written"))
    }
    async fn prune_quotas(&self, _before: Day) -> Result<u64, PortError> {
        Err(PortError::broken("not written"))
    }
}
