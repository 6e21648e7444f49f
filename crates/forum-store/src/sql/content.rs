//! Replacing what is served of texts, when the policy that renders them has changed.

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, IntoSql, OptionalExtension, QueryDsl, QueryResult,
    sql_types::BigInt,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    content::{ContentRepository, Format, Outdated, Renewed, Shelf, Source, TextKey},
    error::PortError,
    event::Subject,
    id::{AnswerId, PostId, QuestionId},
    search::SearchKind,
};

use super::{Conn, Outcome, Store, among, media::uses};
use crate::{
    schema::{
        answer_bodies, answer_revisions, answers, post_bodies, post_revisions, posts, question_bodies,
        question_revisions, questions, search_documents,
    },
    types::Read,
};

#[async_trait]
impl ContentRepository for Store {
    async fn rendered_before(
        &self,
        shelf: Shelf,
        policy: i32,
        after: TextKey,
        limit: u32,
    ) -> Result<Vec<Outdated>, PortError> {
        self.read(move |conn| Box::pin(outdated(conn, shelf, policy, after, limit))).await
    }

    async fn put_rendered(&self, shelf: Shelf, texts: Vec<Renewed>) -> Result<u64, PortError> {
        self.write(move |conn| Box::pin(put(conn, shelf, texts))).await
    }
}

async fn outdated(
    conn: &mut Conn,
    shelf: Shelf,
    policy: i32,
    after: TextKey,
    limit: u32,
) -> QueryResult<Vec<Outdated>> {
    macro_rules! current {
        ($bodies:ident, $key:ident, $parents:ident) => {
            $bodies::table
                .inner_join($parents::table)
                .filter($bodies::policy.lt(policy))
                .filter($bodies::$key.gt(after.id))
                .order($bodies::$key)
                .limit(limit.into())
                .select(($bodies::$key, 0_i64.into_sql::<BigInt>(), $parents::format, $bodies::source))
                .load(conn)
                .await?
        };
    }
    macro_rules! former {
        ($revisions:ident, $key:ident) => {
            $revisions::table
                .filter($revisions::policy.lt(policy))
                .filter(
                    $revisions::$key
                        .gt(after.id)
                        .or($revisions::$key.eq(after.id).and($revisions::version.gt(after.version))),
                )
                .order(($revisions::$key, $revisions::version))
                .limit(limit.into())
                .select(($revisions::$key, $revisions::version, $revisions::format, $revisions::source))
                .load(conn)
                .await?
        };
    }
    let rows: Vec<(i64, i64, Read<Format>, String)> = match shelf {
        Shelf::Posts => current!(post_bodies, post_id, posts),
        Shelf::PostRevisions => former!(post_revisions, post_id),
        Shelf::Questions => current!(question_bodies, question_id, questions),
        Shelf::QuestionRevisions => former!(question_revisions, question_id),
        Shelf::Answers => current!(answer_bodies, answer_id, answers),
        Shelf::AnswerRevisions => former!(answer_revisions, answer_id),
    };
    let text = |(id, version, format, source): (i64, i64, Read<Format>, String)| Outdated {
        key: TextKey { id, version },
        format: format.0,
        source: Source::stored(source),
    };
    Ok(rows.into_iter().map(text).collect())
}

async fn put(conn: &mut Conn, shelf: Shelf, texts: Vec<Renewed>) -> Outcome<u64> {
    // The uploads of all of them before what shows them, as the lock order wants it.
    let html: Vec<&str> = texts.iter().map(|text| text.rendered.html.as_str()).collect();
    uses::lock(conn, &html.join("\n")).await?;
    lock(conn, shelf, &texts).await?;
    let mut changed = Vec::new();
    for text in &texts {
        if !replace(conn, shelf, text).await? {
            continue;
        }
        let id = text.text.key.id;
        let shown = uses::lock(conn, &text.rendered.html).await?;
        uses::note(conn, &shown, subject(shelf, id)).await?;
        changed.push(id);
    }
    let kind = match shelf {
        Shelf::Posts => SearchKind::Post,
        Shelf::Questions => SearchKind::Question,
        Shelf::PostRevisions | Shelf::QuestionRevisions | Shelf::Answers | Shelf::AnswerRevisions => {
            return Ok(changed.len() as u64);
        }
    };
    diesel::update(search_documents::table)
        .filter(search_documents::kind.eq(kind.as_str()))
        .filter(among(search_documents::subject_id, &changed))
        .set(search_documents::scheme.eq(0))
        .execute(conn)
        .await?;
    Ok(changed.len() as u64)
}

