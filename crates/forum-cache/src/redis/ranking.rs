//! Rankings in Redis: each packed into one string, beside the number of the newest and the lease of the
//! one who makes the next. The scope stands in braces, so that a cluster keeps the keys of one together.

use std::{sync::LazyLock, time::Duration};

use async_trait::async_trait;
use chrono::DateTime;
use forum_domain::{
    error::PortError,
    ranking::{Ranking, RankingStore, Scope},
};
use redis::Script;

use super::{Cache, milliseconds};

/// Given the key of the newest's number and what the keys of generations begin with; answers the newest
/// generation's number and what was packed, or nothing.
static LATEST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local newest = redis.call('GET', KEYS[1])
        if not newest then return false end
        local packed = redis.call('GET', ARGV[1] .. newest)
        if not packed then return false end
        return {newest, packed}",
    )
});

/// Given the keys of the generation, the newest's number and the lease, and number, packed ranking and
/// milliseconds. Numbers up to 2^53 are compared exactly: microseconds of the next two centuries.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        local newest = redis.call('GET', KEYS[2])
        if not newest or tonumber(newest) <= tonumber(ARGV[1]) then
            redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
        end
        redis.call('DEL', KEYS[3])",
    )
});

#[async_trait]
impl RankingStore for Cache {
    async fn latest(&self, scope: &Scope) -> Result<Option<Ranking>, PortError> {
        let mut latest = LATEST.key(self.ranking_key(scope, "newest"));
        latest.arg(self.ranking_key(scope, ""));
        let kept: Option<(i64, Vec<u8>)> = self.connection.script(&latest).await?;
        kept.map(|(generation, packed)| unpack(generation, &packed)).transpose()
    }

    async fn generation(&self, scope: &Scope, generation: i64) -> Result<Option<Ranking>, PortError> {
        let key = self.ranking_key(scope, &generation.to_string());
        let kept: Option<Vec<u8>> = self.connection.command(redis::cmd("GET").arg(key)).await?;
        kept.map(|packed| unpack(generation, &packed)).transpose()
    }

    async fn begin(&self, scope: &Scope, lease: Duration) -> Result<bool, PortError> {
        let mut set = redis::cmd("SET");
        set.arg(self.ranking_key(scope, "lease")).arg(1).arg("NX").arg("PX").arg(milliseconds(lease));
        let set: Option<String> = self.connection.command(&set).await?;
        Ok(set.is_some())
    }

    async fn keep(&self, scope: &Scope, ranking: &Ranking, ttl: Duration) -> Result<(), PortError> {
        let mut keep = KEEP.prepare_invoke();
        keep.key(self.ranking_key(scope, &ranking.generation.to_string()));
        keep.key(self.ranking_key(scope, "newest")).key(self.ranking_key(scope, "lease"));
        keep.arg(ranking.generation).arg(pack(ranking)).arg(milliseconds(ttl));
        self.connection.script(&keep).await
    }
}

impl Cache {
    fn ranking_key(&self, scope: &Scope, what: &str) -> String {
        self.key("ranking", &format!("{{{}}}:{what}", scope.as_str()))
    }
}

/// When it was made, in microseconds, then the ids; eight bytes each, the least first.
fn pack(ranking: &Ranking) -> Vec<u8> {
    let numbers = std::iter::once(ranking.made_at.timestamp_micros()).chain(ranking.ids.iter().copied());
    numbers.flat_map(i64::to_le_bytes).collect()
}

fn unpack(generation: i64, packed: &[u8]) -> Result<Ranking, PortError> {
    let broken = || PortError::broken("a ranking in Redis is not as it was packed");
    let (numbers, []) = packed.as_chunks() else {
        return Err(broken());
    };
    let mut numbers = numbers.iter().copied().map(i64::from_le_bytes);
    let made_at = numbers.next().and_then(DateTime::from_timestamp_micros).ok_or_else(broken)?;
    Ok(Ranking { generation, made_at, ids: numbers.collect() })
}
