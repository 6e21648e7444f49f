//! The Yunpian sender against a server that speaks its protocol, well and badly.

#![expect(clippy::unwrap_used, reason = "clippy exempts test functions, but not what they call")]

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use forum_domain::{
    account::Mobile,
    code::{Code, Purpose, SmsSender},
    error::PortError,
};
use forum_outbound::sms::Yunpian;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const KEY: &str = "0123456789abcdef-secret-key";
const CODE: &str = "246810";
const MOBILE: &str = "+8613800000000";
const TAKEN: &str = r#"{"code":0,"msg":"发送成功","count":1,"fee":0.05,"unit":"RMB","mobile":"13800000000","sid":3310228064}"#;

/// What the server does with one request after the other; the last is repeated.
#[derive(Clone, Copy)]
enum Does {
    Answer(u16, &'static str),
    Redirect,
    Drop,
    Hang,
    Flood,
}

struct Stub {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    async fn start(script: &'static [Does]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(request) = read_request(&mut stream).await else { continue };
                let number = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(request);
                    seen.len()
                };
                tokio::spawn(answer(stream, script[number.min(script.len()) - 1]));
            }
        });
        Self { url, requests }
    }

    fn sender(&self) -> Yunpian {
        Yunpian::new(KEY, "【论坛】", Some(&self.url)).unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let mut bytes = [0; 4_096];
        let count = stream.read(&mut bytes).await.ok().filter(|count| *count > 0)?;
        request.extend_from_slice(&bytes[..count]);
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text.into_owned());
            }
        }
    }
}

async fn answer(mut stream: TcpStream, does: Does) {
    let text = match does {
        Does::Answer(status, body) => format!(
            "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
        Does::Redirect => {
            "HTTP/1.1 307 x\r\nlocation: /elsewhere\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".into()
        }
        Does::Drop => String::new(),
        Does::Hang => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            String::new()
        }
        Does::Flood => {
            let head = "HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: 1000000000\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            while stream.write_all(&[b' '; 65_536]).await.is_ok() {}
            String::new()
        }
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn send(sender: &Yunpian, mobile: &str) -> Result<(), PortError> {
    sender.send(&Mobile::stored(mobile.into()), Purpose::Login, &Code::parse(CODE).unwrap()).await
}

/// What the failure says, as a log would have it, once it was seen to tell no secret.
fn told(sent: Result<(), PortError>) -> String {
    let error = sent.unwrap_err();
    assert!(matches!(error, PortError::Unavailable(_)), "{error:?}");
    let told = format!("{error} {error:?}");
    for secret in [KEY, CODE, "13800000000"] {
        assert!(!told.contains(secret), "{told}");
    }
    told
}

#[tokio::test]
async fn a_code_is_sent_as_the_gateway_expects_it() {
    let stub = Stub::start(&[Does::Answer(200, TAKEN)]).await;
    send(&stub.sender(), MOBILE).await.unwrap();
    let requests = stub.requests();
    assert_eq!(requests.len(), 1);
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(head.starts_with("post /v2/sms/single_send.json http/1.1"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
    // 【论坛】您的验证码是246810。如非本人操作，请忽略本短信
    let text = "%E3%80%90%E8%AE%BA%E5%9D%9B%E3%80%91%E6%82%A8%E7%9A%84%E9%AA%8C%E8%AF%81%E7%A0%81%E6%98%AF246810\
                %E3%80%82%E5%A6%82%E9%9D%9E%E6%9C%AC%E4%BA%BA%E6%93%8D%E4%BD%9C%EF%BC%8C%E8%AF%B7%E5%BF%BD%E7%95%A5\
                %E6%9C%AC%E7%9F%AD%E4%BF%A1";
    assert_eq!(body, format!("apikey={KEY}&mobile=13800000000&text={text}"));
}

#[tokio::test]
async fn a_number_of_another_country_keeps_its_plus() {
    let stub = Stub::start(&[Does::Answer(200, TAKEN)]).await;
    send(&stub.sender(), "+4915112345678").await.unwrap();
    assert!(stub.requests()[0].contains("&mobile=%2B4915112345678&"), "{}", stub.requests()[0]);
}

#[tokio::test]
async fn a_refusal_is_told_without_what_it_repeats_and_is_not_tried_again() {
    const REFUSED: &str = r#"{"http_status_code":400,"code":22,"msg":"超限: 0123456789abcdef-secret-key 13800000000 您的验证码是246810","detail":"13800000000"}"#;
    for script in [&[Does::Answer(400, REFUSED)], &[Does::Answer(200, REFUSED)]] {
        let stub = Stub::start(script).await;
        let told = told(send(&stub.sender(), MOBILE).await);
        assert!(told.contains("code 22") && told.contains("超限"), "{told}");
        assert_eq!(stub.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_gateway_that_is_down_for_a_moment_is_asked_once_more() {
    let stub = Stub::start(&[Does::Answer(503, "busy"), Does::Answer(200, TAKEN)]).await;
    send(&stub.sender(), MOBILE).await.unwrap();
    assert_eq!(stub.requests().len(), 2);

    let stub = Stub::start(&[Does::Answer(502, "")]).await;
    assert!(told(send(&stub.sender(), MOBILE).await).contains("502"));
    assert_eq!(stub.requests().len(), 2, "and not a third time");
}

#[tokio::test]
async fn what_was_perhaps_sent_is_not_sent_again() {
    let cases: [&'static [Does]; 7] = [
        &[Does::Drop],
        &[Does::Redirect],
        &[Does::Flood],
        &[Does::Answer(200, "<html>246810</html>")],
        &[Does::Answer(200, "")],
        &[Does::Answer(200, r#"{"msg":"no code"}"#)],
        &[Does::Answer(200, r#"{"code":"0"}"#)],
    ];
    for script in cases {
        let stub = Stub::start(script).await;
        told(send(&stub.sender(), MOBILE).await);
        assert_eq!(stub.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_gateway_that_hangs_is_given_up_after_four_seconds_and_not_asked_again() {
    let stub = Stub::start(&[Does::Hang]).await;
    let begun = Instant::now();
    told(send(&stub.sender(), MOBILE).await);
    assert!((3_900..4_500).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_unavailable_at_once() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let begun = Instant::now();
    let told = told(send(&Yunpian::new(KEY, "论坛", Some(&url)).unwrap(), MOBILE).await);
    assert!(told.to_lowercase().contains("refused"), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_sender_needs_a_key_a_signature_and_a_url() {
    for (key, signature, url) in [
        ("", "论坛", None),
        (" ", "论坛", None),
        (KEY, "", None),
        (KEY, "【】", None),
        (KEY, "论坛", Some("")),
        (KEY, "论坛", Some("ftp://host")),
        (KEY, "论坛", Some("not a url")),
    ] {
        let error = Yunpian::new(key, signature, url).err().unwrap();
        assert!(!error.to_string().contains(KEY));
    }
    assert!(Yunpian::new(KEY, "论坛", None).is_ok());
}
