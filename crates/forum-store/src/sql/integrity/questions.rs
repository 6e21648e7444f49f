//! What the doctor asks of the tables.
//!
//! Plain SQL, the same for both databases: it is asked rarely, and shall be read against the invariants'
//! words. Each question is one statement over whole tables, with no lookup for each row. Of deleted groups
//! nothing is asked but what their requests say; what was written in them is asked like any other.

use forum_domain::integrity::Invariant;

/// The likes that each user gave on each day: to each author, and, as to author 0, to all.
macro_rules! given {
    ($whose:literal) => {
        concat!(
            "WITH likes AS ( \
                SELECT l.user_id, l.day, p.author_id \
                FROM post_likes l JOIN posts p ON p.id = l.post_id ",
            $whose,
            " UNION ALL \
                SELECT l.user_id, l.day, c.author_id \
                FROM comment_likes l JOIN comments c ON c.id = l.comment_id ",
            $whose,
            " UNION ALL \
                SELECT l.user_id, l.day, a.author_id \
                FROM answer_likes l JOIN answers a ON a.id = l.answer_id ",
            $whose,
            "), \
            given AS ( \
                SELECT user_id, day, author_id, count(*) AS counted \
                FROM likes GROUP BY user_id, day, author_id \
                UNION ALL \
                SELECT user_id, day, 0 AS author_id, count(*) AS counted \
                FROM likes GROUP BY user_id, day) "
        )
    };
}

/// Rows of a table whose counter is not the number of facts that name them by a key.
macro_rules! miscounted {
    ($table:literal . $counter:literal, $facts:literal by $key:literal) => {
        concat!(
            "SELECT t.id AS subject, \
                 CAST(coalesce(c.counted, 0) AS TEXT) AS expected, \
                 CAST(t.",
            $counter,
            " AS TEXT) AS found \
             FROM ",
            $table,
            " t \
             LEFT JOIN (SELECT ",
            $key,
            " AS id, count(*) AS counted FROM ",
            $facts,
            " GROUP BY ",
            $key,
            ") c ON c.id = t.id \
             WHERE t.",
            $counter,
            " <> coalesce(c.counted, 0) \
             ORDER BY t.id"
        )
    };
}

/// Rows of a table, of this kind, that have no body.
macro_rules! bodiless {
    ($table:literal, $bodies:literal by $key:literal) => {
        concat!(
            "SELECT t.id AS subject, 'a body' AS expected, 'none' AS found FROM ",
            $table,
            " t LEFT JOIN ",
            $bodies,
            " b ON b.",
            $key,
            " = t.id WHERE b.",
            $key,
            " IS NULL ORDER BY t.id"
        )
    };
}

/// Rows of a table that are deleted by nobody, or not deleted but by somebody.
macro_rules! deleted_oddly {
    ($table:literal) => {
        concat!(
            "SELECT id AS subject, \
                 CASE WHEN deleted_at IS NULL THEN 'no deleted_by' ELSE 'a deleted_by' END AS expected, \
                 CASE WHEN deleted_at IS NULL THEN 'not deleted, by user ' || deleted_by \
                     ELSE 'deleted by nobody' END AS found \
             FROM ",
            $table,
            " WHERE (deleted_at IS NULL) <> (deleted_by IS NULL) ORDER BY id"
        )
    };
}

/// Raises the quotas of user `$1` to what he gave.
pub(super) const RAISE_QUOTAS: &str = concat!(
    given!("WHERE l.user_id = $1"),
    "UPDATE like_quotas AS q \
    SET used = g.counted, allowed = CASE WHEN q.allowed < g.counted THEN g.counted ELSE q.allowed END \
    FROM given g \
    WHERE q.user_id = $1 AND q.day = g.day AND q.author_id = g.author_id AND q.used < g.counted"
);

