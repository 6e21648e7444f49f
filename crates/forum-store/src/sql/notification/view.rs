//! Reading notifications: what is shown, counted and pushed is decided by one condition, in each statement.

use std::sync::LazyLock;

use diesel::{
    OptionalExtension, QueryDsl,
    result::QueryResult,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    id::UserId,
    notification::{Changes, Kind, Notification, NotificationFilter, Unread},
    page::{Page, PageRequest},
};

use super::super::Conn;
use crate::{
    rows::notification::{Item, NotificationRow},
    schema::notification_feeds,
    statement::{ByHand, statement},
    types::{Read, Word},
};

/// Notifications with all that they are about.
const FROM: &str = "
    FROM notifications n
    LEFT JOIN groups g ON g.id = n.group_id
    LEFT JOIN memberships m ON m.group_id = n.group_id AND m.user_id = n.user_id
    LEFT JOIN posts p ON p.id = n.post_id
    LEFT JOIN comments c ON c.id = n.comment_id
    LEFT JOIN comments s ON s.id = n.said_id
    LEFT JOIN questions q ON q.id = n.question_id
    LEFT JOIN answers a ON a.id = n.answer_id
    LEFT JOIN answer_replies w ON w.id = n.answer_reply_id
    LEFT JOIN join_requests r ON r.id = n.join_request_id";

/// That what a notification is about is there, and for its receiver, by now: in groups as
/// [`access`](super::super::access) says.
const VISIBLE: &str = "
    (n.group_id IS NULL OR g.deleted_at IS NULL)
    AND CASE n.kind
        WHEN 'system' THEN TRUE
        WHEN 'join_approved' THEN TRUE
        WHEN 'join_refused' THEN TRUE
        WHEN 'join_requested' THEN m.role IS NOT NULL AND m.role <> 'member'
        WHEN 'role_changed' THEN m.user_id IS NOT NULL
        WHEN 'content_removed' THEN
            n.group_id IS NULL OR g.visibility = 'public' OR m.user_id IS NOT NULL
        ELSE CASE WHEN n.question_id IS NULL
            THEN (g.visibility = 'public' OR m.user_id IS NOT NULL)
                AND p.id IS NOT NULL AND p.deleted_at IS NULL
                AND c.deleted_at IS NULL AND s.deleted_at IS NULL
            ELSE q.id IS NOT NULL AND q.deleted_at IS NULL
                AND a.deleted_at IS NULL AND w.deleted_at IS NULL
            END
        END
    AND NOT (n.actor_count = 1 AND EXISTS (
        SELECT 1 FROM blocks b WHERE b.user_id = n.user_id AND b.blocked_id = n.actor_id))";

/// The columns of [`Item`].
const COLUMNS: &str = "
    SELECT n.id, n.seq, n.kind, n.group_id, n.post_id, n.comment_id, n.question_id, n.answer_id,
        n.join_request_id, coalesce(p.title, q.title, g.name),
        substr(CASE n.kind
            WHEN 'system' THEN n.text
            WHEN 'role_changed' THEN n.text
            WHEN 'join_requested' THEN r.reason
            WHEN 'join_approved' THEN r.reply
            WHEN 'join_refused' THEN r.reply
            ELSE coalesce(s.body, c.body, p.excerpt, w.body, a.excerpt, q.excerpt) END, 1, 200),
        n.actor_count, n.created_at, n.read_at,
        x.id, x.nickname, x.mobile, x.avatar_key,
        y.id, y.nickname, y.mobile, y.avatar_key,
        z.id, z.nickname, z.mobile, z.avatar_key";

/// Who did it, but for whom the receiver blocks.
const ACTORS: &str = "
    LEFT JOIN users x ON x.id = n.actor_id AND NOT EXISTS (
        SELECT 1 FROM blocks b WHERE b.user_id = n.user_id AND b.blocked_id = x.id)
    LEFT JOIN users y ON y.id = n.second_actor_id AND NOT EXISTS (
        SELECT 1 FROM blocks b WHERE b.user_id = n.user_id AND b.blocked_id = y.id)
    LEFT JOIN users z ON z.id = n.third_actor_id AND NOT EXISTS (
        SELECT 1 FROM blocks b WHERE b.user_id = n.user_id AND b.blocked_id = z.id)";

