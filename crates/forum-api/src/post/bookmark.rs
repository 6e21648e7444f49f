//! Posts that somebody remembers.

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    dto::{PostList, PostSummary},
    post_id,
};
use crate::{
    answer::{Answer, Done, Listed, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    ids::Id,
    page::{Cursor, Limit, Scope},
    problem::refusals,
    tags::Tag,
};

refusals! {
    Bookmark [SESSION] "post.not_found";
    ListMyBookmarks [SESSION LIST];
}

/// The endpoints of bookmarks.
pub(crate) struct BookmarkApi;

#[OpenApi(prefix_path = "/api/v1")]
impl BookmarkApi {
    /// Bookmark a post
    ///
    /// For whoever may read it, member or not; nobody else sees it. Again, nothing happens: it keeps its place
    /// among the bookmarks.
    #[oai(
        path = "/posts/:post_id/bookmark",
        method = "put",
        operation_id = "bookmarkPost",
        tag = "Tag::Posts"
    )]
    async fn add(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, Bookmark> {
        call.forum().posts.bookmark(actor, self::post_id(post_id.0)?, true).await?;
        Ok(Done)
    }

    /// Forget a bookmark
    ///
    /// Also of a post that one may no longer read. Nothing happens if there is none.
    #[oai(
        path = "/posts/:post_id/bookmark",
        method = "delete",
        operation_id = "unbookmarkPost",
        tag = "Tag::Posts"
    )]
    async fn remove(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, Bookmark> {
        call.forum().posts.bookmark(actor, self::post_id(post_id.0)?, false).await?;
        Ok(Done)
    }

    /// One's bookmarks
    ///
    /// The posts that one bookmarked and may still read, without their bodies, last bookmarked first.
    #[oai(path = "/me/bookmarks", method = "get", operation_id = "listMyBookmarks", tag = "Tag::Accounts")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<PostList, Listed>, ListMyBookmarks> {
        let scope = Scope::new("listMyBookmarks", &[]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().posts.bookmarks(actor, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| PostSummary::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &PostList { items, next_cursor })?))
    }
}
