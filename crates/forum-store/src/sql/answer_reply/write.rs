//! Writing, changing and deleting replies under answers.
//!
//! A new one locks the question, whose activity it moves, then the answer; a deletion the answer, then the
//! reply; an edit the reply alone.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::{exists, select},
    result::QueryResult,
    sql_types::BigInt,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    answer_reply::{
        AnswerReplyCreated, AnswerReplyDeleted, AnswerReplyUpdated, CreateAnswerReply, DeleteAnswerReply,
        UpdateAnswerReply,
    },
    event::{Event, Subject, Verb},
    id::{AnswerReplyId, UserId},
    moderation::{Deed, TargetKind},
};

use super::super::{
    Conn, Outcome, Stop,
    idempotency::mark,
    moderation::{
        self,
        log::{self, Line},
    },
    outbox, site,
};
use crate::{
    rows::answer_reply::LockedReply,
    schema::{answer_replies, answer_reply_revisions, answers, questions},
    statement::{ByHand, statement},
    types::{At, Moment},
};

statement! {
    /// Moves a question's activity on.
    Touch(at: At as Moment, question: i64 as BigInt) -> () = "
        UPDATE questions
        SET last_activity_at = CASE WHEN last_activity_at < $1 THEN $1 ELSE last_activity_at END
        WHERE id = $2 AND deleted_at IS NULL";
}

async fn happened(conn: &mut Conn, verb: Verb, reply: i64, by: UserId, at: DateTime<Utc>) -> QueryResult<()> {
    let subject = Subject::AnswerReply(AnswerReplyId::stored(reply));
    outbox::record(conn, Event { verb, subject, user: Some(by) }, at).await
}

pub(super) async fn create(conn: &mut Conn, create: CreateAnswerReply) -> Outcome<AnswerReplyCreated> {
    let (answer, at) = (create.answer_id.get(), create.at);
    // An answer never changes its question, nor its author.
    let place: Option<(i64, i64)> = answers::table
        .find(answer)
        .select((answers::question_id, answers::author_id))
        .first(conn)
        .await
        .optional()?;
    let Some((question, answerer)) = place else { return Ok(AnswerReplyCreated::NoSuchAnswer) };
    if ByHand(Touch { at: At(at), question }).execute(conn).await? == 0 {
        return Ok(AnswerReplyCreated::NoSuchAnswer);
    }
    let living = answers::table.find(answer).filter(answers::deleted_at.is_null());
    let counted =
        diesel::update(living).set(answers::reply_count.eq(answers::reply_count + 1)).execute(conn).await?;
    if counted == 0 {
        return Err(Stop::Answer(AnswerReplyCreated::NoSuchAnswer));
    }
    if let Some(recipient) = create.reply_to.map(UserId::get)
        && recipient != answerer
    {
        let his = answer_replies::table
            .filter(answer_replies::answer_id.eq(answer))
            .filter(answer_replies::author_id.eq(recipient))
            .filter(answer_replies::deleted_at.is_null());
        if !select(exists(his)).get_result(conn).await? {
            return Err(Stop::Answer(AnswerReplyCreated::NoSuchRecipient));
        }
    }
    let id: i64 = diesel::insert_into(answer_replies::table)
        .values((
            answer_replies::answer_id.eq(answer),
            answer_replies::author_id.eq(create.author.get()),
            answer_replies::reply_to_id.eq(create.reply_to.map(UserId::get)),
            answer_replies::body.eq(create.body.as_str()),
            answer_replies::created_at.eq(At(at)),
        ))
        .returning(answer_replies::id)
        .get_result(conn)
        .await?;
    let review = create.review;
    moderation::review_public(conn, review, (TargetKind::AnswerReply, id), create.author, at).await?;
    mark(conn, create.claim, id).await?;
    happened(conn, Verb::Created, id, create.author, at).await?;
    Ok(AnswerReplyCreated::Done(AnswerReplyId::stored(id)))
}

/// The answer of a reply that is there.
async fn answer_of(conn: &mut Conn, reply: i64) -> QueryResult<Option<i64>> {
    answer_replies::table
        .inner_join(answers::table.inner_join(questions::table))
        .filter(answer_replies::id.eq(reply))
        .filter(answer_replies::deleted_at.is_null())
        .filter(answers::deleted_at.is_null())
        .filter(questions::deleted_at.is_null())
        .select(answer_replies::answer_id)
        .first(conn)
        .await
        .optional()
}

/// Locks a reply that is there until the transaction ends.
async fn lock(conn: &mut Conn, reply: i64) -> QueryResult<Option<LockedReply>> {
    let living = answer_replies::table
        .filter(answer_replies::id.eq(reply))
        .filter(answer_replies::deleted_at.is_null());
    locked!(living.select(LockedReply::as_select())).first(conn).await.optional()
}

