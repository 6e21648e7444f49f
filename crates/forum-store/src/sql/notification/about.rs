//! What events are about: the texts in which people are named, and whom each kind is told.

use std::sync::LazyLock;

use diesel::{
    OptionalExtension, QueryableByName,
    result::QueryResult,
    sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{content::rules::plain_html, event::Subject};

use super::super::Conn;

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    notification_title: String,
    #[diesel(sql_type = Text)]
    notification_html: String,
}

const POST_TEXT: &str = "
    SELECT p.title AS notification_title, b.html AS notification_html FROM posts p JOIN post_bodies b ON b.post_id = p.id
    WHERE p.id = $1 AND p.deleted_at IS NULL";

const QUESTION_TEXT: &str = "
    SELECT q.title AS notification_title, b.html AS notification_html
    FROM questions q JOIN question_bodies b ON b.question_id = q.id
    WHERE q.id = $1 AND q.deleted_at IS NULL";

const ANSWER_TEXT: &str = "
    SELECT '' AS notification_title, b.html AS notification_html
    FROM answers a JOIN answer_bodies b ON b.answer_id = a.id
    WHERE a.id = $1 AND a.deleted_at IS NULL";

const ANSWER_REPLY_TEXT: &str = "
    SELECT w.body AS notification_title, '' AS notification_html
    FROM answer_replies w WHERE w.id = $1 AND w.deleted_at IS NULL";

const COMMENT_TEXT: &str = "SELECT c.body AS notification_title, '' AS notification_html FROM comments c WHERE c.id = $1 AND c.deleted_at IS NULL";

/// What was written, as HTML; `None` if it is no text, or no longer there.
pub(super) async fn text_of(conn: &mut Conn, subject: Subject) -> QueryResult<Option<String>> {
    let (sql, id) = match subject {
        Subject::Post(id) => (POST_TEXT, id.get()),
        Subject::Comment(id) => (COMMENT_TEXT, id.get()),
        Subject::Question(id) => (QUESTION_TEXT, id.get()),
        Subject::Answer(id) => (ANSWER_TEXT, id.get()),
        Subject::AnswerReply(id) => (ANSWER_REPLY_TEXT, id.get()),
        Subject::Group(_) | Subject::JoinRequest(_) | Subject::User(_) => return Ok(None),
    };
    let row: Option<TextRow> = sql_query(sql).bind::<BigInt, _>(id).get_result(conn).await.optional()?;
    Ok(row.map(|row| format!("{}<br>{}", plain_html(&row.notification_title), row.notification_html)))
}

/// Somebody who is told, and where it leads.
#[derive(Debug, Clone, Default, QueryableByName)]
pub(super) struct Candidate {
    #[diesel(sql_type = BigInt)]
    pub(super) user_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) group_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) post_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) comment_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) said_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) question_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) answer_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) answer_reply_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) join_request_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) actor_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) text: Option<String>,
}

/// Whom each kind is told. The subject's id is `$1`.
pub(super) struct Receivers {
    pub(super) post_commented: String,
    pub(super) comment_replied: String,
    /// With `$2` whoever likes it.
    pub(super) post_liked: String,
    /// With `$2` whoever likes it.
    pub(super) comment_liked: String,
    /// With `$2` whoever is named.
    pub(super) mentioned_in_post: String,
    /// With `$2` whoever is named.
    pub(super) mentioned_in_comment: String,
    pub(super) join_requested: String,
    pub(super) join_approved: String,
    pub(super) join_refused: String,
    /// With `$2` whose role it is, `$3` the moment of the event.
    pub(super) role_changed: String,
    pub(super) post_removed: String,
    pub(super) comment_removed: String,
}

/// That user `u` is there, did not do it himself, does not block `actor`, and wants to be told of it.
pub(super) fn wants(kind: &str, actor: Option<&str>) -> String {
    let muted = format!(
        "u.deleted_at IS NULL AND NOT EXISTS ( \
             SELECT 1 FROM notification_mutes w WHERE w.user_id = u.id AND w.kind = '{kind}')"
    );
    actor.map_or(muted.clone(), |actor| {
        format!(
            "{muted} AND u.id <> {actor} AND NOT EXISTS ( \
                 SELECT 1 FROM blocks x WHERE x.user_id = u.id AND x.blocked_id = {actor})"
        )
    })
}

/// That user `u` may read what stands in group `g`.
const READS: &str = "g.deleted_at IS NULL AND (g.visibility = 'public' OR EXISTS (
        SELECT 1 FROM memberships r WHERE r.group_id = g.id AND r.user_id = u.id))";

/// That he decides who is let into it.
const DECIDES: &str = "g.deleted_at IS NULL AND EXISTS (
        SELECT 1 FROM memberships r
        WHERE r.group_id = g.id AND r.user_id = u.id AND r.role <> 'member')";

/// Selects candidates: the columns of [`Candidate`] that are not null, by their names.
pub(super) fn told_of(columns: &[(&str, &str)], from: &str, conditions: &[&str]) -> String {
    const NAMES: [&str; 10] = [
        "group_id",
        "post_id",
        "comment_id",
        "said_id",
        "question_id",
        "answer_id",
        "answer_reply_id",
        "join_request_id",
        "actor_id",
        "text",
    ];
    let columns = NAMES.map(|name| {
        let kind = if name == "text" { "TEXT" } else { "BIGINT" };
        let column = columns.iter().find(|(of, _)| *of == name).map_or("NULL", |(_, column)| column);
        format!("CAST({column} AS {kind}) AS {name}")
    });
    format!(
        "SELECT u.id AS user_id, {} FROM {from} WHERE {} ORDER BY u.id",
        columns.join(", "),
        conditions.join(" AND ")
    )
}

