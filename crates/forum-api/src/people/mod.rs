//! User pages and blocks.

mod dto;

use forum_domain::{id::UserId, people::PeopleError};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Done, Listed, Plain, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    group::{Group, GroupList},
    ids::Id,
    page::{Cursor, Limit, Scope},
    post::{PostList, PostSummary},
    problem::refusals,
    tags::Tag,
};

use dto::{Block, BlockList, UserPage};

refusals! {
    GetUser [TOKEN] "account.not_found";
    ListUserGroups [TOKEN LIST] "account.not_found";
    ListUserPosts [TOKEN LIST] "account.not_found";
    BlockUser [SESSION] "account.not_found" "block.oneself";
    UnblockUser [SESSION] "account.not_found";
    ListBlocks [SESSION LIST];
}

/// The id of a user in a path.
fn user_id(id: Id) -> Result<UserId, PeopleError> {
    id.of(UserId::new).ok_or(PeopleError::NoSuchUser)
}

/// The endpoints of user pages.
pub(crate) struct PeopleApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl PeopleApi {
    /// A user's page
    ///
    /// What everyone may know of him, never his mobile. What is counted is what the caller may see. Of a deleted
    /// account the page says that it is one.
    #[oai(path = "/users/:user_id", method = "get", operation_id = "getUser")]
    async fn get(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The user's id.
        user_id: Path<Id>,
    ) -> Answer<Reply<UserPage, Plain>, GetUser> {
        let profile = call.forum().people.get(actor, self::user_id(user_id.0)?).await?;
        Ok(Reply::new(Rendered::of(200, &UserPage::of(profile, &call))?))
    }

    /// A user's groups
    ///
    /// Last joined first: public ones, and those for members that the caller is in as well.
    #[oai(path = "/users/:user_id/groups", method = "get", operation_id = "listUserGroups")]
    async fn groups(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The user's id.
        user_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<GroupList, Listed>, ListUserGroups> {
        let id = self::user_id(user_id.0)?;
        let scope = Scope::new("listUserGroups", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().people.groups(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| Group::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &GroupList { items, next_cursor })?))
    }

    /// A user's posts
    ///
    /// Newest first, without their bodies: those that the caller may see.
    #[oai(path = "/users/:user_id/posts", method = "get", operation_id = "listUserPosts")]
    async fn posts(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The user's id.
        user_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<PostList, Listed>, ListUserPosts> {
        let id = self::user_id(user_id.0)?;
        let scope = Scope::new("listUserPosts", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().people.posts(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| PostSummary::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &PostList { items, next_cursor })?))
    }
}

/// The endpoints of blocks.
pub(crate) struct BlockApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl BlockApi {
    /// Whom one blocked
    ///
    /// Last blocked first.
    #[oai(path = "/me/blocks", method = "get", operation_id = "listBlocks")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<BlockList, Listed>, ListBlocks> {
        let scope = Scope::new("listBlocks", &[]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().people.blocks(actor, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|block| Block::of(block, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &BlockList { items, next_cursor })?))
    }

    /// Block a user
    ///
    /// No notification comes of what he does any more; his content stays in lists. He is not told. Said again, it
    /// changes nothing.
    #[oai(path = "/me/blocks/:user_id", method = "put", operation_id = "blockUser")]
    async fn block(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The user's id.
        user_id: Path<Id>,
    ) -> Answer<Done, BlockUser> {
        call.forum().people.set_block(actor, self::user_id(user_id.0)?, true).await?;
        Ok(Done)
    }

    /// Block a user no longer
    ///
    /// Said again, or of one who was not blocked, it changes nothing.
    #[oai(path = "/me/blocks/:user_id", method = "delete", operation_id = "unblockUser")]
    async fn unblock(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The user's id.
        user_id: Path<Id>,
    ) -> Answer<Done, UnblockUser> {
        call.forum().people.set_block(actor, self::user_id(user_id.0)?, false).await?;
        Ok(Done)
    }
}
