//! New comments and replies on PostgreSQL: one statement for each, its own transaction; with an
//! idempotency key the key's mark is the second of two.
//!
//! # What it relies on
//!
//! All parts of a statement see the snapshot it began with; what they take from each other makes their
//! order: post, then the comment that a reply stands under, then the new row.
//!
//! - An `UPDATE` or a locking `SELECT` that waited for somebody else's change asks its own condition
//!   again of what that one left. So nobody comments on a post after its deletion or locking was
//!   answered, and nobody replies to a deleted comment.
//! - A reply writes to two counted rows, and may find the second one deleted when it has the first:
//!   therefore the post's row is locked first and written only after the comment's. Who deletes a comment
//!   holds the post's lock too, so with that in hand nothing can come in between. Either all is written
//!   or nothing.
//! - Where the snapshot shows no reason, and still nothing was written, the reason came up meanwhile. Then
//!   it is done in a transaction, step by step under the same locks, and says what it finds.
//! - Nothing deadlocks: all that write under a post lock it first (deletions of posts their group before
//!   it, which nobody asks for who has a post), then comments by ascending id (a reply is younger than its
//!   comment); likes hold no post and no comment when they ask for one. Foreign keys lock `FOR KEY SHARE`
//!   what is only ever locked `FOR NO KEY UPDATE`, and those go together.
//! - Who leaves the group, or is muted, while his statement runs, wrote before.

use std::sync::LazyLock;

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl,
    result::QueryResult,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    comment::{CommentCreated, CreateComment, CreateReply, ReplyCreated},
    error::PortError,
    id::UserId,
};

use super::{
    Conn, Store,
    sql::{
        Outcome,
        comment::create::{self, REPLIER, Thread, WRITER, Writer},
        idempotency::mark,
        moderation,
    },
};
use crate::{
    recorded,
    rows::comment::{AddedRow, ThreadRow, WriterRow},
    schema::{comments, posts},
    statement::{ByHand, statement},
    types::{At, Moment},
};

/// `$1` who, `$2` when, `$3` under which post, `$4` what.
const COMMENT: &str = "
WITH target AS ({writer}
), counted AS (
    UPDATE posts
    SET comment_count = comment_count + 1, last_activity_at = greatest(last_activity_at, $2)
    WHERE id = $3 AND deleted_at IS NULL AND NOT locked AND EXISTS (
        SELECT 1 FROM target
        WHERE role IS NOT NULL AND NOT banned AND (muted_until IS NULL OR muted_until <= $2))
    RETURNING id
), added AS (
    INSERT INTO comments (post_id, author_id, body, created_at)
    SELECT id, $1, $4, $2 FROM counted
    RETURNING id, created_at
), recorded AS (
    INSERT INTO outbox (verb, subject, subject_id, user_id, created_at)
    SELECT 'created', 'comment', id, $1, created_at FROM added
)
SELECT target.*, added.id, added.created_at FROM target LEFT JOIN added ON TRUE";

/// `$1` who, `$2` when, `$3` whom it answers, `$4` to which comment, `$5` what.
const REPLY: &str = "
WITH target AS ({replier}
), held AS MATERIALIZED (
    SELECT id FROM posts
    WHERE deleted_at IS NULL AND NOT locked AND id = (
        SELECT post_id FROM target
        WHERE role IS NOT NULL AND NOT banned AND (muted_until IS NULL OR muted_until <= $2)
            AND NOT thread_deleted AND ($3 IS NULL OR recipient_id IS NOT NULL))
    FOR NO KEY UPDATE
), thread AS (
    UPDATE comments SET reply_count = reply_count + 1
    WHERE id = (SELECT thread_id FROM target, held) AND deleted_at IS NULL
    RETURNING id
), counted AS (
    UPDATE posts
    SET comment_count = comment_count + 1, last_activity_at = greatest(last_activity_at, $2)
    WHERE id = (SELECT held.id FROM held, thread)
    RETURNING id
), added AS (
    INSERT INTO comments (post_id, parent_id, author_id, reply_to_id, body, created_at)
    SELECT counted.id, thread.id, $1, recipient_id, $5, $2 FROM counted, thread, target
    RETURNING id, created_at
), recorded AS (
    INSERT INTO outbox (verb, subject, subject_id, user_id, created_at)
    SELECT 'created', 'comment', id, $1, created_at FROM added
)
SELECT target.*, added.id, added.created_at FROM target LEFT JOIN added ON TRUE";

static COMMENT_TEXT: LazyLock<String> = LazyLock::new(|| COMMENT.replace("{writer}", WRITER));
static REPLY_TEXT: LazyLock<String> = LazyLock::new(|| REPLY.replace("{replier}", REPLIER));

/// The columns of [`AddedRow`], if it was.
type Added = Nullable<(BigInt, Moment)>;

