//! Making reports.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    comment::CommentView,
    id::{ReportId, UserId},
    moderation::{CreateReport, ReportCreated, Target, TargetKind},
};

use super::super::{Conn, Outcome, access, idempotency::mark};
use crate::{
    rows::moderation::{NewReportRow, Place},
    schema::{answer_replies, answers, comments, groups, memberships, posts, questions, reports, users},
    types::At,
};

pub(super) async fn create(conn: &mut Conn, create: CreateReport) -> Outcome<ReportCreated> {
    let claim = create.claim;
    let Some(place) = readable(conn, create.target, create.reporter.get()).await? else {
        return Ok(ReportCreated::NoSuchTarget);
    };
    let made: Option<i64> = diesel::insert_into(reports::table)
        .values(NewReportRow::of(create, place))
        .on_conflict((reports::reporter_id, reports::target_type, reports::target_id))
        .do_nothing()
        .returning(reports::id)
        .get_result(conn)
        .await
        .optional()?;
    let Some(id) = made else { return Ok(ReportCreated::AlreadyReported) };
    mark(conn, claim, id).await?;
    Ok(ReportCreated::Done(ReportId::stored(id)))
}

/// Where something stands that `user` can read; `None` if he cannot.
async fn readable(conn: &mut Conn, target: Target, user: i64) -> QueryResult<Option<Place>> {
    let belongs: access::his = access::his(user);
    let open: access::open_to_him = access::open_to_him();
    let id = target.id;
    match target.kind {
        TargetKind::Post => {
            let found: Option<(i64, i64)> = posts::table
                .inner_join(groups::table)
                .left_join(memberships::table.on(belongs))
                .filter(posts::id.eq(id))
                .filter(posts::deleted_at.is_null())
                .filter(open)
                .select((posts::group_id, posts::author_id))
                .first(conn)
                .await
                .optional()?;
            Ok(found.map(|(group, author)| Place { group_id: Some(group), author_id: Some(author) }))
        }
        TargetKind::Comment => {
            let found: Option<(i64, i64)> = comments::table
                .inner_join(posts::table.inner_join(groups::table))
                .left_join(memberships::table.on(belongs))
                .filter(comments::id.eq(id))
                .filter(comments::deleted_at.is_null())
                .filter(posts::deleted_at.is_null())
                .filter(open)
                .select((posts::group_id, comments::author_id))
                .first(conn)
                .await
                .optional()?;
            Ok(found.map(|(group, author)| Place { group_id: Some(group), author_id: Some(author) }))
        }
        TargetKind::Group => {
            let group = groups::table.find(id).filter(groups::deleted_at.is_null()).select(groups::id);
            let found: Option<i64> = group.first(conn).await.optional()?;
            Ok(found.map(|group| Place { group_id: Some(group), author_id: None }))
        }
        TargetKind::User => {
            let user = users::table.find(id).filter(users::deleted_at.is_null()).select(users::id);
            let found: Option<i64> = user.first(conn).await.optional()?;
            Ok(found.map(|user| Place { group_id: None, author_id: Some(user) }))
        }
        TargetKind::Question | TargetKind::Answer | TargetKind::AnswerReply => {
            let author = author_among_questions(conn, target).await?;
            Ok(author.map(|author| Place { group_id: None, author_id: Some(author) }))
        }
    }
}

/// Who wrote a question, an answer or a reply to one that is there, for everybody.
async fn author_among_questions(conn: &mut Conn, target: Target) -> QueryResult<Option<i64>> {
    let id = target.id;
    let asked = questions::table.filter(questions::deleted_at.is_null());
    let answered = answers::table
        .inner_join(questions::table)
        .filter(questions::deleted_at.is_null())
        .filter(answers::deleted_at.is_null());
    let found = match target.kind {
        TargetKind::Question => {
            asked.filter(questions::id.eq(id)).select(questions::author_id).first(conn).await
        }
        TargetKind::Answer => {
            answered.filter(answers::id.eq(id)).select(answers::author_id).first(conn).await
        }
        _ => {
            answer_replies::table
                .inner_join(answers::table.inner_join(questions::table))
                .filter(questions::deleted_at.is_null())
                .filter(answers::deleted_at.is_null())
                .filter(answer_replies::deleted_at.is_null())
                .filter(answer_replies::id.eq(id))
                .select(answer_replies::author_id)
                .first(conn)
                .await
        }
    };
    found.optional()
}

/// As [`review`], of what stands in no group and was just written by `author`.
pub(crate) async fn review_public(
    conn: &mut Conn,
    words: Option<String>,
    target: (TargetKind, i64),
    author: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let place = Place { group_id: None, author_id: Some(author.get()) };
    review(conn, words, target, place, at).await
}

/// As [`review`], of a comment or reply that was just written by `author`.
pub(crate) async fn review_comment(
    conn: &mut Conn,
    words: Option<String>,
    view: &CommentView,
    author: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    if words.is_none() {
        return Ok(());
    }
    let (post, id) = (view.comment.post_id.get(), view.comment.id.get());
    let group: i64 = posts::table.find(post).select(posts::group_id).first(conn).await?;
    let place = Place { group_id: Some(group), author_id: Some(author.get()) };
    review(conn, words, (TargetKind::Comment, id), place, at).await
}

/// Puts what the word filter met into the queue, as part of the transaction that writes it; nothing happens
/// if it met nothing. What waits in the queue already, by the filter, waits there once.
pub(crate) async fn review(
    conn: &mut Conn,
    words: Option<String>,
    target: (TargetKind, i64),
    place: Place,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let Some(words) = words else { return Ok(()) };
    let target = Target { kind: target.0, id: target.1 };
    let row = NewReportRow::by_filter(target, place, words, At(at));
    diesel::insert_into(reports::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}
