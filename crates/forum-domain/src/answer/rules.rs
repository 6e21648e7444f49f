//! Rules about answers: who may do what with one.

use super::{AnswerCapabilities, AnswerSort, AnswerView};
use crate::{actor::Actor, question::rules::moderates};

impl AnswerSort {
    /// Its name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::New => "new",
            Self::Old => "old",
        }
    }
}

/// Completes what the store read of a viewer with what the rules make of it.
pub(crate) fn complete(mut view: AnswerView, actor: Option<Actor>) -> AnswerView {
    if let (Some(viewer), Some(actor)) = (&mut view.viewer, actor) {
        let own = view.answer.author.id == actor.user_id;
        let moderate = moderates(viewer.role);
        viewer.can =
            AnswerCapabilities { edit: own, delete: own || moderate, reply: true, like: !own, moderate };
    }
    view
}
