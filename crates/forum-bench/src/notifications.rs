//! Notifications from the commit to the client's socket, and what idle streams cost.
//!
//! Latency: somebody comments, one at a time, and the author's stream is watched, at the instance that was
//! written to or at another. It is told from the answer to the event, and from the request, since the event
//! may overtake the answer. Crowd: thousands of streams of a few users, from as many loopback addresses as the
//! server's limit of one needs; then one comment names all of those users.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use hdrhistogram::Histogram;
use hyper::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    client::Connection,
    cpu,
    forum::{Backend, Forum, Place},
    report, seed,
};

/// What the forum is served with: users may have as many streams as a crowd needs, hashes cost little, and all
/// instances are one forum by its name.
const SETTINGS: &[(&str, &str)] = &[
    ("FORUM_PUBLIC_URL", "http://forum.example"),
    ("FORUM_POLICY__ARGON2_MEMORY_KIB", "8"),
    ("FORUM_POLICY__ARGON2_ITERATIONS", "1"),
    ("FORUM_POLICY__ACCESS_TOKEN_SECONDS", "86400"),
    ("FORUM_POLICY__STREAMS_PER_USER", "1000"),
];

/// What one comment may mention.
const NAMED: usize = 20;
/// Streams from one address: fewer than the server lets in.
const PER_ADDRESS: usize = 900;
/// How long an event may take that must come.
const PATIENCE: Duration = Duration::from_secs(60);
/// What stands in the stream when a notification comes.
const MARK: &[u8] = b"event: notification";

#[derive(Args)]
pub(crate) struct Options {
    /// Comments whose way is timed.
    #[arg(long, default_value_t = 500)]
    samples: usize,
    /// Streams of the crowd; none leaves it out.
    #[arg(long, default_value_t = 10_000)]
    crowd: usize,
    /// Comments that reach the whole crowd; the slowest client of each counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only this back end.
    #[arg(long)]
    backend: Option<Backend>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    println!("{} comments, one at a time; ms\n", options.samples);
    report::head(&["back end", "instances", "answer → event p50", "p99", "request → event p50", "p99"]);
    let mut crowds = Vec::new();
    for backend in Backend::ALL {
        if options.backend.is_some_and(|only| only != backend) {
            continue;
        }
        let server = Place::make(backend, SETTINGS).await?.serve().await?;
        let stage = Stage::set(&server.address).await?;
        latency(&options, &stage, backend, &server.address, 1).await?;
        if backend == Backend::Production {
            let other = server.beside().await?;
            latency(&options, &stage, backend, &other.address, 2).await?;
        }
        if options.crowd > 0 {
            crowds.push((backend, crowd(&options, &stage, &server).await?));
        }
    }
    if !crowds.is_empty() {
        println!("\n{} idle streams of {NAMED} users; one comment names them all\n", options.crowd);
        report::head(&["back end", "memory MiB", "KiB a stream", "first ms", "p50 ms", "p99 ms", "all ms"]);
    }
    for (backend, figures) in crowds {
        let cells = figures.into_iter().map(|figure| format!("{figure:.1}"));
        report::row(&std::iter::once(backend.name().to_owned()).chain(cells).collect::<Vec<_>>());
    }
    Ok(())
}

/// A post, and who is there.
struct Stage {
    address: String,
    author: String,
    commenter: String,
    post: i64,
    named: Vec<(String, String)>,
}

impl Stage {
    async fn set(address: &str) -> Result<Self> {
        let group = *seed::groups(address, 1, 1).await?.first().context("no group")?;
        let mut client = Connection::open(address).await?;
        let author = seed::register(&mut client, "13900000000").await?;
        let commenter = seed::register(&mut client, "13900000001").await?;
        let mut named = Vec::new();
        for number in 0..NAMED {
            let token = seed::register(&mut client, &format!("13900001{number:03}")).await?;
            let name = format!("听众{number:02}号");
            let body = json!({ "nickname": name });
            client.call(Method::PATCH, "/api/v1/me", Some(&token), Some(&body)).await?;
            named.push((name, token));
        }
        let owner = seed::log_in(&mut client, "13800000000").await?;
        for token in [&author, &commenter] {
            let asked = format!("/api/v1/groups/{group}/join-requests");
            let body = json!({ "reason": "想参加" });
            let request = client.call(Method::POST, &asked, Some(token), Some(&body)).await?;
            let id = request["id"].as_i64().context("no id")?;
            let path = format!("/api/v1/join-requests/{id}/approve");
            client.call(Method::POST, &path, Some(&owner), Some(&json!({}))).await?;
        }
        let post = json!({ "title": "题", "body": "文", "format": "plain" });
        let path = format!("/api/v1/groups/{group}/posts");
        let post = client.call(Method::POST, &path, Some(&author), Some(&post)).await?;
        let post = post["id"].as_i64().context("no id")?;
        Ok(Self { address: address.to_owned(), author, commenter, post, named })
    }

    async fn comment(&self, client: &mut Connection, text: &str) -> Result<Value> {
        let path = format!("/api/v1/posts/{}/comments", self.post);
        client.call(Method::POST, &path, Some(&self.commenter), Some(&json!({ "body": text }))).await
    }
}

