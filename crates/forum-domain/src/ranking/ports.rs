//! Where rankings are kept: shared by all instances, and they may be lost.

use std::time::Duration;

use async_trait::async_trait;

use super::{Ranking, Scope};
use crate::error::PortError;

/// Keeps rankings.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait RankingStore: Send + Sync {
    /// The newest ranking of a scope.
    async fn latest(&self, scope: &Scope) -> Result<Option<Ranking>, PortError>;

    /// This generation of a scope's rankings, if it is still there.
    async fn generation(&self, scope: &Scope, generation: i64) -> Result<Option<Ranking>, PortError>;

    /// Whether the caller is the one to make the next ranking: true for one caller per scope until
    /// `lease` has passed or a ranking was kept.
    async fn begin(&self, scope: &Scope, lease: Duration) -> Result<bool, PortError>;

    /// Keeps a ranking for at least `ttl` and makes it the newest, unless a newer one is there.
    async fn keep(&self, scope: &Scope, ranking: &Ranking, ttl: Duration) -> Result<(), PortError>;
}
