//! Several writes at once, answered in their order.

use forum_domain::error::PortError;
use futures_util::{
    StreamExt,
    future::{BoxFuture, FutureExt},
    stream::FuturesOrdered,
};

/// Writes of one kind. On SQLite those that wait share a commit, and are written in the order in which they
/// were begun, so that ids follow it; PostgreSQL gives ids in the order in which connections come by, so
/// there one write at a time is what keeps them.
pub(super) struct Lane<'a, T> {
    running: FuturesOrdered<BoxFuture<'a, Result<T, PortError>>>,
    width: usize,
}

impl<'a, T: 'a> Lane<'a, T> {
    /// With so many at once.
    pub(super) fn new(width: usize) -> Self {
        Self { running: FuturesOrdered::new(), width: width.max(1) }
    }

    /// Begins a write, once there is room; the answer of the oldest, if that was waited for.
    pub(super) async fn begin(
        &mut self,
        write: impl Future<Output = Result<T, PortError>> + Send + 'a,
    ) -> Result<Option<T>, PortError> {
        let answer = if self.running.len() < self.width { None } else { self.answer().await? };
        self.running.push_back(write.boxed());
        Ok(answer)
    }

    /// The answer of the oldest write; `None` if none is running.
    pub(super) async fn answer(&mut self) -> Result<Option<T>, PortError> {
        self.running.next().await.transpose()
    }
}
