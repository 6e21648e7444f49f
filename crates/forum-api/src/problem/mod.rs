//! Problems: the one shape of every error (RFC 9457), and the one place where a kind of refusal becomes
//! a status.
//!
//! An endpoint returns `Refused`, which takes in any error of the domain with `?` and declares in the
//! document what the operation can refuse with. The edge turns it, and whatever else goes wrong on the
//! way, into an answer.

pub mod catalogue;
pub(crate) mod groups;
mod payload;
mod refused;
mod render;

pub use payload::{FieldProblem, ProblemDocument};
#[cfg(test)]
pub(crate) use refused::assert_known;
pub(crate) use refused::{Refusals, Refused, refusals};

use std::{borrow::Cow, fmt, time::Duration};

use forum_domain::error::{Coded, FieldError, Invalid, Kind};
use poem::http::StatusCode;

/// The media type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// The status of a kind of refusal.
#[must_use]
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
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
    (VETOED, StatusCode::FORBIDDEN),
];

/// The page of every refusal that is an operator's own: a hook's veto has a code that no catalogue knows, and
/// its `type` must lead somewhere all the same.
const VETOED: &str = "hook.vetoed";

/// The most characters of a `detail`, as the document promises.
const DETAIL_MAX: usize = 1_000;

/// The status that a code comes with; `None` if there is no such code.
#[must_use]
pub fn status_of(code: &str) -> Option<StatusCode> {
    let own = CODES.iter().find(|(known, _)| *known == code).map(|(_, status)| *status);
    let domain = || forum_domain::error::CODES.iter().copied().flatten();
    own.or_else(|| domain().find(|(known, _)| *known == code).map(|(_, kind)| status(*kind)))
}

/// Why a request is refused.
#[derive(Debug, Clone)]
pub struct Problem {
    code: &'static str,
    status: StatusCode,
    fields: Vec<FieldError>,
    retry_after: Option<Duration>,
    allow: Option<Box<str>>,
    /// A hook's own words: shown as they are, in place of what the catalogue says.
    message: Option<Box<str>>,
    /// What went wrong inside: for the log, never for the answer.
    cause: Option<Box<str>>,
}

impl Problem {
    fn new(code: &'static str, status: StatusCode) -> Self {
        Self { code, status, fields: Vec::new(), retry_after: None, allow: None, message: None, cause: None }
    }

    /// The request cannot be read.
    pub(crate) fn malformed() -> Self {
        Self::new("request.malformed", StatusCode::BAD_REQUEST)
    }

    /// The cursor is none of ours, or of another list.
    pub(crate) fn invalid_cursor() -> Self {
        Self::new("cursor.invalid", StatusCode::BAD_REQUEST)
    }

    /// There is nothing at this address.
    pub(crate) fn no_such_address() -> Self {
        Self::new("request.not_found", StatusCode::NOT_FOUND)
    }

    /// What is at this address does not take this method, but these.
    pub(crate) fn method_not_allowed(allow: String) -> Self {
        let problem = Self::new("request.method_not_allowed", StatusCode::METHOD_NOT_ALLOWED);
        Self { allow: Some(allow.into()), ..problem }
    }

    /// The body is longer than it may be.
    pub(crate) fn too_large() -> Self {
        Self::new("request.too_large", StatusCode::PAYLOAD_TOO_LARGE)
    }

    /// The body is of another type than the operation takes.
    pub(crate) fn unsupported_media_type() -> Self {
        Self::new("request.unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE)
    }

    /// The `Idempotency-Key` is none.
    pub(crate) fn invalid_idempotency_key() -> Self {
        Self::new("idempotency.invalid_key", StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Too many requests; the next may come after this long.
    pub(crate) fn rate_limited(retry_after: Duration) -> Self {
        let problem = Self::new("rate.limited", StatusCode::TOO_MANY_REQUESTS);
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// A defect of ours; `cause` is for the log.
    pub(crate) fn defect(cause: impl Into<String>) -> Self {
        let problem = Self::new("server.error", StatusCode::INTERNAL_SERVER_ERROR);
        Self { cause: Some(cause.into().into()), ..problem }
    }

    /// One field is wrong.
    pub(crate) fn field(pointer: impl Into<Cow<'static, str>>, flaw: forum_domain::error::Flaw) -> Self {
        Invalid::field(pointer, flaw).into()
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether it may come right by itself, so that an answer under an idempotency key is not kept.
    pub(crate) fn passes(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl std::error::Error for Problem {}

impl<E: Coded> From<E> for Problem {
    fn from(error: E) -> Self {
        let internal = matches!(error.kind(), Kind::Internal | Kind::Unavailable);
        Self {
            code: error.code(),
            status: status(error.kind()),
            fields: error.fields().to_vec(),
            retry_after: error.retry_after(),
            allow: None,
            message: error.message().map(|message| message.chars().take(DETAIL_MAX).collect()),
            cause: internal.then(|| chain(&error).into()),
        }
    }
}

impl From<Problem> for poem::Error {
    fn from(problem: Problem) -> Self {
        let status = problem.status;
        Self::new(problem, status)
    }
}

/// An error with everything that caused it, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}
