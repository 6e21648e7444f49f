//! Paging through rankings.

use std::{sync::Arc, time::Duration};

use super::{Ranking, RankingError, RankingStore, Scope};
use crate::{
    clock::{Clock, Timestamp},
    error::PortError,
    id::Id,
    page::{Page, PageRequest, Position},
    policy::Policy,
};

/// How many items a ranking holds at most.
pub const LENGTH: u32 = 1_000;

/// How long a ranking can be paged: half an hour from the last moment it is given out as the newest.
const PAGED_FOR: Duration = Duration::from_secs(30 * 60);

/// How long one caller may take to make a ranking before another tries.
const LEASE: Duration = Duration::from_secs(10);

/// Frozen rankings, made when they are asked for.
pub struct RankingService {
    pub(crate) rankings: Arc<dyn RankingStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl RankingService {
    /// A page of what is ranked: as [`Self::page`], each item read by `find` as whoever looks may see it now.
    /// `find` is asked for no more than there is.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn list<I, T, Made, Found>(
        &self,
        scope: &Scope,
        page: PageRequest,
        make: impl FnOnce(u32) -> Made + Send,
        find: impl FnOnce(Vec<I>) -> Found + Send,
    ) -> Result<Page<T>, RankingError>
    where
        I: Id,
        Made: Future<Output = Result<Vec<I>, PortError>> + Send,
        Found: Future<Output = Result<Vec<T>, PortError>> + Send,
    {
        let make = |limit| async move { Ok(make(limit).await?.into_iter().map(I::get).collect()) };
        let ranked = self.page(scope, page, make).await?;
        let ids: Vec<I> = ranked.items.into_iter().map(I::stored).collect();
        let items = if ids.is_empty() { Vec::new() } else { find(ids).await? };
        Ok(Page { items, next: ranked.next })
    }

    /// A page of ids. `make` ranks the scope anew; it is called when the newest ranking is older than
    /// the policy's `hot_refresh_seconds`, by one caller at a time, the others getting the one before.
    /// If rankings cannot be kept, each first page is made for itself and cannot be paged on.
    ///
    /// # Errors
    /// [`RankingError::CursorExpired`] when the page's generation is gone.
    pub async fn page<Made>(
        &self,
        scope: &Scope,
        page: PageRequest,
        make: impl FnOnce(u32) -> Made + Send,
    ) -> Result<Page<i64>, RankingError>
    where
        Made: Future<Output = Result<Vec<i64>, PortError>> + Send,
    {
        match page.after {
            Some(Position::Rank { generation, offset }) => {
                let ranking = self.rankings.generation(scope, generation).await?;
                Ok(cut(&ranking.ok_or(RankingError::CursorExpired)?, offset, page.limit))
            }
            _ => Ok(cut(&self.newest(scope, make).await?, 0, page.limit)),
        }
    }

    /// As [`Self::page`], but every first page is made anew, for a list that must hold what was written a
    /// moment ago. It is kept only if there is more of it than the page holds.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn page_anew<Made>(
        &self,
        scope: &Scope,
        page: PageRequest,
        make: impl FnOnce(u32) -> Made + Send,
    ) -> Result<Page<i64>, RankingError>
    where
        Made: Future<Output = Result<Vec<i64>, PortError>> + Send,
    {
        if let Some(Position::Rank { .. }) = page.after {
            return self.page(scope, page, make).await;
        }
        let now = self.clock.now();
        let ranking = Ranking { generation: now.timestamp_micros(), made_at: now, ids: make(LENGTH).await? };
        let first = cut(&ranking, 0, page.limit);
        if first.next.is_some() {
            // What is kept may be lost: then the cursor has expired.
            let _ = self.rankings.keep(scope, &ranking, PAGED_FOR).await;
        }
        Ok(first)
    }

    async fn newest<Made>(
        &self,
        scope: &Scope,
        make: impl FnOnce(u32) -> Made + Send,
    ) -> Result<Ranking, PortError>
    where
        Made: Future<Output = Result<Vec<i64>, PortError>> + Send,
    {
        let now = self.clock.now();
        // What is kept may be lost, so a store that does not answer is one that has nothing.
        let latest = self.rankings.latest(scope).await.ok().flatten();
        if let Some(latest) = &latest
            && (self.fresh(latest, now) || !self.rankings.begin(scope, LEASE).await.unwrap_or(false))
        {
            return Ok(latest.clone());
        }
        // After the one before, also when the clock was set back since: else it would not be kept.
        let after = latest.map_or(0, |latest| latest.generation.saturating_add(1));
        self.made(scope, after, make).await
    }

    /// Makes a scope's ranking anew at once, if there is one: for what whoever did it looks for right after.
    /// Without success the next ranking has it.
    pub(crate) async fn renew<I, Made>(&self, scope: &Scope, make: impl FnOnce(u32) -> Made + Send)
    where
        I: Id,
        Made: Future<Output = Result<Vec<I>, PortError>> + Send,
    {
        if let Ok(Some(latest)) = self.rankings.latest(scope).await {
            let make = |limit| async move { Ok(make(limit).await?.into_iter().map(I::get).collect()) };
            let _ = self.made(scope, latest.generation.saturating_add(1), make).await;
        }
    }

    /// Makes a scope's ranking and keeps it as the newest, with a generation no less than `after`.
    async fn made<Made>(
        &self,
        scope: &Scope,
        after: i64,
        make: impl FnOnce(u32) -> Made + Send,
    ) -> Result<Ranking, PortError>
    where
        Made: Future<Output = Result<Vec<i64>, PortError>> + Send,
    {
        let now = self.clock.now();
        let generation = now.timestamp_micros().max(after);
        let ranking = Ranking { generation, made_at: now, ids: make(LENGTH).await? };
        let ttl = PAGED_FOR + 2 * Duration::from_secs(self.policy.hot_refresh_seconds.into());
        let _ = self.rankings.keep(scope, &ranking, ttl).await;
        Ok(ranking)
    }

    fn fresh(&self, ranking: &Ranking, now: Timestamp) -> bool {
        (0..i64::from(self.policy.hot_refresh_seconds)).contains(&(now - ranking.made_at).num_seconds())
    }
}

fn cut(ranking: &Ranking, offset: u32, limit: u32) -> Page<i64> {
    let items: Vec<i64> = ranking.ids.iter().skip(offset as usize).take(limit as usize).copied().collect();
    let end = offset.saturating_add(limit);
    let more = ranking.ids.len() > end as usize;
    Page { items, next: more.then_some(Position::Rank { generation: ranking.generation, offset: end }) }
}
