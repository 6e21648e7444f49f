//! Registering, and what a user does with his own account.

use std::sync::Arc;

use super::{
    AccountError, AccountRepository, AccountSummary, ChangeMobile, Credentials, DeletionRepository,
    ExportRepository, Gender, Mobile, MobileChanged, Nickname, Password, PasswordHasher, PasswordSet,
    ProfilePatch, Register, Registered, SetPassword, SiteRole, Suspended, UpdateProfile, Updated, User,
    Verdict,
};
use crate::{
    actor::{Actor, Origin},
    clock::{Clock, Timestamp},
    code::{Code, CodeKey, CodeService, IssuedCode, Purpose},
    error::{Check, Flaw, Invalid},
    id::UserId,
    media::MediaStorage,
    moderation::WordFilter,
    page::{Page, PageRequest},
    policy::Policy,
    session::{SessionService, SessionTokens},
    text,
};

/// What somebody registers with, as typed.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'a> {
    /// His mobile.
    pub mobile: &'a str,
    /// The code it was sent.
    pub code: &'a str,
    /// The password he chose.
    pub password: &'a str,
    /// The nickname he chose, if any.
    pub nickname: Option<&'a str>,
}

/// Accounts: registering, profile, password and mobile.
pub struct AccountService {
    pub(crate) accounts: Arc<dyn AccountRepository>,
    pub(crate) deletions: Arc<dyn DeletionRepository>,
    pub(crate) exports: Arc<dyn ExportRepository>,
    pub(crate) storage: Arc<dyn MediaStorage>,
    pub(crate) sessions: Arc<SessionService>,
    pub(crate) codes: Arc<CodeService>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) words: Arc<WordFilter>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl AccountService {
    /// Opens an account and its first session. Everything typed is checked before the code is spent,
    /// that the mobile is free after it: only who holds a mobile learns that it has an account.
    ///
    /// # Errors
    /// Wrong fields, `auth.invalid_code`, [`AccountError::NicknameTaken`], [`AccountError::MobileTaken`].
    pub async fn register(
        &self,
        registration: Registration<'_>,
        origin: &Origin,
    ) -> Result<SessionTokens, AccountError> {
        let mut check = Check::default();
        let mobile = check.field("/mobile", Mobile::parse(registration.mobile, &self.policy));
        let code = check.field("/code", Code::parse(registration.code));
        let password = check.field("/password", Password::choose(registration.password, &self.policy));
        let nickname = check.field("/nickname", registration.nickname.map(Nickname::parse).transpose());
        let (mobile, code, password, nickname) = check.done((mobile, code, password, nickname))?;

        self.words.check_fields(&[("/nickname", nickname.as_ref().map(Nickname::as_str))])?;
        // A nickname that is taken costs no code. A race for it is decided by the store.
        if let Some(nickname) = &nickname
            && self.accounts.nickname_taken(nickname).await?
        {
            return Err(AccountError::NicknameTaken);
        }
        let key = CodeKey { purpose: Purpose::Register, mobile };
        let spent = self.codes.accept(&key, &code).await?;
        let registered = self.create(&key.mobile, &password, nickname, origin).await;
        self.give_back_if_failed(&key, &spent, registered).await
    }

    /// The actor's account.
    ///
    /// # Errors
    /// [`AccountError::NotFound`] if it was deleted a moment ago.
    pub async fn me(&self, actor: Actor) -> Result<User, AccountError> {
        self.accounts.find_user(actor.user_id).await?.ok_or(AccountError::NotFound)
    }

    /// Changes the actor's profile, as a merge patch: see [`ProfilePatch`]. Text as typed.
    ///
    /// # Errors
    /// Wrong fields, [`AccountError::NicknameTaken`], [`AccountError::Changed`].
    pub async fn update_profile(
        &self,
        actor: Actor,
        nickname: Option<&str>,
        gender: Option<Option<Gender>>,
        address: Option<Option<&str>>,
        bio: Option<Option<&str>>,
        if_version: Option<i64>,
    ) -> Result<User, AccountError> {
        let mut check = Check::default();
        let nickname = check.field("/nickname", nickname.map(Nickname::parse).transpose());
        let address = check.field("/address", clearable(address, 200));
        let bio = check.field("/bio", clearable(bio, 500));
        let (nickname, address, bio) = check.done((nickname, address, bio))?;
        let name = nickname.as_ref().map(Nickname::as_str);
        let told = [&address, &bio].map(|text| text.as_ref().and_then(Option::as_deref));
        self.words.check_fields(&[("/nickname", name), ("/address", told[0]), ("/bio", told[1])])?;
        let review = self.words.review(&[name, told[0], told[1]]);
        let update = UpdateProfile {
            user_id: actor.user_id,
            patch: ProfilePatch { nickname, gender, address, bio },
            if_version,
            review,
            at: self.clock.now(),
        };
        match self.accounts.update_profile(update).await? {
            Updated::Done(user) => Ok(user),
            Updated::NicknameTaken => Err(AccountError::NicknameTaken),
            Updated::Changed => Err(AccountError::Changed),
            Updated::NoSuchUser => Err(AccountError::NotFound),
        }
    }

    /// Sets a new password by SMS code and ends every session. Failed log-ins with the old one are
    /// forgotten: the owner may use the new one at once.
    ///
    /// # Errors
    /// Wrong fields, `auth.invalid_code`; [`AccountError::NotFound`] if the mobile, which its owner has
    /// just proved to hold, has no account.
    pub async fn reset_password(&self, mobile: &str, code: &str, new: &str) -> Result<(), AccountError> {
        let mut check = Check::default();
        let mobile = check.field("/mobile", Mobile::parse(mobile, &self.policy));
        let code = check.field("/code", Code::parse(code));
        let password = check.field("/new_password", Password::choose(new, &self.policy));
        let (mobile, code, password) = check.done((mobile, code, password))?;
        let key = CodeKey { purpose: Purpose::ResetPassword, mobile };
        let spent = self.codes.accept(&key, &code).await?;
        let reset = self.replace_password(&key.mobile, &password).await;
        if reset.is_ok() {
            self.sessions.forgive(&key.mobile).await;
        }
        self.give_back_if_failed(&key, &spent, reset).await
    }

    /// Sets a new password and ends every session but the actor's.
    ///
    /// # Errors
    /// Wrong fields, [`AccountError::WrongPassword`], `auth.too_many_attempts`.
    pub async fn change_password(
        &self,
        actor: Actor,
        current: &str,
        new: &str,
        origin: &Origin,
    ) -> Result<(), AccountError> {
        let mut check = Check::default();
        let current = check.field("/current_password", Password::claim(current));
        let new = check.field("/new_password", Password::choose(new, &self.policy));
        let (current, new) = check.done((current, new))?;
        let credentials = self.prove_password(actor, &current, origin).await?;
        let password_hash = self.hasher.hash(&new).await?;
        let now = self.clock.now();
        let set = SetPassword {
            user_id: actor.user_id,
            password_hash,
            if_credentials: Some(credentials.version),
            keep: Some(actor.session_id),
            at: now,
        };
        self.password_set(self.accounts.set_password(set).await?, now)
    }

    /// Makes another mobile the account's, by password and a code sent to the new one; ends every
    /// session but the actor's.
    ///
    /// # Errors
    /// Wrong fields, [`AccountError::WrongPassword`], `auth.invalid_code`, [`AccountError::MobileTaken`].
    pub async fn change_mobile(
        &self,
        actor: Actor,
        mobile: &str,
        code: &str,
        password: &str,
        origin: &Origin,
    ) -> Result<User, AccountError> {
        let mut check = Check::default();
        let mobile = check.field("/mobile", Mobile::parse(mobile, &self.policy));
        let code = check.field("/code", Code::parse(code));
        let password = check.field("/password", Password::claim(password));
        let (mobile, code, password) = check.done((mobile, code, password))?;
        // The password first: a wrong one costs no code.
        let credentials = self.prove_password(actor, &password, origin).await?;
        let key = CodeKey { purpose: Purpose::ChangeMobile, mobile };
        let spent = self.codes.accept(&key, &code).await?;
        let now = self.clock.now();
        let change = ChangeMobile {
            user_id: actor.user_id,
            mobile: key.mobile.clone(),
            if_credentials: credentials.version,
            keep: actor.session_id,
            at: now,
        };
        let changed = match self.accounts.change_mobile(change).await {
            Ok(MobileChanged::Done(user, ended)) => {
                self.sessions.note_ended(&ended, now);
                Ok(user)
            }
            Ok(MobileChanged::MobileTaken) => Err(AccountError::MobileTaken),
            Ok(MobileChanged::Changed) => Err(AccountError::WrongPassword),
            Ok(MobileChanged::NoSuchUser) => Err(AccountError::NotFound),
            Err(failed) => Err(failed.into()),
        };
        self.give_back_if_failed(&key, &spent, changed).await
    }

    /// Suspends an account, or lifts its suspension with `None`. For operators.
    ///
    /// # Errors
    /// [`AccountError::NotFound`].
    pub async fn suspend(&self, id: UserId, until: Option<Timestamp>) -> Result<(), AccountError> {
        let now = self.clock.now();
        match self.accounts.suspend(id, until, now).await? {
            Suspended::Done { ended } => {
                self.sessions.note_ended(&ended, now);
                Ok(())
            }
            Suspended::NoSuchUser => Err(AccountError::NotFound),
        }
    }

    /// Sets an account's role on the site. For operators.
    ///
    /// # Errors
    /// [`AccountError::NotFound`].
    pub async fn set_site_role(&self, id: UserId, role: SiteRole) -> Result<(), AccountError> {
        let found = self.accounts.set_site_role(id, role, self.clock.now()).await?;
        if found { Ok(()) } else { Err(AccountError::NotFound) }
    }

    /// Sets an account's password and ends its sessions. For operators.
    ///
    /// # Errors
    /// A password that may not be chosen, [`AccountError::NotFound`].
    pub async fn assign_password(&self, id: UserId, password: &str) -> Result<(), AccountError> {
        let password =
            Password::choose(password, &self.policy).map_err(|flaw| Invalid::field("/password", flaw))?;
        let password_hash = self.hasher.hash(&password).await?;
        let now = self.clock.now();
        let set = SetPassword { user_id: id, password_hash, if_credentials: None, keep: None, at: now };
        self.password_set(self.accounts.set_password(set).await?, now)
    }

    /// Accounts, newest first; `text` is part of a nickname or a whole mobile. For operators.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn list(
        &self,
        text: Option<&str>,
        role: Option<SiteRole>,
        page: PageRequest,
    ) -> Result<Page<AccountSummary>, AccountError> {
        let text = text.map(|text| {
            Mobile::parse(text, &self.policy)
                .map_or_else(|_| text.trim().to_owned(), |m| m.as_str().to_owned())
        });
        Ok(self.accounts.list_users(text, role, page, self.clock.now()).await?)
    }

    async fn create(
        &self,
        mobile: &Mobile,
        password: &Password,
        nickname: Option<Nickname>,
        origin: &Origin,
    ) -> Result<SessionTokens, AccountError> {
        let password_hash = self.hasher.hash(password).await?;
        let now = self.clock.now();
        let (session, refresh_token) = self.sessions.draft(origin, now);
        let session_id = session.id;
        let review = self.words.review(&[nickname.as_ref().map(Nickname::as_str)]);
        let register = Register { mobile: mobile.clone(), password_hash, nickname, session, review, at: now };
        match self.accounts.register(register).await? {
            Registered::Created(user) => Ok(self.sessions.tokens(*user, session_id, refresh_token, now)?),
            Registered::MobileTaken => Err(AccountError::MobileTaken),
            Registered::NicknameTaken => Err(AccountError::NicknameTaken),
        }
    }

    async fn replace_password(&self, mobile: &Mobile, password: &Password) -> Result<(), AccountError> {
        let found = self.accounts.credentials_by_mobile(mobile).await?;
        let user_id = found.ok_or(AccountError::NotFound)?.user_id;
        let password_hash = self.hasher.hash(password).await?;
        let now = self.clock.now();
        let set = SetPassword { user_id, password_hash, if_credentials: None, keep: None, at: now };
        self.password_set(self.accounts.set_password(set).await?, now)
    }

    fn password_set(&self, set: PasswordSet, now: Timestamp) -> Result<(), AccountError> {
        match set {
            PasswordSet::Done { ended } => {
                self.sessions.note_ended(&ended, now);
                Ok(())
            }
            // The password that was proved is no longer the current one.
            PasswordSet::Changed => Err(AccountError::WrongPassword),
            PasswordSet::NoSuchUser => Err(AccountError::NotFound),
        }
    }

    /// That the actor knows his password; guesses are throttled like log-ins, since a stolen session
    /// must not become a way to find it out.
    pub(super) async fn prove_password(
        &self,
        actor: Actor,
        password: &Password,
        origin: &Origin,
    ) -> Result<Credentials, AccountError> {
        let user = self.me(actor).await?;
        self.sessions.throttle(&user.mobile, origin).await?;
        let credentials = self.accounts.credentials(actor.user_id).await?.ok_or(AccountError::NotFound)?;
        match self.hasher.verify(password, credentials.password_hash.as_deref()).await? {
            Verdict::Wrong => Err(AccountError::WrongPassword),
            Verdict::Right | Verdict::RightButOld => {
                self.sessions.relax(&user.mobile, origin).await;
                Ok(credentials)
            }
        }
    }

    /// Puts the code back if what it was spent on failed through no fault of its owner's, or if only
    /// the race for a nickname was lost: choosing another costs no new code.
    async fn give_back_if_failed<T>(
        &self,
        key: &CodeKey,
        spent: &IssuedCode,
        outcome: Result<T, AccountError>,
    ) -> Result<T, AccountError> {
        if let Err(AccountError::Port(_) | AccountError::NicknameTaken) = &outcome {
            self.codes.put_back(key, spent).await;
        }
        outcome
    }
}

/// A text that may be left alone (`None`), cleared (`Some(None)`, or empty) or set.
fn clearable(text: Option<Option<&str>>, max: usize) -> Result<Option<Option<String>>, Flaw> {
    text.map(|text| text.map_or(Ok(None), |text| text::optional(text, max))).transpose()
}
