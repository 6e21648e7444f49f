//! Which pages of other origins may call the API: an exact list, and nothing reflected.

use poem::{
    Response,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};

use crate::state::Settings;

const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const ALLOWED_HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, \
     Accept-Language, X-Request-Id, tsessionid",
);
const EXPOSED_HEADERS: HeaderValue =
    HeaderValue::from_static("ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id");
/// Two hours: the most that browsers keep it.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");
const PREFLIGHT_VARY: HeaderValue =
    HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");

/// The origin of a request, if its pages may call us.
pub(crate) fn origin(headers: &HeaderMap, settings: &Settings) -> Option<HeaderValue> {
    let value = headers.get(header::ORIGIN)?;
    let origin = value.to_str().ok()?;
    let listed = settings.cors_origins.iter().any(|known| known == origin);
    (listed || settings.development && local(origin)).then(|| value.clone())
}

/// `http://localhost` and `http://127.0.0.1`, on any port.
fn local(origin: &str) -> bool {
    let host = |host| origin.strip_prefix("http://").and_then(|rest| rest.strip_prefix(host));
    let port = |rest: &str| {
        rest.is_empty()
            || rest
                .strip_prefix(':')
                .is_some_and(|port| !port.starts_with('+') && port.parse::<u16>().is_ok())
    };
    host("localhost").is_some_and(port) || host("127.0.0.1").is_some_and(port)
}

/// The answer to a preflight, `None` if the request is none. An origin that is not listed gets an answer
/// that allows nothing.
pub(crate) fn preflight(
    method: &Method,
    headers: &HeaderMap,
    origin: Option<&HeaderValue>,
) -> Option<Response> {
    let asks =
        headers.contains_key(header::ORIGIN) && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if method != Method::OPTIONS || !asks {
        return None;
    }
    let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
    response.headers_mut().insert(header::VARY, PREFLIGHT_VARY);
    if origin.is_some() {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
        response.headers_mut().insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
    Some(response)
}

/// Lets the page read the answer.
pub(crate) fn admit(headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
    }
    vary(headers, "Origin");
}

/// Says that answers differ by these request headers, besides those already named.
pub(crate) fn vary(headers: &mut HeaderMap, by: &str) {
    const VARY: HeaderName = header::VARY;
    let before = headers.get(VARY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let names = |text: &str| -> Vec<String> {
        text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    };
    let mut all = names(before);
    for name in names(by) {
        if !all.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            all.push(name);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&all.join(", ")) {
        headers.insert(VARY, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(development: bool, origin: &[u8]) -> bool {
        let settings = Settings {
            public_url: "http://localhost:8888".into(),
            development,
            cors_origins: vec!["https://good.com".into()],
            trusted_proxies: Vec::new(),
            cursor_key: [0; 32],
            media_key: [0; 32],
            rate: None,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_bytes(origin).unwrap());
        super::origin(&headers, &settings).is_some()
    }

    #[test]
    fn only_listed_origins_are_admitted_literally() {
        assert!(allowed(false, b"https://good.com"));
        for stranger in [
            &b"null"[..],
            b"https://good.com.evil",
            b"https://evil.com",
            b"http://good.com",
            b"https://good.com:8443",
            b"https://good.com/",
            b"HTTPS://GOOD.COM",
            b"*",
            b"",
            b"https://g\xC3\xB6\xC3\xB6d.com",
            b"https://\xFF",
            b"http://localhost:3000",
        ] {
            assert!(!allowed(false, stranger), "{}", String::from_utf8_lossy(stranger));
        }
    }

    #[test]
    fn development_admits_local_pages_on_any_port() {
        assert!(allowed(true, b"http://localhost:5173"));
        assert!(allowed(true, b"http://127.0.0.1:8080"));
        for stranger in [
            &b"http://localhost.evil"[..],
            b"http://localhost:80.evil",
            b"https://localhost:5173",
            b"http://127.0.0.1.evil:80",
            b"http://localhost:99999",
            b"null",
        ] {
            assert!(!allowed(true, stranger), "{}", String::from_utf8_lossy(stranger));
        }
    }
}
