//! What follows events of questions, answers and the replies under them, which are for everybody to read.

use std::sync::LazyLock;

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, result::QueryResult, sql_query, sql_types::BigInt,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    event::{Recorded, Subject, Verb},
    id::UserId,
    notification::Kind,
};

use super::{
    super::{Conn, outbox},
    about::{told_of, wants},
    follow::{UserRow, about, candidates, mention, take_back, tell},
    likes, raise, raise_all,
};
use crate::schema::{answer_replies, answers, notifications};

/// Whom each kind is told. The subject's id is `$1`.
pub(super) struct Receivers {
    answered: String,
    replied: String,
    accepted: String,
    /// With `$2` whoever likes it.
    pub(super) liked: String,
    /// With `$2` whoever is named.
    mentioned_in_question: String,
    /// With `$2` whoever is named.
    mentioned_in_answer: String,
    /// With `$2` whoever is named.
    mentioned_in_reply: String,
    question_removed: String,
    answer_removed: String,
    reply_removed: String,
}

/// See [`Receivers`].
pub(super) static RECEIVERS: LazyLock<Receivers> = LazyLock::new(|| {
    const QUESTION: (&str, &str) = ("question_id", "q.id");
    const ANSWER: (&str, &str) = ("answer_id", "a.id");
    const REPLY: (&str, &str) = ("answer_reply_id", "w.id");
    const QUESTION_THERE: &str = "q.deleted_at IS NULL";
    const ANSWER_THERE: &str = "q.deleted_at IS NULL AND a.deleted_at IS NULL";
    const REPLY_THERE: &str = "q.deleted_at IS NULL AND a.deleted_at IS NULL AND w.deleted_at IS NULL";
    // Parameters are numbered in the order of their first mention, so the subject always comes first.
    let answer = "answers a JOIN questions q ON q.id = a.question_id";
    let reply =
        "answer_replies w JOIN answers a ON a.id = w.answer_id JOIN questions q ON q.id = a.question_id";
    let removed = |columns: &[(&str, &str)], from: &str, of: &str| {
        told_of(
            columns,
            &format!("{from} JOIN users u ON u.id = {of}.author_id"),
            &[
                &format!("{of}.id = $1"),
                &format!("{of}.deleted_by <> {of}.author_id"),
                &wants("content_removed", None),
            ],
        )
    };
    Receivers {
        answered: told_of(
            &[QUESTION, ANSWER, ("actor_id", "a.author_id")],
            &format!("{answer} JOIN users u ON u.id = q.author_id"),
            &["a.id = $1", ANSWER_THERE, &wants("question_answered", Some("a.author_id"))],
        ),
        replied: told_of(
            &[QUESTION, ANSWER, REPLY, ("actor_id", "w.author_id")],
            &format!("{reply} JOIN users u ON u.id = a.author_id OR u.id = w.reply_to_id"),
            &["w.id = $1", REPLY_THERE, &wants("answer_replied", Some("w.author_id"))],
        ),
        accepted: told_of(
            &[QUESTION, ANSWER, ("actor_id", "q.author_id")],
            &format!("{answer} JOIN users u ON u.id = a.author_id"),
            &["a.id = $1", "a.accepted", ANSWER_THERE, &wants("answer_accepted", Some("q.author_id"))],
        ),
        liked: told_of(
            &[QUESTION, ANSWER, ("actor_id", "l.user_id")],
            &format!("{answer} JOIN answer_likes l ON l.answer_id = a.id JOIN users u ON u.id = a.author_id"),
            &["a.id = $1", "l.user_id = $2", ANSWER_THERE, &wants("answer_liked", Some("l.user_id"))],
        ),
        mentioned_in_question: told_of(
            &[QUESTION, ("actor_id", "q.author_id")],
            "questions q CROSS JOIN users u",
            &["q.id = $1", "u.id = $2", QUESTION_THERE, &wants("mentioned", Some("q.author_id"))],
        ),
        mentioned_in_answer: told_of(
            &[QUESTION, ANSWER, ("actor_id", "a.author_id")],
            &format!("{answer} CROSS JOIN users u"),
            &["a.id = $1", "u.id = $2", ANSWER_THERE, &wants("mentioned", Some("a.author_id"))],
        ),
        mentioned_in_reply: told_of(
            &[QUESTION, ANSWER, REPLY, ("actor_id", "w.author_id")],
            &format!("{reply} CROSS JOIN users u"),
            &["w.id = $1", "u.id = $2", REPLY_THERE, &wants("mentioned", Some("w.author_id"))],
        ),
        question_removed: removed(&[QUESTION], "questions q", "q"),
        answer_removed: removed(&[QUESTION, ANSWER], answer, "a"),
        reply_removed: removed(&[QUESTION, ANSWER, REPLY], reply, "w"),
    }
});

