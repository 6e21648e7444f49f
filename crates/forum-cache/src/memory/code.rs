//! Codes in the process.

use async_trait::async_trait;
use forum_domain::{
    code::{Code, CodeKey, CodeStore, Consumed, IssuedCode},
    error::PortError,
};

use super::{Cache, left};

#[async_trait]
impl CodeStore for Cache {
    async fn issue(&self, key: &CodeKey, issued: &IssuedCode) -> Result<(), PortError> {
        let codes = self.codes.lock();
        if issued.attempts == 0 {
            codes.remove(key);
        } else {
            codes.put(key.clone(), issued.clone(), issued.ttl);
        }
        Ok(())
    }

    async fn consume(&self, key: &CodeKey, code: &Code) -> Result<Consumed, PortError> {
        let codes = self.codes.lock();
        let Some((waiting, until)) = codes.get(key) else {
            return Ok(Consumed::Wrong);
        };
        if waiting.code == *code {
            codes.remove(key);
            let ttl = left(until, codes.now, waiting.ttl);
            return Ok(Consumed::Right(IssuedCode { ttl, ..waiting }));
        }
        match waiting.attempts.saturating_sub(1) {
            0 => codes.remove(key),
            attempts => codes.change(key, IssuedCode { attempts, ..waiting }, until),
        }
        Ok(Consumed::Wrong)
    }
}
