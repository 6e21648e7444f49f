//! Everything that is logged by any test.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
};

use forum_server::{config::LogFormat, telemetry};
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

static LOGS: LazyLock<Buffer> = LazyLock::new(Buffer::default);

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what is logged from now on: what an operator would see, and of our own crates everything.
pub(crate) fn capture() {
    static ONCE: LazyLock<()> = LazyLock::new(|| {
        let ours =
            ["forum_api", "forum_cache", "forum_domain", "forum_outbound", "forum_server", "forum_store"];
        let level = Targets::new()
            .with_default(tracing::Level::INFO)
            .with_targets(ours.map(|name| (name, tracing::Level::TRACE)));
        let lines = telemetry::lines(LogFormat::Json, || LOGS.clone(), false).with_filter(level);
        tracing_subscriber::registry().with(lines).init();
    });
    LazyLock::force(&ONCE);
}

/// What was logged so far.
pub(crate) fn logged() -> String {
    String::from_utf8_lossy(&LOGS.0.lock().unwrap()).into_owned()
}
