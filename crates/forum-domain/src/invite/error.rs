//! How invites refuse.

use crate::{error::errors, group::AccessError};

errors! {
    /// Why an invite was refused.
    pub enum InviteError {
        /// There is no such invite, or it was revoked.
        NotFound = NotFound "invite.not_found" "no such invite",
        /// Its time is over.
        Expired = Conflict "invite.expired" "the invite has expired",
        /// It let in as many as it may.
        UsedUp = Conflict "invite.used_up" "the invite has been used as often as it may",
        /// The group has as many open invites as it may.
        TooMany = Conflict "invite.too_many" "the group has too many open invites: revoke one first",
        ; from {
            /// Not for the caller.
            Access(AccessError),
        }
    }
}
