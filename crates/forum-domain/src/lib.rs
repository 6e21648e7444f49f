//! The rules of a community forum, and the ports they need. No I/O, no runtime, no HTTP.
//!
//! A [`Forum`] holds one service per feature. A service decides by the rules and asks its ports to
//! make it so; an adapter (a database, a cache, a hasher) implements a port. One port method is one
//! atomic fact: what it promises stands in its documentation and is proven for every adapter by the
//! contract suite in `forum-testkit`.
//!
//! Each feature has the same files: `model` (what there is), `rules` (pure decisions), `repository`
//! or `ports` (what it needs), `service` (what a caller asks for) and `error` (how it is refused).
//!
//! ```
//! use forum_domain::{Policy, account::Mobile, group::{GroupName, Role}, membership::rules};
//!
//! // Values parse once; a rule never meets an invalid one.
//! let policy = Policy::default();
//! assert_eq!(Mobile::parse("＋86 138 0000 0000", &policy)?.as_str(), "+8613800000000");
//! assert_eq!(GroupName::parse("Ｒｕｓｔ 编程")?.as_str(), "Rust 编程");
//!
//! // Rules are plain functions.
//! assert!(rules::outranks(Role::Owner, Role::Moderator));
//! assert!(!rules::outranks(Role::Moderator, Role::Moderator));
//! # Ok::<(), forum_domain::error::Flaw>(())
//! ```

pub mod account;
pub mod actor;
pub mod clock;
pub mod code;
pub mod error;
pub mod forum;
pub mod group;
pub mod id;
pub mod idempotency;
pub mod integrity;
pub mod invite;
pub mod join;
pub mod limit;
pub mod membership;
pub mod page;
pub mod policy;
pub mod ranking;
pub mod session;
pub mod store;
pub mod text;

#[cfg(test)]
mod testing;

pub use actor::{Actor, Origin};
pub use error::{Coded, Kind};
pub use forum::Forum;
pub use policy::Policy;
pub use store::Store;
