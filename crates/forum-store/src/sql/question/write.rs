//! Writing, changing and deleting questions: each locks the uploads that it shows, then the question.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, IntoSql, OptionalExtension, QueryDsl, SelectableHelper,
    result::QueryResult,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    event::{Event, Subject, Verb},
    id::{MediaId, QuestionId, UserId},
    moderation::{Deed, TargetKind},
    question::{
        CreateQuestion, DeleteQuestion, QuestionCreated, QuestionDeleted, QuestionUpdated, UpdateQuestion,
    },
};

use super::super::{
    Conn, Outcome,
    idempotency::mark,
    media::uses::{self, Named},
    moderation::{
        self,
        log::{self, Line},
    },
    outbox, site,
};
use crate::{
    rows::question::{LockedQuestion, NewQuestionRow, QuestionChanges},
    schema::{question_bodies, question_images, question_revisions, questions},
    types::{At, Moment},
};

/// Locks a question that is there until the transaction ends.
pub(in super::super) async fn lock(conn: &mut Conn, question: i64) -> QueryResult<Option<LockedQuestion>> {
    let living = questions::table.filter(questions::id.eq(question)).filter(questions::deleted_at.is_null());
    locked!(living.select(LockedQuestion::as_select())).first(conn).await.optional()
}

async fn happened(
    conn: &mut Conn,
    verb: Verb,
    question: i64,
    by: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let subject = Subject::Question(QuestionId::stored(question));
    outbox::record(conn, Event { verb, subject, user: Some(by) }, at).await
}

pub(super) async fn create(conn: &mut Conn, create: CreateQuestion) -> Outcome<QuestionCreated> {
    let (author, at, claim) = (create.author, create.at, create.claim);
    let review = create.review.clone();
    let html = create.draft.content.rendered.html.clone();
    let (row, body, images) = NewQuestionRow::of(create);
    let images = numbers(&images);
    let named = uses::lock_with(conn, &html, &images, author).await?;
    if let Some(place) = not_own(&named, &images) {
        return Ok(QuestionCreated::NoSuchImage(place));
    }
    let id: i64 =
        diesel::insert_into(questions::table).values(row).returning(questions::id).get_result(conn).await?;
    diesel::insert_into(question_bodies::table)
        .values((question_bodies::question_id.eq(id), body))
        .execute(conn)
        .await?;
    uses::note(conn, &named.shown, Subject::Question(QuestionId::stored(id))).await?;
    show(conn, id, &images).await?;
    moderation::review_public(conn, review, (TargetKind::Question, id), author, at).await?;
    mark(conn, claim, id).await?;
    happened(conn, Verb::Created, id, author, at).await?;
    Ok(QuestionCreated::Done(QuestionId::stored(id)))
}

fn numbers(images: &[MediaId]) -> Vec<i64> {
    images.iter().map(|id| id.get()).collect()
}

/// The place of the first of these uploads that is not his own for everybody.
fn not_own(named: &Named, images: &[i64]) -> Option<usize> {
    images.iter().position(|id| !named.own.contains(id))
}

