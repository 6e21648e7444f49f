//! Accounts: who a user is, his mobile, password and profile.

mod error;
mod model;
mod ports;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::AccountError;
pub use model::{
    AccountSummary, Credentials, Gender, Mobile, Nickname, Password, ProfilePatch, SiteRole, User, UserCard,
};
#[cfg(any(test, feature = "mock"))]
pub use ports::MockPasswordHasher;
pub use ports::{PasswordHasher, Verdict};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockAccountRepository;
pub use repository::{
    AccountRepository, ChangeMobile, MobileChanged, PasswordSet, Register, Registered, SetPassword,
    Suspended, UpdateProfile, Updated,
};
pub use service::{AccountService, Registration};