/// What the text of a shelf is of.
fn subject(shelf: Shelf, id: i64) -> Subject {
    match shelf {
        Shelf::Posts | Shelf::PostRevisions => Subject::Post(PostId::stored(id)),
        Shelf::Questions | Shelf::QuestionRevisions => Subject::Question(QuestionId::stored(id)),
        Shelf::Answers | Shelf::AnswerRevisions => Subject::Answer(AnswerId::stored(id)),
    }
}

/// Locks what texts are of, so that nobody edits or erases it meanwhile.
async fn lock(conn: &mut Conn, shelf: Shelf, texts: &[Renewed]) -> QueryResult<()> {
    let ids: Vec<i64> = texts.iter().map(|text| text.text.key.id).collect();
    macro_rules! lock {
        ($table:ident) => {
            locked!($table::table.filter(among($table::id, &ids)).order($table::id).select($table::id))
                .load::<i64>(conn)
                .await?
        };
    }
    match shelf {
        Shelf::Posts | Shelf::PostRevisions => lock!(posts),
        Shelf::Questions | Shelf::QuestionRevisions => lock!(questions),
        Shelf::Answers | Shelf::AnswerRevisions => lock!(answers),
    };
    Ok(())
}

/// Replaces what is served of one text whose parent is locked. Whether its HTML is another than before.
async fn replace(conn: &mut Conn, shelf: Shelf, text: &Renewed) -> QueryResult<bool> {
    let (TextKey { id, version }, rendered) = (text.text.key, &text.rendered);
    // What the source is now, unless this policy or a later one rendered it.
    let is_as_it_was = |found: Option<(Read<Format>, String, String)>| {
        found
            .filter(|(format, source, _)| {
                format.0 == text.text.format && *source == text.text.source.as_str()
            })
            .map(|(_, _, html)| html)
    };
    macro_rules! current {
        ($bodies:ident, $parents:ident) => {{
            let found = $bodies::table
                .inner_join($parents::table)
                .filter($parents::id.eq(id))
                .filter($bodies::policy.lt(rendered.policy))
                .select(($parents::format, $bodies::source, $bodies::html))
                .first(conn)
                .await
                .optional()?;
            let Some(before) = is_as_it_was(found) else { return Ok(false) };
            diesel::update($bodies::table.find(id))
                .set(($bodies::html.eq(&rendered.html), $bodies::policy.eq(rendered.policy)))
                .execute(conn)
                .await?;
            diesel::update($parents::table.find(id))
                .filter($parents::excerpt.ne(&rendered.excerpt))
                .set($parents::excerpt.eq(&rendered.excerpt))
                .execute(conn)
                .await?;
            before
        }};
    }
    macro_rules! former {
        ($revisions:ident) => {{
            let found = $revisions::table
                .find((id, version))
                .filter($revisions::policy.lt(rendered.policy))
                .select(($revisions::format, $revisions::source, $revisions::html))
                .first(conn)
                .await
                .optional()?;
            let Some(before) = is_as_it_was(found) else { return Ok(false) };
            diesel::update($revisions::table.find((id, version)))
                .set(($revisions::html.eq(&rendered.html), $revisions::policy.eq(rendered.policy)))
                .execute(conn)
                .await?;
            before
        }};
    }
    let before = match shelf {
        Shelf::Posts => current!(post_bodies, posts),
        Shelf::PostRevisions => former!(post_revisions),
        Shelf::Questions => current!(question_bodies, questions),
        Shelf::QuestionRevisions => former!(question_revisions),
        Shelf::Answers => current!(answer_bodies, answers),
        Shelf::AnswerRevisions => former!(answer_revisions),
    };
    Ok(before != rendered.html)
}
