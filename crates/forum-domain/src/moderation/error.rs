//! How moderation refuses.

use crate::{account::AccountError, error::errors, group::AccessError, membership::MembershipError};

errors! {
    /// Why something about a report was refused.
    pub enum ModerationError {
        /// What is reported does not exist, or is not for the caller.
        NoSuchTarget = NotFound "report.target_not_found" "no such thing to report",
        /// The caller has reported it before.
        AlreadyReported = Conflict "report.already_reported" "you have reported this before",
        /// There is no such report, or it is not for the caller.
        NoSuchReport = NotFound "report.not_found" "no such report",
        /// Somebody has resolved it.
        AlreadyResolved = Conflict "report.already_resolved" "the report is resolved already",
        /// It is for others to see or resolve.
        NotAllowed = Forbidden "report.not_allowed" "this is not yours to decide",
        ; from {
            /// Not for the caller.
            Access(AccessError),
            /// The author cannot be muted or banned.
            Member(MembershipError),
        }
    }
}

errors! {
    /// Why something that runs the site was refused.
    pub enum AdminError {
        /// The caller does not run the site.
        NotAdmin = Forbidden "admin.required" "only for those who run the site",
        /// One's own account is for others to change.
        OwnAccount = Forbidden "admin.own_account" "not with your own account",
        ; from {
            /// The account was refused.
            Account(AccountError),
        }
    }
}
