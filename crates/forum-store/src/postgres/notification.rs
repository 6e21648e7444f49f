//! The numbers of feeds on PostgreSQL, in the database's time.

/// Raises the number of user `$1`'s feed. Its time is that of the statement: another transaction that
/// waited for the row is not to seem older than it is.
pub(super) const RAISE: &str = "
    INSERT INTO notification_feeds (user_id, seq, changed_at) VALUES ($1, 1, clock_timestamp())
    ON CONFLICT (user_id)
        DO UPDATE SET seq = notification_feeds.seq + 1, changed_at = clock_timestamp()
    RETURNING seq";

/// Feeds that changed within `$1` seconds.
pub(super) const CHANGED: &str = "
    SELECT user_id, seq FROM notification_feeds
    WHERE changed_at >= now() - $1 * interval '1 second'";
