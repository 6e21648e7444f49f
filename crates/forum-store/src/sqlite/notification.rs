//! The numbers of feeds on SQLite, in the database's time.

/// Raises the number of user `$1`'s feed.
pub(super) const RAISE: &str = "
    INSERT INTO notification_feeds (user_id, seq, changed_at)
    VALUES ($1, 1, CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000)
    ON CONFLICT (user_id) DO UPDATE SET seq = seq + 1, changed_at = excluded.changed_at
    RETURNING seq";

/// Feeds that changed within `$1` seconds.
pub(super) const CHANGED: &str = "
    SELECT user_id, seq FROM notification_feeds
    WHERE changed_at >= CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000 - $1 * 1000000";
