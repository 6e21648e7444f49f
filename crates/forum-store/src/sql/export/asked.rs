//! What a user asked and answered.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::{ExportedAnswer, ExportedAnswerReply, ExportedBody, ExportedQuestion, ExportedText},
    content::{Format, Source},
    id::{AnswerId, AnswerReplyId, QuestionId},
};

use super::{super::Conn, TextRow, text};
use crate::{
    schema::{
        answer_bodies, answer_replies, answer_reply_revisions, answer_revisions, answers, question_bodies,
        question_revisions, questions,
    },
    types::{At, Read},
};

pub(super) async fn questions_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedQuestion>> {
    let mut before = HashMap::<i64, Vec<ExportedText>>::new();
    let revisions: Vec<TextRow> = question_revisions::table
        .inner_join(questions::table)
        .filter(questions::author_id.eq(user))
        .order((question_revisions::question_id, question_revisions::version))
        .select((
            question_revisions::question_id,
            question_revisions::title,
            question_revisions::format,
            question_revisions::source,
            question_revisions::created_at,
        ))
        .load(conn)
        .await?;
    for revision in revisions {
        before.entry(revision.0).or_default().push(text(revision));
    }
    let rows = questions::table
        .inner_join(question_bodies::table)
        .filter(questions::author_id.eq(user))
        .order((questions::created_at, questions::id))
        .select((
            (
                questions::id,
                questions::title,
                questions::format,
                question_bodies::source,
                questions::created_at,
            ),
            questions::category,
            questions::edited_at,
            questions::deleted_at,
        ))
        .load::<(TextRow, String, Option<At>, Option<At>)>(conn)
        .await?;
    let question = |(row, category, edited_at, deleted_at): (TextRow, String, Option<At>, Option<At>)| {
        let (id, created_at) = (row.0, row.4.0);
        let now = text(row);
        ExportedQuestion {
            id: QuestionId::stored(id),
            category,
            text: ExportedText { since: edited_at.map_or(now.since, |at| at.0), ..now },
            created_at,
            deleted_at: deleted_at.map(|at| at.0),
            before: before.remove(&id).unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(question).collect())
}

type BodyRow = (i64, Read<Format>, String, At);

fn body((_, format, body, since): BodyRow) -> ExportedBody {
    ExportedBody { format: format.0, body: Source::stored(body), since: since.0 }
}

type AnswerRow = (BodyRow, i64, bool, Option<At>, Option<At>);

pub(super) async fn answers_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedAnswer>> {
    let mut before = HashMap::<i64, Vec<ExportedBody>>::new();
    let revisions: Vec<BodyRow> = answer_revisions::table
        .inner_join(answers::table)
        .filter(answers::author_id.eq(user))
        .order((answer_revisions::answer_id, answer_revisions::version))
        .select((
            answer_revisions::answer_id,
            answer_revisions::format,
            answer_revisions::source,
            answer_revisions::created_at,
        ))
        .load(conn)
        .await?;
    for revision in revisions {
        before.entry(revision.0).or_default().push(body(revision));
    }
    let rows: Vec<AnswerRow> = answers::table
        .inner_join(answer_bodies::table)
        .filter(answers::author_id.eq(user))
        .order((answers::created_at, answers::id))
        .select((
            (answers::id, answers::format, answer_bodies::source, answers::created_at),
            answers::question_id,
            answers::accepted,
            answers::edited_at,
            answers::deleted_at,
        ))
        .load(conn)
        .await?;
    let answer = |(row, question, accepted, edited_at, deleted_at): AnswerRow| {
        let (id, created_at) = (row.0, row.3.0);
        let now = body(row);
        ExportedAnswer {
            id: AnswerId::stored(id),
            question_id: QuestionId::stored(question),
            body: ExportedBody { since: edited_at.map_or(now.since, |at| at.0), ..now },
            accepted,
            created_at,
            deleted_at: deleted_at.map(|at| at.0),
            before: before.remove(&id).unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(answer).collect())
}

pub(super) async fn replies_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedAnswerReply>> {
    let mut before = HashMap::<i64, Vec<String>>::new();
    let revisions: Vec<(i64, String)> = answer_reply_revisions::table
        .inner_join(answer_replies::table)
        .filter(answer_replies::author_id.eq(user))
        .order((answer_reply_revisions::reply_id, answer_reply_revisions::version))
        .select((answer_reply_revisions::reply_id, answer_reply_revisions::body))
        .load(conn)
        .await?;
    for (id, body) in revisions {
        before.entry(id).or_default().push(body);
    }
    let rows = answer_replies::table
        .filter(answer_replies::author_id.eq(user))
        .order((answer_replies::created_at, answer_replies::id))
        .select((
            answer_replies::id,
            answer_replies::answer_id,
            answer_replies::body,
            answer_replies::created_at,
            answer_replies::deleted_at,
        ))
        .load::<(i64, i64, String, At, Option<At>)>(conn)
        .await?;
    let reply = |(id, answer, body, created_at, deleted_at): (i64, i64, String, At, Option<At>)| {
        ExportedAnswerReply {
            id: AnswerReplyId::stored(id),
            answer_id: AnswerId::stored(answer),
            body,
            created_at: created_at.0,
            deleted_at: deleted_at.map(|at| at.0),
            before: before.remove(&id).unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(reply).collect())
}
