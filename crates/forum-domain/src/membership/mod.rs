//! Members of groups: roles, leaving, removing, muting, banning.

mod error;
mod model;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::MembershipError;
pub use model::{Ban, Member, MemberPatch};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockMembershipRepository;
pub use repository::{
    BanMember, BanSet, MemberRemoved, MemberUpdated, MembershipRepository, Transfer, Transferred,
    UpdateMember,
};
pub use service::MembershipService;
