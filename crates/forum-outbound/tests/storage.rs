//! Where media are kept: the directory on a real file system, the bucket against a server that speaks S3, well and
//! badly.

#![expect(clippy::unwrap_used, reason = "clippy exempts test functions, but not what they call")]

use std::{
    collections::BTreeMap,
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use forum_domain::{
    error::PortError,
    media::{ImageFormat, MediaKey, MediaStorage, Piece},
};
use forum_outbound::media::{Directory, S3, S3Settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

fn key(number: u8) -> MediaKey {
    MediaKey::new([number; 16], ImageFormat::Png, None)
}

/// The files below a directory, by their paths from there.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                files.push(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    files
}

/// What every storage does.
async fn keeps_files(storage: &dyn MediaStorage) {
    let (one, other) = (key(1), key(2));
    assert_eq!(storage.read(&one, 0, 10).await.unwrap(), None);
    assert_eq!(storage.read(&one, 0, 0).await.unwrap(), None);
    storage.put(&one, b"0123456789".to_vec()).await.unwrap();
    let piece = |bytes: &[u8]| Some(Piece { total: 10, bytes: bytes.to_vec() });
    assert_eq!(storage.read(&one, 0, 100).await.unwrap(), piece(b"0123456789"));
    assert_eq!(storage.read(&one, 3, 4).await.unwrap(), piece(b"3456"));
    assert_eq!(storage.read(&one, 8, 4).await.unwrap(), piece(b"89"));
    assert_eq!(storage.read(&one, 10, 4).await.unwrap(), piece(b""));
    assert_eq!(storage.read(&one, 0, 0).await.unwrap(), piece(b""));
    assert_eq!(storage.read(&other, 0, 4).await.unwrap(), None);
    let listed = storage.list(1).await.unwrap();
    assert_eq!(listed.into_iter().map(|stored| stored.key).collect::<Vec<_>>(), [key(1)]);
    assert!(storage.list(2).await.unwrap().is_empty());
    for _ in 0..2 {
        storage.remove(&one).await.unwrap();
        assert_eq!(storage.read(&one, 0, 4).await.unwrap(), None);
    }
    assert_eq!(storage.tidy().await.unwrap(), 0);
}

#[tokio::test]
async fn a_directory_keeps_files() {
    let root = tempfile::tempdir().unwrap();
    let storage = Directory::open(root.path().join("not/there/yet")).unwrap();
    keeps_files(&storage).await;
    assert_eq!(files(root.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_file_stands_under_its_name_whole_and_beside_it_nothing() {
    let root = tempfile::tempdir().unwrap();
    let storage = Directory::open(root.path()).unwrap();
    storage.put(&key(1), vec![7; 100_000]).await.unwrap();
    assert_eq!(files(root.path()), [PathBuf::from(format!("01/01/{}", key(1)))]);
    // One name, one file: another is not written over it, and leaves nothing.
    storage.put(&key(1), b"other".to_vec()).await.unwrap_err();
    assert_eq!(files(root.path()).len(), 1);
    assert_eq!(storage.read(&key(1), 0, 0).await.unwrap().unwrap().total, 100_000);
}

#[tokio::test]
async fn what_a_crash_left_unfinished_is_read_under_no_name_and_removed_once_it_is_old() {
    let root = tempfile::tempdir().unwrap();
    let storage = Directory::open(root.path()).unwrap();
    let unfinished = root.path().join("unfinished");
    let old = unfinished.join("broken-off");
    fs::write(&old, b"half").unwrap();
    let dated = fs::File::options().write(true).open(&old).unwrap();
    dated.set_modified(std::time::UNIX_EPOCH).unwrap();
    fs::write(unfinished.join("being-written"), b"ha").unwrap();
    for shard in 0..=u8::MAX {
        assert!(storage.list(shard).await.unwrap().is_empty());
    }
    assert_eq!(storage.tidy().await.unwrap(), 1);
    assert_eq!(files(root.path()), [PathBuf::from("unfinished/being-written")]);
}

#[tokio::test]
async fn files_of_others_are_no_media() {
    let root = tempfile::tempdir().unwrap();
    let storage = Directory::open(root.path()).unwrap();
    let shard = root.path().join("01/01");
    fs::create_dir_all(shard.join(key(3).as_str())).unwrap();
    for name in ["notes.txt", ".hidden", "01010101010101010101010101010101.svg", "01.png"] {
        fs::write(shard.join(name), b"?").unwrap();
    }
    fs::write(root.path().join("01/stray"), b"?").unwrap();
    assert!(storage.list(1).await.unwrap().is_empty());
}

#[test]
fn no_name_leads_out_of_the_directory() {
    for text in [
        "../../etc/passwd",
        "..",
        "/etc/passwd",
        "01010101010101010101010101010101.png/../../x",
        "g1-../0101010101010101010101010101.png",
        "0101010101010101010101010101010\\.png",
        "01010101010101010101010101010101.png\0",
        "unfinished",
    ] {
        assert_eq!(MediaKey::parse(text), None, "{text}");
    }
}

#[test]
fn a_directory_that_cannot_be_one_is_told_at_once() {
    let root = tempfile::tempdir().unwrap();
    let taken = root.path().join("taken");
    fs::write(&taken, b"a file").unwrap();
    assert!(Directory::open(&taken).is_err());
    assert!(Directory::open(taken.join("below")).is_err());
}

#[tokio::test]
async fn a_directory_that_went_away_is_unavailable_and_no_missing_file() {
    let root = tempfile::tempdir().unwrap();
    let storage = Directory::open(root.path().join("media")).unwrap();
    fs::remove_dir_all(root.path().join("media")).unwrap();
    let failed = storage.put(&key(1), b"x".to_vec()).await.unwrap_err();
    assert!(matches!(failed, PortError::Unavailable(_)), "{failed:?}");
}

const SECRET: &str = "a-secret-access-key";

/// How the stub answers.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    /// With this status, whatever is asked.
    Status(u16),
    /// By closing the connection.
    Drops,
    /// With less than it announced.
    CutsShort,
}

/// A server that keeps objects, and what it was asked.
struct Stub {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = heads.clone();
        tokio::spawn(async move {
            let mut objects = BTreeMap::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some((head, body)) = request(&mut stream).await else { continue };
                seen.lock().unwrap().push(head.clone());
                let answer = match mood {
                    Mood::Well => answer(&mut objects, &head, body),
                    Mood::Status(status) => plain(status, "", b"<Error>no</Error>"),
                    Mood::Drops => Vec::new(),
                    Mood::CutsShort => {
                        b"HTTP/1.1 206 x\r\ncontent-range: bytes 0-9/10\r\ncontent-length: 10\r\n\r\n012"
                            .to_vec()
                    }
                };
                let _ = stream.write_all(&answer).await;
            }
        });
        Self { url, heads }
    }

    fn storage(&self) -> S3 {
        S3::new(S3Settings {
            endpoint: self.url.clone(),
            region: "eu-test-1".into(),
            bucket: "pictures".into(),
            prefix: "/forum/".into(),
            access_key_id: "AKID".into(),
            secret_access_key: SECRET.into(),
            session_token: None,
        })
        .unwrap()
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// The head of a request, and its body.
async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        let mut bytes = [0; 4_096];
        let count = stream.read(&mut bytes).await.ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&bytes[..count]);
        let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&read[..end]).into_owned();
        let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if read.len() >= end + 4 + length {
            return Some((head, read.split_off(end + 4)));
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn plain(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} x\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn answer(objects: &mut BTreeMap<String, Vec<u8>>, head: &str, body: Vec<u8>) -> Vec<u8> {
    let mut line = head.lines().next().unwrap().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let (path, query) = target.split_once('?').unwrap();
    let found = objects.get(path);
    match (method, found) {
        ("PUT", _) => {
            objects.insert(path.to_owned(), body);
            plain(200, "", b"")
        }
        ("GET", _) if query.contains("list-type=2") => {
            let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix=")).unwrap();
            let place = format!("/pictures/{}", prefix.replace("%2F", "/"));
            let listed: String = objects
                .keys()
                .filter(|name| name.starts_with(&place))
                .map(|name| {
                    let name = name.strip_prefix("/pictures/").unwrap();
                    format!(
                        "<Contents><Key>{name}</Key><LastModified>2026-11-23T00:00:00.000Z</LastModified>\
                         <ETag>e</ETag><Size>1</Size></Contents>"
                    )
                })
                .collect();
            let page = format!(
                "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>pictures</Name><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
            );
            plain(200, "content-type: application/xml\r\n", page.as_bytes())
        }
        ("DELETE", _) => {
            objects.remove(path);
            plain(204, "", b"")
        }
        (_, None) => plain(404, "", b""),
        ("HEAD", Some(object)) => {
            format!("HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", object.len())
                .into_bytes()
        }
        (_, Some(object)) => {
            let range = header(head, "range").unwrap().strip_prefix("bytes=").unwrap();
            let (from, to) = range.split_once('-').unwrap();
            let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
            if from >= object.len() {
                return plain(416, "", b"");
            }
            let to = to.min(object.len() - 1);
            let told = format!("content-range: bytes {from}-{to}/{}\r\n", object.len());
            plain(206, &told, &object[from..=to])
        }
    }
}

#[tokio::test]
async fn a_bucket_keeps_files_by_signed_requests() {
    let stub = Stub::start(Mood::Well).await;
    keeps_files(&stub.storage()).await;
    let heads = stub.heads();
    assert!(heads.iter().any(|head| head.starts_with(&format!("PUT /pictures/forum/01/01/{}?", key(1)))));
    for head in heads {
        let line = head.lines().next().unwrap();
        for part in ["X-Amz-Signature=", "X-Amz-Credential=AKID%2F", "X-Amz-Expires=60", "eu-test-1"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!head.contains(SECRET), "{head}");
        if line.starts_with("PUT") {
            assert_eq!(header(&head, "content-type"), Some("image/png"));
        }
    }
}

#[tokio::test]
async fn a_bucket_that_refuses_breaks_off_or_is_not_there_is_unavailable() {
    let nobody = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for mood in [Mood::Status(500), Mood::Status(503), Mood::Status(403), Mood::Status(307), Mood::Drops] {
        fails(&Stub::start(mood).await.storage()).await;
    }
    fails(&Stub { url: nobody, heads: Arc::default() }.storage()).await;
    let cut = Stub::start(Mood::CutsShort).await.storage().read(&key(1), 0, 10).await.unwrap_err();
    assert!(matches!(cut, PortError::Unavailable(_)), "{cut:?}");
}

/// That everything fails as unavailable, and no error tells a key or a signed address.
async fn fails(storage: &S3) {
    let failures = [
        storage.put(&key(1), b"x".to_vec()).await.unwrap_err(),
        storage.read(&key(1), 0, 4).await.unwrap_err(),
        storage.read(&key(1), 0, 0).await.unwrap_err(),
        storage.remove(&key(1)).await.unwrap_err(),
        storage.list(1).await.unwrap_err(),
    ];
    for failure in failures {
        assert!(matches!(failure, PortError::Unavailable(_)), "{failure:?}");
        let told = format!("{failure:?} {failure}");
        assert!(!told.contains(SECRET) && !told.contains("X-Amz") && !told.contains("AKID"), "{told}");
    }
}

#[test]
fn an_endpoint_that_is_none_is_told() {
    for endpoint in ["", "s3.example", "ftp://s3.example", "http://"] {
        let settings = S3Settings {
            endpoint: endpoint.into(),
            region: "r".into(),
            bucket: "b".into(),
            prefix: String::new(),
            access_key_id: "AKID".into(),
            secret_access_key: SECRET.into(),
            session_token: None,
        };
        let told = S3::new(settings).err().unwrap().to_string();
        assert!(!told.contains(SECRET), "{told}");
    }
}
