//! Writing comments and replies, step by step.
//!
//! On SQLite this is how it is done: nobody else writes between the steps. On PostgreSQL it is done under
//! the post's lock, and only where the one statement did not write and could not see why.

use diesel::{
    OptionalExtension,
    result::QueryResult,
    sql_types::{BigInt, Bool, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    comment::{CommentCreated, CreateComment, CreateReply, ReplyCreated},
    event::{Event, Subject, Verb},
    id::{CommentId, UserId},
};

use super::super::{Conn, Outcome, idempotency::mark, moderation, outbox};
use crate::{
    rows::comment::{AddedRow, ThreadRow, WriterRow},
    statement::{ByHand, statement},
    types::{At, Moment},
};

/// A card's columns.
pub(crate) type Card = (BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>);
/// The columns of [`WriterRow`].
pub(crate) type Writer = (BigInt, Bool, Nullable<Text>, Nullable<Moment>, Bool, Card);
/// The columns of [`ThreadRow`].
pub(crate) type Thread = (BigInt, Bool, Nullable<Card>);

/// What somebody is who would comment on a post: `$1` he, `$2` the moment, `$3` the post. No row if it is
/// not there for him, who may read as [`access`](super::super::access) says.
pub(crate) const WRITER: &str = "
    SELECT p.id AS post_id, p.locked, m.role, m.muted_until,
        EXISTS (
            SELECT 1 FROM bans b
            WHERE b.group_id = g.id AND b.user_id = $1 AND (b.until IS NULL OR b.until > $2)) AS banned,
        u.id AS user_id, u.nickname, u.mobile, u.avatar_key
    FROM posts p
    JOIN groups g ON g.id = p.group_id
    JOIN users u ON u.id = $1
    LEFT JOIN memberships m ON m.group_id = g.id AND m.user_id = $1
    WHERE p.id = $3 AND p.deleted_at IS NULL AND g.deleted_at IS NULL
        AND (g.visibility = 'public' OR m.user_id IS NOT NULL)";

/// The same of one who would reply to the comment `$4`, with the comment that the reply would stand under
/// and whom it would answer: `$3`, if that one wrote the comment or a visible reply under it; if nobody is
/// named, the author of a reply that is replied to.
pub(crate) const REPLIER: &str = "
    SELECT p.id AS post_id, p.locked, m.role, m.muted_until,
        EXISTS (
            SELECT 1 FROM bans b
            WHERE b.group_id = g.id AND b.user_id = $1 AND (b.until IS NULL OR b.until > $2)) AS banned,
        u.id AS user_id, u.nickname, u.mobile, u.avatar_key,
        t.id AS thread_id, t.deleted_at IS NOT NULL AS thread_deleted,
        r.id AS recipient_id, r.nickname AS recipient_nickname, r.mobile AS recipient_mobile,
        r.avatar_key AS recipient_avatar_key
    FROM comments c
    JOIN comments t ON t.id = coalesce(c.parent_id, c.id)
    JOIN posts p ON p.id = c.post_id
    JOIN groups g ON g.id = p.group_id
    JOIN users u ON u.id = $1
    LEFT JOIN memberships m ON m.group_id = g.id AND m.user_id = $1
    LEFT JOIN users r ON r.id = CASE
        WHEN CAST($3 AS bigint) IS NULL
            THEN CASE WHEN c.parent_id IS NULL THEN NULL ELSE c.author_id END
        WHEN $3 = t.author_id OR EXISTS (
            SELECT 1 FROM comments o
            WHERE o.parent_id = t.id AND o.deleted_at IS NULL AND o.author_id = $3) THEN $3
        END
    WHERE c.id = $4 AND p.deleted_at IS NULL AND g.deleted_at IS NULL
        AND (g.visibility = 'public' OR m.user_id IS NOT NULL)
        AND (c.deleted_at IS NULL OR c.parent_id IS NULL AND c.reply_count > 0)";

statement! {
    /// See [`WRITER`].
    ReadWriter(user: i64 as BigInt, at: At as Moment, post: i64 as BigInt) -> Writer = WRITER;

    /// See [`REPLIER`].
    ReadReplier(
        user: i64 as BigInt,
        at: At as Moment,
        reply_to: Option<i64> as Nullable<BigInt>,
        comment: i64 as BigInt,
    ) -> (Writer, Thread) = REPLIER;

    /// Counts a comment or reply under its post.
    CountUnderPost(at: At as Moment, post: i64 as BigInt) -> () = "
        UPDATE posts SET comment_count = comment_count + 1,
            last_activity_at = CASE WHEN last_activity_at < $1 THEN $1 ELSE last_activity_at END
        WHERE id = $2";

    /// Counts a reply under its comment.
    CountUnderComment(comment: i64 as BigInt) -> () =
        "UPDATE comments SET reply_count = reply_count + 1 WHERE id = $1";

    /// Writes the comment or reply itself.
    Add(
        post: i64 as BigInt,
        parent: Option<i64> as Nullable<BigInt>,
        author: i64 as BigInt,
        reply_to: Option<i64> as Nullable<BigInt>,
        body: String as Text,
        at: At as Moment,
    ) -> (BigInt, Moment) = "
        INSERT INTO comments (post_id, parent_id, author_id, reply_to_id, body, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, created_at";
}

/// Why somebody may not comment, the first of the reasons that applies.
pub(crate) fn comment_refused(writer: &WriterRow, create: &CreateComment) -> Option<CommentCreated> {
    match writer.barred(create.at) {
        Some(barred) => Some(CommentCreated::Barred(barred)),
        None => writer.locked.then_some(CommentCreated::Locked),
    }
}

/// Why somebody may not reply, the first of the reasons that applies.
pub(crate) fn reply_refused(
    writer: &WriterRow,
    thread: &ThreadRow,
    create: &CreateReply,
) -> Option<ReplyCreated> {
    match writer.barred(create.at) {
        Some(barred) => Some(ReplyCreated::Barred(barred)),
        None if writer.locked => Some(ReplyCreated::Locked),
        None if thread.deleted => Some(ReplyCreated::Deleted),
        None if create.reply_to.is_some() && thread.recipient.is_none() => {
            Some(ReplyCreated::NoSuchRecipient)
        }
        None => None,
    }
}

/// Records that there is a comment or a reply.
async fn created(conn: &mut Conn, added: AddedRow, author: UserId) -> QueryResult<()> {
    let subject = Subject::Comment(CommentId::stored(added.id));
    let event = Event { verb: Verb::Created, subject, user: Some(author) };
    outbox::record(conn, event, added.created_at.0).await
}

/// Writes a comment, if that may be. Nobody else may write under the post meanwhile.
pub(crate) async fn comment(conn: &mut Conn, create: CreateComment) -> Outcome<CommentCreated> {
    let (user, at, post) = (create.author.get(), At(create.at), create.post_id.get());
    let writer: Option<WriterRow> =
        ByHand(ReadWriter { user, at, post }).get_result(conn).await.optional()?;
    let Some(writer) = writer else { return Ok(CommentCreated::NoSuchPost) };
    if let Some(refused) = comment_refused(&writer, &create) {
        return Ok(refused);
    }
    ByHand(CountUnderPost { at, post }).execute(conn).await?;
    let body = create.body.as_str().to_owned();
    let add = Add { post, parent: None, author: user, reply_to: None, body, at };
    let added: AddedRow = ByHand(add).get_result(conn).await?;
    mark(conn, create.claim, added.id).await?;
    created(conn, added, create.author).await?;
    let view = writer.wrote(create.body, added, None);
    moderation::review_comment(conn, create.review, &view, create.author, create.at).await?;
    Ok(CommentCreated::Done(view))
}

/// Writes a reply, if that may be. Nobody else may write under the post meanwhile.
pub(crate) async fn reply(conn: &mut Conn, create: CreateReply) -> Outcome<ReplyCreated> {
    let (user, at, comment) = (create.author.get(), At(create.at), create.comment_id.get());
    let replier = ReadReplier { user, at, reply_to: create.reply_to.map(UserId::get), comment };
    let replier: Option<(WriterRow, ThreadRow)> = ByHand(replier).get_result(conn).await.optional()?;
    let Some((writer, thread)) = replier else { return Ok(ReplyCreated::NoSuchComment) };
    if let Some(refused) = reply_refused(&writer, &thread, &create) {
        return Ok(refused);
    }
    ByHand(CountUnderPost { at, post: writer.post_id }).execute(conn).await?;
    ByHand(CountUnderComment { comment: thread.id }).execute(conn).await?;
    let add = Add {
        post: writer.post_id,
        parent: Some(thread.id),
        author: user,
        reply_to: thread.recipient.as_ref().map(|card| card.id),
        body: create.body.as_str().to_owned(),
        at,
    };
    let added: AddedRow = ByHand(add).get_result(conn).await?;
    mark(conn, create.claim, added.id).await?;
    created(conn, added, create.author).await?;
    let view = writer.wrote(create.body, added, Some(thread));
    moderation::review_comment(conn, create.review, &view, create.author, create.at).await?;
    Ok(ReplyCreated::Done(view))
}
