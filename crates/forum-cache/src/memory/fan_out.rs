//! Telling whose notifications changed, where everybody who listens is in this process.

use async_trait::async_trait;
use forum_domain::{
    error::PortError,
    id::UserId,
    notification::{FanOut, Told},
};

use super::Cache;

#[async_trait]
impl FanOut for Cache {
    async fn tell(&self, users: &[UserId]) -> Result<(), PortError> {
        self.listeners.tell(users);
        Ok(())
    }

    fn listen(&self) -> Box<dyn Told> {
        self.listeners.listen()
    }
}
