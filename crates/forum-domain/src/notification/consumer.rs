//! Makes notifications of events.

use std::sync::Arc;

use async_trait::async_trait;

use super::{FanOut, NotificationRepository, rules};
use crate::{
    error::PortError,
    event::{Consumer, Recorded, Subject, Verb},
};

/// Makes notifications of events, and tells every process whose feeds changed.
pub struct Notifier {
    pub(crate) notifications: Arc<dyn NotificationRepository>,
    pub(crate) fan_out: Arc<dyn FanOut>,
}

#[async_trait]
impl Consumer for Notifier {
    async fn handle(&self, event: &Recorded) -> Result<(), PortError> {
        let mentions = if may_mention(event) {
            let text = self.notifications.mentioning_text(event).await?;
            text.map_or_else(Vec::new, |html| rules::mentions(&html))
        } else {
            Vec::new()
        };
        let changed = self.notifications.follow(event, mentions).await?;
        if !changed.is_empty() {
            // Who is not told looks for himself a moment later.
            let _ = self.fan_out.tell(&changed).await;
        }
        Ok(())
    }
}

/// Whether an event is of a text that may name somebody.
fn may_mention(event: &Recorded) -> bool {
    let written = matches!(event.event.verb, Verb::Created | Verb::Edited | Verb::Restored);
    let text = matches!(
        event.event.subject,
        Subject::Post(_)
            | Subject::Comment(_)
            | Subject::Question(_)
            | Subject::Answer(_)
            | Subject::AnswerReply(_)
    );
    written && text
}
