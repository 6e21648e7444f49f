//! How user pages and blocks refuse.

use crate::error::errors;

errors! {
    /// Why something about a user was refused.
    pub enum PeopleError {
        /// There is no such user.
        NoSuchUser = NotFound "account.not_found" "no such user",
        /// Nobody blocks himself.
        Oneself = Invalid "block.oneself" "you cannot block yourself",
    }
}
