//! The document as it is served, and the pages that show it: Scalar at `/docs`, Swagger UI at
//! `/docs/swagger`.
//!
//! No request leaves the machine: the scripts are in the binary, Scalar's fonts, telemetry and hosted
//! services are off, and a policy lets a page load nothing from elsewhere even if one is ever on again.

mod assets;
mod documents;
mod pages;

use openapiv3::OpenAPI;
use poem::{Route, get};

use crate::spec::SpecError;

/// The addresses here, for `Allow`.
pub const PATHS: &[&str] = &[
    "/openapi.json",
    "/openapi.yaml",
    "/openapi-3.1.json",
    "/openapi-3.1.yaml",
    "/docs",
    "/docs/swagger",
    "/docs/assets/:name",
];

/// Adds the document in its four forms, and the pages.
///
/// # Errors
/// If the document cannot be written.
pub fn add(route: Route, document: &OpenAPI) -> Result<Route, SpecError> {
    let route = documents::add(route, document)?;
    Ok(route
        .at("/docs", get(pages::scalar))
        .at("/docs/swagger", get(pages::swagger))
        .at("/docs/assets/:name", get(assets::asset)))
}

#[cfg(test)]
mod tests {
    use poem::{
        http::{StatusCode, header},
        test::{TestClient, TestResponse},
    };

    use super::*;
    use crate::spec;

    const RAW: &str = r#"{"openapi":"3.0.0","info":{"title":"论坛","version":"1"},"paths":{}}"#;

    async fn get(path: &str, headers: &[(&str, &str)]) -> TestResponse {
        let route = add(Route::new(), &spec::process(RAW).unwrap()).unwrap_or_else(|error| panic!("{error}"));
        let client = TestClient::new(route);
        let request = client.get(path);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await
    }

    async fn text(path: &str, headers: &[(&str, &str)]) -> String {
        let response = get(path, headers).await;
        response.assert_status_is_ok();
        response.0.into_body().into_string().await.unwrap()
    }

    /// What a page asks for.
    fn asked(page: &str) -> Vec<String> {
        let values = page.split(['"']).filter(|part| part.starts_with(['/', 'h']) && part.contains('/'));
        values.map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn pages_ask_only_for_what_this_server_has() {
        for path in ["/docs", "/docs/swagger"] {
            let response = get(path, &[]).await;
            let policy = response.0.header(header::CONTENT_SECURITY_POLICY).unwrap().to_owned();
            assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
            assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
            let page = response.0.into_body().into_string().await.unwrap();
            let urls = asked(&page);
            assert!(urls.len() >= 3, "{page}");
            for url in urls {
                assert!(url.starts_with("/docs/assets/"), "{url}");
                let asset = get(&url, &[]).await;
                asset.assert_status_is_ok();
                asset.assert_header(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
            }
            assert!(!page.contains("论坛"), "the document is loaded, not pasted into the page");
        }
    }

    #[tokio::test]
    async fn what_is_sent_packed_is_what_is_sent_plain() {
        let page = text("/docs/swagger", &[]).await;
        let style =
            asked(&page).into_iter().find(|url| url.contains("swagger-ui-") && url.ends_with("css")).unwrap();
        let plain = text(&style, &[("Accept-Encoding", "gzip;q=0, br")]).await;
        assert!(plain.contains(".swagger-ui"));
        let packed = get(&style, &[("Accept-Encoding", "br, gzip")]).await;
        packed.assert_header(header::CONTENT_ENCODING, "gzip");
        let packed = packed.0.into_body().into_bytes().await.unwrap();
        assert!(packed.len() * 2 < plain.len());
        let unpacked = std::io::read_to_string(flate2::read::GzDecoder::new(packed.as_ref())).unwrap();
        assert_eq!(unpacked, plain);
    }

    #[tokio::test]
    async fn an_asset_that_is_none_is_not_found() {
        for name in ["scalar.js", "..%2fmod.rs", "%00"] {
            get(&format!("/docs/assets/{name}"), &[]).await.assert_status(StatusCode::NOT_FOUND);
        }
    }

    #[tokio::test]
    async fn the_document_comes_in_four_forms_and_only_when_it_is_new() {
        for (path, kind, version) in [
            ("/openapi.json", "application/json", "3.0.3"),
            ("/openapi.yaml", "application/yaml", "3.0.3"),
            ("/openapi-3.1.json", "application/json", "3.1.0"),
            ("/openapi-3.1.yaml", "application/yaml", "3.1.0"),
        ] {
            let response = get(path, &[]).await;
            response.assert_content_type(kind);
            let etag = response.0.header(header::ETAG).unwrap().to_owned();
            let body = response.0.into_body().into_string().await.unwrap();
            assert!(body.contains("论坛") && body.contains(version), "{body}");
            get(path, &[("If-None-Match", &etag)]).await.assert_status(StatusCode::NOT_MODIFIED);
            get(path, &[("If-None-Match", "\"old\"")]).await.assert_status_is_ok();
        }
    }
}
