//! What a request does: over HTTP, as the load generator asks, and in process, as the forum's own service
//! is called to see its statements.

use anyhow::{Context, Result, ensure};
use forum_domain::{
    Actor, Forum,
    comment::CommentSort,
    id::{CommentId, GroupId, PostId, SessionId, UserId},
    like::Target,
    page::PageRequest,
    post::GroupPosts,
};
use hyper::Method;
use serde_json::json;

use super::draw::Ids;
use crate::client::Call;

/// What is written again and again.
const COMMENT: &str =
    "说得好。SQLite 一个文件就够了，等到一台机器不够用的时候再换 PostgreSQL 也不迟。Well said.";

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Reads a post.
    ReadPost,
    /// Reads the newest 20 posts of a group.
    ListPosts,
    /// Reads the newest 20 comments of a post.
    ListComments,
    /// Writes a comment.
    Comment,
    /// Likes a comment.
    Like,
    /// Likes a comment, and with the next request takes it back.
    LikeInTurns,
}

impl Deed {
    /// How many requests make up the deed.
    pub(super) const fn steps(self) -> u64 {
        if matches!(self, Self::LikeInTurns) { 2 } else { 1 }
    }

    /// Whether the deed changes nothing.
    pub(super) const fn reads(self) -> bool {
        matches!(self, Self::ReadPost | Self::ListPosts | Self::ListComments)
    }

    /// The request of this step.
    pub(super) fn call(self, ids: Ids, step: u64) -> Call {
        let Ids { target, .. } = ids;
        let like = |method, expected| {
            let mut call = Call::new(method, format!("/api/v1/comments/{}/like", target.comment));
            // Every caller is told how things stand for him.
            call.expected = Some(expected);
            call
        };
        match (self, step) {
            (Self::ReadPost, _) => Call::new(Method::GET, format!("/api/v1/posts/{}", target.post)),
            (Self::ListPosts, _) => Call::new(Method::GET, format!("/api/v1/groups/{}/posts", target.group)),
            (Self::ListComments, _) => {
                Call::new(Method::GET, format!("/api/v1/posts/{}/comments", target.post))
            }
            (Self::Comment, _) => {
                let mut call = Call::new(Method::POST, format!("/api/v1/posts/{}/comments", target.post));
                call.body = Some(json!({ "body": COMMENT }).to_string().into());
                call
            }
            (Self::Like, _) | (Self::LikeInTurns, 0) => like(Method::PUT, r#""liked":true"#),
            (Self::LikeInTurns, _) => like(Method::DELETE, r#""liked":false"#),
        }
    }

    /// Does the same through the service that the request would reach.
    pub(super) async fn perform(self, forum: &Forum, ids: Ids, signed_in: bool, step: u64) -> Result<()> {
        let user_id = UserId::stored(ids.user);
        let actor = Actor { user_id, session_id: SessionId::new(1).context("1 is an id")? };
        let viewer = signed_in.then_some(actor);
        let post = PostId::stored(ids.target.post);
        let comment = Target::Comment(CommentId::stored(ids.target.comment));
        let first = PageRequest::first();
        match (self, step) {
            (Self::ReadPost, _) => {
                forum.posts.get(viewer, post).await?;
            }
            (Self::ListPosts, _) => {
                let group = GroupId::stored(ids.target.group);
                forum.posts.list_in_group(viewer, group, GroupPosts::default(), first).await?;
            }
            (Self::ListComments, _) => {
                forum.comments.list(viewer, post, CommentSort::New, first).await?;
            }
            (Self::Comment, _) => {
                forum.comments.create(actor, post, COMMENT, None).await?;
            }
            (Self::Like, _) | (Self::LikeInTurns, 0) => {
                ensure!(forum.likes.like(actor, comment).await?.liked, "the like did not take");
            }
            (Self::LikeInTurns, _) => {
                ensure!(!forum.likes.unlike(actor, comment).await?.liked, "the like did not go");
            }
        }
        Ok(())
    }
}
