//! Likes of posts, comments and answers.

mod dto;

use forum_domain::like::Target;
use poem_openapi::{OpenApi, param::Path};

use crate::{
    answer::{Answer, Plain, Rendered, Reply},
    auth::SignedIn,
    comment::comment_id,
    context::Call,
    ids::Id,
    post::post_id,
    problem::refusals,
    question::answer_id,
    tags::Tag,
};

use dto::LikeState;

refusals! {
    LikePost [SESSION HOOK] "post.not_found" "like.own_content" "like.daily_limit" "like.author_limit";
    UnlikePost [SESSION] "post.not_found";
    LikeComment [SESSION HOOK] "comment.not_found" "like.own_content" "like.daily_limit"
        "like.author_limit";
    UnlikeComment [SESSION] "comment.not_found";
    LikeAnswer [SESSION HOOK] "answer.not_found" "like.own_content" "like.daily_limit" "like.author_limit";
    UnlikeAnswer [SESSION] "answer.not_found";
}

/// The endpoints of likes.
pub(crate) struct LikeApi;

#[OpenApi(prefix_path = "/api/v1")]
impl LikeApi {
    /// Like a post
    ///
    /// For whoever may read it, member or not; never one's own. A user has so many likes a day on the whole
    /// site (50 by default), and so many of them for one author (10 by default); days turn at midnight in the
    /// forum's time zone (Asia/Shanghai by default). The like, its count and both quotas move as one: however
    /// many calls arrive at once, none is counted twice and no quota is overdrawn. Again, nothing happens and
    /// nothing is taken off a quota.
    #[oai(path = "/posts/:post_id/like", method = "put", operation_id = "likePost", tag = "Tag::Posts")]
    async fn like_post(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Reply<LikeState, Plain>, LikePost> {
        let target = Target::Post(self::post_id(post_id.0)?);
        let state = call.forum().likes.like(actor, target).await?;
        Ok(Reply::new(Rendered::of(200, &LikeState::from(state))?))
    }

    /// Take a like of a post back
    ///
    /// A like of today gives both quotas back, one of an earlier day only goes. Nothing happens if there is
    /// none.
    #[oai(path = "/posts/:post_id/like", method = "delete", operation_id = "unlikePost", tag = "Tag::Posts")]
    async fn unlike_post(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The post's id.
        post_id: Path<Id>,
    ) -> Answer<Reply<LikeState, Plain>, UnlikePost> {
        let target = Target::Post(self::post_id(post_id.0)?);
        let state = call.forum().likes.unlike(actor, target).await?;
        Ok(Reply::new(Rendered::of(200, &LikeState::from(state))?))
    }

    /// Like a comment or a reply
    ///
    /// As with posts, and out of the same quotas. A tombstone cannot be liked.
    #[oai(
        path = "/comments/:comment_id/like",
        method = "put",
        operation_id = "likeComment",
        tag = "Tag::Comments"
    )]
    async fn like_comment(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The comment's id.
        comment_id: Path<Id>,
    ) -> Answer<Reply<LikeState, Plain>, LikeComment> {
        let target = Target::Comment(self::comment_id(comment_id.0)?);
        let state = call.forum().likes.like(actor, target).await?;
        Ok(Reply::new(Rendered::of(200, &LikeState::from(state))?))
    }

    /// Take a like of a comment or a reply back
    ///
    /// A like of today gives both quotas back, one of an earlier day only goes. Nothing happens if there is
    /// none.
    #[oai(
        path = "/comments/:comment_id/like",
        method = "delete",
        operation_id = "unlikeComment",
        tag = "Tag::Comments"
    )]
    async fn unlike_comment(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The comment's id.
        comment_id: Path<Id>,
    ) -> Answer<Reply<LikeState, Plain>, UnlikeComment> {
        let target = Target::Comment(self::comment_id(comment_id.0)?);
        let state = call.forum().likes.unlike(actor, target).await?;
        Ok(Reply::new(Rendered::of(200, &LikeState::from(state))?))
    }

    /// Like an answer
    ///
    /// As with posts, and out of the same quotas.
    #[oai(
        path = "/answers/:answer_id/like",
        method = "put",
        operation_id = "likeAnswer",
        tag = "Tag::Questions"
    )]
    async fn like_answer(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The answer's id.
        answer_id: Path<Id>,
    ) -> Answer<Reply<LikeState, Plain>, LikeAnswer> {
        let target = Target::Answer(self::answer_id(answer_id.0)?);
        let state = call.forum().likes.like(actor, target).await?;
        Ok(Reply::new(Rendered::of(200, &LikeState::from(state))?))
    }

    /// Take a like of an answer back
    ///
    /// A like of today gives both quotas back, one of an earlier day only goes. Nothing happens if there is
    /// none.
    #[oai(
        path = "/answers/:answer_id/like",
        method = "delete",
        operation_id = "unlikeAnswer",
        tag = "Tag::Questions"
    )]
    async fn unlike_answer(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The answer's id.
        answer_id: Path<Id>,
    ) -> Answer<Reply<LikeState, Plain>, UnlikeAnswer> {
        let target = Target::Answer(self::answer_id(answer_id.0)?);
        let state = call.forum().likes.unlike(actor, target).await?;
        Ok(Reply::new(Rendered::of(200, &LikeState::from(state))?))
    }
}
