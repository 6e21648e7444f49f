//! Accounts: who a user is, his mobile, password and profile.

mod deletion;
mod error;
mod export;
mod model;
mod ports;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "mock"))]
pub use deletion::MockDeletionRepository;
pub use deletion::{AccountDeleted, DeleteAccount, DeletionRepository, Legacy};
pub use error::AccountError;
#[cfg(any(test, feature = "mock"))]
pub use export::MockExportRepository;
pub use export::{
    Export, ExportRepository, ExportedAnswer, ExportedAnswerReply, ExportedBody, ExportedComment,
    ExportedDeed, ExportedMembership, ExportedPost, ExportedQuestion, ExportedReport, ExportedRequest,
    ExportedSession, ExportedText,
};
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