statement! {
    /// See [`COMMENT`].
    Comment(user: i64 as BigInt, at: At as Moment, post: i64 as BigInt, body: String as Text)
        -> (Writer, Added) = &COMMENT_TEXT;

    /// See [`REPLY`].
    Reply(
        user: i64 as BigInt,
        at: At as Moment,
        reply_to: Option<i64> as Nullable<BigInt>,
        comment: i64 as BigInt,
        body: String as Text,
    ) -> (Writer, Thread, Added) = &REPLY_TEXT;
}

/// See [`CommentRepository::create_comment`](forum_domain::comment::CommentRepository::create_comment).
pub(super) async fn create_comment(store: &Store, new: CreateComment) -> Result<CommentCreated, PortError> {
    if new.claim.is_none() && new.review.is_none() {
        let new = new.clone();
        let created = store.once(move |conn| Box::pin(async move { comment(conn, &new).await })).await?;
        if let Some(created) = created {
            return Ok(created);
        }
    }
    store.write(move |conn| Box::pin(comment_or_see_why_not(conn, new))).await
}

/// Writes a comment. `None`: nothing was written, for a reason that came up meanwhile.
async fn comment(conn: &mut Conn, new: &CreateComment) -> QueryResult<Option<CommentCreated>> {
    let comment = Comment {
        user: new.author.get(),
        at: At(new.at),
        post: new.post_id.get(),
        body: new.body.as_str().to_owned(),
    };
    let row: Option<(WriterRow, Option<AddedRow>)> = ByHand(comment).get_result(conn).await.optional()?;
    let Some((writer, added)) = row else { return Ok(Some(CommentCreated::NoSuchPost)) };
    Ok(match added {
        Some(added) => {
            recorded::note();
            Some(CommentCreated::Done(writer.wrote(new.body.clone(), added, None)))
        }
        None => create::comment_refused(&writer, new),
    })
}

async fn comment_or_see_why_not(conn: &mut Conn, new: CreateComment) -> Outcome<CommentCreated> {
    if let Some(created) = comment(conn, &new).await? {
        if let CommentCreated::Done(view) = &created {
            moderation::review_comment(conn, new.review, view, new.author, new.at).await?;
            mark(conn, new.claim, view.comment.id.get()).await?;
        }
        return Ok(created);
    }
    lock_post(conn, new.post_id.get()).await?;
    create::comment(conn, new).await
}

/// See [`CommentRepository::create_reply`](forum_domain::comment::CommentRepository::create_reply).
pub(super) async fn create_reply(store: &Store, new: CreateReply) -> Result<ReplyCreated, PortError> {
    if new.claim.is_none() && new.review.is_none() {
        let new = new.clone();
        let created = store.once(move |conn| Box::pin(async move { reply(conn, &new).await })).await?;
        if let Some(created) = created {
            return Ok(created);
        }
    }
    store.write(move |conn| Box::pin(reply_or_see_why_not(conn, new))).await
}

/// Writes a reply. `None`: nothing was written, for a reason that came up meanwhile.
async fn reply(conn: &mut Conn, new: &CreateReply) -> QueryResult<Option<ReplyCreated>> {
    let reply = Reply {
        user: new.author.get(),
        at: At(new.at),
        reply_to: new.reply_to.map(UserId::get),
        comment: new.comment_id.get(),
        body: new.body.as_str().to_owned(),
    };
    let row: Option<(WriterRow, ThreadRow, Option<AddedRow>)> =
        ByHand(reply).get_result(conn).await.optional()?;
    let Some((writer, thread, added)) = row else { return Ok(Some(ReplyCreated::NoSuchComment)) };
    Ok(match added {
        Some(added) => {
            recorded::note();
            Some(ReplyCreated::Done(writer.wrote(new.body.clone(), added, Some(thread))))
        }
        None => create::reply_refused(&writer, &thread, new),
    })
}

async fn reply_or_see_why_not(conn: &mut Conn, new: CreateReply) -> Outcome<ReplyCreated> {
    if let Some(created) = reply(conn, &new).await? {
        if let ReplyCreated::Done(view) = &created {
            moderation::review_comment(conn, new.review, view, new.author, new.at).await?;
            mark(conn, new.claim, view.comment.id.get()).await?;
        }
        return Ok(created);
    }
    let post = comments::table.find(new.comment_id.get()).select(comments::post_id);
    if let Some(post) = post.first(conn).await.optional()? {
        lock_post(conn, post).await?;
    }
    create::reply(conn, new).await
}

/// Locks a post, deleted or not, until the transaction ends. Its comments are not deleted meanwhile.
async fn lock_post(conn: &mut Conn, post: i64) -> QueryResult<()> {
    let post = posts::table.filter(posts::id.eq(post)).select(posts::id).for_no_key_update();
    let _: Option<i64> = post.first(conn).await.optional()?;
    Ok(())
}
