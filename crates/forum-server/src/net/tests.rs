//! Raw sockets against the server: what no well-behaved client would do.

use std::sync::atomic::{AtomicUsize, Ordering};

use poem::{EndpointExt, IntoResponse, endpoint::make, http::StatusCode, web::RemoteAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::*;

/// How many requests the application has begun.
static BEGUN: AtomicUsize = AtomicUsize::new(0);

struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<bool>,
}

/// `/slow` takes 300 ms, `/never` for ever, `/body` counts its body, `/peer` tells who asks.
async fn start(limits: Limits) -> Running {
    let endpoint = make(|mut request: Request| async move {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        Ok::<_, poem::Error>(match request.uri().path() {
            "/slow" => {
                sleep(Duration::from_millis(300)).await;
                "slow".into_response()
            }
            "/never" => std::future::pending().await,
            "/peer" => request.remote_addr().to_string().into_response(),
            "/body" => match request.take_body().into_bytes().await {
                Ok(body) => body.len().to_string().into_response(),
                Err(_) => StatusCode::BAD_REQUEST.into_response(),
            },
            _ => "ok".into_response(),
        })
    });
    let app = App {
        endpoint: endpoint.map_to_response().boxed(),
        refuse: Box::new(|_, refusal| {
            StatusCode::SERVICE_UNAVAILABLE.with_header("why", format!("{refusal:?}")).into_response()
        }),
        always: &["/livez"],
    };
    let server = Server::bind(([127, 0, 0, 1], 0).into(), limits, Vec::new()).unwrap();
    let address = server.address().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(server.serve(app, async {
        stopped.await.ok();
    }));
    Running { address, stop: Some(stop), server }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a connection of their own and reads until it is closed.
    async fn send(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        rest(&mut stream).await
    }

    async fn get(&self, path: &str) -> String {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").as_bytes()).await
    }
}

/// Everything until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is a close as well.
    let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut bytes)).await;
    read.expect("the server did not close the connection").ok();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn quick() -> Limits {
    Limits {
        head_timeout: Duration::from_millis(300),
        body_timeout: Duration::from_millis(300),
        answer_timeout: Duration::from_millis(800),
        farewell_timeout: Duration::from_millis(300),
        ..Limits::default()
    }
}

