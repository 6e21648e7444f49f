//! New comments on SQLite: a few statements in the writer's savepoint.

use forum_domain::{
    comment::{CommentCreated, CreateComment, CreateReply, ReplyCreated},
    error::PortError,
};

use super::{Store, sql::comment::create};

/// See [`CommentRepository::create_comment`](forum_domain::comment::CommentRepository::create_comment).
pub(super) async fn create_comment(
    store: &Store,
    comment: CreateComment,
) -> Result<CommentCreated, PortError> {
    store.write(move |conn| Box::pin(create::comment(conn, comment))).await
}

/// See [`CommentRepository::create_reply`](forum_domain::comment::CommentRepository::create_reply).
pub(super) async fn create_reply(store: &Store, reply: CreateReply) -> Result<ReplyCreated, PortError> {
    store.write(move |conn| Box::pin(create::reply(conn, reply))).await
}
