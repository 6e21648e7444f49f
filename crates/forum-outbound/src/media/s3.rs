//! Files in a bucket that speaks S3: Amazon's own, or another's at an address of its own.
//!
//! Requests are signed by `rusty-s3` and sent by the HTTP client that everything else uses. Neither a key nor a
//! signed address ever stands in an error or in the log.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    error::PortError,
    media::{MediaKey, MediaStorage, Piece, Stored},
};
use reqwest::{Client, Method, Response, StatusCode, header, redirect};
use rusty_s3::{
    Bucket, Credentials, UrlStyle,
    actions::{ListObjectsV2, S3Action},
};
use url::Url;

use super::place;

/// How long finding the service may take, and an answer in all.
const CONNECT: Duration = Duration::from_secs(3);
const TOTAL: Duration = Duration::from_secs(30);
/// How long a signed address is good for: it is used at once.
const SIGNED: Duration = Duration::from_secs(60);

/// Where the bucket is, and who asks.
#[derive(Clone)]
pub struct S3Settings {
    /// The address of the service, such as `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// What the names of objects begin with, without slashes around it; may be empty.
    pub prefix: String,
    /// The key's name.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: String,
    /// What comes with a key that is lent.
    pub session_token: Option<String>,
}

/// Why there is no storage. Never tells the key.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// The address is none.
    #[error("the S3 endpoint must be http:// or https:// and a host")]
    Endpoint,
    /// The HTTP client could not be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(#[source] reqwest::Error),
}

/// A bucket with the files of media.
pub struct S3 {
    client: Client,
    bucket: Bucket,
    credentials: Credentials,
    prefix: String,
}

impl S3 {
    /// This bucket. It is not asked for anything yet.
    ///
    /// # Errors
    /// [`S3Error`].
    pub fn new(settings: S3Settings) -> Result<Self, S3Error> {
        let endpoint: Url = settings.endpoint.parse().map_err(|_| S3Error::Endpoint)?;
        if !matches!(endpoint.scheme(), "http" | "https") {
            return Err(S3Error::Endpoint);
        }
        // A bucket in the path works with every service, and needs no name of its own.
        let bucket = Bucket::new(endpoint, UrlStyle::Path, settings.bucket, settings.region)
            .map_err(|_| S3Error::Endpoint)?;
        let (id, secret) = (settings.access_key_id, settings.secret_access_key);
        let credentials = match settings.session_token {
            Some(token) => Credentials::new_with_token(id, secret, token),
            None => Credentials::new(id, secret),
        };
        // Refused if there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .map_err(S3Error::Client)?;
        let prefix = match settings.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Ok(Self { client, bucket, credentials, prefix })
    }

    fn name(&self, key: &MediaKey) -> String {
        format!("{}{}", self.prefix, place(key))
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Response, PortError> {
        request.send().await.map_err(unavailable)
    }
}

/// What went wrong, without the address, which is signed.
fn unavailable(error: reqwest::Error) -> PortError {
    PortError::unavailable(error.without_url())
}

/// What else was answered than what was asked for.
fn refused(what: &str, status: StatusCode) -> PortError {
    PortError::unavailable(format!("the media storage answered {status} to {what}"))
}

#[async_trait]
impl MediaStorage for S3 {
    async fn put(&self, key: &MediaKey, bytes: Vec<u8>) -> Result<(), PortError> {
        let name = self.name(key);
        let mut action = self.bucket.put_object(Some(&self.credentials), &name);
        // Whoever serves the bucket itself serves what it is.
        action.headers_mut().insert("content-type", key.format().content_type());
        let request = self
            .client
            .put(action.sign(SIGNED))
            .header(header::CONTENT_TYPE, key.format().content_type())
            .body(bytes);
        let answer = self.send(request).await?;
        if answer.status().is_success() { Ok(()) } else { Err(refused("a PUT", answer.status())) }
    }

    async fn read(&self, key: &MediaKey, from: u64, most: u64) -> Result<Option<Piece>, PortError> {
        let name = self.name(key);
        if most == 0 {
            let url = self.bucket.head_object(Some(&self.credentials), &name).sign(SIGNED);
            let answer = self.send(self.client.request(Method::HEAD, url)).await?;
            return match answer.status() {
                StatusCode::NOT_FOUND => Ok(None),
                status if status.is_success() => {
                    let total = header_number(&answer, &header::CONTENT_LENGTH)
                        .ok_or_else(|| PortError::unavailable("the media storage tells no length"))?;
                    Ok(Some(Piece { total, bytes: Vec::new() }))
                }
                status => Err(refused("a HEAD", status)),
            };
        }
        let url = self.bucket.get_object(Some(&self.credentials), &name).sign(SIGNED);
        let last = from.saturating_add(most - 1);
        let answer =
            self.send(self.client.get(url).header(header::RANGE, format!("bytes={from}-{last}"))).await?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::PARTIAL_CONTENT => {
                let total = answer.headers().get(header::CONTENT_RANGE);
                let total = total.and_then(|range| range.to_str().ok()?.rsplit_once('/')?.1.parse().ok());
                let total = total.ok_or_else(|| PortError::unavailable("a range without its total"))?;
                Ok(Some(Piece { total, bytes: answer.bytes().await.map_err(unavailable)?.into() }))
            }
            // What begins after the end is empty; how long the whole is comes with the refusal.
            StatusCode::RANGE_NOT_SATISFIABLE => Box::pin(self.read(key, 0, 0)).await,
            status => Err(refused("a GET", status)),
        }
    }

    async fn remove(&self, key: &MediaKey) -> Result<(), PortError> {
        let name = self.name(key);
        let url = self.bucket.delete_object(Some(&self.credentials), &name).sign(SIGNED);
        match self.send(self.client.delete(url)).await?.status() {
            status if status.is_success() || status == StatusCode::NOT_FOUND => Ok(()),
            status => Err(refused("a DELETE", status)),
        }
    }

    async fn list(&self, shard: u8) -> Result<Vec<Stored>, PortError> {
        let prefix = format!("{}{shard:02x}/", self.prefix);
        let mut stored = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
            action.with_prefix(prefix.as_str());
            if let Some(token) = &next {
                action.with_continuation_token(token.as_str());
            }
            let answer = self.send(self.client.get(action.sign(SIGNED))).await?;
            if !answer.status().is_success() {
                return Err(refused("a listing", answer.status()));
            }
            let text = answer.text().await.map_err(unavailable)?;
            let page = ListObjectsV2::parse_response(&text)
                .map_err(|error| PortError::unavailable(error.to_string()))?;
            for object in page.contents {
                let key = object.key.rsplit_once('/').and_then(|(_, name)| MediaKey::parse(name));
                let at = object.last_modified.and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
                if let (Some(key), Some(at)) = (key, at) {
                    stored.push(Stored { key, stored_at: at.with_timezone(&Utc) });
                }
            }
            next = page.next_continuation_token;
            if next.is_none() {
                return Ok(stored);
            }
        }
    }

    // An object is there whole or not at all.
    async fn tidy(&self) -> Result<u64, PortError> {
        Ok(0)
    }
}

fn header_number(answer: &Response, name: &header::HeaderName) -> Option<u64> {
    answer.headers().get(name)?.to_str().ok()?.parse().ok()
}
