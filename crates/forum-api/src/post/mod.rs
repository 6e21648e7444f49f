//! Posts: one of them. Lists, marks and bookmarks stand in files of their own.

mod bookmark;
mod draft;
mod dto;
mod list;
mod mark;

pub(crate) use bookmark::BookmarkApi;
pub(crate) use dto::{PostList, PostSummary};
pub(crate) use list::PostListApi;
pub(crate) use mark::MarkApi;

use forum_domain::{
    Actor,
    id::PostId,
    post::{PostDetail, PostError, PostInput, PostPatchInput},
};
use poem_openapi::{OpenApi, param::Path};

use crate::{
    answer::{Answer, Changed, Done, Made, Read, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    group,
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::Body,
    problem::{Problem, refusals},
    tags::Tag,
};

use draft::{PostDraft, PostPatch};
use dto::Post;

refusals! {
    CreatePost [SESSION BODY KEY WRITE HOOK] "group.not_found" "post.not_found";
    GetPost [TOKEN] "post.not_found";
    UpdatePost [SESSION BODY MATCH WRITE HOOK] "post.not_found" "post.not_allowed";
    DeletePost [SESSION MATCH] "post.not_found" "post.not_allowed";
    RestorePost [SESSION KEY] "post.not_found" "group.not_allowed";
}

/// The id of a post in a path.
pub(crate) fn post_id(id: Id) -> Result<PostId, PostError> {
    id.of(PostId::new).ok_or(PostError::NoSuchPost)
}

/// A post, as an answer of this status.
async fn rendered(call: &Call, actor: Option<Actor>, id: PostId, status: u16) -> Result<Rendered, Problem> {
    tagged(call, call.forum().posts.get(actor, id).await?, status)
}

/// A post that was just read, as an answer of this status.
fn tagged(call: &Call, detail: PostDetail, status: u16) -> Result<Rendered, Problem> {
    let version = detail.view.post.version;
    Rendered::tagged(status, &Post::of(detail, call), version)
}

/// The endpoints of single posts.
pub(crate) struct PostApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Posts")]
impl PostApi {
    /// Write a post
    ///
    /// For members of the group who are not muted. The source is kept as it was written, and what is served
    /// of it as `body_html` is sanitised now, whatever the format. The post and the group's `post_count`
    /// are written as one.
    #[oai(path = "/groups/:group_id/posts", method = "post", operation_id = "createPost")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<PostDraft>,
    ) -> Answer<Reply<Post, Made>, CreatePost> {
        let (call, group_id, draft) = (&call, group::group_id(group_id.0)?, &body.value);
        let input = PostInput { title: &draft.title, body: &draft.body, format: draft.format.into() };
        let once = Once { call, actor, operation: "createPost", key, body: body.hash };
        let make =
            |claim| async move { Ok(call.forum().posts.create(actor, group_id, input, claim).await?.get()) };
        let render = |fact: Fact<i64>| async move {
            let id = PostId::stored(fact.id());
            Ok(rendered(call, Some(actor), id, 201).await?.at(format!("/api/v1/posts/{id}")))
        };
        Ok(once.run(make, render).await?)
    }

    /// A post
    ///
    /// With its body, as it was written and as HTML. Posts of a public group are for everyone; to whoever is
    /// no member, a post of a `members` group does not exist.
    #[oai(path = "/posts/:post_id", method = "get", operation_id = "getPost")]
    async fn get(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The post's id.
        post_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Post, Read>, GetPost> {
        let id = self::post_id(post_id.0)?;
        Ok(Reply::unless(rendered(&call, actor, id, 200).await?, &known))
    }

    /// Change a post
    ///
    /// A merge patch, for its author while he may write in its group: a field that is absent stays as it is,
    /// and `null` is refused. What the post was before is kept with its former versions, in the same
    /// transaction. A patch that changes nothing is no edit. With `If-Match`, of several editors who saw the
    /// same version one succeeds and the others get a 412; likes and comments in between fail nobody's edit.
    #[oai(path = "/posts/:post_id", method = "patch", operation_id = "updatePost")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
        /// Only if the post's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
        body: Body<PostPatch>,
    ) -> Answer<Reply<Post, Changed>, UpdatePost> {
        let id = self::post_id(post_id.0)?;
        let patch = &body.value;
        let input = PostPatchInput {
            title: patch.title.as_deref(),
            body: patch.body.as_deref(),
            format: patch.format.map(Into::into),
        };
        let detail = call.forum().posts.update(actor, id, input, seen.version()).await?;
        Ok(Reply::new(tagged(&call, detail, 200)?))
    }

    /// Delete a post
    ///
    /// For its author and for those who moderate its group. It goes out of every list and out of the group's
    /// `post_count`, and its comments go out of sight with it. Everything is kept: those who moderate can
    /// restore it.
    #[oai(path = "/posts/:post_id", method = "delete", operation_id = "deletePost")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
        /// Only if the post's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, DeletePost> {
        let id = self::post_id(post_id.0)?;
        call.forum().posts.delete(actor, id, seen.version()).await?;
        Ok(Done)
    }

    /// Restore a deleted post
    ///
    /// For those who moderate its group. It comes back with its comments, likes and bookmarks, and counts
    /// again. A post that is not deleted stays as it is.
    #[oai(path = "/posts/:post_id/restore", method = "post", operation_id = "restorePost")]
    async fn restore(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
    ) -> Answer<Reply<Post, Changed>, RestorePost> {
        let (call, id) = (&call, self::post_id(post_id.0)?);
        let once = Once { call, actor, operation: "restorePost", key, body: [0; 32] };
        // To restore what is not deleted changes nothing, so nothing is lost if the claim lapses without a fact.
        let make = |_| async move { Ok(call.forum().posts.restore(actor, id).await?) };
        let render = |fact| async move {
            match fact {
                Fact::New(detail) => tagged(call, detail, 200),
                Fact::Known(_) => rendered(call, Some(actor), id, 200).await,
            }
        };
        Ok(once.run(make, render).await?)
    }
}
