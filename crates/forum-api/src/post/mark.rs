//! What moderators say of a post: pinned, excellent, locked.

use forum_domain::{Actor, post::Mark};
use poem_openapi::{OpenApi, param::Path};

use super::post_id;
use crate::{
    answer::{Answer, Done},
    auth::SignedIn,
    context::Call,
    ids::Id,
    problem::refusals,
    tags::Tag,
};

refusals! {
    MarkPost [SESSION] "post.not_found" "group.not_member" "group.not_allowed";
}

async fn set(call: &Call, actor: Actor, id: Id, mark: Mark, on: bool) -> Answer<Done, MarkPost> {
    call.forum().posts.mark(actor, post_id(id)?, mark, on).await?;
    Ok(Done)
}

/// The endpoints of marks. Each may be sent again: a mark that stands already stays.
pub(crate) struct MarkApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Posts")]
impl MarkApi {
    /// Pin a post
    ///
    /// It stands before the others in its group's lists; several pinned ones follow the list's order. For
    /// those who moderate its group. Again, nothing happens.
    #[oai(path = "/posts/:post_id/pin", method = "put", operation_id = "pinPost")]
    async fn pin(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, MarkPost> {
        set(&call, actor, post_id.0, Mark::Pinned, true).await
    }

    /// Unpin a post
    ///
    /// For those who moderate its group. Nothing happens if it is not pinned.
    #[oai(path = "/posts/:post_id/pin", method = "delete", operation_id = "unpinPost")]
    async fn unpin(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, MarkPost> {
        set(&call, actor, post_id.0, Mark::Pinned, false).await
    }

    /// Recommend a post
    ///
    /// Marks it as excellent (精华). For those who moderate its group. Again, nothing happens.
    #[oai(path = "/posts/:post_id/excellent", method = "put", operation_id = "markExcellent")]
    async fn recommend(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, MarkPost> {
        set(&call, actor, post_id.0, Mark::Excellent, true).await
    }

    /// Recommend a post no longer
    ///
    /// For those who moderate its group. Nothing happens if it is not marked.
    #[oai(path = "/posts/:post_id/excellent", method = "delete", operation_id = "unmarkExcellent")]
    async fn unrecommend(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, MarkPost> {
        set(&call, actor, post_id.0, Mark::Excellent, false).await
    }

    /// Lock a post
    ///
    /// It takes no new comments and replies, from anybody; those that stand can still be liked, edited and
    /// deleted. For those who moderate its group. Again, nothing happens.
    #[oai(path = "/posts/:post_id/lock", method = "put", operation_id = "lockPost")]
    async fn lock(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, MarkPost> {
        set(&call, actor, post_id.0, Mark::Locked, true).await
    }

    /// Unlock a post
    ///
    /// It takes comments again. For those who moderate its group. Nothing happens if it is not locked.
    #[oai(path = "/posts/:post_id/lock", method = "delete", operation_id = "unlockPost")]
    async fn unlock(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Done, MarkPost> {
        set(&call, actor, post_id.0, Mark::Locked, false).await
    }
}
