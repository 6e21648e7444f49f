//! Rules about questions: who may do what with one, and how hot it is.

use super::{MeasuredQuestion, QuestionCapabilities, QuestionSort, QuestionView};
use crate::{
    account::SiteRole, actor::Actor, clock::Timestamp, error::Flaw, id::QuestionId, policy::Policy,
    post::rules::heat,
};

/// A category that is configured.
///
/// # Errors
/// `not_allowed`.
pub fn category(name: &str, policy: &Policy) -> Result<String, Flaw> {
    let name = name.trim();
    policy.question_categories.iter().find(|known| *known == name).cloned().ok_or(Flaw::new("not_allowed"))
}

/// Whether somebody of this role moderates what stands in no group.
#[must_use]
pub fn moderates(role: SiteRole) -> bool {
    role != SiteRole::User
}

/// The best `limit` of these: the hotter, then the newer. As hot as a post with the likes of all answers, and
/// with a commenter for each who answered.
#[must_use]
pub fn hottest(measured: Vec<MeasuredQuestion>, limit: u32, now: Timestamp) -> Vec<QuestionId> {
    let mut ranked: Vec<(QuestionId, f64)> = measured
        .into_iter()
        .map(|one| (one.id, heat(one.like_count, one.answerers, one.created_at, now)))
        .collect();
    ranked
        .sort_by(|(one, heat), (other, other_heat)| other_heat.total_cmp(heat).then_with(|| other.cmp(one)));
    ranked.into_iter().take(limit as usize).map(|(id, _)| id).collect()
}

impl QuestionSort {
    /// Its name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Hot => "hot",
            Self::Active => "active",
        }
    }
}

/// Completes what the store read of a viewer with what the rules make of it.
pub(crate) fn complete(mut view: QuestionView, actor: Option<Actor>) -> QuestionView {
    if let (Some(viewer), Some(actor)) = (&mut view.viewer, actor) {
        let own = view.question.author.id == actor.user_id;
        let moderate = moderates(viewer.role);
        viewer.can = QuestionCapabilities { edit: own, delete: own || moderate, answer: true, moderate };
    }
    view
}
