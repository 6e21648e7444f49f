//! Putting questions, answers, and replies and likes of these right.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl::max, result::QueryResult};
use diesel_async::RunQueryDsl;

use super::{Conn, Outcome};
use crate::{
    schema::{answer_likes, answer_replies, answers, questions},
    types::At,
};

/// Locks a question until the transaction ends, deleted or not. Whether there is such a question.
async fn lock_question(conn: &mut Conn, question: i64) -> QueryResult<bool> {
    let row = questions::table.filter(questions::id.eq(question)).select(questions::id);
    Ok(locked!(row).first::<i64>(conn).await.optional()?.is_some())
}

/// As [`lock_question`], for an answer. Its author; `None` if there is no such answer.
async fn lock(conn: &mut Conn, answer: i64) -> QueryResult<Option<i64>> {
    locked!(answers::table.filter(answers::id.eq(answer)).select(answers::author_id))
        .first(conn)
        .await
        .optional()
}

/// Who did not delete a question is not said to have done so.
pub(super) async fn clear_question_deleter(conn: &mut Conn, question: i64) -> Outcome<bool> {
    let wrong = questions::table
        .find(question)
        .filter(questions::deleted_at.is_null())
        .filter(questions::deleted_by.is_not_null());
    Ok(diesel::update(wrong).set(questions::deleted_by.eq(None::<i64>)).execute(conn).await? == 1)
}

/// Who did not delete an answer is not said to have done so.
pub(super) async fn clear_deleter(conn: &mut Conn, answer: i64) -> Outcome<bool> {
    let wrong = answers::table
        .find(answer)
        .filter(answers::deleted_at.is_null())
        .filter(answers::deleted_by.is_not_null());
    Ok(diesel::update(wrong).set(answers::deleted_by.eq(None::<i64>)).execute(conn).await? == 1)
}

/// Who did not delete a reply is not said to have done so.
pub(super) async fn clear_reply_deleter(conn: &mut Conn, reply: i64) -> Outcome<bool> {
    let wrong = answer_replies::table
        .find(reply)
        .filter(answer_replies::deleted_at.is_null())
        .filter(answer_replies::deleted_by.is_not_null());
    Ok(diesel::update(wrong).set(answer_replies::deleted_by.eq(None::<i64>)).execute(conn).await? == 1)
}

/// A deleted answer is accepted no more.
pub(super) async fn unaccept_deleted(conn: &mut Conn, answer: i64) -> Outcome<bool> {
    let wrong =
        answers::table.find(answer).filter(answers::deleted_at.is_not_null()).filter(answers::accepted);
    Ok(diesel::update(wrong).set(answers::accepted.eq(false)).execute(conn).await? == 1)
}

/// Takes back the author's like of his own answer, which no rule ever allowed, and counts the rest.
pub(super) async fn take_back_own_like(conn: &mut Conn, answer: i64) -> Outcome<bool> {
    let Some(author) = lock(conn, answer).await? else { return Ok(false) };
    let taken = diesel::delete(answer_likes::table.find((answer, author))).execute(conn).await?;
    if taken > 0 {
        count_likes(conn, answer).await?;
    }
    Ok(taken > 0)
}

/// Counts an answer's likes anew.
pub(super) async fn recount_likes(conn: &mut Conn, answer: i64) -> Outcome<bool> {
    if lock(conn, answer).await?.is_none() {
        return Ok(false);
    }
    Ok(count_likes(conn, answer).await?)
}

/// Under the answer's lock. Whether the count was another.
async fn count_likes(conn: &mut Conn, answer: i64) -> QueryResult<bool> {
    let rows = answer_likes::table.filter(answer_likes::answer_id.eq(answer));
    let counted: i64 = rows.count().get_result(conn).await?;
    let wrong = answers::table.find(answer).filter(answers::like_count.ne(counted));
    Ok(diesel::update(wrong).set(answers::like_count.eq(counted)).execute(conn).await? == 1)
}

/// Counts an answer's visible replies anew.
pub(super) async fn recount_replies(conn: &mut Conn, answer: i64) -> Outcome<bool> {
    if lock(conn, answer).await?.is_none() {
        return Ok(false);
    }
    let visible = answer_replies::table
        .filter(answer_replies::answer_id.eq(answer))
        .filter(answer_replies::deleted_at.is_null());
    let counted: i64 = visible.count().get_result(conn).await?;
    let wrong = answers::table.find(answer).filter(answers::reply_count.ne(counted));
    Ok(diesel::update(wrong).set(answers::reply_count.eq(counted)).execute(conn).await? == 1)
}

/// Counts a question's visible answers anew.
pub(super) async fn recount(conn: &mut Conn, question: i64) -> Outcome<bool> {
    if !lock_question(conn, question).await? {
        return Ok(false);
    }
    let visible =
        answers::table.filter(answers::question_id.eq(question)).filter(answers::deleted_at.is_null());
    let counted: i64 = visible.count().get_result(conn).await?;
    let wrong = questions::table.find(question).filter(questions::answer_count.ne(counted));
    Ok(diesel::update(wrong).set(questions::answer_count.eq(counted)).execute(conn).await? == 1)
}

/// Moves a question's last activity on to the question itself or the newest that stands under it.
pub(super) async fn advance_activity(conn: &mut Conn, question: i64) -> Outcome<bool> {
    if !lock_question(conn, question).await? {
        return Ok(false);
    }
    let visible =
        answers::table.filter(answers::question_id.eq(question)).filter(answers::deleted_at.is_null());
    let answered: Option<At> = visible.select(max(answers::created_at)).first(conn).await?;
    let replied: Option<At> = answer_replies::table
        .inner_join(answers::table)
        .filter(answers::question_id.eq(question))
        .filter(answers::deleted_at.is_null())
        .filter(answer_replies::deleted_at.is_null())
        .select(max(answer_replies::created_at))
        .first(conn)
        .await?;
    let asked: At = questions::table.find(question).select(questions::created_at).first(conn).await?;
    let newest = [answered, replied].into_iter().flatten().fold(asked, At::max);
    let wrong = questions::table.find(question).filter(questions::last_activity_at.lt(newest));
    Ok(diesel::update(wrong).set(questions::last_activity_at.eq(newest)).execute(conn).await? == 1)
}
