//! The access log: one event for each answer, with nothing secret in it.

use std::time::Instant;

use poem::{
    Endpoint, Request, Response,
    http::{HeaderValue, StatusCode},
};

/// Paths that machines ask for every few seconds: only of interest when they fail.
pub const HEALTH: &[&str] = &["/livez", "/readyz"];

/// Logs what goes through.
pub struct AccessLog<E> {
    inner: E,
}

impl<E> AccessLog<E> {
    /// Around this endpoint.
    pub const fn new(inner: E) -> Self {
        Self { inner }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for AccessLog<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let begun = Instant::now();
        let method = request.method().clone();
        let path = without_secrets(request.uri().path());
        let quiet = HEALTH.contains(&request.uri().path());
        let response = self.inner.get_response(request).await;
        let status = response.status();
        if !(quiet && status.is_success()) {
            tell(method.as_str(), &path, &response, begun);
        }
        Ok(response)
    }
}

fn tell(method: &str, path: &str, response: &Response, begun: Instant) {
    let status = response.status();
    let request_id = response.headers().get("x-request-id").map(HeaderValue::to_str);
    let request_id = request_id.and_then(Result::ok).unwrap_or_default();
    let duration_ms = begun.elapsed().as_secs_f64() * 1_000.0;
    let duration_ms = (duration_ms * 1_000.0).round() / 1_000.0;
    // Whoever was refused is no concern of an operator's; who was failed is.
    if status >= StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(request_id, method, path, status = status.as_u16(), duration_ms, "answered");
    } else {
        tracing::info!(request_id, method, path, status = status.as_u16(), duration_ms, "answered");
    }
}

/// The path with only what names things: what may be a token or a mobile is left out, as is the query.
fn without_secrets(path: &str) -> String {
    let name = |part: &str| {
        part.len() <= 32 && part.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_' | b'.'))
    };
    let number = |part: &str| part.len() <= 10 && part.bytes().all(|b| b.is_ascii_digit());
    let shown = |part| if name(part) || number(part) || part == "v1" { part } else { "…" };
    let mut shown = path.split('/').map(shown).take(12).collect::<Vec<_>>().join("/");
    if path.split('/').nth(12).is_some() {
        shown.push_str("/…");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_18_paths_are_logged_without_what_may_be_secret() {
        for (path, shown) in [
            ("/api/v1/groups/12/join-requests", "/api/v1/groups/12/join-requests"),
            ("/api/v1/invites/0123456789abcdef0123456789abcdef", "/api/v1/invites/…"),
            ("/api/v1/users/13800000000", "/api/v1/users/…"),
            ("/api/v1/auth/sessions/7000000000000001", "/api/v1/auth/sessions/…"),
            ("/.well-known/jwks.json", "/.well-known/jwks.json"),
            ("/a%0aINFO", "/…"),
            ("/", "/"),
        ] {
            assert_eq!(without_secrets(path), shown);
        }
        assert!(without_secrets(&"/a".repeat(10_000)).len() < 100);
    }
}
