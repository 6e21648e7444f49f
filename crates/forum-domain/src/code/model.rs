//! What a code is.

use std::time::Duration;

use crate::{account::Mobile, error::Flaw};

/// What a code is good for; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To register.
    Register,
    /// To log in.
    Login,
    /// To set a new password.
    ResetPassword,
    /// To make this the account's mobile.
    ChangeMobile,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Register, Self::Login, Self::ResetPassword, Self::ChangeMobile];

    /// Its name, as in the API and in keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Login => "login",
            Self::ResetPassword => "reset_password",
            Self::ChangeMobile => "change_mobile",
        }
    }

    /// The purpose of this name.
    ///
    /// # Errors
    /// `not_allowed`.
    pub fn parse(name: &str) -> Result<Self, Flaw> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name).ok_or(Flaw::new("not_allowed"))
    }
}

/// Which code: there is at most one for a mobile and a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CodeKey {
    /// For what.
    pub purpose: Purpose,
    /// For whom.
    pub mobile: Mobile,
}

/// The digits of a code.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Digits as typed: white space and full-width forms are forgiven.
    ///
    /// # Errors
    /// `malformed` if these are not 4 to 8 digits.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        super::rules::digits(text).map(Self).ok_or(Flaw::new("malformed"))
    }

    pub(super) const fn of_digits(digits: String) -> Self {
        Self(digits)
    }

    /// The digits, for the store and the sender.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

// A code must never reach a log.
impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

/// What the one who asked for a code is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentCode {
    /// How long the code lives.
    pub expires_in: Duration,
    /// After how long he may ask for another.
    pub resend_after: Duration,
}