/// Makes notifications of an event of a question, an answer or a reply be as they should be by now. Answers
/// whose feeds changed.
pub(super) async fn follow(
    conn: &mut Conn,
    event: Recorded,
    mentions: Vec<Vec<String>>,
) -> QueryResult<Vec<UserId>> {
    let Recorded { event: happened, at, .. } = event;
    let (subject, (_, id)) = (happened.subject, outbox::subject(happened.subject));
    let about = about(subject);
    let all = &*RECEIVERS;
    let (news, naming, removed) = match subject {
        Subject::Question(_) => (None, &all.mentioned_in_question, &all.question_removed),
        Subject::Answer(_) => {
            (Some((Kind::QuestionAnswered, &all.answered)), &all.mentioned_in_answer, &all.answer_removed)
        }
        _ => (Some((Kind::AnswerReplied, &all.replied)), &all.mentioned_in_reply, &all.reply_removed),
    };
    let mut changed = Vec::new();
    match happened.verb {
        Verb::Created | Verb::Edited => {
            if let (Verb::Created, Some((kind, receivers))) = (happened.verb, news) {
                let some = candidates(conn, receivers, id).await?;
                changed.extend(tell(conn, kind, &about, some, at, false).await?);
            }
            changed.extend(mention(conn, naming, id, &about, mentions, at).await?);
        }
        Verb::Deleted | Verb::Restored => {
            let some = candidates(conn, removed, id).await?;
            if some.is_empty() {
                changed.extend(take_back(conn, Kind::ContentRemoved, &about, &[]).await?);
            } else {
                changed.extend(tell(conn, Kind::ContentRemoved, &about, some, at, true).await?);
            }
            // What is hidden, or shown again, changes what they count as unread.
            if let Some(question) = question_of(conn, subject).await? {
                let readers = unread_of(conn, question).await?;
                changed.extend(raise_all(conn, readers).await?);
            }
        }
        Verb::Liked | Verb::Unliked => {
            if let Some(user) = happened.user {
                changed.extend(likes::follow(conn, subject, user.get()).await?);
            }
        }
        Verb::Accepted | Verb::Unaccepted => {
            let author = "SELECT author_id AS user_id FROM answers WHERE id = $1";
            let author: Option<UserRow> =
                sql_query(author).bind::<BigInt, _>(id).get_result(conn).await.optional()?;
            let Some(author) = author else { return Ok(changed) };
            // From here on nobody else tells him of it, and what is read is as it stands.
            raise(conn, author.user_id).await?;
            let some = candidates(conn, &all.accepted, id).await?;
            if some.is_empty() {
                changed.extend(take_back(conn, Kind::AnswerAccepted, &about, &[]).await?);
            } else if happened.verb == Verb::Accepted {
                changed.extend(tell(conn, Kind::AnswerAccepted, &about, some, at, true).await?);
            }
        }
        Verb::Decided | Verb::RoleChanged | Verb::Left => {}
    }
    Ok(changed)
}

/// The question that it is or stands under.
async fn question_of(conn: &mut Conn, subject: Subject) -> QueryResult<Option<i64>> {
    match subject {
        Subject::Question(id) => Ok(Some(id.get())),
        Subject::Answer(id) => {
            answers::table.find(id.get()).select(answers::question_id).first(conn).await.optional()
        }
        Subject::AnswerReply(id) => answer_replies::table
            .inner_join(answers::table)
            .filter(answer_replies::id.eq(id.get()))
            .select(answers::question_id)
            .first(conn)
            .await
            .optional(),
        _ => Ok(None),
    }
}

/// Who has something unread about a question or what stands under it.
async fn unread_of(conn: &mut Conn, question: i64) -> QueryResult<Vec<i64>> {
    use notifications as n;
    n::table
        .filter(n::question_id.eq(question))
        .filter(n::read_at.is_null())
        .select(n::user_id)
        .distinct()
        .load(conn)
        .await
}
