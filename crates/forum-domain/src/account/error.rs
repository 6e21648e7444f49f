//! How accounts refuse.

use crate::{code::CodeError, error::errors, session::AuthError};

errors! {
    /// Why something about an account was refused.
    pub enum AccountError {
        /// There is no such user.
        NotFound = NotFound "account.not_found" "no such user",
        /// Another account has this mobile.
        MobileTaken = Conflict "account.mobile_taken" "the mobile has an account already",
        /// Another account has a nickname that is, or looks like, this one.
        NicknameTaken = Conflict "account.nickname_taken" "the nickname is taken, or looks like one that is",
        /// The current password is not this one.
        WrongPassword = Forbidden "account.wrong_password" "the current password is wrong",
        /// He is the last owner of a group with other members: make somebody else one first.
        LastOwner = Conflict "group.last_owner" "a group would have no owner",
        /// The account changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// The SMS code was refused.
            Code(CodeError),
            /// The session could not be opened.
            Auth(AuthError),
        }
    }
}
