//! Taking and putting off events on SQLite, in the database's time.

/// Leases for `$1` seconds up to `$2` events that nobody holds, the oldest first.
pub(super) const CLAIM: &str = "
    UPDATE outbox
    SET leased_until = CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000 + $1 * 1000000,
        attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM outbox
        WHERE leased_until IS NULL
            OR leased_until <= CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000
        ORDER BY id LIMIT $2)
    RETURNING id, verb, subject, subject_id, user_id, created_at, attempts";

/// Leaves event `$2` alone for `$1` seconds.
pub(super) const POSTPONE: &str = "
    UPDATE outbox
    SET leased_until = CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000 + $1 * 1000000
    WHERE id = $2";
