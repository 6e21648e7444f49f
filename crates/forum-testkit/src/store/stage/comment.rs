//! Comments, replies and likes on the stage.

use forum_domain::{
    comment::{
        CommentBody, CommentCreated, CommentDeleted, CommentView, CreateComment, CreateReply, DeleteComment,
        ReplyCreated,
    },
    id::{AnswerId, CommentId, PostId, UserId},
    like::{Day, Like, Tally, Target, Unlike, Unliked},
};

use super::{Stage, at};

/// What a comment says.
pub(in crate::store) fn body(text: &str) -> CommentBody {
    CommentBody::parse(text, 1_000).unwrap()
}

/// A comment to be written at second `seconds`.
pub(in crate::store) fn commenting(post_id: PostId, author: UserId, seconds: i64) -> CreateComment {
    CreateComment { post_id, author, body: body("a comment"), review: None, at: at(seconds), claim: None }
}

/// A reply to be written at second `seconds`, to nobody by name.
pub(in crate::store) fn replying(comment_id: CommentId, author: UserId, seconds: i64) -> CreateReply {
    let body = body("a reply");
    CreateReply { comment_id, author, body, reply_to: None, review: None, at: at(seconds), claim: None }
}

/// A deletion whatever the version.
pub(in crate::store) fn deleting(id: CommentId, by: UserId, seconds: i64) -> DeleteComment {
    DeleteComment { id, by, if_version: None, at: at(seconds) }
}

/// A like on day 0, of 50 a day, 10 of them for one author.
pub(in crate::store) fn liking(target: impl Into<Subject>, user: UserId) -> Like {
    let Subject(target) = target.into();
    Like { target, user, day: Day(0), per_day: 50, per_author: 10, at: at(0) }
}

/// The same taken back on the same day.
pub(in crate::store) fn unliking(target: impl Into<Subject>, user: UserId) -> Unlike {
    let Subject(target) = target.into();
    Unlike { target, user, day: Day(0) }
}

/// What is liked.
pub(in crate::store) struct Subject(Target);

impl From<PostId> for Subject {
    fn from(id: PostId) -> Self {
        Self(Target::Post(id))
    }
}

impl From<AnswerId> for Subject {
    fn from(id: AnswerId) -> Self {
        Self(Target::Answer(id))
    }
}

impl From<CommentId> for Subject {
    fn from(id: CommentId) -> Self {
        Self(Target::Comment(id))
    }
}

impl From<Target> for Subject {
    fn from(target: Target) -> Self {
        Self(target)
    }
}

impl Stage {
    /// A comment that is there from second `seconds` on.
    pub(in crate::store) async fn comment(&self, post: PostId, author: UserId, seconds: i64) -> CommentId {
        match self.store.create_comment(commenting(post, author, seconds)).await.unwrap() {
            CommentCreated::Done(view) => view.comment.id,
            refused => panic!("{refused:?}"),
        }
    }

    /// A reply that is there from second `seconds` on.
    pub(in crate::store) async fn reply(&self, to: CommentId, author: UserId, seconds: i64) -> CommentId {
        match self.store.create_reply(replying(to, author, seconds)).await.unwrap() {
            ReplyCreated::Done(view) => view.comment.id,
            refused => panic!("{refused:?}"),
        }
    }

    /// Deletes a comment.
    pub(in crate::store) async fn delete_comment(&self, id: CommentId, by: UserId, seconds: i64) {
        let deleted = self.store.delete_comment(deleting(id, by, seconds)).await.unwrap();
        assert_eq!(deleted, CommentDeleted::Done);
    }

    /// A comment as this user sees it; `None` if it is not there for him.
    pub(in crate::store) async fn comment_view(
        &self,
        id: CommentId,
        viewer: Option<UserId>,
    ) -> Option<CommentView> {
        self.store.find_comment(id, viewer).await.unwrap()
    }

    /// How things stand between a user and what he does not like, on this day.
    pub(in crate::store) async fn tally(&self, target: impl Into<Subject>, user: UserId, day: i32) -> Tally {
        let Subject(target) = target.into();
        match self.store.unlike(Unlike { target, user, day: Day(day) }).await.unwrap() {
            Unliked::Already(tally) => tally,
            other => panic!("{other:?}"),
        }
    }
}
