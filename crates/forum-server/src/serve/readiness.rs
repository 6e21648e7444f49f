//! Whether the instance can serve.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use forum_domain::store::{Cache, Store};

/// What an instance depends on. That its migrations are done needs no asking: it did them before it listened.
pub(super) struct Readiness {
    pub(super) store: Arc<dyn Store>,
    pub(super) cache: Arc<dyn Cache>,
    pub(super) draining: Arc<AtomicBool>,
}

#[async_trait]
impl forum_api::Readiness for Readiness {
    async fn check(&self) -> Vec<(&'static str, bool)> {
        let (database, cache) = tokio::join!(self.store.ping(), self.cache.ping());
        vec![
            ("database", database.is_ok()),
            ("cache", cache.is_ok()),
            ("accepting", !self.draining.load(Ordering::Relaxed)),
        ]
    }
}
