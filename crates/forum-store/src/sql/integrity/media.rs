//! Uploads that texts show, and what notes that they do.
//!
//! Which uploads a text shows stands in its HTML, so these questions are asked text by text. An upload whose
//! use is not noted looks like one that is used nowhere, and would be swept.

use std::collections::BTreeMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl,
    QueryableByName, TextExpressionMethods,
    dsl::{exists, not},
    result::QueryResult,
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    clock::Timestamp,
    event::Subject,
    id::{AnswerId, PostId, QuestionId},
    integrity::{Finding, Invariant},
    media::{MediaKey, rules::keys_in},
};

use super::{
    super::{media::uses, outbox::subject},
    Conn, Outcome,
};
use crate::{
    schema::{groups, media, media_uses, users},
    types::At,
};

/// Where HTML stands: the table, its column of whose it is, and what that number is of.
type Texts = (&'static str, &'static str, fn(i64) -> Subject);

/// Where HTML stands that may show uploads.
const TEXTS: [Texts; 6] = [
    ("post_bodies", "post_id", |id| Subject::Post(PostId::stored(id))),
    ("post_revisions", "post_id", |id| Subject::Post(PostId::stored(id))),
    ("question_bodies", "question_id", |id| Subject::Question(QuestionId::stored(id))),
    ("question_revisions", "question_id", |id| Subject::Question(QuestionId::stored(id))),
    ("answer_bodies", "answer_id", |id| Subject::Answer(AnswerId::stored(id))),
    ("answer_revisions", "answer_id", |id| Subject::Answer(AnswerId::stored(id))),
];

/// Over how many ids texts are read at once: none is longer than a hundred thousand characters.
const WINDOW: i64 = 1_000;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    html: String,
}

/// Uploads that texts show without a note of it: at most so many, each once.
pub(super) async fn unnoted(conn: &mut Conn, limit: u32) -> QueryResult<Vec<Finding>> {
    let mut found = BTreeMap::new();
    for (table, key, whose) in TEXTS {
        let last = format!("SELECT coalesce(max({key}), 0) AS id FROM {table}");
        let last = sql_query(last).get_result::<Number>(conn).await?.id;
        let mut from = 0;
        while from < last {
            let some = format!(
                "SELECT {key} AS id, html FROM {table} \
                 WHERE {key} > {from} AND {key} <= {} AND html LIKE '%/media/%' ORDER BY {key}",
                from + WINDOW
            );
            for text in sql_query(some).load::<Shown>(conn).await? {
                for id in not_noted(conn, &text.html, whose(text.id)).await? {
                    found.entry(id).or_insert_with(|| whose(text.id));
                }
            }
            if found.len() >= limit as usize {
                break;
            }
            from += WINDOW;
        }
    }
    let finding = |(id, by)| {
        let (word, number) = subject(by);
        let expected = format!("noted as used by {word} {number}");
        Finding { invariant: Invariant::MediaUseNoted, subject: id, expected, found: "not noted".into() }
    };
    Ok(found.into_iter().take(limit as usize).map(finding).collect())
}

/// The uploads that HTML shows without a note of it.
async fn not_noted(conn: &mut Conn, html: &str, by: Subject) -> QueryResult<Vec<i64>> {
    let keys = keys_in(html);
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (subject, subject_id) = subject(by);
    let noted = media_uses::table
        .filter(media_uses::media_id.eq(media::id))
        .filter(media_uses::subject.eq(subject).and(media_uses::subject_id.eq(subject_id)));
    media::table
        .filter(media::key.eq_any(keys.iter().map(MediaKey::as_str)))
        .filter(not(exists(noted)))
        .select(media::id)
        .load(conn)
        .await
}

/// Notes every text that shows this upload.
pub(super) async fn note(conn: &mut Conn, id: i64) -> Outcome<bool> {
    let key: Option<String> =
        locked!(media::table.filter(media::id.eq(id)).select(media::key)).first(conn).await.optional()?;
    let Some(key) = key.as_deref().and_then(MediaKey::parse) else { return Ok(false) };
    let mut repaired = false;
    for (table, column, whose) in TEXTS {
        // Nothing in a key means anything to LIKE.
        let showing = format!("SELECT {column} AS id, html FROM {table} WHERE html LIKE '%/media/{key}%'");
        for text in sql_query(showing).load::<Shown>(conn).await? {
            if not_noted(conn, &text.html, whose(text.id)).await?.contains(&id) {
                uses::note(conn, &[id], whose(text.id)).await?;
                repaired = true;
            }
        }
    }
    Ok(repaired)
}

/// Forgets where an upload was used that is gone.
pub(super) async fn forget_uses(conn: &mut Conn, id: i64) -> Outcome<bool> {
    let there = media::table.filter(media::id.eq(media_uses::media_id));
    let stale = media_uses::table.filter(media_uses::media_id.eq(id)).filter(not(exists(there)));
    Ok(diesel::delete(stale).execute(conn).await? > 0)
}

/// Takes off an avatar that is no upload of its user's.
pub(super) async fn take_off_avatar(conn: &mut Conn, user: i64, at: Timestamp) -> Outcome<bool> {
    let own = media::table
        .filter(media::owner_id.eq(users::id))
        .filter(media::key.nullable().eq(users::avatar_key));
    let wrong = users::table
        .filter(users::id.eq(user))
        .filter(users::avatar_key.is_not_null())
        .filter(not(exists(own)));
    let taken_off = diesel::update(wrong)
        .set((
            users::avatar_key.eq(None::<String>),
            users::version.eq(users::version + 1),
            users::edited_at.eq(At(at)),
        ))
        .execute(conn)
        .await?;
    Ok(taken_off == 1)
}

/// Takes off a cover that is no upload for everybody.
pub(super) async fn take_off_cover(conn: &mut Conn, group: i64, at: Timestamp) -> Outcome<bool> {
    let open =
        media::table.filter(media::key.nullable().eq(groups::cover_key)).filter(media::key.not_like("g%"));
    let wrong = groups::table
        .filter(groups::id.eq(group))
        .filter(groups::cover_key.is_not_null())
        .filter(not(exists(open)));
    let taken_off = diesel::update(wrong)
        .set((
            groups::cover_key.eq(None::<String>),
            groups::version.eq(groups::version + 1),
            groups::edited_at.eq(Some(At(at))),
        ))
        .execute(conn)
        .await?;
    Ok(taken_off == 1)
}
