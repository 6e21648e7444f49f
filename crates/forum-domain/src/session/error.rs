//! How sessions refuse.

use crate::{code::CodeError, error::errors};

errors! {
    /// Why somebody is not, or no longer, signed in.
    pub enum AuthError {
        /// Nobody is signed in, and this call needs somebody.
        Required = Unauthenticated "auth.required" "sign in first",
        /// The access token is not ours, not valid now, or its session ended.
        InvalidToken = Unauthenticated "auth.invalid_token" "the access token is not valid",
        /// The ticket is not ours, used already, past its time, or its session ended.
        InvalidTicket = Unauthenticated "auth.invalid_ticket" "the ticket is not valid",
        /// No such account, or not its password: one answer for both.
        InvalidCredentials = Unauthenticated "auth.invalid_credentials" "mobile or password is wrong",
        /// The refresh token is not ours, used already, or its session ended.
        InvalidRefreshToken = Unauthenticated "auth.invalid_refresh_token" "the refresh token is not valid",
        /// The account is suspended.
        Suspended = Forbidden "auth.suspended" "the account is suspended",
        /// There is no such session of this user.
        NoSuchSession = NotFound "session.not_found" "no such session",
        ; limited {
            /// Too many failed log-ins for this account or from this address.
            TooManyAttempts = "auth.too_many_attempts" "too many failed log-ins",
        }
        ; from {
            /// The SMS code was refused.
            Code(CodeError),
        }
    }
}
