//! Listing questions: by time straight from the store, by what changes through frozen rankings.

use super::{
    QuestionCategoryCount, QuestionChoice, QuestionError, QuestionFilter, QuestionService, QuestionSort,
    QuestionView, rules,
};
use crate::{
    account::AccountError,
    actor::Actor,
    clock::Timestamp,
    error::{Invalid, PortError},
    id::{QuestionId, UserId},
    page::{Page, PageRequest},
    post::rules::measured_since,
    ranking::Scope,
};

/// Which questions are asked for, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Questions<'a> {
    /// Only those of this category.
    pub category: Option<&'a str>,
    /// Which of them.
    pub choice: QuestionChoice,
    /// In which order.
    pub sort: QuestionSort,
}

impl QuestionService {
    /// The configured categories, in their order, with how many questions each has.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn categories(&self) -> Result<Vec<QuestionCategoryCount>, QuestionError> {
        let counts = self.questions.count_question_categories().await?;
        let count =
            |name: &str| counts.iter().find(|one| one.name == name).map_or(0, |one| one.question_count);
        let counted =
            |name: &String| QuestionCategoryCount { name: name.clone(), question_count: count(name) };
        Ok(self.policy.question_categories.iter().map(counted).collect())
    }

    /// A page of questions. `hot` and `active` page through rankings that are frozen while they are paged.
    ///
    /// # Errors
    /// An unknown category, `cursor.expired`.
    pub async fn list(
        &self,
        actor: Option<Actor>,
        wanted: Questions<'_>,
        page: PageRequest,
    ) -> Result<Page<QuestionView>, QuestionError> {
        let category = wanted.category.map(|name| rules::category(name, &self.policy)).transpose();
        let category = category.map_err(|flaw| Invalid::field("/category", flaw))?;
        let unanswered = wanted.choice == QuestionChoice::Unanswered;
        let filter = QuestionFilter { category, unanswered, author: None };
        let viewer = actor.map(|actor| actor.user_id);
        let found = match wanted.sort {
            QuestionSort::New => self.questions.list_questions(&filter, page, viewer).await?,
            QuestionSort::Active => {
                let make = |limit| self.questions.rank_questions(&filter, limit);
                self.ranked("questions:active", &filter, page, viewer, make).await?
            }
            QuestionSort::Hot => {
                let make = |limit| self.hottest(&filter, limit, self.clock.now());
                self.ranked("questions:hot", &filter, page, viewer, make).await?
            }
        };
        Ok(found.map(|view| rules::complete(view, actor)))
    }

    /// A page of what a user asked, newest first.
    ///
    /// # Errors
    /// [`AccountError::NotFound`].
    pub async fn list_of(
        &self,
        actor: Option<Actor>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<QuestionView>, QuestionError> {
        let filter = QuestionFilter { author: Some(author), ..QuestionFilter::default() };
        let found = self.questions.list_questions(&filter, page, actor.map(|actor| actor.user_id)).await?;
        if found.items.is_empty() && self.accounts.find_user(author).await?.is_none() {
            return Err(AccountError::NotFound.into());
        }
        Ok(found.map(|view| rules::complete(view, actor)))
    }

    /// A page of a ranking, each question of it read as it is now. One that was answered meanwhile is no
    /// longer in a list of those without an answer.
    async fn ranked<Made>(
        &self,
        name: &'static str,
        filter: &QuestionFilter,
        page: PageRequest,
        viewer: Option<UserId>,
        make: impl FnOnce(u32) -> Made + Send,
    ) -> Result<Page<QuestionView>, QuestionError>
    where
        Made: Future<Output = Result<Vec<QuestionId>, PortError>> + Send,
    {
        let unanswered = filter.unanswered.then_some("unanswered");
        let scope = Scope::new(name, &[filter.category.as_deref(), unanswered]);
        let find = |ids: Vec<QuestionId>| async move { self.questions.find_questions(&ids, viewer).await };
        let mut found = self.rankings.list(&scope, page, make, find).await?;
        found.items.retain(|view| !filter.unanswered || view.question.answer_count == 0);
        Ok(found)
    }

    /// The hottest questions of a list. Measured are only those that can be among them.
    async fn hottest(
        &self,
        filter: &QuestionFilter,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<QuestionId>, PortError> {
        let oldest = self.questions.nth_newest_question(filter, limit).await?;
        let since = oldest.map(|oldest| measured_since(oldest, now));
        Ok(rules::hottest(self.questions.measure_questions(filter, since).await?, limit, now))
    }
}
