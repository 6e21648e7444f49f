//! Writing, changing and deleting answers.
//!
//! Whatever moves a question's `answer_count` or its accepted answer locks the question, then the answer; an
//! edit locks the answer alone.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, IntoSql, OptionalExtension, QueryDsl, SelectableHelper,
    result::QueryResult,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    answer::{AnswerCreated, AnswerDeleted, AnswerUpdated, CreateAnswer, DeleteAnswer, UpdateAnswer},
    event::{Event, Subject, Verb},
    id::{AnswerId, QuestionId, UserId},
    moderation::{Deed, TargetKind},
};

use super::super::{
    Conn, Outcome,
    idempotency::mark,
    media::uses,
    moderation::{
        self,
        log::{self, Line},
    },
    outbox, question, site,
};
use crate::{
    rows::answer::{AnswerChange, LockedAnswer, NewAnswerRow},
    schema::{answer_bodies, answer_revisions, answers, questions},
    statement::{ByHand, statement},
    types::{At, Moment},
};

statement! {
    /// Counts an answer.
    CountAnswer(at: At as Moment, question: i64 as BigInt) -> () = "
        UPDATE questions SET answer_count = answer_count + 1,
            last_activity_at = CASE WHEN last_activity_at < $1 THEN $1 ELSE last_activity_at END
        WHERE id = $2 AND deleted_at IS NULL";
}

async fn happened(
    conn: &mut Conn,
    verb: Verb,
    answer: i64,
    by: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let subject = Subject::Answer(AnswerId::stored(answer));
    outbox::record(conn, Event { verb, subject, user: Some(by) }, at).await
}

pub(super) async fn create(conn: &mut Conn, create: CreateAnswer) -> Outcome<AnswerCreated> {
    let (question, author, at, claim) = (create.question_id.get(), create.author, create.at, create.claim);
    let shown = uses::lock(conn, &create.content.rendered.html).await?;
    // Counting first locks the question, so that it stays there.
    if ByHand(CountAnswer { at: At(at), question }).execute(conn).await? == 0 {
        return Ok(AnswerCreated::NoSuchQuestion);
    }
    let review = create.review.clone();
    let (row, body) = NewAnswerRow::of(create);
    let id: i64 =
        diesel::insert_into(answers::table).values(row).returning(answers::id).get_result(conn).await?;
    diesel::insert_into(answer_bodies::table)
        .values((answer_bodies::answer_id.eq(id), body))
        .execute(conn)
        .await?;
    moderation::review_public(conn, review, (TargetKind::Answer, id), author, at).await?;
    uses::note(conn, &shown, Subject::Answer(AnswerId::stored(id))).await?;
    mark(conn, claim, id).await?;
    happened(conn, Verb::Created, id, author, at).await?;
    Ok(AnswerCreated::Done(AnswerId::stored(id)))
}

/// The question of an answer that is there.
async fn question_of(conn: &mut Conn, answer: i64) -> QueryResult<Option<i64>> {
    answers::table
        .inner_join(questions::table)
        .filter(answers::id.eq(answer))
        .filter(answers::deleted_at.is_null())
        .filter(questions::deleted_at.is_null())
        .select(answers::question_id)
        .first(conn)
        .await
        .optional()
}

/// Locks an answer that is there until the transaction ends.
async fn lock(conn: &mut Conn, answer: i64) -> QueryResult<Option<LockedAnswer>> {
    let living = answers::table.filter(answers::id.eq(answer)).filter(answers::deleted_at.is_null());
    locked!(living.select(LockedAnswer::as_select())).first(conn).await.optional()
}

pub(super) async fn update(conn: &mut Conn, update: UpdateAnswer) -> Outcome<AnswerUpdated> {
    let (id, by, at) = (update.id.get(), update.by, update.at);
    let shown = uses::lock(conn, &update.content.rendered.html).await?;
    if question_of(conn, id).await?.is_none() {
        return Ok(AnswerUpdated::NoSuchAnswer);
    }
    let Some(answer) = lock(conn, id).await? else { return Ok(AnswerUpdated::NoSuchAnswer) };
    if answer.author_id != by.get() {
        return Ok(AnswerUpdated::NotAllowed);
    }
    if update.if_version.is_some_and(|version| version != answer.version) {
        return Ok(AnswerUpdated::Changed);
    }
    keep(conn, id, answer, at).await?;
    let (change, body) = AnswerChange::of(update.content);
    diesel::update(answers::table.find(id))
        .set((change, answers::version.eq(answers::version + 1), answers::edited_at.eq(Some(At(at)))))
        .execute(conn)
        .await?;
    diesel::update(answer_bodies::table.find(id)).set(body).execute(conn).await?;
    moderation::review_public(conn, update.review, (TargetKind::Answer, id), by, at).await?;
    uses::note(conn, &shown, Subject::Answer(update.id)).await?;
    happened(conn, Verb::Edited, id, by, at).await?;
    Ok(AnswerUpdated::Done)
}

