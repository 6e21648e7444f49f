//! A small HTTP client: one connection, one request at a time, as a busy front end's proxy would.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header::HeaderValue,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// What is asked.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Who asks, as the header says it.
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) body: Option<Bytes>,
    /// What the body is.
    pub(crate) content_type: &'static str,
    /// What must stand in the answer.
    pub(crate) expected: Option<&'static str>,
}

impl Call {
    /// A call by nobody, without a body.
    pub(crate) const fn new(method: Method, path: String) -> Self {
        Self {
            method,
            path,
            authorization: None,
            body: None,
            content_type: "application/json",
            expected: None,
        }
    }
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Why this is not what the call wants, if so.
    pub(crate) fn wrong(&self, call: &Call) -> Option<String> {
        let missing = call.expected.filter(|expected| {
            !self.body.windows(expected.len()).any(|window| window == expected.as_bytes())
        });
        if self.status.is_success() && missing.is_none() {
            return None;
        }
        Some(format!("{} {}", self.status, String::from_utf8_lossy(&self.body)))
    }
}

/// One connection.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    /// Connects to `host:port`.
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // How it ended shows in the request that finds it closed.
            let _ = connection.await;
        });
        Ok(Self { sender, host: address.to_owned() })
    }

    /// Sends a request and reads the whole answer; gives its status and its body's size.
    pub(crate) async fn get(&mut self, path: &str) -> Result<(StatusCode, usize)> {
        let answer = self.send(&Call::new(Method::GET, path.to_owned())).await?;
        Ok((answer.status, answer.body.len()))
    }

    /// Sends a call and reads the whole answer, whatever its status.
    pub(crate) async fn send(&mut self, call: &Call) -> Result<Answer> {
        let mut request = self.request(call.method.clone(), &call.path);
        if let Some(authorization) = &call.authorization {
            request = request.header("authorization", authorization);
        }
        if call.body.is_some() {
            request = request.header("content-type", call.content_type);
        }
        let request = request.body(Full::new(call.body.clone().unwrap_or_default()))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        Ok(Answer { status, body: answer.into_body().collect().await?.to_bytes() })
    }

    /// Sends JSON and reads JSON; any status but 2xx is an error that says what came back.
    pub(crate) async fn call(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Value> {
        let mut request = self.request(method, path).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::from(body.map(Value::to_string).unwrap_or_default()))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&bytes));
        }
        if bytes.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&bytes).context("no JSON") }
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder().method(method).uri(path).header("host", &self.host)
    }
}

/// Waits until a server answers 200 there.
pub(crate) async fn wait_for(address: &str, path: &str) -> Result<()> {
    for _ in 0..3_000 {
        if let Ok(mut connection) = Connection::open(address).await
            && let Ok((StatusCode::OK, _)) = connection.get(path).await
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    bail!("{address}{path} did not answer 200 within 6 s and more")
}
