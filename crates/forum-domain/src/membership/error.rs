//! How memberships refuse.

use crate::{error::errors, group::AccessError};

errors! {
    /// Why something about a member was refused.
    pub enum MembershipError {
        /// He is no member of the group.
        NoSuchMember = NotFound "member.not_found" "no such member",
        /// There is no such user.
        NoSuchUser = NotFound "account.not_found" "no such user",
        /// He is the group's last owner: make somebody else one first.
        LastOwner = Conflict "group.last_owner" "the group would have no owner",
        /// His role is not below the caller's.
        Outranked = Forbidden "member.outranked" "the member's role is not below yours",
        ; from {
            /// Not for the caller.
            Access(AccessError),
        }
    }
}