pub(super) async fn update(conn: &mut Conn, update: UpdateAnswerReply) -> Outcome<AnswerReplyUpdated> {
    let (id, by, at) = (update.id.get(), update.by, update.at);
    if answer_of(conn, id).await?.is_none() {
        return Ok(AnswerReplyUpdated::NoSuchReply);
    }
    let Some(now) = lock(conn, id).await? else { return Ok(AnswerReplyUpdated::NoSuchReply) };
    if now.author_id != by.get() {
        return Ok(AnswerReplyUpdated::NotAllowed);
    }
    if update.if_version.is_some_and(|version| version != now.version) {
        return Ok(AnswerReplyUpdated::Changed);
    }
    diesel::insert_into(answer_reply_revisions::table)
        .values((
            answer_reply_revisions::reply_id.eq(id),
            answer_reply_revisions::version.eq(now.version),
            answer_reply_revisions::body.eq(now.body),
            answer_reply_revisions::created_at.eq(now.edited_at.unwrap_or(now.created_at)),
            answer_reply_revisions::replaced_at.eq(At(at)),
        ))
        .execute(conn)
        .await?;
    diesel::update(answer_replies::table.find(id))
        .set((
            answer_replies::body.eq(update.body.as_str()),
            answer_replies::version.eq(answer_replies::version + 1),
            answer_replies::edited_at.eq(Some(At(at))),
        ))
        .execute(conn)
        .await?;
    moderation::review_public(conn, update.review, (TargetKind::AnswerReply, id), by, at).await?;
    happened(conn, Verb::Edited, id, by, at).await?;
    Ok(AnswerReplyUpdated::Done)
}

pub(super) async fn delete(conn: &mut Conn, delete: DeleteAnswerReply) -> Outcome<AnswerReplyDeleted> {
    let (id, by, at) = (delete.id.get(), delete.by, delete.at);
    let Some(answer) = answer_of(conn, id).await? else { return Ok(AnswerReplyDeleted::NoSuchReply) };
    locked!(answers::table.find(answer).select(answers::id)).first::<i64>(conn).await?;
    let Some(now) = lock(conn, id).await? else { return Ok(AnswerReplyDeleted::NoSuchReply) };
    if now.author_id != by.get() && !site::moderates(conn, by).await? {
        return Ok(AnswerReplyDeleted::NotAllowed);
    }
    if delete.if_version.is_some_and(|version| version != now.version) {
        return Ok(AnswerReplyDeleted::Changed);
    }
    count_out(conn, id, answer, by, at).await?;
    if now.author_id != by.get() {
        log::write(conn, Line::new(Some(by), Deed::Delete, TargetKind::AnswerReply, id, at)).await?;
    }
    Ok(AnswerReplyDeleted::Done)
}

/// Deletes a reply that is there and locked, after its answer, and counts it out.
async fn count_out(conn: &mut Conn, id: i64, answer: i64, by: UserId, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(answers::table.find(answer))
        .set(answers::reply_count.eq(answers::reply_count - 1))
        .execute(conn)
        .await?;
    diesel::update(answer_replies::table.find(id))
        .set((answer_replies::deleted_at.eq(Some(At(at))), answer_replies::deleted_by.eq(Some(by.get()))))
        .execute(conn)
        .await?;
    happened(conn, Verb::Deleted, id, by, at).await
}

/// Deletes a reply that was reported, under an answer that may be deleted, if nobody has; it is locked by
/// [`hold`]. An operator (`None`) deletes in the author's name, since a deleted reply names who deleted it.
pub(in super::super) async fn take_away(
    conn: &mut Conn,
    id: i64,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let there =
        answer_replies::table.filter(answer_replies::id.eq(id)).filter(answer_replies::deleted_at.is_null());
    let found: Option<(i64, i64)> =
        there.select((answer_replies::answer_id, answer_replies::author_id)).first(conn).await.optional()?;
    let Some((answer, author)) = found else { return Ok(()) };
    count_out(conn, id, answer, by.unwrap_or(UserId::stored(author)), at).await
}

/// Locks the answer of a reply, and the reply, deleted or not, until the transaction ends.
pub(in super::super) async fn hold(conn: &mut Conn, id: i64) -> QueryResult<()> {
    let answer: Option<i64> =
        answer_replies::table.find(id).select(answer_replies::answer_id).first(conn).await.optional()?;
    let Some(answer) = answer else { return Ok(()) };
    let row = answers::table.filter(answers::id.eq(answer)).select(answers::id);
    locked!(row).first::<i64>(conn).await.optional()?;
    let row = answer_replies::table.filter(answer_replies::id.eq(id)).select(answer_replies::id);
    locked!(row).first::<i64>(conn).await.optional().map(|_| ())
}
