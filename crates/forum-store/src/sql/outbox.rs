//! Events: recorded with their facts, and handed to whoever handles them.

use async_trait::async_trait;
use diesel::{
    OptionalExtension, QueryableByName,
    result::QueryResult,
    sql_query,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    clock::Timestamp,
    error::PortError,
    event::{Backlog, Claimed, Event, EventRepository, Recorded, Subject, Verb},
    id::{AnswerId, AnswerReplyId, CommentId, GroupId, JoinRequestId, PostId, QuestionId, UserId},
};

use super::{super::outbox as local, Conn, Outcome, Store};
use crate::{
    recorded,
    statement::{ByHand, statement},
    types::{At, Moment, Word},
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

/// What [`subject`] was told.
fn subject_of(word: &str, id: i64) -> Option<Subject> {
    Some(match word {
        "group" => Subject::Group(GroupId::stored(id)),
        "post" => Subject::Post(PostId::stored(id)),
        "comment" => Subject::Comment(CommentId::stored(id)),
        "question" => Subject::Question(QuestionId::stored(id)),
        "answer" => Subject::Answer(AnswerId::stored(id)),
        "answer_reply" => Subject::AnswerReply(AnswerReplyId::stored(id)),
        "join_request" => Subject::JoinRequest(JoinRequestId::stored(id)),
        "user" => Subject::User(UserId::stored(id)),
        _ => return None,
    })
}

statement! {
    /// Records one.
    Record(
        verb: String as Text,
        subject: String as Text,
        subject_id: i64 as BigInt,
        user: Option<i64> as Nullable<BigInt>,
        at: At as Moment,
    ) -> () = "
        INSERT INTO outbox (verb, subject, subject_id, user_id, created_at)
        VALUES ($1, $2, $3, $4, $5)";
}

/// Records an event, as part of the transaction that it follows from: once the fact's row is really there.
pub(crate) async fn record(conn: &mut Conn, event: Event, at: Timestamp) -> QueryResult<()> {
    let (subject, subject_id) = subject(event.subject);
    let record = Record {
        verb: event.verb.word().to_owned(),
        subject: subject.to_owned(),
        subject_id,
        user: event.user.map(UserId::get),
        at: At(at),
    };
    ByHand(record).execute(conn).await?;
    recorded::note();
    Ok(())
}

/// Records the same of several subjects.
pub(crate) async fn record_each(
    conn: &mut Conn,
    verb: Verb,
    subjects: impl IntoIterator<Item = (Subject, Option<UserId>)> + Send,
    at: Timestamp,
) -> QueryResult<()> {
    let events: Vec<Event> =
        subjects.into_iter().map(|(subject, user)| Event { verb, subject, user }).collect();
    for event in events {
        record(conn, event, at).await?;
    }
    Ok(())
}

#[async_trait]
impl EventRepository for Store {
    async fn claim_events(&self, limit: u32, lease_seconds: u32) -> Result<Vec<Claimed>, PortError> {
        let rows = self.write(move |conn| Box::pin(claim(conn, limit, lease_seconds))).await?;
        rows.into_iter().map(ClaimedRow::claimed).collect()
    }

    async fn finish_events(&self, ids: &[i64]) -> Result<(), PortError> {
        if ids.is_empty() {
            return Ok(());
        }
        let ids = ids.to_vec();
        self.write(move |conn| Box::pin(finish(conn, ids))).await
    }

    async fn postpone_event(&self, id: i64, seconds: u32) -> Result<(), PortError> {
        self.write(move |conn| Box::pin(postpone(conn, id, seconds))).await
    }

    async fn backlog(&self) -> Result<Backlog, PortError> {
        self.read(|conn| Box::pin(backlog(conn))).await
    }

    async fn recorded(&self) {
        self.recorded.wait().await;
    }
}

#[derive(Debug, QueryableByName)]
struct ClaimedRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    verb: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = BigInt)]
    subject_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    user_id: Option<i64>,
    #[diesel(sql_type = Moment)]
    created_at: At,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

impl ClaimedRow {
    fn claimed(self) -> Result<Claimed, PortError> {
        let known = Verb::of_word(&self.verb).zip(subject_of(&self.subject, self.subject_id));
        let Some((verb, subject)) = known else {
            return Err(PortError::broken(format!("no event is {} of {}", self.verb, self.subject)));
        };
        let event = Event { verb, subject, user: self.user_id.map(UserId::stored) };
        Ok(Claimed {
            recorded: Recorded { id: self.id, event, at: self.created_at.0 },
            attempts: u32::try_from(self.attempts).unwrap_or(0),
        })
    }
}

async fn claim(conn: &mut Conn, limit: u32, lease_seconds: u32) -> Outcome<Vec<ClaimedRow>> {
    let mut rows: Vec<ClaimedRow> = sql_query(local::CLAIM)
        .bind::<BigInt, _>(i64::from(lease_seconds))
        .bind::<BigInt, _>(i64::from(limit))
        .load(conn)
        .await?;
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

async fn finish(conn: &mut Conn, ids: Vec<i64>) -> Outcome<()> {
    use crate::schema::outbox;
    diesel::delete(diesel::QueryDsl::filter(outbox::table, super::among(outbox::id, &ids)))
        .execute(conn)
        .await?;
    Ok(())
}

async fn postpone(conn: &mut Conn, id: i64, seconds: u32) -> Outcome<()> {
    sql_query(local::POSTPONE)
        .bind::<BigInt, _>(i64::from(seconds))
        .bind::<BigInt, _>(id)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct BacklogRow {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = Nullable<Moment>)]
    oldest: Option<At>,
}

async fn backlog(conn: &mut Conn) -> QueryResult<Backlog> {
    let row: Option<BacklogRow> = sql_query(
        "SELECT count(*) AS waiting, count(CASE WHEN attempts > 1 THEN 1 END) AS failed, \
             min(created_at) AS oldest FROM outbox",
    )
    .get_result(conn)
    .await
    .optional()?;
    let row = row.unwrap_or(BacklogRow { waiting: 0, failed: 0, oldest: None });
    Ok(Backlog { waiting: row.waiting, failed: row.failed, oldest: row.oldest.map(|at| at.0) })
}
