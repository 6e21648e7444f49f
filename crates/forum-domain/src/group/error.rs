//! How groups refuse.

use super::Barred;
use crate::{error::errors, ranking::RankingError, session::AuthError};

errors! {
    /// Why somebody may not come near a group's content. Every feature inside groups can answer this.
    pub enum AccessError {
        /// There is no such group.
        NoSuchGroup = NotFound "group.not_found" "no such group",
        /// Only members may.
        NotMember = Forbidden "group.not_member" "only members of the group may do this",
        /// Only owners and moderators, or only owners, may.
        NotAllowed = Forbidden "group.not_allowed" "your role in the group does not allow this",
        /// Banned from the group.
        Banned = Forbidden "group.banned" "you are banned from the group",
        /// A member who may only read, for a time.
        Muted = Forbidden "group.muted" "you are muted in the group",
        ; from {
            /// Nobody is signed in.
            Auth(AuthError),
        }
    }
}

impl From<Barred> for AccessError {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::Banned => Self::Banned,
            Barred::NotMember => Self::NotMember,
            Barred::Muted => Self::Muted,
        }
    }
}

errors! {
    /// Why something about a group was refused.
    pub enum GroupError {
        /// Another group has a name that is, or looks like, this one.
        NameTaken = Conflict "group.name_taken" "the name is taken, or looks like one that is",
        /// The cover is no media of the caller's.
        NoSuchMedia = Invalid "group.no_such_media" "the cover is not one of your uploads",
        /// The group changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// Not for the caller.
            Access(AccessError),
            /// The list's ranking is gone.
            Ranking(RankingError),
        }
    }
}