/// Shows these images with a question that has none.
async fn show(conn: &mut Conn, question: i64, images: &[i64]) -> QueryResult<()> {
    for (place, image) in (0_i32..).zip(images) {
        diesel::insert_into(question_images::table)
            .values((
                question_images::question_id.eq(question),
                question_images::place.eq(place),
                question_images::media_id.eq(image),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

pub(super) async fn update(conn: &mut Conn, update: UpdateQuestion) -> Outcome<QuestionUpdated> {
    let (id, by, at) = (update.id.get(), update.by, update.at);
    let mut patch = update.patch;
    let images = patch.images.take().map(|images| numbers(&images));
    let html = patch.content.as_ref().map_or("", |content| &content.rendered.html);
    let named = uses::lock_with(conn, html, images.as_deref().unwrap_or_default(), by).await?;
    let Some(question) = lock(conn, id).await? else { return Ok(QuestionUpdated::NoSuchQuestion) };
    if question.author_id != by.get() {
        return Ok(QuestionUpdated::NotAllowed);
    }
    if update.if_version.is_some_and(|version| version != question.version) {
        return Ok(QuestionUpdated::Changed);
    }
    if let Some(images) = images {
        if let Some(place) = not_own(&named, &images) {
            return Ok(QuestionUpdated::NoSuchImage(place));
        }
        let shown = question_images::table.filter(question_images::question_id.eq(id));
        diesel::delete(shown).execute(conn).await?;
        show(conn, id, &images).await?;
    }
    keep(conn, id, question, at).await?;
    let (changes, body) = QuestionChanges::of(patch);
    diesel::update(questions::table.find(id))
        .set((changes, questions::version.eq(questions::version + 1), questions::edited_at.eq(Some(At(at)))))
        .execute(conn)
        .await?;
    if let Some(body) = body {
        diesel::update(question_bodies::table.find(id)).set(body).execute(conn).await?;
        uses::note(conn, &named.shown, Subject::Question(update.id)).await?;
    }
    moderation::review_public(conn, update.review, (TargetKind::Question, id), by, at).await?;
    happened(conn, Verb::Edited, id, by, at).await?;
    Ok(QuestionUpdated::Done)
}

/// Adds what a question is now to its history.
async fn keep(conn: &mut Conn, id: i64, question: LockedQuestion, at: DateTime<Utc>) -> QueryResult<()> {
    let since = question.edited_at.unwrap_or(question.created_at);
    diesel::insert_into(question_revisions::table)
        .values(question_bodies::table.find(id).select((
            question_bodies::question_id,
            question.version.into_sql::<BigInt>(),
            question.category.into_sql::<Text>(),
            question.title.into_sql::<Text>(),
            question.format.into_sql::<Text>(),
            question_bodies::source,
            question_bodies::html,
            question_bodies::policy,
            since.into_sql::<Moment>(),
            At(at).into_sql::<Moment>(),
        )))
        .into_columns((
            question_revisions::question_id,
            question_revisions::version,
            question_revisions::category,
            question_revisions::title,
            question_revisions::format,
            question_revisions::source,
            question_revisions::html,
            question_revisions::policy,
            question_revisions::created_at,
            question_revisions::replaced_at,
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete(conn: &mut Conn, delete: DeleteQuestion) -> Outcome<QuestionDeleted> {
    let (id, by, at) = (delete.id.get(), delete.by, delete.at);
    let Some(question) = lock(conn, id).await? else { return Ok(QuestionDeleted::NoSuchQuestion) };
    if question.author_id != by.get() && !site::moderates(conn, by).await? {
        return Ok(QuestionDeleted::NotAllowed);
    }
    if delete.if_version.is_some_and(|version| version != question.version) {
        return Ok(QuestionDeleted::Changed);
    }
    count_out(conn, id, by, at).await?;
    if question.author_id != by.get() {
        log::write(conn, Line::new(Some(by), Deed::Delete, TargetKind::Question, id, at)).await?;
    }
    Ok(QuestionDeleted::Done)
}

/// Deletes a question that is locked, if nobody has.
async fn count_out(conn: &mut Conn, id: i64, by: UserId, at: DateTime<Utc>) -> QueryResult<()> {
    let gone = diesel::update(questions::table.find(id).filter(questions::deleted_at.is_null()))
        .set((questions::deleted_at.eq(Some(At(at))), questions::deleted_by.eq(Some(by.get()))))
        .execute(conn)
        .await?;
    if gone == 1 {
        happened(conn, Verb::Deleted, id, by, at).await?;
    }
    Ok(())
}

/// Deletes a question that was reported, if nobody has; it is locked by [`hold`]. An operator (`None`) deletes in
/// the asker's name, since a deleted question names who deleted it.
pub(in super::super) async fn take_away(
    conn: &mut Conn,
    id: i64,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let author: Option<i64> =
        questions::table.find(id).select(questions::author_id).first(conn).await.optional()?;
    let Some(author) = author else { return Ok(()) };
    count_out(conn, id, by.unwrap_or(UserId::stored(author)), at).await
}

/// Locks a question, deleted or not, until the transaction ends, if there is one.
pub(in super::super) async fn hold(conn: &mut Conn, id: i64) -> QueryResult<()> {
    let row = questions::table.filter(questions::id.eq(id)).select(questions::id);
    locked!(row).first::<i64>(conn).await.optional().map(|_| ())
}
