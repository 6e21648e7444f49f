//! Listens to every connection that is made while a test is alone.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use tokio::sync::MutexGuard;

/// What was heard.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The statements that were run since [`forget`], in their order.
    pub(crate) started: Vec<String>,
    /// All that were ever prepared and kept.
    pub(crate) prepared: HashSet<String>,
}

static SEEN: Mutex<Option<Seen>> = Mutex::new(None);

/// From now on every new connection is listened to, by one test at a time.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let turn = TURN.lock().await;
    *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Seen::default());
    set_default_instrumentation(|| Some(Box::new(Listener))).unwrap();
    turn
}

/// Forgets what was run so far.
pub(crate) fn forget() {
    with(|seen| seen.started.clear());
}

/// What was heard.
pub(crate) fn seen() -> Seen {
    let mut heard = Seen::default();
    with(|seen| heard = seen.clone());
    heard
}

fn with(act: impl FnOnce(&mut Seen)) {
    if let Some(seen) = SEEN.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        act(seen);
    }
}

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let query = query.to_string();
                // Diesel shows a statement's parameters behind it.
                let sql = query.rsplit_once(" -- binds:").map_or(query.as_str(), |(sql, _)| sql);
                with(|seen| seen.started.push(sql.trim().to_owned()));
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                with(|seen| {
                    seen.prepared.insert(sql.trim().to_owned());
                });
            }
            _ => {}
        }
    }
}
