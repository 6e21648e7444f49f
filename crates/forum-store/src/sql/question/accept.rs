//! Accepting an answer: under the question's lock, then those of the answers by ascending id. That there is
//! one at most is also what an index says.

use chrono::{DateTime, Utc};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    event::{Event, Subject, Verb},
    id::{AnswerId, UserId},
    question::{Accept, Accepted},
};

use super::{
    super::{Conn, Outcome, outbox},
    lock,
};
use crate::schema::answers;

pub(super) async fn set(conn: &mut Conn, accept: Accept) -> Outcome<Accepted> {
    let (question, by, at) = (accept.question_id.get(), accept.by, accept.at);
    let wanted = accept.answer_id.map(AnswerId::get);
    let Some(found) = lock(conn, question).await? else { return Ok(Accepted::NoSuchQuestion) };
    if found.author_id != by.get() {
        return Ok(Accepted::NotAllowed);
    }
    // Nothing has the id zero.
    let concerned = answers::table
        .filter(answers::question_id.eq(question))
        .filter(answers::deleted_at.is_null())
        .filter(answers::accepted.or(answers::id.eq(wanted.unwrap_or(0))))
        .order(answers::id)
        .select((answers::id, answers::accepted));
    let concerned: Vec<(i64, bool)> = locked!(concerned).load(conn).await?;
    let former = concerned.iter().find(|(_, accepted)| *accepted).map(|(id, _)| *id);
    if wanted.is_some_and(|wanted| concerned.iter().all(|(id, _)| *id != wanted)) {
        return Ok(Accepted::NoSuchAnswer);
    }
    if former == wanted {
        return Ok(Accepted::Already);
    }
    // In this order: the index bears no two.
    for (answer, accepted) in [(former, false), (wanted, true)] {
        if let Some(answer) = answer {
            let row = diesel::update(answers::table.find(answer));
            row.set(answers::accepted.eq(accepted)).execute(conn).await?;
            let verb = if accepted { Verb::Accepted } else { Verb::Unaccepted };
            happened(conn, verb, answer, by, at).await?;
        }
    }
    Ok(Accepted::Done(former.map(AnswerId::stored)))
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
