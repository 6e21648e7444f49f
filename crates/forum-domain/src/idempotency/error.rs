//! How idempotency keys refuse.

use crate::error::errors;

errors! {
    /// Why a key was not accepted.
    pub enum IdempotencyError {
        /// It was used with another body.
        Mismatch = Invalid "idempotency.mismatch" "the key was used with another request",
        /// The first request under it is still at work.
        InFlight = Conflict "idempotency.in_flight" "the first request under this key is still at work",
    }
}
