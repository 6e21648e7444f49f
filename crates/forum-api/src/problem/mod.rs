//! Problems: the one shape of every error (RFC 9457), and the one place where a kind of refusal becomes
//! a status.

pub mod catalogue;
mod payload;

pub use payload::{FieldProblem, ProblemDocument};

use forum_domain::error::Kind;
use poem::http::StatusCode;

/// The status of a kind of refusal.
#[must_use]
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::Precondition => StatusCode::PRECONDITION_FAILED,
        Kind::Limited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The codes that the API itself answers with, besides those of [`forum_domain::error::CODES`].
pub const CODES: &[(&str, StatusCode)] = &[
    ("request.malformed", StatusCode::BAD_REQUEST),
    ("cursor.invalid", StatusCode::BAD_REQUEST),
    ("request.not_found", StatusCode::NOT_FOUND),
    ("request.method_not_allowed", StatusCode::METHOD_NOT_ALLOWED),
    ("request.too_large", StatusCode::PAYLOAD_TOO_LARGE),
    ("request.unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ("idempotency.invalid_key", StatusCode::UNPROCESSABLE_ENTITY),
    ("rate.limited", StatusCode::TOO_MANY_REQUESTS),
];
