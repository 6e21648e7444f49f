//! Who in this process listens whose notifications changed: what adapters tell them by.

use async_trait::async_trait;
use forum_domain::{id::UserId, notification::Told};
use tokio::sync::broadcast::{self, error::RecvError};

/// What may wait for one who listens. Who is further behind is told that he missed something.
const WAITING: usize = 4_096;

#[derive(Clone)]
enum Word {
    /// These users' notifications changed.
    Changed(Vec<UserId>),
    /// Something was told that did not arrive.
    Missed,
}

/// The listeners of a process.
pub(crate) struct Listeners(broadcast::Sender<Word>);

impl Default for Listeners {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

impl Listeners {
    /// Tells them whose notifications changed.
    pub(crate) fn tell(&self, users: &[UserId]) {
        // Nobody may be listening.
        let _ = self.0.send(Word::Changed(users.to_vec()));
    }

    /// Tells them that they missed something.
    pub(crate) fn missed(&self) {
        let _ = self.0.send(Word::Missed);
    }

    /// One more.
    pub(crate) fn listen(&self) -> Box<dyn Told> {
        Box::new(Listener(self.0.subscribe()))
    }
}

struct Listener(broadcast::Receiver<Word>);

#[async_trait]
impl Told for Listener {
    async fn next(&mut self) -> Option<Vec<UserId>> {
        match self.0.recv().await {
            Ok(Word::Changed(users)) => Some(users),
            Ok(Word::Missed) | Err(RecvError::Lagged(_)) => None,
            // The cache is gone, and with it whoever could tell.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_is_too_far_behind_is_told_that_he_missed_something_and_hears_on() {
        let listeners = Listeners::default();
        let mut slow = listeners.listen();
        for user in 0..=WAITING as i64 {
            listeners.tell(&[UserId::stored(user + 1)]);
        }
        assert_eq!(slow.next().await, None);
        assert_eq!(slow.next().await, Some(vec![UserId::stored(2)]));
    }
}
