//! What stands for a port that nobody set: it does not answer. Plain text needs no port to become HTML.

use std::time::Duration;

use async_trait::async_trait;

use super::not_set;
use crate::{
    account::{Mobile, Password, PasswordHasher, Verdict},
    clock::Timestamp,
    code::{Code, CodeKey, CodeStore, Consumed, IssuedCode, Purpose, SmsSender},
    content::{
        Format, Rendered, Renderer,
        rules::{excerpt, plain_html},
    },
    error::PortError,
    id::{SessionId, UserId},
    limit::{Allowance, Backoff, Limiter, Quota},
    media::{Cleaned, Fit, ImageCodec, ImageLimits, MediaKey, MediaStorage, Piece, Stored, Unfit},
    notification::{FanOut, Told},
    ranking::{Ranking, RankingStore, Scope},
    search::{Analyser, Passage, Query, Source, Terms},
    session::{
        AccessTokens, Claims, Pass, Presented, PublicKey, RefreshHash, RefreshTokens, Ticket, TicketStore,
    },
    text::visible,
};

pub(super) struct Unconfigured;

#[async_trait]
impl CodeStore for Unconfigured {
    async fn issue(&self, _: &CodeKey, _: &IssuedCode) -> Result<(), PortError> {
        Err(not_set())
    }
    async fn consume(&self, _: &CodeKey, _: &Code) -> Result<Consumed, PortError> {
        Err(not_set())
    }
}

#[async_trait]
impl SmsSender for Unconfigured {
    async fn send(&self, _: &Mobile, _: Purpose, _: &Code) -> Result<(), PortError> {
        Err(not_set())
    }
}

#[async_trait]
impl Renderer for Unconfigured {
    fn policy(&self) -> i32 {
        0
    }

    async fn render(&self, format: Format, source: &str) -> Result<Rendered, PortError> {
        match format {
            Format::Plain => Ok(Rendered {
                html: plain_html(source),
                excerpt: excerpt(source),
                blank: !source.chars().any(visible),
                policy: 0,
            }),
            Format::Html | Format::Markdown => Err(not_set()),
        }
    }
}

#[async_trait]
impl ImageCodec for Unconfigured {
    async fn clean(&self, _: Vec<u8>, _: ImageLimits, _: Fit) -> Result<Result<Cleaned, Unfit>, PortError> {
        Err(not_set())
    }
}

#[async_trait]
impl MediaStorage for Unconfigured {
    async fn put(&self, _: &MediaKey, _: Vec<u8>) -> Result<(), PortError> {
        Err(not_set())
    }
    async fn read(&self, _: &MediaKey, _: u64, _: u64) -> Result<Option<Piece>, PortError> {
        Err(not_set())
    }
    async fn remove(&self, _: &MediaKey) -> Result<(), PortError> {
        Err(not_set())
    }
    async fn list(&self, _: u8) -> Result<Vec<Stored>, PortError> {
        Err(not_set())
    }
    // Nothing was written.
    async fn tidy(&self) -> Result<u64, PortError> {
        Ok(0)
    }
}

#[async_trait]
impl Analyser for Unconfigured {
    fn scheme(&self) -> i32 {
        0
    }
    async fn terms(&self, _: Vec<Source>) -> Result<Vec<Terms>, PortError> {
        Err(not_set())
    }
    fn query(&self, _: &str) -> Result<Query, PortError> {
        Err(not_set())
    }
    async fn highlight(&self, _: &Query, _: Vec<Passage>) -> Result<Vec<String>, PortError> {
        Err(not_set())
    }
}

#[async_trait]
impl Limiter for Unconfigured {
    async fn take(&self, _: &[Quota]) -> Result<Allowance, PortError> {
        Err(not_set())
    }
    async fn give_back(&self, _: &[Quota]) -> Result<(), PortError> {
        Err(not_set())
    }
    async fn attempt(&self, _: &[Backoff]) -> Result<Allowance, PortError> {
        Err(not_set())
    }
    async fn forget(&self, _: &str) -> Result<(), PortError> {
        Err(not_set())
    }
    async fn take_back(&self, _: &str) -> Result<(), PortError> {
        Err(not_set())
    }
}

