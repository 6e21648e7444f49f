//! Rules about comments: who may do what with one.

use super::{CommentCapabilities, CommentSort, CommentView};
use crate::{
    actor::Actor,
    clock::Timestamp,
    group::{Role, rules::is_muted},
};

impl CommentSort {
    /// Its name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Old => "old",
            Self::Hot => "hot",
        }
    }
}

/// Completes what the store read of a viewer with what the rules make of it. Nothing can be done with a
/// deleted comment.
pub(crate) fn complete(mut view: CommentView, actor: Option<Actor>, now: Timestamp) -> CommentView {
    if let (Some(viewer), Some(actor)) = (&mut view.viewer, actor) {
        let moderate = viewer.role.is_some_and(Role::moderates);
        let writes = viewer.role.is_some() && !is_muted(viewer.muted_until, now);
        viewer.can = view.comment.said.as_ref().map_or(
            CommentCapabilities { moderate, ..CommentCapabilities::default() },
            |said| {
                let own = said.author.id == actor.user_id;
                CommentCapabilities {
                    edit: own && writes,
                    delete: own || moderate,
                    comment: writes && !viewer.locked,
                    like: !own,
                    moderate,
                }
            },
        );
    }
    view
}
