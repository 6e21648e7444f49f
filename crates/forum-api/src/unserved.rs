//! Requests that never reached an endpoint, or were given up there: what the server in front answers them.

use forum_domain::error::PortError;
use poem::{
    Response,
    http::{HeaderMap, HeaderValue, header},
};

use crate::{
    Settings,
    headers::{self, REQUEST_ID, RequestIds},
    language::Language,
    problem::Problem,
};

/// Why a request is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unserved {
    /// The server has more to do than it may take in.
    Busy,
    /// It took too long. A write may have happened.
    Late,
}

/// The answer to a request with this `Accept-Language` and this `X-Request-Id`.
#[must_use]
pub fn unserved(
    settings: &Settings,
    language: Option<&HeaderValue>,
    request_id: Option<&HeaderValue>,
    why: Unserved,
) -> Response {
    let language = Language::negotiate(language.and_then(|value| value.to_str().ok()));
    let sent: HeaderMap = request_id.map(|id| (REQUEST_ID, id.clone())).into_iter().collect();
    let request_id = RequestIds::new().of(&sent);
    let problem = Problem::from(match why {
        Unserved::Busy => PortError::Busy,
        Unserved::Late => PortError::unavailable("the answer took too long"),
    });
    problem.log(&request_id, "");
    let mut response = problem.response(&settings.public_url, language, &request_id);
    let headers = response.headers_mut();
    headers::secure(headers, settings.public_url.starts_with("https://"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}
