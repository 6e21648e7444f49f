//! Gives events to those who handle them.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Poll,
};

use super::{Backlog, Consumer, EventRepository, Recorded, rules};
use crate::error::PortError;

/// Gives each event to every consumer, at least once, and forgets it when all have handled it. Any number
/// of them may work at the same time, in any number of processes.
pub struct Dispatcher {
    pub(crate) events: Arc<dyn EventRepository>,
    pub(crate) consumers: Vec<Arc<dyn Consumer>>,
}

/// What one round came to.
#[derive(Debug, Default)]
pub struct Dispatched {
    /// Events that every consumer handled.
    pub handled: usize,
    /// Events that one did not, each with its number and why. They come again, later each time, and stand
    /// in nobody's way meanwhile.
    pub failed: Vec<(Recorded, PortError)>,
    /// As many as one round takes were there: there may be more.
    pub full: bool,
}

impl Dispatcher {
    /// Handles some of the events that wait, the oldest first.
    ///
    /// # Errors
    /// Only a port's: the events come again when their lease is over.
    pub async fn dispatch(&self) -> Result<Dispatched, PortError> {
        let claimed = self.events.claim_events(rules::AT_ONCE, rules::LEASE_SECONDS).await?;
        let mut round =
            Dispatched { full: claimed.len() >= rules::AT_ONCE as usize, ..Dispatched::default() };
        let mut handled = Vec::with_capacity(claimed.len());
        for claimed in claimed {
            match self.handle(&claimed.recorded).await {
                Ok(()) => handled.push(claimed.recorded.id),
                Err(error) => {
                    let pause = rules::pause_seconds(claimed.attempts);
                    self.events.postpone_event(claimed.recorded.id, pause).await?;
                    round.failed.push((claimed.recorded, error));
                }
            }
        }
        self.events.finish_events(&handled).await?;
        round.handled = handled.len();
        Ok(round)
    }

    /// Returns when there may be something to dispatch that this process recorded.
    pub async fn recorded(&self) {
        self.events.recorded().await;
    }

    /// What waits.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn backlog(&self) -> Result<Backlog, PortError> {
        self.events.backlog().await
    }

    /// Each consumer has its turn even if one before it fails, so that none waits for another's defect.
    async fn handle(&self, event: &Recorded) -> Result<(), PortError> {
        let mut outcome = Ok(());
        for consumer in &self.consumers {
            let handled = contained(consumer.handle(event)).await;
            outcome = outcome.and(handled);
        }
        outcome
    }
}

/// A consumer's panic is its failure, and not that of the events behind it.
async fn contained(handling: impl Future<Output = Result<(), PortError>>) -> Result<(), PortError> {
    let mut handling = Box::pin(handling);
    poll_fn(move |context| {
        let polled = catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(PortError::broken("a consumer of events panicked"))))
    })
    .await
}
