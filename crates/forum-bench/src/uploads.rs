//! Uploading photographs: how many a second, and with how much memory.
//!
//! Beside the codec alone (**C**), which cleans the same file in this process, one call after the other and as
//! many at once as there are connections: it is the same work without HTTP, database and files. What it leaves
//! free of the machine is not counted; it takes one core less than there are, as in the server.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use forum_domain::media::{Fit, ImageCodec, rules};
use forum_outbound::image::Codec;
use hyper::{Method, body::Bytes, header::HeaderValue};
use image::{ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use tokio::task::JoinSet;

use crate::{
    client::{Call, Connection},
    cpu,
    forum::{Backend, Forum, Place},
    load::{self, Traffic},
    report, seed,
};

/// What the forum is served with: a user may keep whatever the bench uploads.
const SETTINGS: &[(&str, &str)] = &[("FORUM_POLICY__MEDIA_QUOTA_BYTES", "9007199254740991")];

/// What one user may have under way at once.
const AT_ONCE: usize = 4;

const BOUNDARY: &str = "forum-bench-7261";
const FORM: &str = "multipart/form-data; boundary=forum-bench-7261";

#[derive(Args)]
pub(crate) struct Options {
    /// Connections that upload at once: each number is a scenario.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 4, 16])]
    connections: Vec<usize>,
    /// Rounds of one slice of the codec and one of uploads; the median is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Length of a slice, in milliseconds.
    #[arg(long, default_value_t = 4_000)]
    slice_ms: u64,
    /// Megapixels of the photograph, four wide and three high.
    #[arg(long, default_value_t = 12)]
    megapixels: u32,
    /// Its file's size, about, in millions of bytes.
    #[arg(long, default_value_t = 5.0)]
    megabytes: f64,
    /// Only this back end.
    #[arg(long)]
    backend: Option<Backend>,
}

/// What each round gave, one figure a round.
#[derive(Default)]
struct Figures {
    per_second: Vec<f64>,
    of_codec: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    server_cpu: Vec<f64>,
    peak: Vec<f64>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let photograph = Bytes::from(photograph(&options)?);
    println!(
        "a JPEG of {:.2} MB and {} megapixels; {} rounds of {} ms, medians; C is the codec alone\n",
        photograph.len() as f64 / 1e6,
        options.megapixels,
        options.rounds,
        options.slice_ms
    );
    report::head(&[
        "back end",
        "connections",
        "uploads/s",
        "MB/s",
        "of C",
        "p50 ms",
        "p99 ms",
        "server CPU ms",
        "memory before MiB",
        "at most MiB",
    ]);
    for backend in Backend::ALL {
        if options.backend.is_some_and(|only| only != backend) {
            continue;
        }
        for &connections in &options.connections {
            // A server of its own: what another scenario left in its memory would be counted.
            let forum = Place::make(backend, SETTINGS).await?.serve().await?;
            measure(&options, &forum, connections, &photograph).await?;
            eprintln!("forum-bench: {}: {}", backend.name(), forum.place.run(&["doctor"]).await?.trim());
        }
    }
    Ok(())
}

async fn measure(options: &Options, forum: &Forum, connections: usize, photograph: &Bytes) -> Result<()> {
    let slice = Duration::from_millis(options.slice_ms);
    let mut client = Connection::open(&forum.address).await?;
    let body = form(photograph);
    let mut uploads = Vec::new();
    for number in 0..connections.div_ceil(AT_ONCE) {
        let token = seed::register(&mut client, &format!("139{number:08}")).await?;
        uploads.push(Upload { authorization: format!("Bearer {token}").parse()?, body: body.clone() });
    }
    let before = cpu::resident_mib(forum.pid()?)?;
    let mut figures = Figures::default();
    // One round before those that count, so that pools and allocators are warm.
    for round in 0..=options.rounds {
        let alone = codec(photograph, connections, slice).await?;
        cpu::forget_peak(forum.pid()?)?;
        let used = cpu::used(forum.pid()?)?;
        let mut traffic = uploads.iter().cycle().take(connections).cloned().collect();
        let served = load::run_each(&forum.address, &mut traffic, slice).await?;
        let used = cpu::used(forum.pid()?)?.saturating_sub(used);
        if round == 0 {
            continue;
        }
        figures.per_second.push(served.per_second());
        figures.of_codec.push(served.per_second() / alone);
        figures.p50.push(served.latency.value_at_quantile(0.5) as f64 / 1e3);
        figures.p99.push(served.latency.value_at_quantile(0.99) as f64 / 1e3);
        figures.server_cpu.push(used.as_secs_f64() * 1e3 / served.requests.max(1) as f64);
        figures.peak.push(cpu::peak_mib(forum.pid()?)?);
    }
    let per_second = report::median(figures.per_second);
    report::row(&[
        forum.place.backend.name().to_owned(),
        connections.to_string(),
        format!("{per_second:.2}"),
        format!("{:.1}", per_second * photograph.len() as f64 / 1e6),
        format!("{:.2}", report::median(figures.of_codec)),
        format!("{:.0}", report::median(figures.p50)),
        format!("{:.0}", report::median(figures.p99)),
        format!("{:.0}", report::median(figures.server_cpu)),
        format!("{before:.0}"),
        format!("{:.0}", figures.peak.into_iter().fold(0.0, f64::max)),
    ]);
    Ok(())
}

/// The same photograph again and again: the forum keeps each as a file of its own.
#[derive(Clone)]
struct Upload {
    authorization: HeaderValue,
    body: Bytes,
}

impl Traffic for Upload {
    fn next(&mut self) -> Option<Call> {
        let mut call = Call::new(Method::POST, "/api/v1/media".to_owned());
        call.authorization = Some(self.authorization.clone());
        call.body = Some(self.body.clone());
        call.content_type = FORM;
        call.expected = Some(r#""content_type":"image/jpeg""#);
        Some(call)
    }
}

fn form(photograph: &[u8]) -> Bytes {
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\n\
         content-type: image/jpeg\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    Bytes::from([head.as_bytes(), photograph, tail.as_bytes()].concat())
}

/// How many a second the codec cleans, asked by so many at once for this long.
async fn codec(photograph: &Bytes, callers: usize, length: Duration) -> Result<f64> {
    let codec = Arc::new(Codec::new());
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (codec, photograph) = (codec.clone(), photograph.clone());
        tasks.spawn(async move {
            let mut cleaned = 0_u32;
            while begun.elapsed() < length {
                match codec.clean(photograph.to_vec(), rules::limits(), Fit::Whole).await? {
                    Ok(_) => cleaned += 1,
                    Err(unfit) => bail!("the photograph is refused: {unfit:?}"),
                }
            }
            Ok(cleaned)
        });
    }
    let mut cleaned = 0;
    while let Some(one) = tasks.join_next().await {
        cleaned += one??;
    }
    Ok(f64::from(cleaned) / begun.elapsed().as_secs_f64())
}

/// A picture with as much detail as makes its file as large as asked: slopes of colour under noise, the same at
/// each run.
fn photograph(options: &Options) -> Result<Vec<u8>> {
    let side = (f64::from(options.megapixels) * 1e6 / 12.0).sqrt();
    let (width, height) = ((side * 4.0) as u32, (side * 3.0) as u32);
    let wanted = options.megabytes * 1e6;
    let (mut fine, mut coarse) = (0_u32, 255_u32);
    let mut nearest = Vec::new();
    while fine + 1 < coarse {
        let noise = u32::midpoint(fine, coarse);
        let file = encode(width, height, noise)?;
        let off = |file: &Vec<u8>| (file.len() as f64 - wanted).abs();
        if (file.len() as f64) < wanted {
            fine = noise
        } else {
            coarse = noise
        }
        if nearest.is_empty() || off(&file) < off(&nearest) {
            nearest = file;
        }
    }
    if (nearest.len() as f64 - wanted).abs() > wanted / 5.0 {
        bail!("{} megapixels do not make {} MB", options.megapixels, options.megabytes);
    }
    Ok(nearest)
}

fn encode(width: u32, height: u32, noise: u32) -> Result<Vec<u8>> {
    let mut state = 0x9E37_79B9_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        // xorshift: what matters is that no compressor sees through it.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let grain = state % (noise + 1);
        let slope = |at: u32, of: u32| (at * (255 - noise) / of + grain) as u8;
        Rgb([slope(x, width), slope(y, height), slope(x + y, width + height)])
    });
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 90)
        .write_image(picture.as_raw(), width, height, image::ExtendedColorType::Rgb8)
        .context("no JPEG")?;
    Ok(file)
}
