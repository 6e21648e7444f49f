//! Rules about comments: who may do what with one.

use super::{CommentCapabilities, CommentSort, CommentView};
use crate::{
    actor::Actor,
    clock::Timestamp,
    group::{Role, rules::may_write},
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
        viewer.muted_until = viewer.muted_until.filter(|until| *until > now);
        let writes = may_write(viewer.role, viewer.muted_until, false, now).is_ok();
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
