//! Sending and accepting codes.

use std::{sync::Arc, time::Duration};

use super::{Code, CodeError, CodeKey, CodeStore, Consumed, IssuedCode, Purpose, SentCode, SmsSender, rules};
use crate::{
    account::Mobile,
    actor::Origin,
    clock::Random,
    error::{Check, PortError},
    limit::{Allowance, Limiter},
    policy::Policy,
};

/// Sends codes and accepts them.
pub struct CodeService {
    codes: Arc<dyn CodeStore>,
    limiter: Arc<dyn Limiter>,
    sms: Arc<dyn SmsSender>,
    random: Arc<dyn Random>,
    policy: Arc<Policy>,
    /// `false` in development with the limits off.
    limited: bool,
}

impl CodeService {
    /// A service over these ports. `limited: false` sends without counting.
    #[must_use]
    pub fn new(
        codes: Arc<dyn CodeStore>,
        limiter: Arc<dyn Limiter>,
        sms: Arc<dyn SmsSender>,
        random: Arc<dyn Random>,
        policy: Arc<Policy>,
        limited: bool,
    ) -> Self {
        Self { codes, limiter, sms, random, policy, limited }
    }

    /// Sends a new code, which replaces the one before it. It goes out whether or not the mobile has
    /// an account, so that neither the answer nor its time tells.
    ///
    /// # Errors
    /// [`CodeError::TooManyCodes`]; a limiter that does not answer refuses too, since each code costs
    /// money. If the sender fails, nothing was counted and no code waits.
    pub async fn send(&self, mobile: &str, purpose: &str, origin: &Origin) -> Result<SentCode, CodeError> {
        let mut check = Check::default();
        let mobile = check.field("/mobile", Mobile::parse(mobile, &self.policy));
        let purpose = check.field("/purpose", Purpose::parse(purpose));
        let (mobile, purpose) = check.done((mobile, purpose))?;
        let key = CodeKey { purpose, mobile };

        let quotas = if self.limited { rules::quotas(&key, &origin.ip, &self.policy) } else { Vec::new() };
        if !quotas.is_empty()
            && let Allowance::Wait(retry_after) = self.limiter.take(&quotas).await?
        {
            return Err(CodeError::TooManyCodes { retry_after });
        }
        let issued = IssuedCode {
            code: rules::draw(self.random.as_ref(), self.policy.code_length),
            ttl: Duration::from_secs(self.policy.code_ttl_seconds.into()),
            attempts: self.policy.code_max_attempts,
        };
        if let Err(failed) = self.hand_over(&key, &issued).await {
            // Nobody got a code, so none waits and nobody's quota is spent. Best effort: the sender's
            // failure is the news.
            let _ = self.codes.consume(&key, &issued.code).await;
            let _ = self.limiter.give_back(&quotas).await;
            return Err(failed.into());
        }
        Ok(SentCode {
            expires_in: issued.ttl,
            resend_after: Duration::from_secs(self.policy.code_resend_seconds.into()),
        })
    }

    // The code waits before it is on its way: whoever reads it can use it at once.
    async fn hand_over(&self, key: &CodeKey, issued: &IssuedCode) -> Result<(), PortError> {
        self.codes.issue(key, issued).await?;
        self.sms.send(&key.mobile, key.purpose, &issued.code).await
    }

    /// Spends a code. What was spent can be given to [`CodeService::put_back`].
    ///
    /// # Errors
    /// [`CodeError::InvalidCode`], whatever is wrong with it.
    pub async fn accept(&self, key: &CodeKey, code: &Code) -> Result<IssuedCode, CodeError> {
        match self.codes.consume(key, code).await? {
            Consumed::Right(issued) => Ok(issued),
            Consumed::Wrong => Err(CodeError::InvalidCode),
        }
    }

    /// Puts a spent code back: what it was spent on failed through no fault of its owner's.
    pub async fn put_back(&self, key: &CodeKey, issued: &IssuedCode) {
        // Best effort: should this fail too, the owner asks for another code.
        let _ = self.codes.issue(key, issued).await;
    }
}
