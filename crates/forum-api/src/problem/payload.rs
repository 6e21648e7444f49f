//! The body of a problem.

use poem_openapi::Object;
use serde::Serialize;

/// Why a request was refused (RFC 9457).
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Problem")]
pub struct ProblemDocument {
    /// Where the code is explained.
    #[oai(rename = "type", validator(max_length = 2000))]
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in a few words of the asker's language.
    #[oai(validator(max_length = 200))]
    pub title: String,
    /// The HTTP status.
    #[oai(validator(minimum(value = "400"), maximum(value = "599")))]
    pub status: i32,
    /// What happened, in a sentence of the asker's language.
    #[oai(validator(max_length = 1000))]
    pub detail: String,
    /// What happened, for programs: stable, never translated, such as `join.cooldown`.
    #[oai(validator(max_length = 100))]
    pub code: String,
    /// The request's id, as in `X-Request-Id` and in the server's log.
    #[oai(validator(max_length = 128))]
    pub request_id: String,
    /// The fields that are wrong, where it is about fields; else empty.
    #[oai(validator(max_items = 100))]
    pub errors: Vec<FieldProblem>,
}

/// One field that is wrong.
#[derive(Debug, Object, Serialize)]
pub struct FieldProblem {
    /// Where it stands: a JSON pointer into the body (`/name`), or `/` and a query parameter's name.
    #[oai(validator(max_length = 500))]
    pub pointer: String,
    /// What is wrong with it, for programs: stable, never translated, such as `too_long`.
    #[oai(validator(max_length = 100))]
    pub code: String,
    /// What is wrong with it, in the asker's language.
    #[oai(validator(max_length = 500))]
    pub detail: String,
}
