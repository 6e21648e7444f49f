//! Reading answers, which are for everybody: each read is one statement, with what the answer is to whoever
//! looks.

use std::collections::HashMap;

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::{auto_type, not},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    answer::{AnswerList, AnswerOrder, AnswerView},
    id::{AnswerId, UserId},
    page::{Page, PageRequest},
};

use super::super::{
    Conn, after, among, before, rows_for,
    site::{VIEWERS, id_of, role_of},
};
use crate::{
    rows::{
        CardRow,
        answer::{self, AnswerRow, BodyRow, ViewRow},
    },
    schema::{answer_bodies, answer_likes, answers, questions, users},
};

/// The answers that are there, with their authors and bodies.
#[auto_type]
fn living() -> _ {
    answers::table
        .inner_join(questions::table)
        .inner_join(users::table)
        .inner_join(answer_bodies::table)
        .filter(answers::deleted_at.is_null())
        .filter(questions::deleted_at.is_null())
}

/// What is selected of an answer for this viewer, as [`ViewRow`] reads it. Likes are looked up by their key,
/// one for each row that is shown.
macro_rules! seen_by {
    ($viewer:expr) => {
        (
            AnswerRow::as_select(),
            CardRow::as_select(),
            BodyRow::as_select(),
            answer_likes::table
                .filter(answer_likes::answer_id.eq(answers::id))
                .filter(answer_likes::user_id.eq(id_of($viewer)))
                .select(answer_likes::user_id)
                .single_value()
                .is_not_null(),
            role_of!(id_of($viewer)),
        )
    };
}

pub(super) async fn find(
    conn: &mut Conn,
    id: i64,
    viewer: Option<UserId>,
) -> QueryResult<Option<AnswerView>> {
    let found: Option<ViewRow> =
        living().filter(answers::id.eq(id)).select(seen_by!(viewer)).first(conn).await.optional()?;
    Ok(found.map(answer::view))
}

pub(super) async fn find_several(
    conn: &mut Conn,
    ids: Vec<i64>,
    viewer: Option<UserId>,
) -> QueryResult<Vec<AnswerView>> {
    let rows: Vec<ViewRow> =
        living().filter(among(answers::id, &ids)).select(seen_by!(viewer)).load(conn).await?;
    let mut found: HashMap<i64, ViewRow> = rows.into_iter().map(|row| (row.0.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(answer::view).collect())
}

pub(super) async fn list(
    conn: &mut Conn,
    list: AnswerList,
    page: PageRequest,
    viewer: Option<UserId>,
) -> QueryResult<Page<AnswerView>> {
    let (accepted, created_at, id) = (answers::accepted, answers::created_at, answers::id);
    let all = living().into_boxed();
    let found = match list {
        AnswerList::Author(author) => {
            let mut his = all.filter(answers::author_id.eq(author.get()));
            if let Some(place) = page.key() {
                his = his.filter(before(created_at, id, place));
            }
            let his = his.order((created_at.desc(), id.desc())).select(seen_by!(viewer));
            let rows: Vec<ViewRow> = rows_for(his, page).load(conn).await?;
            Page::from_surplus(rows, page.limit, |row| (row.0.created_at.0, row.0.id))
        }
        AnswerList::Question(question, order) => {
            let mut its = all.filter(answers::question_id.eq(question.get()));
            // The accepted one stands first: what comes after it, or after another, is not accepted.
            if let Some((after_accepted, at, last)) = page.pinned_key() {
                its = its.filter(not(accepted));
                its = match order {
                    _ if after_accepted => its,
                    AnswerOrder::New => its.filter(before(created_at, id, (at, last))),
                    AnswerOrder::Old => its.filter(after(created_at, id, (at, last))),
                };
            }
            let its = match order {
                AnswerOrder::New => its.order((accepted.desc(), created_at.desc(), id.desc())),
                AnswerOrder::Old => its.order((accepted.desc(), created_at.asc(), id.asc())),
            };
            let rows: Vec<ViewRow> = rows_for(its.select(seen_by!(viewer)), page).load(conn).await?;
            Page::from_pinned(rows, page.limit, |row| (row.0.accepted, row.0.created_at.0, row.0.id))
        }
    };
    Ok(found.map(answer::view))
}

/// Reads the question's answers, without their bodies.
pub(super) async fn rank(conn: &mut Conn, question: i64, limit: u32) -> QueryResult<Vec<AnswerId>> {
    let points = answers::like_count + answers::reply_count + answers::reply_count;
    let ids: Vec<i64> = answers::table
        .filter(answers::question_id.eq(question))
        .filter(answers::deleted_at.is_null())
        .order((answers::accepted.desc(), points.desc(), answers::created_at, answers::id))
        .limit(limit.into())
        .select(answers::id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(AnswerId::stored).collect())
}
