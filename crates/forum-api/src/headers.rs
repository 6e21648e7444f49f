//! What every answer carries, whatever it answers: its request's id, who may keep it, and what a browser
//! must not do with it.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::atomic::{AtomicU64, Ordering},
};

use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::{BASE_PATH, cors};

/// The header of a request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How many requests are left.
pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// How many there are.
pub(crate) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Makes ids for requests: unlike each other, on any instance. They guard nothing, so they need not be
/// unpredictable.
pub(crate) struct RequestIds {
    keys: [RandomState; 2],
    made: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        Self { keys: [RandomState::new(), RandomState::new()], made: AtomicU64::new(0) }
    }

    /// The id that came with the request, if it is visible ASCII of at most 128 characters, else a new one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> String {
        let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let valid = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        sent.filter(valid).map_or_else(|| self.make(), str::to_owned)
    }

    fn make(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        self.keys.iter().map(|key| format!("{:016x}", key.hash_one(number))).collect()
    }
}

/// Puts a header there unless the answer has its own.
fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// What browsers are told of every answer.
pub(crate) fn secure(headers: &mut HeaderMap, https: bool) {
    default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(headers, header::REFERRER_POLICY, "no-referrer");
    default(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    if https {
        default(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// Who may keep an answer, and by what it differs.
pub(crate) fn cache(headers: &mut HeaderMap, path: &str, status: StatusCode, signed_in: bool) {
    let Some(path) = path.strip_prefix(BASE_PATH) else {
        if !status.is_success() {
            default(headers, header::CACHE_CONTROL, "no-store");
        } else if path == "/.well-known/jwks.json" {
            // Short enough for a key that is taken out of use.
            default(headers, header::CACHE_CONTROL, "public, max-age=300");
        }
        return;
    };
    let below =
        |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let policy = if below("/auth") || below("/me") || status.is_client_error() || status.is_server_error() {
        "no-store"
    } else if signed_in {
        "private, no-cache"
    } else {
        "no-cache"
    };
    default(headers, header::CACHE_CONTROL, policy);
    cors::vary(headers, "Authorization, tsessionid, Accept-Language");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_id_is_echoed_and_any_other_replaced() {
        let ids = RequestIds::new();
        let of = |sent: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(sent).unwrap());
            ids.of(&headers)
        };
        assert_eq!(of(b"0af7651916cd43dd"), "0af7651916cd43dd");
        assert_eq!(of(&[b'x'; 128]), "x".repeat(128));
        for bad in [&b""[..], b"a b", b"\xFF", &[b'x'; 129]] {
            let made = of(bad);
            assert_eq!(made.len(), 32, "{bad:?}");
        }
        assert_ne!(of(b""), of(b""));
    }

    #[test]
    fn what_is_the_users_own_is_not_stored() {
        let policy = |path: &str, status: StatusCode, signed_in: bool| {
            let mut headers = HeaderMap::new();
            cache(&mut headers, path, status, signed_in);
            headers.get(header::CACHE_CONTROL).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(policy("/api/v1/me", StatusCode::OK, true).as_deref(), Some("no-store"));
        assert_eq!(policy("/api/v1/auth/login", StatusCode::OK, false).as_deref(), Some("no-store"));
        assert_eq!(policy("/api/v1/groups/1", StatusCode::OK, true).as_deref(), Some("private, no-cache"));
        assert_eq!(policy("/api/v1/groups/1", StatusCode::NOT_MODIFIED, false).as_deref(), Some("no-cache"));
        assert_eq!(policy("/api/v1/groups/1", StatusCode::NOT_FOUND, false).as_deref(), Some("no-store"));
        assert_eq!(policy("/api/v1/media", StatusCode::OK, false).as_deref(), Some("no-cache"));
        assert_eq!(policy("/docs", StatusCode::OK, false), None);
    }
}