/// Adds what an answer is now to its history.
async fn keep(conn: &mut Conn, id: i64, answer: LockedAnswer, at: DateTime<Utc>) -> QueryResult<()> {
    let since = answer.edited_at.unwrap_or(answer.created_at);
    diesel::insert_into(answer_revisions::table)
        .values(answer_bodies::table.find(id).select((
            answer_bodies::answer_id,
            answer.version.into_sql::<BigInt>(),
            answer.format.into_sql::<Text>(),
            answer_bodies::source,
            answer_bodies::html,
            answer_bodies::policy,
            since.into_sql::<Moment>(),
            At(at).into_sql::<Moment>(),
        )))
        .into_columns((
            answer_revisions::answer_id,
            answer_revisions::version,
            answer_revisions::format,
            answer_revisions::source,
            answer_revisions::html,
            answer_revisions::policy,
            answer_revisions::created_at,
            answer_revisions::replaced_at,
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete(conn: &mut Conn, delete: DeleteAnswer) -> Outcome<AnswerDeleted> {
    let (id, by, at) = (delete.id.get(), delete.by, delete.at);
    // An answer never changes its question.
    let Some(question) = question_of(conn, id).await? else { return Ok(AnswerDeleted::NoSuchAnswer) };
    if question::lock(conn, question).await?.is_none() {
        return Ok(AnswerDeleted::NoSuchAnswer);
    }
    let Some(answer) = lock(conn, id).await? else { return Ok(AnswerDeleted::NoSuchAnswer) };
    if answer.author_id != by.get() && !site::moderates(conn, by).await? {
        return Ok(AnswerDeleted::NotAllowed);
    }
    if delete.if_version.is_some_and(|version| version != answer.version) {
        return Ok(AnswerDeleted::Changed);
    }
    count_out(conn, id, question, answer.accepted, by, at).await?;
    if answer.author_id != by.get() {
        log::write(conn, Line::new(Some(by), Deed::Delete, TargetKind::Answer, id, at)).await?;
    }
    let question_id = QuestionId::stored(question);
    Ok(AnswerDeleted::Done { question_id, was_accepted: answer.accepted })
}

/// Deletes an answer that is there and locked, after its question, and counts it out.
async fn count_out(
    conn: &mut Conn,
    id: i64,
    question: i64,
    accepted: bool,
    by: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(questions::table.find(question))
        .set(questions::answer_count.eq(questions::answer_count - 1))
        .execute(conn)
        .await?;
    diesel::update(answers::table.find(id))
        .set((
            answers::accepted.eq(false),
            answers::deleted_at.eq(Some(At(at))),
            answers::deleted_by.eq(Some(by.get())),
        ))
        .execute(conn)
        .await?;
    if accepted {
        happened(conn, Verb::Unaccepted, id, by, at).await?;
    }
    happened(conn, Verb::Deleted, id, by, at).await
}

/// Deletes an answer that was reported, to a question that may be deleted, if nobody has; it is locked by
/// [`hold`]. An operator (`None`) deletes in the author's name, since a deleted answer names who deleted it.
pub(in super::super) async fn take_away(
    conn: &mut Conn,
    id: i64,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let there = answers::table.filter(answers::id.eq(id)).filter(answers::deleted_at.is_null());
    let found: Option<(i64, i64, bool)> = there
        .select((answers::question_id, answers::author_id, answers::accepted))
        .first(conn)
        .await
        .optional()?;
    let Some((question, author, accepted)) = found else { return Ok(()) };
    count_out(conn, id, question, accepted, by.unwrap_or(UserId::stored(author)), at).await
}

/// Locks the question of an answer, and the answer, deleted or not, until the transaction ends.
pub(in super::super) async fn hold(conn: &mut Conn, id: i64) -> QueryResult<()> {
    let question: Option<i64> =
        answers::table.find(id).select(answers::question_id).first(conn).await.optional()?;
    let Some(question) = question else { return Ok(()) };
    question::hold(conn, question).await?;
    let row = answers::table.filter(answers::id.eq(id)).select(answers::id);
    locked!(row).first::<i64>(conn).await.optional().map(|_| ())
}
