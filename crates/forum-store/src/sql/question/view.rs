//! Reading questions, which are for everybody: each read is one statement, with what the question is to
//! whoever looks.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::{IntoBoxed, auto_type, count_star, sql},
    result::QueryResult,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    id::{QuestionId, UserId},
    page::{Page, PageRequest},
    question::{MeasuredQuestion, QuestionCategoryCount, QuestionDetail, QuestionFilter, QuestionView},
};

use super::super::{
    Backend, Conn, among, before, rows_for,
    site::{VIEWERS, id_of, role_of},
};
use crate::{
    rows::{
        CardRow,
        question::{self, BodyRow, DetailRow, MeasuredRow, QuestionRow, ViewRow},
    },
    schema::{question_bodies, questions, users},
    types::At,
};

/// The images of the question of the outer query, as [`ViewRow`] has them. Both databases can say so.
const IMAGES: &str = "(SELECT string_agg(i.media_id || ':' || m.key, ',' ORDER BY i.place) \
    FROM question_images i JOIN media m ON m.id = i.media_id WHERE i.question_id = questions.id)";

/// Its accepted answer: looked up by an index that has nothing but accepted ones.
const ACCEPTED: &str = "(SELECT a.id FROM answers a WHERE a.question_id = questions.id AND a.accepted)";

/// The likes of its visible answers.
const LIKES: &str = "(SELECT CAST(coalesce(sum(a.like_count), 0) AS bigint) FROM answers a \
    WHERE a.question_id = questions.id AND a.deleted_at IS NULL)";

/// How many different users answered it.
const ANSWERERS: &str = "(SELECT count(DISTINCT a.author_id) FROM answers a \
    WHERE a.question_id = questions.id AND a.deleted_at IS NULL)";

/// The questions that are there, with who asked them.
#[auto_type]
fn living() -> _ {
    questions::table.inner_join(users::table).filter(questions::deleted_at.is_null())
}

/// A list of them in the making.
type Living<'a> = IntoBoxed<'a, living, Backend>;

/// What is selected of a question for this viewer, as [`ViewRow`] reads it.
macro_rules! seen_by {
    ($viewer:expr $(, $more:expr)?) => {
        (
            QuestionRow::as_select(),
            CardRow::as_select(),
            sql::<Nullable<Text>>(IMAGES),
            sql::<Nullable<BigInt>>(ACCEPTED),
            role_of!(id_of($viewer)),
            $($more,)?
        )
    };
}

fn matching<'a>(filter: QuestionFilter) -> Living<'a> {
    let mut list = living().into_boxed();
    if let Some(category) = filter.category {
        list = list.filter(questions::category.eq(category));
    }
    if filter.unanswered {
        // The bare column is what the partial indexes say, so that generic plans use them.
        list = list.filter(questions::unanswered);
    }
    if let Some(author) = filter.author {
        list = list.filter(questions::author_id.eq(author.get()));
    }
    list
}

pub(super) async fn find(
    conn: &mut Conn,
    id: i64,
    viewer: Option<UserId>,
) -> QueryResult<Option<QuestionDetail>> {
    let found: Option<DetailRow> = living()
        .inner_join(question_bodies::table)
        .filter(questions::id.eq(id))
        .select(seen_by!(viewer, BodyRow::as_select()))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(question::detail))
}

pub(super) async fn find_several(
    conn: &mut Conn,
    ids: Vec<i64>,
    viewer: Option<UserId>,
) -> QueryResult<Vec<QuestionView>> {
    let rows: Vec<ViewRow> =
        living().filter(among(questions::id, &ids)).select(seen_by!(viewer)).load(conn).await?;
    let mut found: HashMap<i64, ViewRow> = rows.into_iter().map(|row| (row.0.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(question::view).collect())
}

pub(super) async fn list(
    conn: &mut Conn,
    filter: QuestionFilter,
    page: PageRequest,
    viewer: Option<UserId>,
) -> QueryResult<Page<QuestionView>> {
    let mut list = matching(filter);
    if let Some(place) = page.key() {
        list = list.filter(before(questions::created_at, questions::id, place));
    }
    let list = list.order((questions::created_at.desc(), questions::id.desc())).select(seen_by!(viewer));
    let rows: Vec<ViewRow> = rows_for(list, page).load(conn).await?;
    Ok(Page::from_surplus(rows, page.limit, |row| (row.0.created_at.0, row.0.id)).map(question::view))
}

/// Reads every question of the list and keeps the best: activity stands in no index, which would have to
/// be written with every answer and reply. Asked at most once a minute for a list.
pub(super) async fn last_active(
    conn: &mut Conn,
    filter: QuestionFilter,
    limit: u32,
) -> QueryResult<Vec<QuestionId>> {
    let ids: Vec<i64> = matching(filter)
        .order((questions::last_activity_at.desc(), questions::created_at.desc(), questions::id.desc()))
        .limit(limit.into())
        .select(questions::id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(QuestionId::stored).collect())
}

/// Reads `nth` entries of an index of the newest.
pub(super) async fn nth_newest(
    conn: &mut Conn,
    filter: QuestionFilter,
    nth: u32,
) -> QueryResult<Option<DateTime<Utc>>> {
    let asked: Option<At> = matching(filter)
        .order((questions::created_at.desc(), questions::id.desc()))
        .offset(i64::from(nth.saturating_sub(1)))
        .limit(1)
        .select(questions::created_at)
        .first(conn)
        .await
        .optional()?;
    Ok(asked.map(|at| at.0))
}

/// Reads the questions since then and the answers of each. Asked at most once a minute for a list.
pub(super) async fn measure(
    conn: &mut Conn,
    filter: QuestionFilter,
    since: Option<DateTime<Utc>>,
) -> QueryResult<Vec<MeasuredQuestion>> {
    let mut list = matching(filter);
    if let Some(since) = since {
        list = list.filter(questions::created_at.ge(At(since)));
    }
    let rows: Vec<MeasuredRow> = list
        .select((questions::id, questions::created_at, sql::<BigInt>(LIKES), sql::<BigInt>(ANSWERERS)))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn categories(conn: &mut Conn) -> QueryResult<Vec<QuestionCategoryCount>> {
    let counts: Vec<(String, i64)> = questions::table
        .filter(questions::deleted_at.is_null())
        .group_by(questions::category)
        .select((questions::category, count_star()))
        .load(conn)
        .await?;
    Ok(counts
        .into_iter()
        .map(|(name, question_count)| QuestionCategoryCount { name, question_count })
        .collect())
}
