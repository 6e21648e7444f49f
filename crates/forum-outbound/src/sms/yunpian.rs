//! SMS by Yunpian's `single_send`.
//!
//! Neither the key nor a code or mobile ever stands in an error or in the log, also if the gateway
//! repeats them to us.

use std::time::Duration;

use async_trait::async_trait;
use forum_domain::{
    account::Mobile,
    code::{Code, Purpose, SmsSender},
    error::PortError,
};
use reqwest::{Client, Response, Url, redirect};
use serde::Deserialize;
use tokio::time::timeout;

/// The gateway's own address.
const GATEWAY: &str = "https://sms.yunpian.com";

/// How long finding the gateway may take.
const CONNECT: Duration = Duration::from_secs(2);

/// How long sending may take in all, a second attempt included.
const TOTAL: Duration = Duration::from_secs(4);

/// An answer is a few hundred bytes; of a longer one nothing is believed.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Why the sender could not be made. Never tells the key.
#[derive(Debug, thiserror::Error)]
pub enum YunpianError {
    /// There is no key.
    #[error("Yunpian needs an API key")]
    NoKey,
    /// There is no signature; the gateway refuses texts without one.
    #[error("Yunpian needs a signature")]
    NoSignature,
    /// The gateway's address is none.
    #[error("Yunpian's URL must be http:// or https:// and a host")]
    Url,
    /// The HTTP client could not be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(#[source] reqwest::Error),
}

/// Sends codes by Yunpian.
pub struct Yunpian {
    client: Client,
    url: Url,
    api_key: String,
    signature: String,
}

/// How one attempt failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Certainly not taken: another attempt sends nobody two.
    #[error("the SMS gateway did not take the request: {0}")]
    NotTaken(String),
    /// Refused, or perhaps taken.
    #[error("the SMS gateway did not confirm: {0}")]
    Unconfirmed(String),
}

/// What the gateway answers; it has more fields, which tell nothing more.
#[derive(Deserialize)]
struct Answer {
    code: i64,
    #[serde(default)]
    msg: String,
}

impl Yunpian {
    /// A sender with this key and signature (without its brackets). `url` is the gateway's, unless another
    /// speaks for it.
    ///
    /// # Errors
    /// [`YunpianError`].
    pub fn new(api_key: &str, signature: &str, url: Option<&str>) -> Result<Self, YunpianError> {
        if api_key.trim().is_empty() {
            return Err(YunpianError::NoKey);
        }
        let signature = signature.trim().trim_start_matches('【').trim_end_matches('】');
        if signature.is_empty() {
            return Err(YunpianError::NoSignature);
        }
        let base = url.unwrap_or(GATEWAY).trim_end_matches('/');
        let url = Url::parse(&format!("{base}/v2/sms/single_send.json")).map_err(|_| YunpianError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(YunpianError::Url);
        }
        // Refused if there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(YunpianError::Client)?;
        Ok(Self { client, url, api_key: api_key.trim().to_owned(), signature: signature.to_owned() })
    }

    async fn attempt(&self, mobile: &str, code: &str) -> Result<(), Failure> {
        let text = format!("【{}】您的验证码是{code}。如非本人操作，请忽略本短信", self.signature);
        let form = [("apikey", self.api_key.as_str()), ("mobile", mobile), ("text", &text)];
        let response = self.client.post(self.url.clone()).form(&form).send().await.map_err(failure)?;
        let status = response.status();
        if status.is_server_error() {
            return Err(Failure::NotTaken(format!("status {status}")));
        }
        let body = body(response).await?;
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| Failure::Unconfirmed(format!("status {status}, not the JSON expected")))?;
        if status.is_success() && answer.code == 0 {
            return Ok(());
        }
        let said = self.harmless(&answer.msg, mobile, code);
        Err(Failure::Unconfirmed(format!("status {status}, code {}: {said}", answer.code)))
    }

    /// What the gateway said, without what must not be repeated.
    fn harmless(&self, said: &str, mobile: &str, code: &str) -> String {
        let national = mobile.trim_start_matches('+');
        let said = [self.api_key.as_str(), national, code]
            .iter()
            .fold(said.to_owned(), |said, secret| said.replace(secret, "…"));
        said.chars().filter(|c| !c.is_control()).take(200).collect()
    }
}

#[async_trait]
impl SmsSender for Yunpian {
    /// Tries a second time only if the first request certainly was not taken.
    async fn send(&self, mobile: &Mobile, _: Purpose, code: &Code) -> Result<(), PortError> {
        // `single_send` takes Chinese numbers as people write them, others with their country.
        let mobile = mobile.as_str().strip_prefix("+86").unwrap_or(mobile.as_str());
        let attempts = async {
            match self.attempt(mobile, code.expose()).await {
                Err(Failure::NotTaken(_)) => self.attempt(mobile, code.expose()).await,
                other => other,
            }
        };
        match timeout(TOTAL, attempts).await {
            Ok(sent) => sent.map_err(PortError::unavailable),
            Err(_) => Err(PortError::unavailable("the SMS gateway did not answer in time")),
        }
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(Failure::Unconfirmed("a longer answer than expected".into()));
        }
    }
    Ok(body)
}

fn failure(error: reqwest::Error) -> Failure {
    let not_taken = error.is_connect();
    // The URL is the operator's business; the causes tell what went wrong.
    let error = error.without_url();
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    if not_taken { Failure::NotTaken(said) } else { Failure::Unconfirmed(said) }
}
