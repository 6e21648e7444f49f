//! What the API needs of the process that runs it.

use std::{num::NonZeroU32, sync::Arc};

use async_trait::async_trait;
use forum_domain::{Forum, clock::Timestamp, code::Purpose, error::Flaw};
use ipnet::IpNet;

use crate::notification::Hub;

/// What the API needs of the process that runs it.
pub struct ApiState {
    /// The rules.
    pub forum: Arc<Forum>,
    /// The numbers and addresses that an operator sets.
    pub settings: Settings,
    /// Whether the process can serve.
    pub readiness: Arc<dyn Readiness>,
    /// The streams of notifications that are open.
    pub live: Arc<Hub>,
    /// The codes that were sent to the console; `None` wherever anything else sends them.
    pub dev_sms: Option<Arc<dyn DevSms>>,
}

/// What an operator sets.
#[derive(Clone)]
pub struct Settings {
    /// Where clients find the server, with no slash at the end, such as `https://forum.example`.
    pub public_url: String,
    /// The development profile: local origins are allowed, `/dev` exists.
    pub development: bool,
    /// Origins whose pages may call the API, compared literally.
    pub cors_origins: Vec<String>,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Seals the cursors of lists. The same on every instance, or a cursor is good for one of them only.
    pub cursor_key: [u8; 32],
    /// Signs the addresses of files that are for the members of a group. The same on every instance.
    pub media_key: [u8; 32],
    /// How many requests one client may send; `None` for any number.
    pub rate: Option<Rate>,
}

/// How many requests one client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// For as long as he likes.
    pub per_minute: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

impl Default for Rate {
    fn default() -> Self {
        const PER_MINUTE: NonZeroU32 = NonZeroU32::new(6_000).unwrap();
        const BURST: NonZeroU32 = NonZeroU32::new(3_000).unwrap();
        Self { per_minute: PER_MINUTE, burst: BURST }
    }
}

/// Whether the process can serve: asked for `/readyz`.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Each thing that it depends on, by name, and whether it answers. MUST return within a few seconds.
    async fn check(&self) -> Vec<(&'static str, bool)>;
}

/// A code that was sent to the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevCode {
    /// To which mobile, in E.164.
    pub mobile: String,
    /// For what.
    pub purpose: Purpose,
    /// The code.
    pub code: String,
    /// When.
    pub sent_at: Timestamp,
}

/// The codes that the console SMS sender sent, for front ends that test themselves.
#[async_trait]
pub trait DevSms: Send + Sync {
    /// The codes of a mobile as people write it, newest first.
    ///
    /// # Errors
    /// As [`forum_domain::account::Mobile::parse`].
    async fn sent(&self, mobile: &str) -> Result<Vec<DevCode>, Flaw>;
}