/// A list, with a condition besides: `$1` whose, `$2` before which number, `$3` of which kind, `$4` how many.
fn list_text(condition: &str) -> String {
    format!(
        "{COLUMNS} {FROM} {ACTORS} WHERE n.user_id = $1 AND n.seq < $2 \
         AND (CAST($3 AS TEXT) IS NULL OR n.kind = $3) {condition} AND {VISIBLE} \
         ORDER BY n.seq DESC LIMIT $4"
    )
}

static ALL: LazyLock<String> = LazyLock::new(|| list_text(""));
static UNREAD: LazyLock<String> = LazyLock::new(|| list_text("AND n.read_at IS NULL"));
static READ: LazyLock<String> = LazyLock::new(|| list_text("AND n.read_at IS NOT NULL"));
static SINCE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{COLUMNS} {FROM} {ACTORS} WHERE n.user_id = $1 AND n.seq > $2 AND {VISIBLE} \
         ORDER BY n.seq LIMIT $3"
    )
});
static COUNT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT n.kind, count(*) {FROM} WHERE n.user_id = $1 AND n.read_at IS NULL AND {VISIBLE} \
         GROUP BY n.kind"
    )
});

statement! {
    /// Lists all.
    ListAll(
        user: i64 as BigInt,
        before: i64 as BigInt,
        kind: Option<String> as Nullable<Text>,
        limit: i64 as BigInt,
    ) -> Item = &ALL;

    /// Lists those that are unread.
    ListUnread(
        user: i64 as BigInt,
        before: i64 as BigInt,
        kind: Option<String> as Nullable<Text>,
        limit: i64 as BigInt,
    ) -> Item = &UNREAD;

    /// Lists those that are read.
    ListRead(
        user: i64 as BigInt,
        before: i64 as BigInt,
        kind: Option<String> as Nullable<Text>,
        limit: i64 as BigInt,
    ) -> Item = &READ;

    /// What is new or changed since a number.
    Since(user: i64 as BigInt, since: i64 as BigInt, limit: i64 as BigInt) -> Item = &SINCE;

    /// Counts what is unread of each kind.
    Count(user: i64 as BigInt) -> (Text, BigInt) = &COUNT;
}

pub(super) async fn list(
    conn: &mut Conn,
    user: UserId,
    filter: NotificationFilter,
    page: PageRequest,
) -> QueryResult<Page<Notification>> {
    let (user, kind) = (user.get(), filter.kind.map(|kind| kind.word().to_owned()));
    // The number is the place: what changes moves to the top, so that no page shows a thing twice.
    let before = page.key().map_or(i64::MAX, |(_, seq)| seq);
    let limit = super::super::surplus(page);
    let rows: Vec<NotificationRow> = match filter.unread {
        None => ByHand(ListAll { user, before, kind, limit }).load(conn).await?,
        Some(true) => ByHand(ListUnread { user, before, kind, limit }).load(conn).await?,
        Some(false) => ByHand(ListRead { user, before, kind, limit }).load(conn).await?,
    };
    Ok(Page::from_surplus(rows, page.limit, |row| (row.created_at.0, row.seq)).map(Into::into))
}

pub(super) async fn unread(conn: &mut Conn, user: UserId) -> QueryResult<Unread> {
    let mut by_kind: Vec<(Read<Kind>, i64)> = ByHand(Count { user: user.get() }).load(conn).await?;
    by_kind.sort_unstable_by_key(|(kind, _)| kind.0);
    Ok(Unread { by_kind: by_kind.into_iter().map(|(kind, count)| (kind.0, count)).collect() })
}

/// The number first: what is read after it holds at least every change up to it.
pub(super) async fn changes(
    conn: &mut Conn,
    user: UserId,
    since: Option<i64>,
    limit: u32,
) -> QueryResult<Changes> {
    let feed = notification_feeds::table.find(user.get()).select(notification_feeds::seq);
    let seq: i64 = feed.first(conn).await.optional()?.unwrap_or(0);
    let (mut items, mut gap) = (Vec::new(), false);
    if let Some(since) = since {
        let room = i64::from(limit);
        if (0..=seq).contains(&since) {
            let since = Since { user: user.get(), since, limit: room + 1 };
            let rows: Vec<NotificationRow> = ByHand(since).load(conn).await?;
            items = rows.into_iter().map(Notification::from).collect();
        }
        gap = !(0..=seq).contains(&since) || items.len() > limit as usize;
        if gap {
            items.clear();
        }
    }
    let unread = unread(conn, user).await?;
    Ok(Changes { seq, items, gap, unread })
}
