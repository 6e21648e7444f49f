//! Lists of posts, and of what a post was.

use forum_domain::{id::UserId, post::GroupPosts};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Listed, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    group,
    ids::Id,
    page::{Cursor, Limit, Scope},
    params::{Choice, IdFilter},
    problem::refusals,
    tags::Tag,
};

use super::{
    draft::{FeedSort, PostFilter, PostPeriod, PostSort},
    dto::{PostList, PostRevision, PostRevisionList, PostSummary},
    post_id,
};

refusals! {
    ListGroupPosts [SESSION LIST] "group.not_found" "group.not_member" "cursor.expired";
    ListPosts [TOKEN LIST] "cursor.expired";
    ListFeed [SESSION LIST] "cursor.expired";
    ListPostRevisions [SESSION LIST] "post.not_found" "post.not_allowed";
}

/// The endpoints of lists of posts.
pub(crate) struct PostListApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Posts")]
impl PostListApi {
    /// A group's posts
    ///
    /// Without their bodies, the pinned ones first in every order. Those of a public group are for everyone,
    /// those of a `members` group for its members. `new` never skips a post or shows one twice while others
    /// are written; `active`, `hot` and `top` are rankings of at most 1 000 posts that stand still while they
    /// are paged: they are made anew at most once a minute, one that is being paged is kept for at least 30
    /// minutes, and after that the cursor answers 410 `cursor.expired`.
    #[oai(path = "/groups/:group_id/posts", method = "get", operation_id = "listGroupPosts")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the operation")]
    async fn in_group(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The group's id.
        group_id: Path<Id>,
        /// In which order; `new` if absent.
        sort: Query<Choice<PostSort>>,
        /// Which of them; `all` if absent.
        filter: Query<Choice<PostFilter>>,
        /// Only those that this user wrote.
        author_id: Query<IdFilter>,
        /// How far back the order `top` goes; `all` if absent. Other orders go back to the beginning, whatever
        /// is said here.
        period: Query<Choice<PostPeriod>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<PostList, Listed>, ListGroupPosts> {
        let id = group::group_id(group_id.0)?;
        let (sort, filter) = (sort.0.0.unwrap_or(PostSort::New), filter.0.0.unwrap_or(PostFilter::All));
        let author = author_id.get("/author_id", UserId::new)?;
        let asked = period.0.0.unwrap_or(PostPeriod::All);
        let period = if sort == PostSort::Top { asked } else { PostPeriod::All };
        let author_text = author.map(|id| id.to_string()).unwrap_or_default();
        let filters = [&id.to_string(), sort.as_str(), filter.as_str(), &author_text, period.as_str()];
        let scope = Scope::new("listGroupPosts", &filters).with_pinned();
        let page = scope.page(&call, &limit, &cursor)?;
        let wanted = GroupPosts { filter: filter.into(), author, sort: sort.into(), period: period.into() };
        let page = call.forum().posts.list_in_group(actor, id, wanted, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| PostSummary::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &PostList { items, next_cursor })?))
    }

    /// Public posts
    ///
    /// Those of all public groups, without their bodies. Pins count in their group only. The orders are those
    /// of a group's posts; `top` goes back to the beginning.
    #[oai(path = "/posts", method = "get", operation_id = "listPosts")]
    async fn public(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// In which order; `new` if absent.
        sort: Query<Choice<PostSort>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<PostList, Listed>, ListPosts> {
        let sort = sort.0.0.unwrap_or(PostSort::New);
        let scope = Scope::new("listPosts", &[sort.as_str()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().posts.list_public(actor, sort.into(), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| PostSummary::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &PostList { items, next_cursor })?))
    }

    /// Posts of one's groups
    ///
    /// Those of every group that one is a member of, without their bodies, last active first. Pins count in
    /// their group only.
    #[oai(path = "/feed", method = "get", operation_id = "listFeed")]
    async fn feed(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// In which order; `active` if absent.
        sort: Query<Choice<FeedSort>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<PostList, Listed>, ListFeed> {
        let sort = sort.0.0.unwrap_or(FeedSort::Active);
        let scope = Scope::new("listFeed", &[sort.as_str()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().posts.feed(actor, sort.into(), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| PostSummary::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &PostList { items, next_cursor })?))
    }

    /// What a post was
    ///
    /// Its former versions, last replaced first; the current one is the post itself. For its author and, also
    /// of a deleted post, for those who moderate its group.
    #[oai(path = "/posts/:post_id/revisions", method = "get", operation_id = "listPostRevisions")]
    async fn revisions(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<PostRevisionList, Listed>, ListPostRevisions> {
        let id = self::post_id(post_id.0)?;
        let scope = Scope::new("listPostRevisions", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().posts.revisions(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|revision| PostRevision::of(revision, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &PostRevisionList { items, next_cursor })?))
    }
}
