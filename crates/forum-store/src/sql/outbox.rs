//! Events, recorded with their facts.

use diesel::{ExpressionMethods, QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    clock::Timestamp,
    event::{Event, Subject},
};

use super::Conn;
use crate::{
    schema::outbox,
    types::{At, Word},
};

/// The word and the number of a subject, as `outbox` has them.
pub(crate) const fn subject(of: Subject) -> (&'static str, i64) {
    match of {
        Subject::Group(id) => ("group", id.get()),
        Subject::Post(id) => ("post", id.get()),
        Subject::Comment(id) => ("comment", id.get()),
        Subject::Question(id) => ("question", id.get()),
        Subject::Answer(id) => ("answer", id.get()),
        Subject::AnswerReply(id) => ("answer_reply", id.get()),
        Subject::JoinRequest(id) => ("join_request", id.get()),
        Subject::User(id) => ("user", id.get()),
    }
}

/// Records an event, as part of the transaction that it follows from.
#[expect(dead_code, reason = "the features that record events come with the next change")]
pub(crate) async fn record(conn: &mut Conn, event: Event, at: Timestamp) -> QueryResult<()> {
    let (subject, id) = subject(event.subject);
    diesel::insert_into(outbox::table)
        .values((
            outbox::verb.eq(event.verb.word()),
            outbox::subject.eq(subject),
            outbox::subject_id.eq(id),
            outbox::user_id.eq(event.user.map(|user| user.get())),
            outbox::created_at.eq(At(at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
