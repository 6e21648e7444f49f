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
//!
//! # Embedding
//!
//! A service needs nothing but its ports, and runs on any executor. Here are SMS codes over ports of
//! the embedder's own: one map, and a limiter that allows one code a minute.
//!
//! ```
//! use std::{collections::HashMap, sync::{Arc, Mutex}, time::Duration};
//!
//! use async_trait::async_trait;
//! use forum_domain::{
//!     Coded, Origin, Policy,
//!     account::Mobile,
//!     clock::Random,
//!     code::{Code, CodeKey, CodeService, CodeStore, Consumed, IssuedCode, Purpose, SmsSender},
//!     error::PortError,
//!     limit::{Allowance, Backoff, Limiter, Quota},
//! };
//!
//! #[derive(Default)]
//! struct InMemory {
//!     codes: Mutex<HashMap<CodeKey, IssuedCode>>,
//!     counted: Mutex<u32>,
//!     sent: Mutex<Vec<Code>>,
//! }
//!
//! #[async_trait]
//! impl CodeStore for InMemory {
//!     async fn issue(&self, key: &CodeKey, issued: &IssuedCode) -> Result<(), PortError> {
//!         self.codes.lock().unwrap().insert(key.clone(), issued.clone());
//!         Ok(())
//!     }
//!
//!     // One lock around the look and the change: the port asks for one atomic fact.
//!     async fn consume(&self, key: &CodeKey, code: &Code) -> Result<Consumed, PortError> {
//!         let mut codes = self.codes.lock().unwrap();
//!         let Some(mut waiting) = codes.remove(key) else { return Ok(Consumed::Wrong) };
//!         if waiting.code == *code {
//!             return Ok(Consumed::Right(waiting));
//!         }
//!         waiting.attempts -= 1;
//!         if waiting.attempts > 0 {
//!             codes.insert(key.clone(), waiting);
//!         }
//!         Ok(Consumed::Wrong)
//!     }
//! }
//!
//! #[async_trait]
//! impl SmsSender for InMemory {
//!     async fn send(&self, _: &Mobile, _: Purpose, code: &Code) -> Result<(), PortError> {
//!         self.sent.lock().unwrap().push(code.clone());
//!         Ok(())
//!     }
//! }
//!
//! #[async_trait]
//! impl Limiter for InMemory {
//!     async fn take(&self, quotas: &[Quota]) -> Result<Allowance, PortError> {
//!         let mut counted = self.counted.lock().unwrap();
//!         *counted += 1;
//!         Ok(if *counted == 1 { Allowance::Granted } else { Allowance::Wait(quotas[0].window) })
//!     }
//!     async fn give_back(&self, _: &[Quota]) -> Result<(), PortError> {
//!         Ok(())
//!     }
//!     async fn attempt(&self, _: &[Backoff]) -> Result<Allowance, PortError> {
//!         Ok(Allowance::Granted)
//!     }
//!     async fn forget(&self, _: &str) -> Result<(), PortError> {
//!         Ok(())
//!     }
//!     async fn take_back(&self, _: &str) -> Result<(), PortError> {
//!         Ok(())
//!     }
//! }
//!
//! struct Dice; // In earnest: the operating system's generator.
//! impl Random for Dice {
//!     fn fill(&self, bytes: &mut [u8]) {
//!         bytes.fill(4);
//!     }
//! }
//!
//! # pollster::block_on(async {
//! let ports = Arc::new(InMemory::default());
//! let policy = Arc::new(Policy::default());
//! let codes = CodeService::new(
//!     ports.clone(), ports.clone(), ports.clone(), Arc::new(Dice), policy.clone(), true,
//! );
//! let from = Origin::new([192, 0, 2, 1].into(), None);
//!
//! // The rules are the service's: how a mobile may be written, how long a code lives, who waits.
//! codes.send("138 0000 0000", "login", &from).await?;
//! let again = codes.send("+86 13800000000", "login", &from).await.unwrap_err();
//! assert_eq!((again.code(), again.retry_after()), ("code.too_many", Some(Duration::from_secs(60))));
//!
//! let code = ports.sent.lock().unwrap()[0].clone();
//! let mobile = Mobile::parse("13800000000", &policy).unwrap();
//! let key = CodeKey { purpose: Purpose::Login, mobile };
//! codes.accept(&key, &code).await?;
//! assert_eq!(codes.accept(&key, &code).await.unwrap_err().code(), "auth.invalid_code");
//! # Ok::<(), forum_domain::code::CodeError>(())
//! # }).unwrap();
//! ```
//!
//! A whole forum comes from [`Forum::builder`], given a [`Store`], a clock and randomness; every other
//! port may be left out, and what needs it is then unavailable. With the feature `mock` each port has a
//! mock (`MockAccountRepository`, …) for the embedder's own unit tests.

pub mod account;
pub mod actor;
pub mod answer;
pub mod answer_reply;
pub mod clock;
pub mod code;
pub mod comment;
pub mod content;
pub mod error;
pub mod event;
pub mod forum;
pub mod group;
pub mod hook;
pub mod id;
pub mod idempotency;
pub mod integrity;
pub mod invite;
pub mod join;
pub mod like;
pub mod limit;
pub mod media;
pub mod membership;
pub mod moderation;
pub mod notification;
pub mod page;
pub mod people;
pub mod policy;
pub mod post;
pub mod question;
pub mod ranking;
pub mod search;
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
