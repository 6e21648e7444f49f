//! What a deleted account asked and answered, where it shall not stay: by the habits of
//! [`written`](super::written). Locks are taken in the order question, answer, replies by ascending id.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    clock::Timestamp,
    event::{Event, Subject, Verb},
    id::{AnswerId, AnswerReplyId, QuestionId, UserId},
};

use super::{
    super::{Conn, media::uses, outbox},
    PART,
};
use crate::{
    schema::{
        answer_bodies, answer_likes, answer_replies, answer_reply_revisions, answer_revisions, answers,
        question_bodies, question_images, question_revisions, questions,
    },
    types::At,
};

/// Clears a part. Whether there was one.
pub(super) async fn clear(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    Ok(question(conn, user, at).await?
        || answer(conn, user, at).await?
        || replies(conn, user, at).await?
        || likes_of_answers(conn, user, at).await?)
}

/// One question: its words, its images and its history. What others answered goes out of sight with it.
async fn question(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let found: Option<i64> = questions::table
        .inner_join(question_bodies::table)
        .filter(questions::author_id.eq(user.get()))
        .filter(question_bodies::source.ne(""))
        .order(questions::id)
        .select(questions::id)
        .first(conn)
        .await
        .optional()?;
    let Some(id) = found else { return Ok(false) };
    locked!(questions::table.find(id).select(questions::id)).first::<i64>(conn).await?;
    diesel::update(questions::table.find(id).filter(questions::deleted_at.is_null()))
        .set((questions::deleted_at.eq(Some(At(at))), questions::deleted_by.eq(Some(user.get()))))
        .execute(conn)
        .await?;
    diesel::update(questions::table.find(id))
        .set((questions::title.eq(""), questions::excerpt.eq("")))
        .execute(conn)
        .await?;
    diesel::update(question_bodies::table.find(id))
        .set((question_bodies::source.eq(""), question_bodies::html.eq("")))
        .execute(conn)
        .await?;
    let images = question_images::table.filter(question_images::question_id.eq(id));
    diesel::delete(images).execute(conn).await?;
    let history = question_revisions::table.filter(question_revisions::question_id.eq(id));
    diesel::delete(history).execute(conn).await?;
    let subject = Subject::Question(QuestionId::stored(id));
    uses::forget(conn, subject).await?;
    happened(conn, Verb::Deleted, subject, user, at).await?;
    Ok(true)
}

/// One answer: its words, its history, its acceptance, and its place in its question's count.
async fn answer(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let found: Option<(i64, i64)> = answers::table
        .inner_join(answer_bodies::table)
        .filter(answers::author_id.eq(user.get()))
        .filter(answer_bodies::source.ne(""))
        .order(answers::id)
        .select((answers::id, answers::question_id))
        .first(conn)
        .await
        .optional()?;
    let Some((id, question)) = found else { return Ok(false) };
    locked!(questions::table.find(question).select(questions::id)).first::<i64>(conn).await?;
    let accepted: bool = locked!(answers::table.find(id).select(answers::accepted)).first(conn).await?;
    let visible = diesel::update(answers::table.find(id).filter(answers::deleted_at.is_null()))
        .set((
            answers::accepted.eq(false),
            answers::deleted_at.eq(Some(At(at))),
            answers::deleted_by.eq(Some(user.get())),
        ))
        .execute(conn)
        .await?;
    if visible > 0 {
        diesel::update(questions::table.find(question))
            .set(questions::answer_count.eq(questions::answer_count - 1))
            .execute(conn)
            .await?;
    }
    diesel::update(answers::table.find(id)).set(answers::excerpt.eq("")).execute(conn).await?;
    diesel::update(answer_bodies::table.find(id))
        .set((answer_bodies::source.eq(""), answer_bodies::html.eq("")))
        .execute(conn)
        .await?;
    let history = answer_revisions::table.filter(answer_revisions::answer_id.eq(id));
    diesel::delete(history).execute(conn).await?;
    let subject = Subject::Answer(AnswerId::stored(id));
    uses::forget(conn, subject).await?;
    if accepted {
        happened(conn, Verb::Unaccepted, subject, user, at).await?;
    }
    happened(conn, Verb::Deleted, subject, user, at).await?;
    Ok(true)
}

/// What he wrote under one answer.
async fn replies(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let written = answer_replies::table
        .filter(answer_replies::author_id.eq(user.get()))
        .filter(answer_replies::body.ne(""));
    let first = written.order(answer_replies::id).select(answer_replies::answer_id);
    let Some(answer) = first.first::<i64>(conn).await.optional()? else { return Ok(false) };
    locked!(answers::table.find(answer).select(answers::id)).first::<i64>(conn).await?;
    let own = written.filter(answer_replies::answer_id.eq(answer)).order(answer_replies::id).limit(PART);
    let own: Vec<i64> = own.select(answer_replies::id).load(conn).await?;
    let all = answer_replies::table.filter(answer_replies::id.eq_any(&own)).order(answer_replies::id);
    locked!(all.select(answer_replies::id)).load::<i64>(conn).await?;
    let own_rows = answer_replies::table.filter(answer_replies::id.eq_any(&own));
    let visible = diesel::update(own_rows.filter(answer_replies::deleted_at.is_null()))
        .set((answer_replies::deleted_at.eq(Some(At(at))), answer_replies::deleted_by.eq(Some(user.get()))))
        .execute(conn)
        .await?;
    let visible = i64::try_from(visible).unwrap_or(PART);
    diesel::update(answers::table.find(answer))
        .set(answers::reply_count.eq(answers::reply_count - visible))
        .execute(conn)
        .await?;
    diesel::update(answer_replies::table.filter(answer_replies::id.eq_any(&own)))
        .set(answer_replies::body.eq(""))
        .execute(conn)
        .await?;
    let history = answer_reply_revisions::table.filter(answer_reply_revisions::reply_id.eq_any(&own));
    diesel::delete(history).execute(conn).await?;
    for id in own {
        happened(conn, Verb::Deleted, Subject::AnswerReply(AnswerReplyId::stored(id)), user, at).await?;
    }
    Ok(true)
}

/// Some of his likes of answers, counted out.
async fn likes_of_answers(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<bool> {
    let liked = answer_likes::table.filter(answer_likes::user_id.eq(user.get()));
    let oldest = liked.order(answer_likes::answer_id).limit(PART);
    let some: Vec<i64> = oldest.select(answer_likes::answer_id).load(conn).await?;
    let all = answers::table.filter(answers::id.eq_any(&some)).order(answers::id).select(answers::id);
    locked!(all).load::<i64>(conn).await?;
    let gone: Vec<i64> = diesel::delete(liked.filter(answer_likes::answer_id.eq_any(&some)))
        .returning(answer_likes::answer_id)
        .get_results(conn)
        .await?;
    diesel::update(answers::table.filter(answers::id.eq_any(&gone)))
        .set(answers::like_count.eq(answers::like_count - 1))
        .execute(conn)
        .await?;
    for id in gone {
        happened(conn, Verb::Unliked, Subject::Answer(AnswerId::stored(id)), user, at).await?;
    }
    Ok(!some.is_empty())
}

async fn happened(
    conn: &mut Conn,
    verb: Verb,
    subject: Subject,
    user: UserId,
    at: Timestamp,
) -> QueryResult<()> {
    outbox::record(conn, Event { verb, subject, user: Some(user) }, at).await
}
