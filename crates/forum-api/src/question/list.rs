//! Lists of questions, and of what users asked and answered.

use forum_domain::{account::AccountError, id::UserId, question::Questions};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Listed, Plain, Rendered, Reply},
    auth::Anyone,
    context::Call,
    ids::Id,
    page::{Cursor, Limit, Scope},
    params::{Choice, Text},
    problem::refusals,
    tags::Tag,
};

use super::{
    answer_dto::{Answer as QuestionAnswer, AnswerList},
    draft::{QuestionFilter, QuestionSort},
    dto::{QuestionCategory, QuestionCategoryList, QuestionList, QuestionSummary},
};

refusals! {
    ListQuestionCategories [TOKEN];
    ListQuestions [TOKEN LIST] "cursor.expired";
    ListUserQuestions [TOKEN LIST] "account.not_found";
    ListUserAnswers [TOKEN LIST] "account.not_found";
}

/// The endpoints of lists of questions.
pub(crate) struct QuestionListApi;

#[OpenApi(prefix_path = "/api/v1")]
impl QuestionListApi {
    /// The categories of questions
    ///
    /// As configured, in their order, each with how many questions it has.
    #[oai(
        path = "/questions/categories",
        method = "get",
        operation_id = "listQuestionCategories",
        tag = "Tag::Questions"
    )]
    async fn categories(
        &self,
        call: Call,
        Anyone(_actor): Anyone,
    ) -> Answer<Reply<QuestionCategoryList, Plain>, ListQuestionCategories> {
        let counts = call.forum().questions.categories().await?;
        let list = QuestionCategoryList { items: counts.into_iter().map(QuestionCategory::from).collect() };
        Ok(Reply::new(Rendered::of(200, &list)?))
    }

    /// Questions
    ///
    /// Without their bodies. `new` never skips a question or shows one twice while others are asked; `hot` and
    /// `active` are rankings of at most 1 000 questions that stand still while they are paged, for at least 30
    /// minutes; after that the cursor answers 410 `cursor.expired`.
    #[oai(path = "/questions", method = "get", operation_id = "listQuestions", tag = "Tag::Questions")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the operation")]
    async fn list(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// Only those of this category.
        category: Query<Text<200>>,
        /// In which order; `new` if absent.
        sort: Query<Choice<QuestionSort>>,
        /// Which of them; `all` if absent.
        filter: Query<Choice<QuestionFilter>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<QuestionList, Listed>, ListQuestions> {
        let (sort, category) = (sort.0.0.unwrap_or(QuestionSort::New), category.get());
        let filter = filter.0.0.unwrap_or(QuestionFilter::All);
        let scope = Scope::new("listQuestions", &[sort.as_str(), filter.as_str(), category.unwrap_or("")]);
        let page = scope.page(&call, &limit, &cursor)?;
        let wanted = Questions { category, choice: filter.into(), sort: sort.into() };
        let page = call.forum().questions.list(actor, wanted, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| QuestionSummary::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &QuestionList { items, next_cursor })?))
    }

    /// What a user asked
    ///
    /// His questions, newest first, without their bodies.
    #[oai(
        path = "/users/:user_id/questions",
        method = "get",
        operation_id = "listUserQuestions",
        tag = "Tag::Accounts"
    )]
    async fn asked_by(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The user's id.
        user_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<QuestionList, Listed>, ListUserQuestions> {
        let user = user_id.0.of(UserId::new).ok_or(AccountError::NotFound)?;
        let scope = Scope::new("listUserQuestions", &[&user.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().questions.list_of(actor, user, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| QuestionSummary::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &QuestionList { items, next_cursor })?))
    }

    /// What a user answered
    ///
    /// His answers, newest first.
    #[oai(
        path = "/users/:user_id/answers",
        method = "get",
        operation_id = "listUserAnswers",
        tag = "Tag::Accounts"
    )]
    async fn answered_by(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The user's id.
        user_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<AnswerList, Listed>, ListUserAnswers> {
        let user = user_id.0.of(UserId::new).ok_or(AccountError::NotFound)?;
        let scope = Scope::new("listUserAnswers", &[&user.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().answers.list_of(actor, user, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| QuestionAnswer::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &AnswerList { items, next_cursor })?))
    }
}
