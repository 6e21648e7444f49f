//! Signing in and out.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{
    AccessTokens, AuthError, Claims, DeviceSession, Ended, NewSession, OpenSession, Opened, Pass, PublicKey,
    RefreshTokens, Revocations, Rotate, Rotated, SessionRepository, SessionTokens, TicketStore, rules,
};
use crate::{
    account::{AccountRepository, Mobile, Password, PasswordHasher, User, Verdict},
    actor::{Actor, Origin},
    clock::{Clock, Random, Timestamp},
    code::{Code, CodeKey, CodeService, Purpose},
    error::{Check, PortError},
    id::{SessionId, UserId},
    limit::{Allowance, Limiter},
    policy::Policy,
};

/// Opens, refreshes, checks and ends sessions.
pub struct SessionService {
    pub(crate) accounts: Arc<dyn AccountRepository>,
    pub(crate) sessions: Arc<dyn SessionRepository>,
    pub(crate) codes: Arc<CodeService>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) access_tokens: Arc<dyn AccessTokens>,
    pub(crate) refresh_tokens: Arc<dyn RefreshTokens>,
    pub(crate) limiter: Arc<dyn Limiter>,
    pub(crate) tickets: Arc<dyn TicketStore>,
    pub(crate) revocations: Revocations,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) limited: bool,
}

impl SessionService {
    /// Signs in by password.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] for an unknown mobile as for a wrong password, after the same
    /// time. [`AuthError::TooManyAttempts`], which a limiter that does not answer counts as too.
    pub async fn log_in(
        &self,
        mobile: &str,
        password: &str,
        origin: &Origin,
    ) -> Result<SessionTokens, AuthError> {
        let mut check = Check::default();
        let mobile = check.field("/mobile", Mobile::parse(mobile, &self.policy));
        let password = check.field("/password", Password::claim(password));
        let (mobile, password) = check.done((mobile, password))?;

        self.throttle(&mobile, origin).await?;
        let credentials = self.accounts.credentials_by_mobile(&mobile).await?;
        let hash = credentials.as_ref().and_then(|credentials| credentials.password_hash.as_deref());
        let verdict = self.hasher.verify(&password, hash).await?;
        let Some(credentials) = credentials.filter(|_| verdict != Verdict::Wrong) else {
            return Err(AuthError::InvalidCredentials);
        };
        self.relax(&mobile, origin).await;
        if let (Verdict::RightButOld, Some(old)) = (verdict, &credentials.password_hash) {
            // A better hash can wait for the next log-in; this one is right.
            if let Ok(new) = self.hasher.hash(&password).await {
                let _ = self.accounts.upgrade_hash(credentials.user_id, old, &new).await;
            }
        }
        self.open(credentials.user_id, credentials.version, origin).await
    }

    /// Signs in by SMS code: the way in that no throttle closes.
    ///
    /// # Errors
    /// `auth.invalid_code`; [`AuthError::InvalidCredentials`] if the mobile, which its owner has just
    /// proved to hold, has no account.
    pub async fn log_in_with_code(
        &self,
        mobile: &str,
        code: &str,
        origin: &Origin,
    ) -> Result<SessionTokens, AuthError> {
        let mut check = Check::default();
        let mobile = check.field("/mobile", Mobile::parse(mobile, &self.policy));
        let code = check.field("/code", Code::parse(code));
        let (mobile, code) = check.done((mobile, code))?;
        let key = CodeKey { purpose: Purpose::Login, mobile };
        let spent = self.codes.accept(&key, &code).await?;
        let opened = match self.accounts.credentials_by_mobile(&key.mobile).await {
            Ok(Some(found)) => self.open(found.user_id, found.version, origin).await,
            Ok(None) => Err(AuthError::InvalidCredentials),
            Err(failed) => Err(failed.into()),
        };
        if let Err(AuthError::Port(_)) = &opened {
            self.codes.put_back(&key, &spent).await;
        }
        opened
    }

    /// Trades a refresh token for the next one and a new access token.
    ///
    /// # Errors
    /// [`AuthError::InvalidRefreshToken`]; if the token had been used before, and not just now by a
    /// parallel call, its session has ended, since somebody else may have it.
    pub async fn refresh(&self, refresh_token: &str, origin: &Origin) -> Result<SessionTokens, AuthError> {
        let presented = self.refresh_tokens.read(refresh_token).ok_or(AuthError::InvalidRefreshToken)?;
        let (session_id, successor) = (presented.session_id, presented.successor.clone());
        let now = self.clock.now();
        let rotate = Rotate {
            presented,
            origin: origin.clone(),
            grace_since: now - TimeDelta::seconds(self.policy.refresh_grace_seconds.into()),
            expires_at: self.session_end(now),
            at: now,
        };
        match self.sessions.rotate(rotate).await? {
            Rotated::Done(user) => self.tokens(user, session_id, successor, now).map_err(AuthError::from),
            Rotated::Reused => {
                self.revocations.note(&[session_id], now);
                Err(AuthError::InvalidRefreshToken)
            }
            Rotated::Gone => Err(AuthError::InvalidRefreshToken),
            Rotated::Suspended => Err(AuthError::Suspended),
        }
    }

    /// Who holds this access token, and until when.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`]. Costs no I/O but while the revocations could not be polled.
    pub async fn authenticate(&self, access_token: &str) -> Result<Pass, AuthError> {
        let claims =
            self.access_tokens.verify(access_token, self.clock.now()).ok_or(AuthError::InvalidToken)?;
        let Claims { user_id, session_id, expires_at, .. } = claims;
        if self.is_open(session_id).await? {
            Ok(Pass { actor: Actor { user_id, session_id }, expires_at })
        } else {
            Err(AuthError::InvalidToken)
        }
    }