/// How long comments take to the stream of their post's author, at this instance.
async fn latency(
    options: &Options,
    stage: &Stage,
    backend: Backend,
    at: &str,
    instances: usize,
) -> Result<()> {
    let (told, mut events) = mpsc::unbounded_channel();
    let stream = Listener::open(at, Ipv4Addr::LOCALHOST, &stage.author).await?;
    let reading = tokio::spawn(stream.read(told));
    let mut client = Connection::open(&stage.address).await?;
    let mut after_answer = Histogram::<u64>::new(3)?;
    let mut after_request = Histogram::<u64>::new(3)?;
    for number in 0..options.samples {
        let asked = Instant::now();
        stage.comment(&mut client, &format!("第{number}句")).await?;
        let answered = Instant::now();
        let came = next(&mut events).await?;
        after_answer.record(micros(came.saturating_duration_since(answered)))?;
        after_request.record(micros(came - asked))?;
    }
    reading.abort();
    let ms = |of: &Histogram<u64>, quantile| format!("{:.2}", of.value_at_quantile(quantile) as f64 / 1e3);
    let mut cells = vec![backend.name().to_owned(), instances.to_string()];
    for histogram in [&after_answer, &after_request] {
        cells.extend([0.5, 0.99].map(|quantile| ms(histogram, quantile)));
    }
    report::row(&cells);
    Ok(())
}

/// Memory in all and of each stream, and when the first, the middle, nearly all, and all of the clients had one
/// event: the worst of all rounds.
async fn crowd(options: &Options, stage: &Stage, server: &Forum) -> Result<[f64; 6]> {
    raise_open_files()?;
    let before = cpu::resident_mib(server.pid()?)?;
    let (told, mut events) = mpsc::unbounded_channel();
    let mut streams = JoinSet::new();
    for number in 0..options.crowd {
        let (_, token) = stage.named.get(number % NAMED).context("nobody is named")?;
        let host = u8::try_from(number / PER_ADDRESS + 2).context("too large a crowd")?;
        let stream = Listener::open(&server.address, Ipv4Addr::new(127, 0, 0, host), token).await?;
        streams.spawn(stream.read(told.clone()));
    }
    sleep(Duration::from_secs(3)).await;
    let after = cpu::resident_mib(server.pid()?)?;
    let mut client = Connection::open(&stage.address).await?;
    let names: Vec<String> = stage.named.iter().map(|(name, _)| format!("@{name}")).collect();
    let mut worst = [0f64; 4];
    for round in 0..options.rounds {
        stage.comment(&mut client, &format!("{} 第{round}回", names.join(" "))).await?;
        let answered = Instant::now();
        let mut took = Vec::with_capacity(options.crowd);
        while took.len() < options.crowd {
            let came = next(&mut events).await?;
            took.push(came.saturating_duration_since(answered).as_secs_f64() * 1e3);
        }
        took.sort_by(f64::total_cmp);
        let places = [0, took.len() / 2, took.len() * 99 / 100, took.len() - 1];
        for (worst, place) in worst.iter_mut().zip(places) {
            *worst = worst.max(took.get(place).copied().unwrap_or(f64::NAN));
        }
    }
    let each = (after - before) * 1024.0 / options.crowd as f64;
    let [first, middle, nearly, all] = worst;
    Ok([after, each, first, middle, nearly, all])
}

/// A client that only listens.
struct Listener(TcpStream);

impl Listener {
    /// Opens a stream from this address, and waits for its first event.
    async fn open(address: &str, from: Ipv4Addr, token: &str) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        let mut stream = socket.connect(address.parse()?).await?;
        let request = format!(
            "GET /api/v1/me/notifications/stream HTTP/1.1\r\nhost: {address}\r\n\
             authorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.windows(12).any(|window| window == b"unread_count") {
            let mut bytes = [0; 2_048];
            let read = timeout(PATIENCE, stream.read(&mut bytes)).await??;
            if read == 0 {
                bail!("no stream: {}", String::from_utf8_lossy(&head));
            }
            head.extend_from_slice(bytes.get(..read).unwrap_or_default());
        }
        if !head.starts_with(b"HTTP/1.1 200") {
            bail!("no stream: {}", String::from_utf8_lossy(&head));
        }
        Ok(Self(stream))
    }

    /// Tells when each notification came.
    async fn read(mut self, told: UnboundedSender<Instant>) {
        let mut bytes = [0; 2_048];
        // What may be the beginning of a mark that was cut in two.
        let mut rest = Vec::new();
        while let Ok(read @ 1..) = self.0.read(&mut bytes).await {
            let came = Instant::now();
            rest.extend_from_slice(bytes.get(..read).unwrap_or_default());
            let marks = rest.windows(MARK.len()).filter(|window| *window == MARK).count();
            for _ in 0..marks {
                if told.send(came).is_err() {
                    return;
                }
            }
            let kept = rest.len().saturating_sub(MARK.len() - 1);
            rest.drain(..kept);
        }
    }
}

async fn next(events: &mut UnboundedReceiver<Instant>) -> Result<Instant> {
    timeout(PATIENCE, events.recv()).await.context("an event did not come")?.context("nobody listens")
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// As many sockets as the system lets us have.
fn raise_open_files() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(())
}
