//! Lets in only as many requests as can be worked on: a server that takes in more does all of it late.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use poem::{Endpoint, Request, Response};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time,
};

use super::{App, Asked, Limits, Refusal};

/// The requests that are worked on, and those that wait.
pub(super) struct Load {
    app: App,
    limits: Arc<Limits>,
    at_work: Semaphore,
    waiting: AtomicUsize,
}

impl Load {
    pub(super) fn new(app: App, limits: Arc<Limits>) -> Self {
        let at_work = Semaphore::new(limits.requests);
        Self { app, limits, at_work, waiting: AtomicUsize::new(0) }
    }

    pub(super) const fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// The answer to a request: the application's, or why there is none.
    pub(super) async fn answer(&self, request: Request) -> Response {
        if self.app.always.contains(&request.uri().path()) {
            return self.app.endpoint.get_response(request).await;
        }
        let Some(_permit) = self.turn().await else {
            return (self.app.refuse)(&Asked::of(&request), Refusal::Busy);
        };
        // The request is given away; what refusing it needs is kept.
        let asked = Asked::of(&request);
        let answer = time::timeout(self.limits.answer_timeout, self.app.endpoint.get_response(request)).await;
        answer.unwrap_or_else(|_| (self.app.refuse)(&asked, Refusal::Late))
    }

    /// A place at work: at once, or after a short wait with not too many others.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.at_work.try_acquire() {
            return Some(permit);
        }
        let _place = Place::take(&self.waiting, self.limits.waiting)?;
        time::timeout(self.limits.wait, self.at_work.acquire()).await.ok()?.ok()
    }
}

/// A place in the queue, given back when it is dropped, also by a client that went away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let taken = waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| {
            (waiting < most).then_some(waiting + 1)
        });
        taken.is_ok().then_some(Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
