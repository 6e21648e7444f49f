//! Limits in Redis: a quota is a counter that expires with its window; attempts are their number and
//! when the last was made.

use std::{sync::LazyLock, time::Duration};

use async_trait::async_trait;
use forum_domain::{
    error::PortError,
    limit::{Allowance, Backoff, Limiter, Quota},
};
use redis::Script;

use super::{Cache, milliseconds};

/// Given limit and window for each key; answers -1, or for how many milliseconds to wait.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local wait = -1
        for i, key in ipairs(KEYS) do
            local limit, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
            if tonumber(redis.call('GET', key) or 0) >= limit then
                local left = redis.call('PTTL', key)
                if left > window then
                    -- The window was longer when it began.
                    redis.call('PEXPIRE', key, window)
                end
                if left < 0 or left > window then left = window end
                wait = math.max(wait, left)
            end
        end
        if wait < 0 then
            for i, key in ipairs(KEYS) do
                if redis.call('INCR', key) == 1 then
                    redis.call('PEXPIRE', key, ARGV[2 * i])
                end
            end
        end
        return wait",
    )
});

static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        for _, key in ipairs(KEYS) do
            if tonumber(redis.call('GET', key) or 0) > 1 then
                redis.call('DECR', key)
            else
                redis.call('DEL', key)
            end
        end",
    )
});

/// Given free attempts, longest wait and memory for each key; answers as `TAKE`. The delay is
/// [`Backoff::delay`], with [`Backoff::memory`] as the time to live.
static ATTEMPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local wait, counts = 0, {}
        for i, key in ipairs(KEYS) do
            local free, longest = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
            counts[i] = 0
            local kept = redis.call('GET', key)
            if kept then
                local count, last = kept:match('^(%d+) (%d+)$')
                counts[i] = tonumber(count)
                local over = counts[i] - free
                if over >= 0 then
                    local delay = math.min(1000 * 2 ^ math.min(over, 32), longest)
                    -- The server's clock may have been set back since.
                    wait = math.max(wait, math.min(tonumber(last), now) + delay - now)
                end
            end
        end
        if wait > 0 then return math.ceil(wait) end
        for i, key in ipairs(KEYS) do
            redis.call('SET', key, string.format('%d %d', counts[i] + 1, now), 'PX', ARGV[3 * i])
        end
        return -1",
    )
});

static TAKE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local kept = redis.call('GET', KEYS[1])
        if not kept then return end
        local count, last = kept:match('^(%d+) (%d+)$')
        if tonumber(count) > 1 then
            redis.call('SET', KEYS[1], string.format('%d %s', count - 1, last), 'KEEPTTL')
        else
            redis.call('DEL', KEYS[1])
        end",
    )
});

#[async_trait]
impl Limiter for Cache {
    async fn take(&self, quotas: &[Quota]) -> Result<Allowance, PortError> {
        if quotas.is_empty() {
            return Ok(Allowance::Granted);
        }
        let mut take = TAKE.prepare_invoke();
        for quota in quotas {
            take.key(self.key("quota", &quota.key)).arg(quota.limit).arg(milliseconds(quota.window));
        }
        self.connection.script(&take).await.map(allowance)
    }

    async fn give_back(&self, quotas: &[Quota]) -> Result<(), PortError> {
        if quotas.is_empty() {
            return Ok(());
        }
        let mut give_back = GIVE_BACK.prepare_invoke();
        for quota in quotas {
            give_back.key(self.key("quota", &quota.key));
        }
        self.connection.script(&give_back).await
    }

    async fn attempt(&self, backoffs: &[Backoff]) -> Result<Allowance, PortError> {
        if backoffs.is_empty() {
            return Ok(Allowance::Granted);
        }
        let mut attempt = ATTEMPT.prepare_invoke();
        for backoff in backoffs {
            attempt.key(self.key("tries", &backoff.key)).arg(backoff.free);
            attempt.arg(milliseconds(backoff.max_delay)).arg(milliseconds(backoff.memory()));
        }
        self.connection.script(&attempt).await.map(allowance)
    }

    async fn forget(&self, key: &str) -> Result<(), PortError> {
        self.connection.command(redis::cmd("DEL").arg(self.key("tries", key))).await
    }

    async fn take_back(&self, key: &str) -> Result<(), PortError> {
        self.connection.script(&TAKE_BACK.key(self.key("tries", key))).await
    }
}

fn allowance(wait: i64) -> Allowance {
    u64::try_from(wait).map_or(Allowance::Granted, |wait| Allowance::Wait(Duration::from_millis(wait)))
}