#[tokio::test]
async fn the_application_sees_its_peer() {
    let running = start(Limits::default()).await;
    let mut stream = running.connect().await;
    let local = stream.local_addr().unwrap();
    stream.write_all(b"GET /peer HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.ends_with(&RemoteAddr(local.into()).to_string()), "{answer}");
}

#[tokio::test]
async fn sec_46_a_head_that_drips_is_cut_off() {
    let running = start(quick()).await;
    let mut stream = running.connect().await;
    let begun = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let dripping = tokio::spawn(async move {
        // Each byte is in time, all of them are not.
        while writer.write_all(b"X").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    let mut answer = Vec::new();
    timeout(Duration::from_secs(5), reader.read_to_end(&mut answer)).await.unwrap().ok();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert!(!String::from_utf8_lossy(&answer).contains("200"), "{answer:?}");
    dripping.abort();
    // So is a connection on which nothing comes at all, or nothing more.
    assert_eq!(rest(&mut running.connect().await).await, "");
    let mut idle = running.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    assert!(rest(&mut idle).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn sec_46_a_body_that_drips_is_cut_off() {
    let running = start(quick()).await;
    let mut stream = running.connect().await;
    stream.write_all(b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n12345").await.unwrap();
    let begun = Instant::now();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(2));
    let chunked = b"POST /body HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n";
    assert!(running.send(chunked).await.ends_with('5'), "a body that comes in time is read whole");
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_body_reaches_who_is_still_writing() {
    let running = start(Limits::default()).await;
    for (head, chunk) in [
        ("Content-Length: 8388608", vec![b'1'; 8_192]),
        ("Transfer-Encoding: chunked", [b"2000\r\n".as_slice(), &[b'1'; 8_192], b"\r\n"].concat()),
    ] {
        let mut stream = running.connect().await;
        stream.write_all(format!("POST / HTTP/1.1\r\nHost: h\r\n{head}\r\n\r\n").as_bytes()).await.unwrap();
        for written in 0..1_024 {
            if written % 256 == 0 {
                sleep(Duration::from_millis(20)).await;
            }
            stream.write_all(&chunk).await.unwrap();
        }
        let begun = Instant::now();
        stream.shutdown().await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{head}: {answer}");
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn a_short_body_that_nobody_reads_costs_no_connection_and_a_long_one_says_so() {
    let running = start(Limits::default()).await;
    let mut stream = running.connect().await;
    for _ in 0..3 {
        stream.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12345").await.unwrap();
        let mut answer = [0; 512];
        let read = timeout(Duration::from_secs(5), stream.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]);
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("connection: close"), "{answer}");
    }
    stream.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n12345").await.unwrap();
    assert!(rest(&mut stream).await.contains("connection: close"));
    // Nor is asked for what nobody wants.
    let expecting = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    let mut stream = running.connect().await;
    stream.write_all(expecting).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    let mut stream = running.connect().await;
    stream
        .write_all(b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        .await
        .unwrap();
    assert!(stream.read(&mut [0; 512]).await.unwrap() > 0);
    stream.write_all(b"12345").await.unwrap();
    let mut answer = [0; 512];
    let read = stream.read(&mut answer).await.unwrap();
    assert!(answer[..read].ends_with(b"5"), "{}", String::from_utf8_lossy(&answer[..read]));
}

#[tokio::test]
async fn who_goes_on_writing_after_the_answer_is_cut_off() {
    let running = start(quick()).await;
    let mut stream = running.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n").await.unwrap();
    let begun = Instant::now();
    while stream.write_all(b"1").await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(3), "the connection is still held");
        sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() >= Duration::from_millis(250));
}

#[tokio::test]
async fn sec_46_heads_beyond_their_size_get_431() {
    let running = start(Limits::default()).await;
    let request = format!("GET / HTTP/1.1\r\nHost: h\r\nX-Long: {}\r\n\r\n", "a".repeat(40_000));
    assert!(running.send(request.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let many = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "X-Many: a\r\n".repeat(200));
    assert!(running.send(many.as_bytes()).await.starts_with("HTTP/1.1 431"));
    assert!(running.send(b"nonsense\r\n\r\n").await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn sec_46_one_address_has_only_so_many_connections() {
    let running = start(Limits { connections_per_address: 3, ..Limits::default() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = running.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
        assert!(stream.read(&mut [0; 512]).await.unwrap() > 0);
        held.push(stream);
    }
    assert_eq!(rest(&mut running.connect().await).await, "", "one too many is closed unanswered");
    held.pop();
    let begun = Instant::now();
    while running.get("/").await.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(2), "the place was not given back");
    }
}

#[tokio::test]
async fn too_much_to_do_is_refused_at_once_and_health_is_not() {
    let running =
        start(Limits { requests: 1, waiting: 1, wait: Duration::from_secs(5), ..Limits::default() }).await;
    let running = Arc::new(running);
    let slow = |running: &Arc<Running>| {
        let running = running.clone();
        tokio::spawn(async move { running.get("/slow").await })
    };
    let at_work = slow(&running);
    sleep(Duration::from_millis(60)).await;
    let waiting = slow(&running);
    sleep(Duration::from_millis(60)).await;
    let begun = Instant::now();
    let refused = running.get("/").await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("why: Busy"), "{refused}");
    assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
    assert!(running.get("/livez").await.starts_with("HTTP/1.1 200"));
    assert!(at_work.await.unwrap().ends_with("slow"));
    assert!(waiting.await.unwrap().ends_with("slow"), "whoever waits has his turn");
    assert!(running.get("/").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let running = start(quick()).await;
    let answer = running.get("/never").await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("why: Late"), "{answer}");
}

#[tokio::test]
async fn draining_finishes_what_was_begun_and_leaves_nobody_waiting() {
    let mut running = start(Limits { drain: Duration::from_secs(3), ..Limits::default() }).await;
    let mut silent = running.connect().await;
    let mut idle = running.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 512]).await.unwrap() > 0);
    let mut busy = running.connect().await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;

    let begun = Instant::now();
    running.stop.take().unwrap().send(()).unwrap();
    assert!(rest(&mut busy).await.ends_with("slow"), "what was at work is answered");
    assert_eq!(rest(&mut idle).await, "");
    assert_eq!(rest(&mut silent).await, "");
    assert!(running.server.await.unwrap(), "all was in time");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(TcpStream::connect(running.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn draining_has_a_deadline() {
    let mut running = start(Limits { drain: Duration::from_millis(300), ..Limits::default() }).await;
    let mut stuck = running.connect().await;
    stuck.write_all(b"GET /never HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(50)).await;
    let begun = Instant::now();
    running.stop.take().unwrap().send(()).unwrap();
    assert!(!running.server.await.unwrap());
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn lingering_takes_connections_in_for_a_moment() {
    let mut running = start(Limits { linger: Duration::from_millis(400), ..Limits::default() }).await;
    running.stop.take().unwrap().send(()).unwrap();
    sleep(Duration::from_millis(50)).await;
    assert!(running.get("/").await.starts_with("HTTP/1.1 200"));
    assert!(running.server.await.unwrap());
}

#[tokio::test]
async fn a_crowd_that_comes_at_once_is_taken_in_at_once() {
    let running = start(Limits::default()).await;
    let begun = Instant::now();
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..400 {
        crowd.spawn(TcpStream::connect(running.address));
    }
    let connected = crowd.join_all().await;
    assert!(connected.iter().all(Result::is_ok));
    // Whoever is turned away by a full queue comes again after a second.
    assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
}
