//! SQL types that differ by database, and how Rust's values become them.

use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::{
        AppearsOnTable, AsExpression, Expression, SelectableExpression, ValidGrouping, is_aggregate,
    },
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, SqlOrd, SqlType, Text, Timestamptz},
    sqlite::Sqlite,
};

/// A moment in UTC: `TIMESTAMPTZ` on PostgreSQL, microseconds since 1970 as `BIGINT` on SQLite.
/// Finer than a microsecond is cut by both.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Moment;

impl SqlOrd for Moment {}

/// A [`Moment`] in Rust: a wrapper, since neither chrono's type nor diesel's traits are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Moment)]
pub(crate) struct At(pub(crate) DateTime<Utc>);

impl ToSql<Moment, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Moment, Pg> for At {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(bytes).map(Self)
    }
}

impl ToSql<Moment, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<Moment, Sqlite> for At {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        DateTime::from_timestamp_micros(micros)
            .map(Self)
            .ok_or_else(|| format!("{micros} µs since 1970 is no moment").into())
    }
}

/// The database's own time, as of the transaction's beginning or a little later.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Now;

impl QueryFragment<Pg> for Now {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("now()");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Now {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        // SQLite's clock reads milliseconds.
        out.push_sql("(CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000)");
        Ok(())
    }
}

/// So long before [`Now`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ago {
    seconds: i64,
}

// The seconds are bound, so every statement with them is one.
impl QueryId for Ago {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Ago {
    /// So many seconds.
    #[must_use]
    pub(crate) fn seconds(seconds: u32) -> Self {
        Self { seconds: seconds.into() }
    }
}

impl QueryFragment<Pg> for Ago {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(now() - ");
        out.push_bind_param::<BigInt, _>(&self.seconds)?;
        out.push_sql(" * interval '1 second')");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Ago {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(");
        Now.walk_ast(out.reborrow())?;
        out.push_sql(" - ");
        out.push_bind_param::<BigInt, _>(&self.seconds)?;
        out.push_sql(" * 1000000)");
        Ok(())
    }
}

/// The word `'pending'` as a literal: the planner knows then that a partial index serves.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Pending;

impl<DB: Backend> QueryFragment<DB> for Pending {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("'pending'");
        Ok(())
    }
}

/// The word `'public'` as a literal: the planner knows then how many groups it means.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Public;

impl<DB: Backend> QueryFragment<DB> for Public {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("'public'");
        Ok(())
    }
}

macro_rules! constants {
    ($($name:ident: $sql_type:ty;)+) => {$(
        impl Expression for $name {
            type SqlType = $sql_type;
        }
        impl<GB> ValidGrouping<GB> for $name {
            type IsAggregate = is_aggregate::Never;
        }
        impl<QS> SelectableExpression<QS> for $name {}
        impl<QS> AppearsOnTable<QS> for $name {}
    )+};
}

constants! {
    Now: Moment;
    Ago: Moment;
    Pending: Text;
    Public: Text;
}

/// A domain enum that is stored as a word. The `CHECK` constraints name the same words.
pub(crate) trait Word: Copy + Sized + 'static {
    /// The words, each with its meaning.
    const WORDS: &'static [(&'static str, Self)];

    /// The value with this word.
    fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
    }

    /// Its word.
    fn word(self) -> &'static str;
}

/// A stored word, as rows hold it: `role: Read<Role>`, `gender: Option<Read<Gender>>`.
#[derive(Debug, Clone, Copy, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(crate) struct Read<T: Word>(pub(crate) T);

impl<T: Word, DB: Backend> FromSql<Text, DB> for Read<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let word = String::from_sql(bytes)?;
        T::of_word(&word)
            .map(Self)
            .ok_or_else(|| format!("{word:?} is no {}", std::any::type_name::<T>()).into())
    }
}

macro_rules! words {
    ($($name:ty { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl Word for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }
    )+};
}

words! {
    forum_domain::account::Gender { Female = "female", Male = "male", Other = "other" }
    forum_domain::account::SiteRole { User = "user", Moderator = "moderator", Admin = "admin" }
    forum_domain::group::JoinPolicy { Open = "open", Approval = "approval", Invite = "invite" }
    forum_domain::group::Visibility { Public = "public", Members = "members" }
    forum_domain::group::Role { Member = "member", Moderator = "moderator", Owner = "owner" }
    forum_domain::content::Format { Html = "html", Markdown = "markdown", Plain = "plain" }
    forum_domain::event::Verb {
        Created = "created", Edited = "edited", Deleted = "deleted", Restored = "restored", Liked = "liked",
        Unliked = "unliked", Accepted = "accepted", Unaccepted = "unaccepted", Decided = "decided",
        RoleChanged = "role_changed", Left = "left",
    }
    forum_domain::notification::Kind {
        PostCommented = "post_commented", CommentReplied = "comment_replied", PostLiked = "post_liked",
        CommentLiked = "comment_liked", AnswerLiked = "answer_liked", QuestionAnswered = "question_answered",
        AnswerReplied = "answer_replied", AnswerAccepted = "answer_accepted", Mentioned = "mentioned",
        JoinRequested = "join_requested", JoinApproved = "join_approved", JoinRefused = "join_refused",
        RoleChanged = "role_changed", ContentRemoved = "content_removed", System = "system",
    }
    forum_domain::moderation::TargetKind {
        Post = "post", Comment = "comment", Question = "question", Answer = "answer",
        AnswerReply = "answer_reply", Group = "group", User = "user",
    }
    forum_domain::moderation::Reason {
        Spam = "spam", Abuse = "abuse", Illegal = "illegal", Sexual = "sexual", OffTopic = "off_topic",
        Other = "other",
    }
    forum_domain::moderation::ReportStatus { Open = "open", Resolved = "resolved" }
    forum_domain::moderation::Action {
        Dismiss = "dismiss", Remove = "remove", Mute = "mute", Ban = "ban", Suspend = "suspend",
    }
    forum_domain::moderation::Deed {
        Delete = "delete", Restore = "restore", Pin = "pin", Unpin = "unpin",
        MarkExcellent = "mark_excellent", UnmarkExcellent = "unmark_excellent", Lock = "lock",
        Unlock = "unlock", Mute = "mute", Unmute = "unmute", Ban = "ban", Unban = "unban",
        RemoveMember = "remove_member", ChangeRole = "change_role", DismissReport = "dismiss_report",
        Suspend = "suspend", Unsuspend = "unsuspend", ChangeSiteRole = "change_site_role",
    }
    forum_domain::join::JoinStatus {
        Pending = "pending", Approved = "approved", Refused = "refused", Withdrawn = "withdrawn", Expired = "expired",
    }
}
