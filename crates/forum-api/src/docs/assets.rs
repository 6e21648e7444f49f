//! What the pages run on, out of the binary.

use std::{io::Read, sync::LazyLock};

use flate2::read::GzDecoder;
use poem::{
    Request, Response, handler,
    http::{StatusCode, header},
    web::Path,
};

use super::documents::{known, tag};
use crate::problem::Problem;

/// A file that a page asks for, under a name with its content's hash, so that it can be kept for ever.
struct Asset {
    name: String,
    etag: String,
    kind: &'static str,
    content: Content,
}

enum Content {
    Plain(&'static [u8]),
    /// Packed by the build script: megabytes otherwise, in the binary and on the way.
    Packed(&'static [u8]),
}

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, content: Content) -> Self {
        let (Content::Plain(bytes) | Content::Packed(bytes)) = content;
        let etag = tag(bytes);
        let name = format!("{stem}-{}.{extension}", etag.trim_matches('"'));
        Self { name, etag, kind, content }
    }
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// The files, and the addresses that pages name them by.
pub(super) struct Assets {
    files: [Asset; 6],
}

/// In the order of [`Assets::files`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Name {
    Scalar,
    ScalarStart,
    Swagger,
    SwaggerStyle,
    SwaggerStart,
    Page,
}

pub(super) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    files: [
        Asset::new("scalar", "js", JAVASCRIPT, Content::Packed(packed::SCALAR)),
        Asset::new("scalar-start", "js", JAVASCRIPT, Content::Plain(include_bytes!("scalar-start.js"))),
        Asset::new("swagger-ui", "js", JAVASCRIPT, Content::Packed(packed::SWAGGER)),
        Asset::new("swagger-ui", "css", CSS, Content::Packed(packed::SWAGGER_STYLE)),
        Asset::new("swagger-start", "js", JAVASCRIPT, Content::Plain(include_bytes!("swagger-start.js"))),
        Asset::new("page", "css", CSS, Content::Plain(include_bytes!("page.css"))),
    ],
});

mod packed {
    pub(super) const SCALAR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/scalar.js.gz"));
    pub(super) const SWAGGER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js.gz"));
    pub(super) const SWAGGER_STYLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui.css.gz"));
}

impl Assets {
    /// The address of a file.
    pub(super) fn url(&self, name: Name) -> String {
        format!("/docs/assets/{}", self.files[name as usize].name)
    }
}

#[handler]
pub(super) fn asset(request: &Request, Path(name): Path<String>) -> poem::Result<Response> {
    let asset = ASSETS.files.iter().find(|asset| asset.name == name).ok_or_else(Problem::no_such_address)?;
    let response = Response::builder()
        .header(header::ETAG, &asset.etag)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "Accept-Encoding");
    if known(request, &asset.etag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    let response = response.content_type(asset.kind);
    Ok(match asset.content {
        Content::Plain(bytes) => response.body(bytes),
        Content::Packed(bytes) if takes_gzip(request) => {
            response.header(header::CONTENT_ENCODING, "gzip").body(bytes)
        }
        Content::Packed(bytes) => {
            let mut plain = Vec::new();
            GzDecoder::new(bytes)
                .read_to_end(&mut plain)
                .map_err(|error| Problem::defect(error.to_string()))?;
            response.body(plain)
        }
    })
}

/// Every browser does.
fn takes_gzip(request: &Request) -> bool {
    request.header(header::ACCEPT_ENCODING).is_some_and(|sent| {
        sent.split(',').any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        })
    })
}
