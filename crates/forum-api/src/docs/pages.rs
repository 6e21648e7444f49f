//! The pages themselves: a frame each, which names its script and nothing outside.

use poem::{Response, handler, http::header};

use super::assets::{ASSETS, Name};

/// Only this server is asked for anything. Both tools set styles on elements as they run, hence
/// `unsafe-inline` for styles; no script but the files named in the page runs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Scalar's reference.
#[handler]
pub(super) fn scalar() -> Response {
    page("Forum API", "en", &[Name::Page], &[Name::Scalar, Name::ScalarStart])
}

/// Swagger UI.
#[handler]
pub(super) fn swagger() -> Response {
    page(
        "Forum API · Swagger UI",
        "en",
        &[Name::SwaggerStyle, Name::Page],
        &[Name::Swagger, Name::SwaggerStart],
    )
}

fn page(title: &str, language: &str, styles: &[Name], scripts: &[Name]) -> Response {
    let styles =
        styles.iter().map(|name| format!("<link rel=\"stylesheet\" href=\"{}\">\n", ASSETS.url(*name)));
    let scripts = scripts.iter().map(|name| format!("<script src=\"{}\"></script>\n", ASSETS.url(*name)));
    let page = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n{}<div id=\"reference\"></div>\n{}",
        styles.collect::<String>(),
        scripts.collect::<String>()
    );
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .body(page)
}
