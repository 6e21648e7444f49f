//! The body of a problem.

use poem_openapi::{Object, types::Example};
use serde::Serialize;

/// Why a request was refused (RFC 9457).
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Problem", example)]
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
    /// What happened, in a sentence of the asker's language; of a rule of the operator's own, in his words.
    #[oai(validator(max_length = 1000))]
    pub detail: String,
    /// What happened, for programs: stable, never translated, such as `join.cooldown`. One that is in no
    /// catalogue belongs to a rule of the operator's own.
    #[oai(validator(max_length = 100))]
    pub code: String,
    /// The request's id, as in `X-Request-Id` and in the server's log.
    #[oai(validator(max_length = 128))]
    pub request_id: String,
    /// The fields that are wrong, where it is about fields; else empty.
    #[oai(validator(max_items = 100))]
    pub errors: Vec<FieldProblem>,
}

impl Example for ProblemDocument {
    fn example() -> Self {
        Self {
            kind: "https://forum.example/problems/request.invalid".into(),
            title: "内容不符合要求".into(),
            status: 422,
            detail: "提交的内容有误，请按提示修改后再试。".into(),
            code: "request.invalid".into(),
            request_id: "0af7651916cd43dd8448eb211c80319c".into(),
            errors: vec![FieldProblem::example()],
        }
    }
}

/// One field that is wrong.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
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

impl Example for FieldProblem {
    fn example() -> Self {
        Self { pointer: "/name".into(), code: "too_long".into(), detail: "最多 100 个字符。".into() }
    }
}
