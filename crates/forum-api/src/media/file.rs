//! `/media/{key}`: the files themselves, at the root.
//!
//! A file never changes, and its name says all about it: so caches may keep it for ever, and its name is its
//! tag. A file is read in pieces as it is sent, so that no size and no slow reader takes memory.

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use forum_domain::{
    Forum,
    media::{MediaError, MediaKey, rules::SIGNATURE},
};
use futures_util::stream;
use poem::{
    Body, Request, Response, handler,
    http::{HeaderMap, Method, StatusCode, header},
    web::Path,
};

use crate::{context::Call, problem::Problem};

/// How much of a file is read first, which is all of most, and how much after that.
const FIRST: u64 = 256 << 10;
const NEXT: u64 = 1 << 20;

/// For how long a file that everybody may see is kept: a year, as long as any cache will.
const PUBLIC: &str = "public, max-age=31536000, immutable";

/// The router's pattern.
pub(crate) const PATTERN: &str = "/media/:key";

/// Serves a file.
#[handler]
pub(crate) async fn file(request: &Request, Path(name): Path<String>) -> poem::Result<Response> {
    let call =
        request.data::<Call>().ok_or_else(|| Problem::defect("a file was asked for beside the edge"))?;
    let missing = || Problem::from(MediaError::NoSuchMedia);
    let key = MediaKey::parse(&name).ok_or_else(missing)?;
    let cached = match key.members_of() {
        None => PUBLIC.to_owned(),
        Some(_) => {
            let left = signature(request).and_then(|signature| call.signer().left(&key, &signature));
            format!("private, max-age={}, immutable", left.ok_or_else(missing)?)
        }
    };
    let tag = format!("\"{key}\"");
    let head = request.method() == Method::HEAD;
    let known = known(request.headers(), &tag);
    let media = &call.forum().media;
    // That the file is there is asked in any case: what was deleted is not "not modified".
    let asked = asked(request.headers());
    let (from, most) = match asked {
        _ if head || known => (0, 0),
        Some(Asked::From(from, to)) => (from, FIRST.min(to.map_or(FIRST, |to| to - from + 1))),
        Some(Asked::Last(_)) => (0, 0),
        None => (0, FIRST),
    };
    let piece = media.read(&key, from, most).await.map_err(Problem::from)?;
    let response = Response::builder()
        .header(header::ETAG, &tag)
        .header(header::CACHE_CONTROL, cached)
        .header("Cross-Origin-Resource-Policy", "cross-origin");
    if known {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    let range = asked.and_then(|asked| asked.of(piece.total));
    let (status, range, response) = match range {
        Some(range) => {
            let told = format!("bytes {}-{}/{}", range.start, range.end - 1, piece.total);
            (StatusCode::PARTIAL_CONTENT, range, response.header(header::CONTENT_RANGE, told))
        }
        None => (StatusCode::OK, 0..piece.total, response),
    };
    // Read already, if it is what is wanted.
    let read = if from == range.start { piece.bytes } else { Vec::new() };
    let length = range.end - range.start;
    let body =
        if head { Body::empty() } else { streamed(call.state.forum.clone(), key.clone(), read, range) };
    Ok(response
        .status(status)
        .content_type(key.format().content_type())
        .header(header::CONTENT_LENGTH, length)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"image.{}\"", key.format().extension()),
        )
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        .body(body))
}

/// The signature in the address.
fn signature(request: &Request) -> Option<String> {
    let query = request.uri().query()?;
    let mut values = query.split('&').filter_map(|pair| pair.strip_prefix(SIGNATURE)?.strip_prefix('='));
    values.next().map(str::to_owned)
}

fn known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// One range of a file, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// From this byte to the end, or to that one, itself included.
    From(u64, Option<u64>),
    /// The last so many.
    Last(u64),
}

impl Asked {
    /// The bytes that it means; `None` if there are none, and the whole file is as good an answer.
    fn of(self, total: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From(from, to) => from..to.map_or(total, |to| total.min(to.saturating_add(1))),
            Self::Last(count) => total.saturating_sub(count)..total,
        };
        (!range.is_empty()).then_some(range)
    }
}

/// The range that is asked for; several, or what is none, count as none. A file under one name is one file, so
/// that `If-Range` always holds.
fn asked(headers: &HeaderMap) -> Option<Asked> {
    let (from, to) = headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (from, to) {
        ("", last) => number(last).map(Asked::Last),
        (from, "") => number(from).map(|from| Asked::From(from, None)),
        (from, to) => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to).then_some(Asked::From(from, Some(to)))
        }
    }
}

/// A part of a file, its beginning read already, the rest as it is sent.
fn streamed(forum: Arc<Forum>, key: MediaKey, read: Vec<u8>, range: Range<u64>) -> Body {
    let wanted = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    if read.len() >= wanted {
        return Body::from(Bytes::from(read).slice(..wanted));
    }
    let rest = range.start + read.len() as u64..range.end;
    let begun = (!read.is_empty()).then(|| Ok(Bytes::from(read)));
    let pieces = stream::unfold((forum, key, rest), |(forum, key, mut rest)| async move {
        if rest.is_empty() {
            return None;
        }
        let most = NEXT.min(rest.end - rest.start);
        match forum.media.read(&key, rest.start, most).await {
            Ok(piece) if !piece.bytes.is_empty() => {
                rest.start += piece.bytes.len() as u64;
                Some((Ok(Bytes::from(piece.bytes)), (forum, key, rest)))
            }
            // Removed meanwhile: the answer breaks off, and is not taken for a whole one.
            Ok(_) => Some((Err(std::io::ErrorKind::UnexpectedEof.into()), (forum, key, 0..0))),
            Err(error) => Some((Err(std::io::Error::other(error)), (forum, key, 0..0))),
        }
    });
    Body::from_bytes_stream(futures_util::StreamExt::chain(stream::iter(begun), pieces))
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn range(text: &'static str, total: u64) -> Option<Range<u64>> {
        let headers = [(header::RANGE, HeaderValue::from_static(text))].into_iter().collect();
        asked(&headers).and_then(|asked| asked.of(total))
    }

    #[test]
    fn one_range_is_understood_and_whatever_else_is_the_whole_file() {
        for (text, expected) in [
            ("bytes=0-0", Some(0..1)),
            ("bytes=2-", Some(2..10)),
            ("bytes=2-4", Some(2..5)),
            ("bytes=8-99", Some(8..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=2-18446744073709551615", Some(2..10)),
            ("bytes=-0", None),
            ("bytes=10-", None),
            ("bytes=4-2", None),
            ("bytes=0-1,3-4", None),
            ("bytes=+1-2", None),
            ("bytes=-", None),
            ("bytes=99999999999999999999-", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(range(text, 10), expected, "{text}");
        }
    }
}