#[async_trait]
impl RankingStore for Unconfigured {
    async fn latest(&self, _: &Scope) -> Result<Option<Ranking>, PortError> {
        Err(not_set())
    }
    async fn generation(&self, _: &Scope, _: i64) -> Result<Option<Ranking>, PortError> {
        Err(not_set())
    }
    async fn begin(&self, _: &Scope, _: Duration) -> Result<bool, PortError> {
        Err(not_set())
    }
    async fn keep(&self, _: &Scope, _: &Ranking, _: Duration) -> Result<(), PortError> {
        Err(not_set())
    }
}

#[async_trait]
impl TicketStore for Unconfigured {
    async fn keep_ticket(&self, _: &Ticket, _: &Pass, _: Duration) -> Result<(), PortError> {
        Err(not_set())
    }
    async fn show_ticket(&self, _: &Ticket) -> Result<Option<Pass>, PortError> {
        Err(not_set())
    }
    async fn spend_ticket(&self, _: &Ticket) -> Result<Option<Pass>, PortError> {
        Err(not_set())
    }
}

/// Nobody is told, so that who listens looks for himself.
#[async_trait]
impl FanOut for Unconfigured {
    async fn tell(&self, _: &[UserId]) -> Result<(), PortError> {
        Ok(())
    }
    fn listen(&self) -> Box<dyn Told> {
        Box::new(Self)
    }
}

#[async_trait]
impl Told for Unconfigured {
    async fn next(&mut self) -> Option<Vec<UserId>> {
        std::future::pending().await
    }
}

#[async_trait]
impl PasswordHasher for Unconfigured {
    async fn hash(&self, _: &Password) -> Result<String, PortError> {
        Err(not_set())
    }
    async fn verify<'a>(&self, _: &Password, _: Option<&'a str>) -> Result<Verdict, PortError> {
        Err(not_set())
    }
}

impl AccessTokens for Unconfigured {
    fn issue(&self, _: &Claims) -> Result<String, PortError> {
        Err(not_set())
    }
    fn verify(&self, _: &str, _: Timestamp) -> Option<Claims> {
        None
    }
    fn public_keys(&self) -> Vec<PublicKey> {
        Vec::new()
    }
}

impl RefreshTokens for Unconfigured {
    // Its token is no secret, and `read` accepts none, so it opens nothing.
    fn first(&self, _: SessionId) -> (String, RefreshHash) {
        (String::new(), [0; 32])
    }
    fn read(&self, _: &str) -> Option<Presented> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        code::CodeService,
        policy::Policy,
        testing::{CountingRandom, MOBILE, at, origin, refused, session_id},
    };

    #[pollster::test]
    async fn without_a_sender_or_a_limiter_no_code_goes_out() {
        let none = Arc::new(Unconfigured);
        let (random, policy) = (Arc::new(CountingRandom::from(1)), Arc::new(Policy::default()));
        for limited in [true, false] {
            let codes = CodeService::new(
                none.clone(),
                none.clone(),
                none.clone(),
                random.clone(),
                policy.clone(),
                limited,
            );
            assert_eq!(refused(codes.send(MOBILE, "login", &origin()).await), "server.unavailable");
        }
    }

    #[pollster::test]
    async fn without_a_hasher_or_keys_nobody_gets_in() {
        let password = Password::claim("a horse, a battery").unwrap();
        let verdict = PasswordHasher::verify(&Unconfigured, &password, None).await;
        assert_eq!(refused(verdict), "server.unavailable");
        assert_eq!(AccessTokens::verify(&Unconfigured, "", at(0)), None);
        let (token, _) = Unconfigured.first(session_id(1));
        assert_eq!(RefreshTokens::read(&Unconfigured, &token), None);
    }
}
