//! Codes in Redis: one string each, the tries left and the digits.

use std::{sync::LazyLock, time::Duration};

use async_trait::async_trait;
use forum_domain::{
    code::{Code, CodeKey, CodeStore, Consumed, IssuedCode},
    error::PortError,
};
use redis::Script;

use super::{Cache, milliseconds};

/// Answers the tries and the milliseconds left if the code was right, else nothing.
static CONSUME: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local kept = redis.call('GET', KEYS[1])
        if not kept then return false end
        local attempts, code = kept:match('^(%d+):(%d+)$')
        attempts = tonumber(attempts)
        if code == ARGV[1] then
            local left = redis.call('PTTL', KEYS[1])
            redis.call('DEL', KEYS[1])
            return {attempts, left}
        end
        if attempts > 1 then
            redis.call('SET', KEYS[1], (attempts - 1) .. ':' .. code, 'KEEPTTL')
        else
            redis.call('DEL', KEYS[1])
        end
        return false",
    )
});

#[async_trait]
impl CodeStore for Cache {
    async fn issue(&self, key: &CodeKey, issued: &IssuedCode) -> Result<(), PortError> {
        let key = self.code_key(key);
        if issued.attempts == 0 {
            return self.connection.command(redis::cmd("DEL").arg(key)).await;
        }
        let waiting = format!("{}:{}", issued.attempts, issued.code.expose());
        let mut set = redis::cmd("SET");
        set.arg(key).arg(waiting).arg("PX").arg(milliseconds(issued.ttl));
        self.connection.command(&set).await
    }

    async fn consume(&self, key: &CodeKey, code: &Code) -> Result<Consumed, PortError> {
        let mut consume = CONSUME.key(self.code_key(key));
        consume.arg(code.expose());
        let right: Option<(u32, u64)> = self.connection.script(&consume).await?;
        Ok(right.map_or(Consumed::Wrong, |(attempts, left)| {
            Consumed::Right(IssuedCode { code: code.clone(), ttl: Duration::from_millis(left), attempts })
        }))
    }
}

impl Cache {
    fn code_key(&self, key: &CodeKey) -> String {
        self.key("code", &format!("{}:{}", key.purpose.as_str(), key.mobile.as_str()))
    }
}
