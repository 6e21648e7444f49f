//! The ranking of a question's answers.

use super::AnswerRepository;
use crate::{
    id::QuestionId,
    ranking::{RankingService, Scope},
};

/// Which ranking it is.
pub(crate) fn scope(question: QuestionId) -> Scope {
    Scope::new("answers:hot", &[Some(&question.to_string())])
}

/// Ranks a question's answers anew at once, if they were ranked: who answers looks for his answer, and who
/// accepts one for it on top. Without success the next ranking has it.
pub(crate) async fn anew(rankings: &RankingService, answers: &dyn AnswerRepository, question: QuestionId) {
    rankings.renew(&scope(question), |limit| answers.rank_answers(question, limit)).await;
}
