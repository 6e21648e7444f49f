//! Reading replies under answers: each read is one statement, with what the reply is to whoever looks.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, SelectableHelper,
    dsl::{Nullable, auto_type, sql},
    query_source::AliasedField,
    result::QueryResult,
    sql_types::Bool,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    answer_reply::AnswerReplyView,
    id::UserId,
    page::{Page, PageRequest},
};

use super::super::{
    Conn, after, rows_for,
    site::{RECIPIENTS, Recipients, VIEWERS, id_of, role_of},
};
use crate::{
    rows::{
        CardRow,
        answer_reply::{self, ReplyRow, ViewRow},
    },
    schema::{answer_replies, answers, questions, users},
};

/// That a later visible reply under the same answer answers the author of the reply of the outer query.
const ANSWERED: &str = "EXISTS (SELECT 1 FROM answer_replies o \
    WHERE o.answer_id = answer_replies.answer_id AND o.deleted_at IS NULL \
        AND o.reply_to_id = answer_replies.author_id AND o.id > answer_replies.id)";

/// The replies under answers that are there, deleted ones among them, with their authors and whom they answer.
#[auto_type]
fn under_living() -> _ {
    let answers_him: diesel::dsl::Eq<
        Nullable<AliasedField<Recipients, users::id>>,
        answer_replies::reply_to_id,
    > = RECIPIENTS.field(users::id).nullable().eq(answer_replies::reply_to_id);
    answer_replies::table
        .inner_join(answers::table.inner_join(questions::table))
        .inner_join(users::table)
        .left_join(RECIPIENTS.on(answers_him))
        .filter(answers::deleted_at.is_null())
        .filter(questions::deleted_at.is_null())
}

/// What is selected of a reply for this viewer, as [`ViewRow`] reads it.
macro_rules! seen_by {
    ($viewer:expr) => {
        (
            ReplyRow::as_select(),
            CardRow::as_select(),
            RECIPIENTS.fields(CardRow::COLUMNS).nullable(),
            role_of!(id_of($viewer)),
        )
    };
}

pub(super) async fn find(
    conn: &mut Conn,
    id: i64,
    viewer: Option<UserId>,
) -> QueryResult<Option<AnswerReplyView>> {
    let found: Option<ViewRow> = under_living()
        .filter(answer_replies::id.eq(id))
        .filter(answer_replies::deleted_at.is_null().or(sql::<Bool>(ANSWERED)))
        .select(seen_by!(viewer))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(answer_reply::view))
}

pub(super) async fn list(
    conn: &mut Conn,
    answer: i64,
    page: PageRequest,
    viewer: Option<UserId>,
) -> QueryResult<Page<AnswerReplyView>> {
    let mut list = under_living()
        .filter(answer_replies::answer_id.eq(answer))
        .filter(answer_replies::deleted_at.is_null().or(sql::<Bool>(ANSWERED)))
        .into_boxed();
    if let Some(place) = page.key() {
        list = list.filter(after(answer_replies::created_at, answer_replies::id, place));
    }
    let list = list.order((answer_replies::created_at, answer_replies::id)).select(seen_by!(viewer));
    let rows: Vec<ViewRow> = rows_for(list, page).load(conn).await?;
    Ok(Page::from_surplus(rows, page.limit, |row| (row.0.created_at.0, row.0.id)).map(answer_reply::view))
}
