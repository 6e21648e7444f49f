//! Comments under posts, and replies under comments.

mod dto;

use forum_domain::{
    Actor,
    comment::{CommentError, CommentView},
    id::CommentId,
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Changed, Done, Listed, Made, Read, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::Body,
    page::{Cursor, Limit, Scope},
    params::Choice,
    post::post_id,
    problem::{Problem, refusals},
    tags::Tag,
};

use dto::{Comment, CommentDraft, CommentList, CommentPatch, CommentSort, ReplyDraft};

refusals! {
    ListComments [TOKEN LIST] "post.not_found" "cursor.expired";
    CreateComment [SESSION BODY KEY WRITE HOOK] "post.not_found" "post.locked" "comment.not_found";
    GetComment [TOKEN] "comment.not_found";
    UpdateComment [SESSION BODY MATCH WRITE HOOK] "comment.not_found" "comment.not_allowed";
    DeleteComment [SESSION MATCH] "comment.not_found" "comment.not_allowed";
    ListReplies [TOKEN LIST] "comment.not_found";
    CreateReply [SESSION BODY KEY WRITE HOOK] "comment.not_found" "comment.deleted" "post.locked";
}

/// The id of a comment in a path.
pub(crate) fn comment_id(id: Id) -> Result<CommentId, CommentError> {
    id.of(CommentId::new).ok_or(CommentError::NoSuchComment)
}

/// A comment, as an answer of this status.
fn rendered(view: CommentView, call: &Call, status: u16) -> Result<Rendered, Problem> {
    let version = view.comment.version;
    Rendered::tagged(status, &Comment::of(view, call), version)
}

/// A comment that was just made or, if the request was sent before, then.
async fn made(fact: Fact<CommentView>, call: &Call, actor: Actor) -> Result<Rendered, Problem> {
    let view = match fact {
        Fact::New(view) => view,
        Fact::Known(id) => call.forum().comments.get(Some(actor), CommentId::stored(id)).await?,
    };
    let location = format!("/api/v1/comments/{}", view.comment.id);
    Ok(rendered(view, call, 201)?.at(location))
}

/// The endpoints of comments and replies.
pub(crate) struct CommentApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Comments")]
impl CommentApi {
    /// A post's comments
    ///
    /// Those that stand directly under it, for whoever may read it; their replies are lists of their own, and
    /// `reply_count` says how long. A deleted comment is listed, as a tombstone, only while replies stand under
    /// it. `hot` is a ranking of at most 1 000 comments that stands still while it is paged, for at least 30
    /// minutes; after that the cursor answers 410 `cursor.expired`.
    #[oai(path = "/posts/:post_id/comments", method = "get", operation_id = "listComments")]
    async fn list(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The post's id.
        post_id: Path<Id>,
        /// In which order; `new` if absent.
        sort: Query<Choice<CommentSort>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<CommentList, Listed>, ListComments> {
        let (id, sort) = (self::post_id(post_id.0)?, sort.0.0.unwrap_or(CommentSort::New));
        let scope = Scope::new("listComments", &[&id.to_string(), sort.as_str()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().comments.list(actor, id, sort.into(), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| Comment::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &CommentList { items, next_cursor })?))
    }

    /// Comment on a post
    ///
    /// For members of its group who are not muted, while the post is not locked. The comment, the post's
    /// `comment_count` and its `last_activity_at` are written as one.
    #[oai(path = "/posts/:post_id/comments", method = "post", operation_id = "createComment")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<CommentDraft>,
    ) -> Answer<Reply<Comment, Made>, CreateComment> {
        let (call, post_id, text) = (&call, self::post_id(post_id.0)?, body.value.body.as_str());
        let once = Once { call, actor, operation: "createComment", key, body: body.hash };
        let make =
            |claim| async move { Ok(call.forum().comments.create(actor, post_id, text, claim).await?) };
        let render = |fact| async move { made(fact, call, actor).await };
        Ok(once.run(make, render).await?)
    }

    /// A comment or a reply
    ///
    /// For whoever may read its post. One that was deleted is a tombstone while replies stand under it, and
    /// after that no more.
    #[oai(path = "/comments/:comment_id", method = "get", operation_id = "getComment")]
    async fn get(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The comment's id.
        comment_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Comment, Read>, GetComment> {
        let view = call.forum().comments.get(actor, self::comment_id(comment_id.0)?).await?;
        Ok(Reply::unless(rendered(view, &call, 200)?, &known))
    }

    /// Change a comment or a reply
    ///
    /// A merge patch, for its author while he may write in the group, also under a locked post. A patch that
    /// changes nothing is no edit. What it said before is kept by the server.
    #[oai(path = "/comments/:comment_id", method = "patch", operation_id = "updateComment")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The comment's id.
        comment_id: Path<Id>,
        /// Only if the comment's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
        body: Body<CommentPatch>,
    ) -> Answer<Reply<Comment, Changed>, UpdateComment> {
        let (id, text) = (self::comment_id(comment_id.0)?, body.value.body.as_deref());
        let view = call.forum().comments.update(actor, id, text, seen.version()).await?;
        Ok(Reply::new(rendered(view, &call, 200)?))
    }

    /// Delete a comment or a reply
    ///
    /// For its author and for those who moderate the group. It counts no more, for the post or for the comment
    /// it stands under. With replies under it, it stays in its place as a tombstone, and its replies stay and
    /// count.
    #[oai(path = "/comments/:comment_id", method = "delete", operation_id = "deleteComment")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The comment's id.
        comment_id: Path<Id>,
        /// Only if the comment's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, DeleteComment> {
        let id = self::comment_id(comment_id.0)?;
        call.forum().comments.delete(actor, id, seen.version()).await?;
        Ok(Done)
    }

    /// A comment's replies
    ///
    /// Oldest first, for whoever may read the post; a tombstone's too. Replies stand one level deep: a reply
    /// itself has none.
    #[oai(path = "/comments/:comment_id/replies", method = "get", operation_id = "listReplies")]
    async fn replies(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The comment's id.
        comment_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<CommentList, Listed>, ListReplies> {
        let id = self::comment_id(comment_id.0)?;
        let scope = Scope::new("listReplies", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().comments.replies(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| Comment::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &CommentList { items, next_cursor })?))
    }

    /// Reply to a comment
    ///
    /// For members of the group who are not muted, while the post is not locked. A reply to a reply stands
    /// under the same comment as that one, beside it: its `parent_id` is the comment. The reply, the comment's
    /// `reply_count`, and the post's `comment_count` and `last_activity_at` are written as one.
    #[oai(path = "/comments/:comment_id/replies", method = "post", operation_id = "createReply")]
    async fn reply(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The id of the comment, or of a reply under it.
        comment_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<ReplyDraft>,
    ) -> Answer<Reply<Comment, Made>, CreateReply> {
        let (call, id, draft) = (&call, self::comment_id(comment_id.0)?, &body.value);
        let reply_to = draft.reply_to_user_id.value().copied();
        let once = Once { call, actor, operation: "createReply", key, body: body.hash };
        let make = |claim| async move {
            Ok(call.forum().comments.reply(actor, id, &draft.body, reply_to, claim).await?)
        };
        let render = |fact| async move { made(fact, call, actor).await };
        Ok(once.run(make, render).await?)
    }
}