    /// Ends the actor's own session.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn log_out(&self, actor: Actor) -> Result<(), AuthError> {
        // Ended meanwhile is as good as ended now.
        match self.end(actor, actor.session_id).await {
            Err(AuthError::NoSuchSession) => Ok(()),
            other => other,
        }
    }

    /// The actor's open sessions, last seen first.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn list(&self, actor: Actor) -> Result<Vec<DeviceSession>, AuthError> {
        Ok(self.sessions.list_sessions(actor.user_id, self.clock.now()).await?)
    }

    /// Ends one of the actor's sessions.
    ///
    /// # Errors
    /// [`AuthError::NoSuchSession`], also for another user's.
    pub async fn end(&self, actor: Actor, id: SessionId) -> Result<(), AuthError> {
        let now = self.clock.now();
        match self.sessions.end_session(actor.user_id, id, now).await? {
            Ended::Done => {
                self.revocations.note(&[id], now);
                Ok(())
            }
            Ended::NoSuchSession => Err(AuthError::NoSuchSession),
        }
    }

    /// Ends the actor's other sessions.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn end_others(&self, actor: Actor) -> Result<(), AuthError> {
        let now = self.clock.now();
        let ended = self.sessions.end_other_sessions(actor.user_id, actor.session_id, now).await?;
        self.revocations.note(&ended, now);
        Ok(())
    }

    /// The keys that access tokens are verified with.
    #[must_use]
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.access_tokens.public_keys()
    }

    /// Learns which sessions other instances ended. Every instance calls this each second, and once
    /// before it answers anybody.
    ///
    /// # Errors
    /// Only a port's; after four seconds without success each request asks the store itself.
    pub async fn poll_revocations(&self) -> Result<(), PortError> {
        let begun = self.clock.now();
        let revocations = self.sessions.revocations(self.revocations.reach(begun)).await?;
        self.revocations.learn(&revocations, begun);
        Ok(())
    }

    /// Forgets sessions that ended so long ago that no token of theirs can be valid. How many.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn prune(&self) -> Result<u64, PortError> {
        self.sessions.prune_sessions(self.clock.now() - TimeDelta::days(rules::REMEMBERED_DAYS)).await
    }

    /// A session to be opened, and the refresh token for it.
    pub(crate) fn draft(&self, origin: &Origin, now: Timestamp) -> (NewSession, String) {
        let id = rules::draw_id(self.random.as_ref());
        let (refresh_token, refresh_hash) = self.refresh_tokens.first(id);
        let session =
            NewSession { id, refresh_hash, origin: origin.clone(), expires_at: self.session_end(now) };
        (session, refresh_token)
    }

    /// The tokens of an open session.
    pub(crate) fn tokens(
        &self,
        user: User,
        session_id: SessionId,
        refresh_token: String,
        now: Timestamp,
    ) -> Result<SessionTokens, PortError> {
        let expires_in = self.policy.access_token_seconds;
        let claims = Claims {
            user_id: user.id,
            session_id,
            issued_at: now,
            expires_at: now + TimeDelta::seconds(expires_in.into()),
        };
        let access_token = self.access_tokens.issue(&claims)?;
        Ok(SessionTokens { access_token, expires_in, refresh_token, user, session_id })
    }

    /// Counts a try of this account's password before it is looked at.
    pub(crate) async fn throttle(&self, mobile: &Mobile, origin: &Origin) -> Result<(), AuthError> {
        if !self.limited {
            return Ok(());
        }
        let backoffs =
            [rules::account_backoff(mobile, &self.policy), rules::address_backoff(&origin.ip, &self.policy)];
        match self.limiter.attempt(&backoffs).await? {
            Allowance::Granted => Ok(()),
            Allowance::Wait(retry_after) => Err(AuthError::TooManyAttempts { retry_after }),
        }
    }

    /// Takes a counted try back: the password was right.
    pub(crate) async fn relax(&self, mobile: &Mobile, origin: &Origin) {
        self.forgive(mobile).await;
        if self.limited {
            // The address keeps the failures of others: who owns one account must not guess at the rest.
            let _ = self.limiter.take_back(&rules::address_backoff(&origin.ip, &self.policy).key).await;
        }
    }

    /// Forgets the failed tries of an account whose owner has proved himself.
    pub(crate) async fn forgive(&self, mobile: &Mobile) {
        if self.limited {
            // Losing this costs the owner a wait, so it is no reason to refuse him now.
            let _ = self.limiter.forget(&rules::account_backoff(mobile, &self.policy).key).await;
        }
    }

    /// Notes sessions that another service ended.
    pub(crate) fn note_ended(&self, ended: &[SessionId], now: Timestamp) {
        self.revocations.note(ended, now);
    }

    async fn open(
        &self,
        user_id: UserId,
        if_credentials: i64,
        origin: &Origin,
    ) -> Result<SessionTokens, AuthError> {
        let now = self.clock.now();
        let (session, refresh_token) = self.draft(origin, now);
        let id = session.id;
        match self.sessions.open_session(OpenSession { user_id, session, if_credentials, at: now }).await? {
            Opened::Done(user) => Ok(self.tokens(*user, id, refresh_token, now)?),
            Opened::Suspended => Err(AuthError::Suspended),
            Opened::Changed => Err(AuthError::InvalidCredentials),
        }
    }

    fn session_end(&self, now: Timestamp) -> Timestamp {
        now + TimeDelta::days(self.policy.refresh_token_days.into())
    }
}