/// What breaks an invariant: its id, what should be, what is. `$1` is the moment that is now. `None` for the
/// one that is no question of a single statement, and is [`super::media`]'s.
pub(super) const fn breaches(invariant: Invariant) -> Option<&'static str> {
    Some(match invariant {
        Invariant::BannedIsOut => {
            "SELECT m.group_id AS subject, \
                 'no member who is banned' AS expected, \
                 'user ' || m.user_id || ', a member and banned' AS found \
             FROM memberships m \
             JOIN bans b ON b.group_id = m.group_id AND b.user_id = m.user_id \
             JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL \
             WHERE b.until IS NULL OR b.until > $1 \
             ORDER BY m.group_id, m.user_id"
        }
        Invariant::OnePendingRequest => {
            "SELECT r.id AS subject, \
                 'one pending request of user ' || r.user_id || ' for group ' || r.group_id AS expected, \
                 'another, older one' AS found \
             FROM join_requests r \
             WHERE r.status = 'pending' AND EXISTS ( \
                 SELECT 1 FROM join_requests o \
                 WHERE o.group_id = r.group_id AND o.user_id = r.user_id \
                     AND o.status = 'pending' AND o.id < r.id) \
             ORDER BY r.id"
        }
        Invariant::MemberDoesNotWait => {
            "SELECT r.id AS subject, \
                 'no pending request of user ' || r.user_id || ', a member of group ' || r.group_id AS expected, \
                 'pending' AS found \
             FROM join_requests r \
             JOIN memberships m ON m.group_id = r.group_id AND m.user_id = r.user_id \
             WHERE r.status = 'pending' \
             ORDER BY r.id"
        }
        Invariant::RequestDecided => {
            "SELECT id AS subject, \
                 CASE WHEN status = 'pending' THEN 'no decided_at' ELSE 'a decided_at' END AS expected, \
                 CASE WHEN status = 'pending' THEN 'pending with a decided_at' \
                     ELSE status || ' without a decided_at' END AS found \
             FROM join_requests \
             WHERE (status = 'pending') <> (decided_at IS NULL) \
             ORDER BY id"
        }
        Invariant::InviteUses => {
            "SELECT id AS subject, \
                 'at most ' || max_uses AS expected, \
                 CAST(used AS TEXT) AS found \
             FROM invites \
             WHERE used > max_uses OR used < 0 \
             ORDER BY id"
        }
        Invariant::GroupHasOwner => {
            "SELECT g.id AS subject, \
                 'an owner' AS expected, \
                 'none' AS found \
             FROM groups g \
             WHERE g.deleted_at IS NULL AND NOT EXISTS ( \
                 SELECT 1 FROM memberships m WHERE m.group_id = g.id AND m.role = 'owner') \
             ORDER BY g.id"
        }
        // A group without owners is the finding above, and only that.
        Invariant::ShownOwner => {
            "SELECT g.id AS subject, \
                 'one of its owners' AS expected, \
                 'user ' || g.owner_id AS found \
             FROM groups g \
             WHERE g.deleted_at IS NULL \
                 AND EXISTS ( \
                     SELECT 1 FROM memberships m WHERE m.group_id = g.id AND m.role = 'owner') \
                 AND NOT EXISTS ( \
                     SELECT 1 FROM memberships m \
                     WHERE m.group_id = g.id AND m.role = 'owner' AND m.user_id = g.owner_id) \
             ORDER BY g.id"
        }
        Invariant::MemberCount => miscounted!(
            "(SELECT * FROM groups WHERE deleted_at IS NULL)"."member_count",
            "memberships" by "group_id"
        ),
        Invariant::PostHasBody => bodiless!("posts", "post_bodies" by "post_id"),
        Invariant::QuestionHasBody => bodiless!("questions", "question_bodies" by "question_id"),
        Invariant::AnswerHasBody => bodiless!("answers", "answer_bodies" by "answer_id"),
        Invariant::PostDeletedBy => deleted_oddly!("posts"),
        Invariant::CommentDeletedBy => deleted_oddly!("comments"),
        Invariant::QuestionDeletedBy => deleted_oddly!("questions"),
        Invariant::AnswerDeletedBy => deleted_oddly!("answers"),
        Invariant::AnswerReplyDeletedBy => deleted_oddly!("answer_replies"),
        Invariant::AcceptedAnswer => {
            "SELECT id AS subject, \
                 'not accepted, since it is deleted' AS expected, \
                 'the accepted answer of question ' || question_id AS found \
             FROM answers \
             WHERE accepted AND deleted_at IS NOT NULL \
             ORDER BY id"
        }
        Invariant::ReplyPlace => {
            "SELECT r.id AS subject, \
                 'a comment under post ' || r.post_id || ' to stand under' AS expected, \
                 CASE WHEN c.parent_id IS NULL THEN 'comment ' || c.id || ' under post ' || c.post_id \
                     ELSE 'comment ' || c.id || ', itself a reply' END AS found \
             FROM comments r \
             JOIN comments c ON c.id = r.parent_id \
             WHERE c.parent_id IS NOT NULL OR c.post_id <> r.post_id \
             ORDER BY r.id"
        }
        Invariant::OwnPostLike => {
            "SELECT p.id AS subject, \
                 'no like of its author, user ' || p.author_id AS expected, \
                 'one' AS found \
             FROM posts p \
             JOIN post_likes l ON l.post_id = p.id AND l.user_id = p.author_id \
             ORDER BY p.id"
        }
        Invariant::OwnCommentLike => {
            "SELECT c.id AS subject, \
                 'no like of its author, user ' || c.author_id AS expected, \
                 'one' AS found \
             FROM comments c \
             JOIN comment_likes l ON l.comment_id = c.id AND l.user_id = c.author_id \
             ORDER BY c.id"
        }
        Invariant::OwnAnswerLike => {
            "SELECT a.id AS subject, \
                 'no like of its author, user ' || a.author_id AS expected, \
                 'one' AS found \
             FROM answers a \
             JOIN answer_likes l ON l.answer_id = a.id AND l.user_id = a.author_id \
             ORDER BY a.id"
        }
        // Quotas of days long past are forgotten, so where there is none nothing is asked. A like that is
        // taken back on a later day gives nothing back, so more may have been used than likes are there.
        Invariant::LikeQuota => {
            concat!(
                given!(""),
                "SELECT q.user_id AS subject, \
                     'quotas that count every like' AS expected, \
                     count(*) || ' that count fewer than were given' AS found \
                 FROM given g \
                 JOIN like_quotas q ON q.user_id = g.user_id AND q.day = g.day AND q.author_id = g.author_id \
                 WHERE q.used < g.counted \
                 GROUP BY q.user_id \
                 ORDER BY q.user_id"
            )
        }
        Invariant::PostLikeCount => miscounted!("posts"."like_count", "post_likes" by "post_id"),
        Invariant::CommentLikeCount => {
            miscounted!("comments"."like_count", "comment_likes" by "comment_id")
        }
        Invariant::ReplyCount => miscounted!(
            "comments"."reply_count",
            "comments WHERE parent_id IS NOT NULL AND deleted_at IS NULL" by "parent_id"
        ),
        Invariant::CommentCount => {
            miscounted!("posts"."comment_count", "comments WHERE deleted_at IS NULL" by "post_id")
        }
        Invariant::LastActivity => {
            "SELECT p.id AS subject, \
                 'no earlier than the post and what stands under it' AS expected, \
                 CASE WHEN p.last_activity_at < p.created_at THEN 'earlier than the post' \
                     ELSE 'earlier than its newest comment or reply' END AS found \
             FROM posts p \
             LEFT JOIN (SELECT post_id, max(created_at) AS newest FROM comments \
                 WHERE deleted_at IS NULL GROUP BY post_id) c ON c.post_id = p.id \
             WHERE p.last_activity_at < p.created_at OR p.last_activity_at < c.newest \
             ORDER BY p.id"
        }
        Invariant::PostCount => miscounted!(
            "(SELECT * FROM groups WHERE deleted_at IS NULL)"."post_count",
            "posts WHERE deleted_at IS NULL" by "group_id"
        ),
        Invariant::AnswerLikeCount => miscounted!("answers"."like_count", "answer_likes" by "answer_id"),
        Invariant::AnswerReplyCount => miscounted!(
            "answers"."reply_count",
            "answer_replies WHERE deleted_at IS NULL" by "answer_id"
        ),
        Invariant::AnswerCount => {
            miscounted!("questions"."answer_count", "answers WHERE deleted_at IS NULL" by "question_id")
        }
        Invariant::QuestionActivity => {
            "SELECT q.id AS subject, \
                 'no earlier than the question and what stands under it' AS expected, \
                 CASE WHEN q.last_activity_at < q.created_at THEN 'earlier than the question' \
                     ELSE 'earlier than its newest answer or reply' END AS found \
             FROM questions q \
             LEFT JOIN (SELECT question_id, max(created_at) AS newest FROM answers \
                 WHERE deleted_at IS NULL GROUP BY question_id) a ON a.question_id = q.id \
             LEFT JOIN (SELECT a.question_id, max(r.created_at) AS newest \
                 FROM answer_replies r JOIN answers a ON a.id = r.answer_id AND a.deleted_at IS NULL \
                 WHERE r.deleted_at IS NULL GROUP BY a.question_id) r ON r.question_id = q.id \
             WHERE q.last_activity_at < q.created_at OR q.last_activity_at < a.newest \
                 OR q.last_activity_at < r.newest \
             ORDER BY q.id"
        }
        // As often as `rules::PATIENCE` of events says.
        Invariant::EventHandled => {
            "SELECT id AS subject, \
                 'handled before it was tried ten times' AS expected, \
                 verb || ' ' || subject || ' ' || subject_id || ', tried ' || attempts || ' times' AS found \
             FROM outbox \
             WHERE attempts >= 10 \
             ORDER BY id"
        }
        Invariant::ReportState => {
            "SELECT id AS subject, \
                 CASE WHEN status = 'open' THEN 'neither action nor resolved_at' \
                     ELSE 'action and resolved_at' END AS expected, \
                 CASE WHEN action IS NULL THEN 'no action' ELSE action END || \
                     CASE WHEN resolved_at IS NULL THEN ', never' ELSE ', resolved' END AS found \
             FROM reports \
             WHERE (status = 'resolved') <> (action IS NOT NULL) \
                 OR (status = 'resolved') <> (resolved_at IS NOT NULL) \
             ORDER BY id"
        }
        // A line bears the moment of the resolution that it is about.
        Invariant::ReportLogged => {
            "SELECT r.id AS subject, \
                 'a line of the log' AS expected, \
                 'none' AS found \
             FROM reports r \
             LEFT JOIN moderation_log l ON l.created_at = r.resolved_at \
                 AND coalesce(l.actor_id, 0) = coalesce(r.resolved_by, 0) \
                 AND l.action = CASE r.action WHEN 'dismiss' THEN 'dismiss_report' \
                     WHEN 'remove' THEN 'delete' ELSE r.action END \
             WHERE r.status = 'resolved' AND r.resolved_at IS NOT NULL AND l.id IS NULL \
             ORDER BY r.id"
        }
        // What a text shows stands in its HTML, text by text.
        Invariant::MediaUseNoted => return None,
        Invariant::MediaUseOfMedia => {
            "SELECT u.media_id AS subject, \
                 'an upload' AS expected, \
                 'none, used by ' || count(*) || ' texts' AS found \
             FROM media_uses u \
             LEFT JOIN media m ON m.id = u.media_id \
             WHERE m.id IS NULL \
             GROUP BY u.media_id \
             ORDER BY u.media_id"
        }
        Invariant::AvatarIsMedia => {
            "SELECT u.id AS subject, \
                 'an upload of his' AS expected, \
                 u.avatar_key AS found \
             FROM users u \
             LEFT JOIN media m ON m.key = u.avatar_key AND m.owner_id = u.id \
             WHERE u.avatar_key IS NOT NULL AND m.id IS NULL \
             ORDER BY u.id"
        }
        Invariant::CoverIsMedia => {
            "SELECT g.id AS subject, \
                 'an upload for everybody' AS expected, \
                 g.cover_key AS found \
             FROM groups g \
             LEFT JOIN media m ON m.key = g.cover_key AND m.key NOT LIKE 'g%' \
             WHERE g.cover_key IS NOT NULL AND m.id IS NULL \
             ORDER BY g.id"
        }
    })
}
