//! Taking and putting off events on PostgreSQL, in the database's time.

/// Leases for `$1` seconds up to `$2` events that nobody holds, the oldest first. Those that another
/// instance takes at this moment are left to it.
pub(super) const CLAIM: &str = "
    UPDATE outbox SET leased_until = now() + $1 * interval '1 second', attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM outbox
        WHERE leased_until IS NULL OR leased_until <= now()
        ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id, verb, subject, subject_id, user_id, created_at, attempts";

/// Leaves event `$2` alone for `$1` seconds.
pub(super) const POSTPONE: &str =
    "UPDATE outbox SET leased_until = now() + $1 * interval '1 second' WHERE id = $2";
