//! A client that checks on every answer what must hold of all of them.

use std::{net::SocketAddr, ops::Index, sync::LazyLock, time::Duration};

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

static HTTP: LazyLock<()> = LazyLock::new(|| {
    rustls::crypto::ring::default_provider().install_default().ok();
});

/// Calls one instance.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    pub(crate) address: SocketAddr,
}

/// A request to be sent.
#[must_use]
pub(crate) struct Request {
    pub(super) builder: reqwest::RequestBuilder,
    head: bool,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        LazyLock::force(&HTTP);
        // No connection is kept for a later test's runtime.
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), base: format!("http://{address}"), address }
    }

    /// A request; a path that is no API path is one from the root.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        const ROOT: &[&str] =
            &["/livez", "/readyz", "/openapi", "/docs", "/problems", "/dev", "/.well-known", "/api"];
        let root = path == "/" || ROOT.iter().any(|prefix| path.starts_with(prefix));
        self.at(method, &format!("{}{path}", if root { "" } else { "/api/v1" }))
    }

    /// A request to this path from the root.
    pub(crate) fn at(&self, method: &str, path: &str) -> Request {
        let url = format!("{}{path}", self.base);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Request { head: method == Method::HEAD, builder: self.http.request(method, url) }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body).send().await
    }

    /// As [`Client::post`], again while the forum is busy: Redis has 50 ms to answer, which is little while
    /// every core compiles or tests.
    pub(crate) async fn post_patiently(&self, path: &str, body: &Value) -> Answer {
        for _ in 0..10 {
            let answer = self.post(path, body).await;
            if answer.status != 503 {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        self.post(path, body).await
    }

    /// The newest code that was sent to a mobile.
    pub(crate) async fn code(&self, mobile: &str) -> String {
        let sent = self.get(&format!("/dev/sms?mobile={mobile}")).await;
        sent.is(200)["items"][0]["code"].as_str().expect("no code was sent").to_owned()
    }
}

impl Request {
    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.builder = self.builder.json(body);
        self
    }

    /// A body of these bytes, said to be JSON.
    pub(crate) fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.builder = self.builder.header("content-type", "application/json").body(body.into());
        self
    }

    /// A body of these bytes and this type.
    pub(crate) fn typed(mut self, body: Vec<u8>, kind: &str) -> Self {
        self.builder = self.builder.header("content-type", kind).body(body);
        self
    }

    /// A body of this type.
    pub(crate) fn text(mut self, body: &str, kind: &str) -> Self {
        self.builder = self.builder.header("content-type", kind).body(body.to_owned());
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// A header of bytes that need not be text.
    pub(crate) fn raw_header(mut self, name: &str, value: &[u8]) -> Self {
        let value = reqwest::header::HeaderValue::from_bytes(value).unwrap();
        self.builder = self.builder.header(name, value);
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) async fn send(self) -> Answer {
        let head = self.head;
        read(self.builder.send().await.unwrap(), head).await.unwrap()
    }

    /// The status alone: what follows may never end.
    pub(crate) async fn status(self) -> u16 {
        self.builder.send().await.unwrap().status().as_u16()
    }

    /// As [`Request::send`]; `None` if nobody answers, or not to the end.
    pub(crate) async fn try_send(self) -> Option<Answer> {
        let head = self.head;
        read(self.builder.send().await.ok()?, head).await.ok()
    }
}

async fn read(response: reqwest::Response, head: bool) -> reqwest::Result<Answer> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes: Vec<u8> = response.bytes().await?.into();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    let answer = Answer { status, headers, text, bytes, json };
    answer.check(head);
    Ok(answer)
}

impl Answer {
    /// What must hold of every answer.
    fn check(&self, head: bool) {
        assert!(self.status < 500 || self.status == 503, "{self:?}");
        assert!(self.header("x-request-id").is_some(), "every answer names its request: {self:?}");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"), "{self:?}");
        assert!(self.header("content-security-policy").is_some(), "{self:?}");
        assert!(self.header("referrer-policy").is_some(), "{self:?}");
        if self.status == 401 {
            assert!(
                self.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")),
                "{self:?}"
            );
        }
        // Health is for machines of another kind.
        if self.json["checks"].is_object() {
            return;
        }
        if matches!(self.status, 429 | 503) {
            let wait: u64 = self.header("retry-after").expect("says when to come back").parse().unwrap();
            assert!(wait >= 1);
        }
        if self.status == 405 {
            assert!(self.header("allow").is_some(), "{self:?}");
        }
        if self.status >= 400 && !head {
            assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
            assert_eq!(self.json["status"], self.status, "{self:?}");
            // An answer that is replayed under an idempotency key names the request that it was first given to.
            for field in ["type", "title", "detail", "code", "request_id"] {
                assert!(
                    self.json[field].as_str().is_some_and(|text| !text.is_empty()),
                    "{field} of {self:?}"
                );
            }
            // A hook's code is the operator's own, and has no page.
            let page = self.json["type"].as_str().unwrap().rsplit('/').next();
            assert!(page == self.json["code"].as_str() || page == Some("hook.vetoed"), "{self:?}");
            assert!(self.json["errors"].is_array(), "{self:?}");
        }
    }

    /// That it has this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// That it is a problem with this status and code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{self:?}");
        self
    }

    /// That it is a 422 that names exactly these fields, each with its code.
    #[track_caller]
    pub(crate) fn invalid(&self, fields: &[(&str, &str)]) -> &Self {
        self.refused(422, "request.invalid");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut named: Vec<(String, String)> = self.json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (text(&error["pointer"]), text(&error["code"])))
            .collect();
        named.sort();
        let mut expected: Vec<(String, String)> =
            fields.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect();
        expected.sort();
        assert_eq!(named, expected, "{self:?}");
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The items of a list.
    #[track_caller]
    pub(crate) fn items(&self) -> &[Value] {
        self.json["items"].as_array().unwrap_or_else(|| panic!("no list: {self:?}"))
    }

    /// The ids of a list's items.
    #[track_caller]
    pub(crate) fn ids(&self) -> Vec<i64> {
        self.items().iter().map(|item| item["id"].as_i64().unwrap()).collect()
    }

    /// One field of each item.
    #[track_caller]
    pub(crate) fn each(&self, pointer: &str) -> Vec<Value> {
        self.items().iter().map(|item| item.pointer(pointer).cloned().unwrap_or(Value::Null)).collect()
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.json[field]
    }
}
