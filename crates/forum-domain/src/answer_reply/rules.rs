//! Rules about replies to answers: who may do what with one.

use super::{AnswerReplyCapabilities, AnswerReplyView};
use crate::{actor::Actor, question::rules::moderates};

/// Completes what the store read of a viewer with what the rules make of it. Nothing can be done with a
/// deleted reply.
pub(crate) fn complete(mut view: AnswerReplyView, actor: Option<Actor>) -> AnswerReplyView {
    if let (Some(viewer), Some(actor)) = (&mut view.viewer, actor) {
        let moderate = moderates(viewer.role);
        viewer.can = view.reply.said.as_ref().map_or(
            AnswerReplyCapabilities { moderate, ..AnswerReplyCapabilities::default() },
            |said| {
                let own = said.author.id == actor.user_id;
                AnswerReplyCapabilities { edit: own, delete: own || moderate, reply: true, moderate }
            },
        );
    }
    view
}
