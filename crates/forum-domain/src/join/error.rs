//! How join requests refuse.

use crate::{error::errors, group::AccessError};

errors! {
    /// Why a join request was refused, or could not be decided.
    pub enum JoinError {
        /// There is no such request, or it is not for the caller to know of.
        NotFound = NotFound "join.not_found" "no such join request",
        /// He is a member already.
        AlreadyMember = Conflict "join.already_member" "already a member of the group",
        /// A request of his waits already.
        AlreadyPending = Conflict "join.already_pending" "a request is waiting already",
        /// He was refused a short while ago.
        Cooldown = Conflict "join.cooldown" "refused a short while ago: ask again later",
        /// The group takes members by invite only.
        InviteOnly = Forbidden "join.invite_only" "the group takes members by invite only",
        /// The request waits no longer.
        AlreadyDecided = Conflict "join.already_decided" "the request is no longer pending",
        /// The request changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// Not for the caller.
            Access(AccessError),
        }
    }
}
