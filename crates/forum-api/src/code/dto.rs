//! What codes look like in the API.

use forum_domain::code as domain;
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::fields::choices;

choices! {
    /// What a code is good for; it is good for nothing else.
    CodePurpose for domain::Purpose {
        /// To register.
        Register = "register",
        /// To log in.
        Login = "login",
        /// To set a new password.
        ResetPassword = "reset_password",
        /// To make this the account's mobile.
        ChangeMobile = "change_mobile",
    }
}

/// Where a code shall be sent, and what for.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct CodeRequest {
    /// The mobile, as people write it: `13800000000`, `+86 138 0000 0000`.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub(crate) mobile: String,
    /// What the code shall be good for.
    pub(crate) purpose: CodePurpose,
}

impl Example for CodeRequest {
    fn example() -> Self {
        Self { mobile: "13800000000".into(), purpose: CodePurpose::Register }
    }
}

/// How it goes on with a code that was sent.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct SentCode {
    /// How many seconds the code lives.
    #[oai(validator(minimum(value = "1"), maximum(value = "86400")))]
    expires_in: i32,
    /// After how many seconds another may be asked for.
    #[oai(validator(minimum(value = "0"), maximum(value = "86400")))]
    resend_after: i32,
}

impl From<domain::SentCode> for SentCode {
    fn from(sent: domain::SentCode) -> Self {
        let seconds = |duration: std::time::Duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX);
        Self { expires_in: seconds(sent.expires_in), resend_after: seconds(sent.resend_after) }
    }
}

impl Example for SentCode {
    fn example() -> Self {
        Self { expires_in: 600, resend_after: 60 }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [CodeRequest] }

#[cfg(test)]
crate::fields::assert_examples! { answers [SentCode] }
