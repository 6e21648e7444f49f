//! The document, written once at the start and served from memory.

use bytes::Bytes;
use openapiv3::OpenAPI;
use poem::{
    Endpoint, Request, Response, Route,
    endpoint::make_sync,
    get,
    http::{StatusCode, header},
};
use sha2::{Digest, Sha256};

use crate::spec::{Format, SpecError, Version, render};

const FORMS: [(&str, Format, Version); 4] = [
    ("/openapi.json", Format::Json, Version::V3_0),
    ("/openapi.yaml", Format::Yaml, Version::V3_0),
    ("/openapi-3.1.json", Format::Json, Version::V3_1),
    ("/openapi-3.1.yaml", Format::Yaml, Version::V3_1),
];

/// Adds the document in each form. Pages of other origins may read it: it is public and the same for all.
pub(super) fn add(route: Route, document: &OpenAPI) -> Result<Route, SpecError> {
    FORMS.into_iter().try_fold(route, |route, (path, format, version)| {
        Ok(route.at(path, get(served(render(document, format, version)?, format))))
    })
}

fn served(text: String, format: Format) -> impl Endpoint<Output = Response> {
    let etag = tag(text.as_bytes());
    // Shared by all answers, so that none is a copy.
    let text = Bytes::from(text);
    let kind = match format {
        Format::Json => "application/json",
        Format::Yaml => "application/yaml",
    };
    make_sync(move |request: Request| {
        let response =
            Response::builder().header(header::ETAG, &etag).header(header::CACHE_CONTROL, "no-cache");
        if known(&request, &etag) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        response.content_type(kind).body(text.clone())
    })
}

/// A strong tag over the bytes.
pub(super) fn tag(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let hex: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// Whether the asker has it already.
pub(super) fn known(request: &Request, etag: &str) -> bool {
    request.header(header::IF_NONE_MATCH).is_some_and(|sent| {
        sent.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == etag || one == "*")
    })
}
