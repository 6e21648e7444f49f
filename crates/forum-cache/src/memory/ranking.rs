//! Rankings in the process.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use forum_domain::{
    error::PortError,
    ranking::{Ranking, RankingStore, Scope},
};

use super::Cache;

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// Where the newest ranking of a scope is found.
    Newest(Scope),
    /// One ranking.
    Generation(Scope, i64),
    /// Taken by the caller who makes the next one.
    Lease(Scope),
}

#[derive(Clone)]
pub(super) enum Slot {
    Newest(i64),
    Ranking(Arc<Ranking>),
    Leased,
}

impl Key {
    pub(super) fn size(&self) -> usize {
        let (Self::Newest(scope) | Self::Generation(scope, _) | Self::Lease(scope)) = self;
        scope.as_str().len()
    }
}

impl Slot {
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Ranking(ranking) => size_of::<Ranking>() + size_of::<i64>() * ranking.ids.len(),
            Self::Newest(_) | Self::Leased => 0,
        }
    }
}

#[async_trait]
impl RankingStore for Cache {
    async fn latest(&self, scope: &Scope) -> Result<Option<Ranking>, PortError> {
        let newest = self.rankings.lock().get(&Key::Newest(scope.clone()));
        match newest {
            Some((Slot::Newest(generation), _)) => self.generation(scope, generation).await,
            _ => Ok(None),
        }
    }

    async fn generation(&self, scope: &Scope, generation: i64) -> Result<Option<Ranking>, PortError> {
        let kept = self.rankings.lock().get(&Key::Generation(scope.clone(), generation));
        Ok(match kept {
            Some((Slot::Ranking(ranking), _)) => Some(Ranking::clone(&ranking)),
            _ => None,
        })
    }

    async fn begin(&self, scope: &Scope, lease: Duration) -> Result<bool, PortError> {
        let rankings = self.rankings.lock();
        let key = Key::Lease(scope.clone());
        let free = rankings.get(&key).is_none();
        if free {
            rankings.put(key, Slot::Leased, lease);
        }
        Ok(free)
    }

    async fn keep(&self, scope: &Scope, ranking: &Ranking, ttl: Duration) -> Result<(), PortError> {
        let rankings = self.rankings.lock();
        let generation = ranking.generation;
        rankings.put(
            Key::Generation(scope.clone(), generation),
            Slot::Ranking(Arc::new(ranking.clone())),
            ttl,
        );
        let newest = Key::Newest(scope.clone());
        let newer_is_there =
            matches!(rankings.get(&newest), Some((Slot::Newest(newest), _)) if newest > generation);
        if !newer_is_there {
            rankings.put(newest, Slot::Newest(generation), ttl);
        }
        rankings.remove(&Key::Lease(scope.clone()));
        Ok(())
    }
}
