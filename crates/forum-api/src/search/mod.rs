//! Searching.

mod dto;

use poem_openapi::{OpenApi, param::Query};

use crate::{
    answer::{Answer, Listed, Rendered, Reply},
    auth::Anyone,
    context::Call,
    page::{Cursor, Limit, Scope},
    params::{Choice, Text},
    problem::refusals,
    tags::Tag,
};

use dto::{SearchHit, SearchHitList, SearchType};

refusals! {
    Search [TOKEN LIST] "search.nothing_to_find" "cursor.expired";
}

/// The endpoint of searching.
pub(crate) struct SearchApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Search")]
impl SearchApi {
    /// Search
    ///
    /// What has every word of `q` in its title or body, best first: a title counts for more than a body, what
    /// is newer for more than what is older. Any two or more Chinese characters that stand together are found,
    /// Japanese and Korean ones likewise, and a single one as well; words of other languages are found whole,
    /// English ones whatever their ending, all of them whatever their case. No character of `q` is an
    /// operator. Only what the caller may see is found: posts of a group for members are found by its members.
    ///
    /// Posts and questions are found by title and text, a question not by its answers, groups by name and description, users by nickname and bio. What was
    /// written is found within two seconds. Each first page is ranked anew; the pages after it belong to its
    /// ranking, which holds at most 1 000 items and is kept for at least 30 minutes, and after that the cursor
    /// answers 410 `cursor.expired`.
    #[oai(path = "/search", method = "get", operation_id = "search")]
    async fn search(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// What to find: at least one letter or digit of any language.
        q: Query<Text<100>>,
        /// What kind of thing; `post` if absent.
        #[oai(name = "type")]
        kind: Query<Choice<SearchType>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<SearchHitList, Listed>, Search> {
        let (q, kind) = (q.get().unwrap_or_default(), kind.0.0.unwrap_or(SearchType::Post));
        let scope = Scope::new("search", &[kind.as_str(), q]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().search.find(actor, kind.into(), q, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|hit| SearchHit::of(hit, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &SearchHitList { items, next_cursor })?))
    }
}
