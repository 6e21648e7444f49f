//! How things stand between a user and what he may like: read alone, and as the beginning of the
//! statements that write.

use std::{marker::PhantomData, sync::LazyLock};

use diesel::{
    OptionalExtension,
    result::QueryResult,
    sql_types::{BigInt, Bool, Integer},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    id::UserId,
    like::{Day, Target},
};

use super::{super::Conn, hot::Writes};
use crate::{
    rows::like::StandingRow,
    statement::{ByHand, statement},
};

/// What can be liked, of one kind: its tables.
pub(crate) trait Kind: std::fmt::Debug + Send + Sync + 'static {
    /// The statements about it.
    fn texts() -> &'static Texts;
}

/// Posts.
#[derive(Debug)]
pub(crate) struct Posts;

/// Comments and replies.
#[derive(Debug)]
pub(crate) struct Comments;

/// Answers.
#[derive(Debug)]
pub(crate) struct Answers;

/// Statements about one kind of target.
pub(crate) struct Texts {
    standing: String,
    /// Those that write, which differ by database.
    pub(crate) writes: Writes,
}

impl Texts {
    /// Fills in the names of a kind: `{targets}` its table, `{there}` those of its rows that nobody
    /// deleted, as `t`, with what `{readable}` asks whether they are there for him; `{likes}` and
    /// `{target_id}` the table of its likes; `{subject}` its word in `outbox`; `{standing}` the beginning.
    fn new(
        subject: &'static str,
        targets: &str,
        there: &str,
        readable: &str,
        likes: &str,
        target_id: &str,
    ) -> Self {
        let fill = |text: &str| {
            text.replace("{standing}", STANDING)
                .replace("{targets}", targets)
                .replace("{there}", there)
                .replace("{readable}", readable)
                .replace("{likes}", likes)
                .replace("{target_id}", target_id)
                .replace("{subject}", subject)
        };
        Self { standing: fill(STANDING), writes: Writes::new(fill) }
    }
}

/// `$1` the user, `$2` the day, `$3` the target. No row if it is not there for him, who may read as
/// [`access`](super::super::access) says.
const STANDING: &str = "
    SELECT t.author_id, t.like_count,
        EXISTS (SELECT 1 FROM {likes} l WHERE l.{target_id} = t.id AND l.user_id = $1) AS liked,
        coalesce((
            SELECT q.used FROM like_quotas q
            WHERE q.user_id = $1 AND q.day = $2 AND q.author_id = 0), 0) AS used_today,
        coalesce((
            SELECT q.used FROM like_quotas q
            WHERE q.user_id = $1 AND q.day = $2 AND q.author_id = t.author_id), 0) AS used_for_author
    FROM {there}
    WHERE t.id = $3 AND t.deleted_at IS NULL AND {readable}";

/// That what stands in group `g` is there for him.
const READABLE_IN_GROUP: &str = "g.deleted_at IS NULL
        AND (g.visibility = 'public' OR EXISTS (
            SELECT 1 FROM memberships m WHERE m.group_id = g.id AND m.user_id = $1))";

/// That an answer to question `a` is there, for everybody.
const READABLE_UNDER_QUESTION: &str = "a.deleted_at IS NULL";

static POSTS: LazyLock<Texts> = LazyLock::new(|| {
    let there = "posts t JOIN groups g ON g.id = t.group_id";
    Texts::new("post", "posts", there, READABLE_IN_GROUP, "post_likes", "post_id")
});

static COMMENTS: LazyLock<Texts> = LazyLock::new(|| {
    let there = "comments t \
        JOIN posts p ON p.id = t.post_id AND p.deleted_at IS NULL \
        JOIN groups g ON g.id = p.group_id";
    Texts::new("comment", "comments", there, READABLE_IN_GROUP, "comment_likes", "comment_id")
});

static ANSWERS: LazyLock<Texts> = LazyLock::new(|| {
    let there = "answers t JOIN questions a ON a.id = t.question_id";
    Texts::new("answer", "answers", there, READABLE_UNDER_QUESTION, "answer_likes", "answer_id")
});

impl Kind for Posts {
    fn texts() -> &'static Texts {
        &POSTS
    }
}

impl Kind for Comments {
    fn texts() -> &'static Texts {
        &COMMENTS
    }
}

impl Kind for Answers {
    fn texts() -> &'static Texts {
        &ANSWERS
    }
}

statement! {
    /// Reads how things stand.
    Read<K: Kind>(user: i64 as BigInt, day: i32 as Integer, target: i64 as BigInt)
        -> (BigInt, BigInt, Bool, Integer, Integer) = &K::texts().standing;
}

/// How things stand now; `None` if the target is not there for him.
pub(crate) async fn read<K: Kind>(
    conn: &mut Conn,
    user: UserId,
    day: Day,
    target: Target,
) -> QueryResult<Option<StandingRow>> {
    let read = Read { user: user.get(), day: day.0, target: id_of(target), kind: PhantomData::<K> };
    ByHand(read).get_result(conn).await.optional()
}

/// The id among its kind.
pub(crate) fn id_of(target: Target) -> i64 {
    match target {
        Target::Post(id) => id.get(),
        Target::Comment(id) => id.get(),
        Target::Answer(id) => id.get(),
    }
}

/// A policy's number as the table holds it.
pub(crate) fn allowed(likes: u32) -> i32 {
    i32::try_from(likes).unwrap_or(i32::MAX)
}
