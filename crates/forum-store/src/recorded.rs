//! Wakes whoever handles events, once a transaction that recorded some is committed.

use std::cell::Cell;

use tokio::{sync::Notify, task_local};

task_local! {
    /// The operation at work recorded an event.
    static NOTED: Cell<bool>;
}

/// Notes that the operation at work recorded an event. Nothing happens outside of one.
pub(crate) fn note() {
    // Outside of an operation nobody asks.
    let _ = NOTED.try_with(|noted| noted.set(true));
}

/// What an operation comes to, and whether it recorded an event.
pub(crate) async fn watching<T>(operation: impl Future<Output = T>) -> (T, bool) {
    NOTED
        .scope(Cell::new(false), async {
            let outcome = operation.await;
            (outcome, NOTED.with(Cell::get))
        })
        .await
}

/// The way from those who record to the one who handles.
#[derive(Debug, Default)]
pub(crate) struct Wake(Notify);

impl Wake {
    /// There is something to handle: to be called after the commit.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }

    /// Returns once there is something that was not waited for before.
    pub(crate) async fn wait(&self) {
        self.0.notified().await;
    }
}
