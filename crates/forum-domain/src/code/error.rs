//! How codes refuse.

use crate::error::errors;

errors! {
    /// Why a code was not sent, or not accepted.
    pub enum CodeError {
        /// Wrong, used, burnt, expired, replaced, or for another purpose: one answer for all.
        InvalidCode = Invalid "auth.invalid_code" "the code is wrong or no longer valid",
        ; limited {
            /// This mobile, this address or the whole site has had its codes.
            TooManyCodes = "code.too_many" "too many codes were asked for",
        }
    }
}