/// Selects candidates of what stands in a group: its columns in this order, `-` for none.
fn told(columns: [&str; 7], from: &str, conditions: &[&str]) -> String {
    const NAMES: [&str; 7] =
        ["group_id", "post_id", "comment_id", "said_id", "join_request_id", "actor_id", "text"];
    let columns: Vec<(&str, &str)> = NAMES.into_iter().zip(columns).filter(|(_, of)| *of != "-").collect();
    told_of(&columns, from, conditions)
}

const THERE: &str = "p.deleted_at IS NULL AND c.deleted_at IS NULL";

/// See [`Receivers`].
pub(super) static RECEIVERS: LazyLock<Receivers> = LazyLock::new(|| {
    // Parameters are numbered in the order of their first mention, so the subject always comes first.
    let comment = "comments c JOIN posts p ON p.id = c.post_id JOIN groups g ON g.id = p.group_id";
    let post = "posts p JOIN groups g ON g.id = p.group_id";
    let request = "join_requests q JOIN groups g ON g.id = q.group_id";
    let decided = |status: &str, kind: &str| {
        told(
            ["g.id", "-", "-", "-", "q.id", "q.decided_by", "-"],
            &format!("{request} JOIN users u ON u.id = q.user_id"),
            &[
                "q.id = $1",
                &format!("q.status = '{status}'"),
                "q.decided_by IS NOT NULL",
                "g.deleted_at IS NULL",
                &wants(kind, Some("q.decided_by")),
            ],
        )
    };
    Receivers {
        post_commented: told(
            ["g.id", "p.id", "-", "c.id", "-", "c.author_id", "-"],
            &format!("{comment} JOIN users u ON u.id = p.author_id"),
            &[
                "c.id = $1",
                "c.parent_id IS NULL",
                THERE,
                READS,
                &wants("post_commented", Some("c.author_id")),
            ],
        ),
        comment_replied: told(
            ["g.id", "p.id", "t.id", "c.id", "-", "c.author_id", "-"],
            &format!(
                "{comment} JOIN comments t ON t.id = c.parent_id \
                 JOIN users u ON u.id = t.author_id OR u.id = c.reply_to_id"
            ),
            &[
                "c.id = $1",
                THERE,
                "t.deleted_at IS NULL",
                READS,
                &wants("comment_replied", Some("c.author_id")),
            ],
        ),
        post_liked: told(
            ["g.id", "p.id", "-", "-", "-", "l.user_id", "-"],
            &format!("{post} JOIN post_likes l ON l.post_id = p.id JOIN users u ON u.id = p.author_id"),
            &[
                "p.id = $1",
                "l.user_id = $2",
                "p.deleted_at IS NULL",
                READS,
                &wants("post_liked", Some("l.user_id")),
            ],
        ),
        comment_liked: told(
            ["g.id", "p.id", "c.id", "-", "-", "l.user_id", "-"],
            &format!(
                "{comment} JOIN comment_likes l ON l.comment_id = c.id JOIN users u ON u.id = c.author_id"
            ),
            &["c.id = $1", "l.user_id = $2", THERE, READS, &wants("comment_liked", Some("l.user_id"))],
        ),
        mentioned_in_post: told(
            ["g.id", "p.id", "-", "-", "-", "p.author_id", "-"],
            &format!("{post} CROSS JOIN users u"),
            &[
                "p.id = $1",
                "u.id = $2",
                "p.deleted_at IS NULL",
                READS,
                &wants("mentioned", Some("p.author_id")),
            ],
        ),
        mentioned_in_comment: told(
            ["g.id", "p.id", "c.id", "-", "-", "c.author_id", "-"],
            &format!("{comment} CROSS JOIN users u"),
            &["c.id = $1", "u.id = $2", THERE, READS, &wants("mentioned", Some("c.author_id"))],
        ),
        join_requested: told(
            ["g.id", "-", "-", "-", "q.id", "q.user_id", "-"],
            &format!(
                "{request} JOIN memberships d ON d.group_id = g.id AND d.role <> 'member' \
                 JOIN users u ON u.id = d.user_id"
            ),
            &["q.id = $1", "q.status = 'pending'", DECIDES, &wants("join_requested", Some("q.user_id"))],
        ),
        join_approved: decided("approved", "join_approved"),
        join_refused: decided("refused", "join_refused"),
        role_changed: told(
            ["g.id", "-", "-", "-", "-", "-", "d.role"],
            "groups g JOIN memberships d ON d.group_id = g.id JOIN users u ON u.id = d.user_id",
            &[
                "g.id = $1",
                "u.id = $2",
                "g.deleted_at IS NULL",
                // Who has just come in as a member was told otherwise.
                "(d.joined_at <> $3 OR d.role <> 'member')",
                &wants("role_changed", None),
            ],
        ),
        post_removed: told(
            ["g.id", "p.id", "-", "-", "-", "-", "-"],
            &format!("{post} JOIN users u ON u.id = p.author_id"),
            &["p.id = $1", "p.deleted_by <> p.author_id", READS, &wants("content_removed", None)],
        ),
        comment_removed: told(
            ["g.id", "p.id", "c.id", "-", "-", "-", "-"],
            &format!("{comment} JOIN users u ON u.id = c.author_id"),
            &["c.id = $1", "c.deleted_by <> c.author_id", READS, &wants("content_removed", None)],
        ),
    }
});
