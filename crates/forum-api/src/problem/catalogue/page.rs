//! The pages behind a problem's `type`: `/problems` and `/problems/{code}`, for people and for programs.

use std::{fmt::Write, sync::LazyLock};

use base64::{Engine, prelude::BASE64_STANDARD};
use poem::{
    FromRequest, Request, Response, Route, get, handler,
    http::header,
    web::{Accept, Path},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Entry, entries, entry};
use crate::{
    language::Language,
    problem::{Problem, status_of},
};

/// The page's addresses, for `Allow`.
pub const PATHS: &[&str] = &["/problems", "/problems/:code"];

/// Adds the pages. Nothing else is asked for by them: what they look like is within them.
#[must_use]
pub fn add(route: Route) -> Route {
    route.at("/problems", get(list)).at("/problems/:code", get(one))
}

/// An entry as programs read it.
#[derive(Serialize)]
struct Document<'a> {
    code: &'a str,
    status: u16,
    title: &'a str,
    detail: &'a str,
    advice: &'a str,
}

impl Document<'_> {
    fn of(entry: &'static Entry, language: Language) -> Self {
        Document {
            code: entry.code,
            // A test sees to it that every entry has a status.
            status: status_of(entry.code).map_or(500, |status| status.as_u16()),
            title: entry.title.of(language),
            detail: entry.detail.of(language),
            advice: entry.advice.of(language),
        }
    }
}

#[derive(Serialize)]
struct List<'a> {
    items: Vec<Document<'a>>,
}

#[handler]
async fn list(request: &Request) -> poem::Result<Response> {
    let asked = Asked::of(request).await?;
    let items: Vec<_> = entries().map(|entry| Document::of(entry, asked.language)).collect();
    if !asked.html {
        return json(&List { items }, asked.language);
    }
    let title = match asked.language {
        Language::Chinese => "问题代码",
        Language::English => "Problem codes",
    };
    let mut body = format!("<h1>{title}</h1><table>");
    for item in &items {
        let code = escape(item.code);
        // Writing to a string cannot fail.
        let _ = write!(
            body,
            "<tr><td><a href=\"/problems/{code}\"><code>{code}</code></a><td>{}<td>{}",
            item.status,
            escape(item.title)
        );
    }
    body.push_str("</table>");
    Ok(html(title, &body, asked.language))
}

#[handler]
async fn one(request: &Request, Path(code): Path<String>) -> poem::Result<Response> {
    let asked = Asked::of(request).await?;
    let entry = entry(&code).ok_or_else(Problem::no_such_address)?;
    let item = Document::of(entry, asked.language);
    if !asked.html {
        return json(&item, asked.language);
    }
    let body = format!(
        "<p><a href=\"/problems\">/problems</a><h1>{}</h1><p><code>{}</code> · HTTP {}<p>{}<p>{}",
        escape(item.title),
        escape(item.code),
        item.status,
        with_code(item.detail),
        with_code(item.advice)
    );
    Ok(html(item.title, &body, asked.language))
}

/// What the asker would like.
struct Asked {
    html: bool,
    language: Language,
}

impl Asked {
    async fn of(request: &Request) -> poem::Result<Self> {
        let Accept(kinds) = Accept::from_request_without_body(request).await?;
        // A browser names HTML; whoever names nothing that we have is a program.
        let html = kinds.iter().find_map(|kind| match kind.essence_str() {
            "text/html" | "application/xhtml+xml" => Some(true),
            "application/json" | "application/problem+json" => Some(false),
            _ => None,
        });
        Ok(Self {
            html: html.unwrap_or(false),
            language: Language::negotiate(request.header(header::ACCEPT_LANGUAGE)),
        })
    }
}

fn answer(content_type: &str, language: Language) -> poem::ResponseBuilder {
    Response::builder()
        .content_type(content_type)
        .header(header::CONTENT_LANGUAGE, language.tag())
        .header(header::VARY, "Accept, Accept-Language")
        .header(header::CACHE_CONTROL, "public, max-age=3600")
}

fn json(body: &impl Serialize, language: Language) -> poem::Result<Response> {
    let text = serde_json::to_string(body).map_err(|error| Problem::defect(error.to_string()))?;
    Ok(answer("application/json", language).body(text))
}

const STYLE: &str = "body{max-width:52rem;margin:2rem auto;padding:0 1rem;font:16px/1.6 system-ui,sans-serif;\
    color-scheme:light dark}td{padding:.2rem 1rem .2rem 0;vertical-align:top}code{font-size:.95em}";

/// Nothing may be loaded, and no style but the one in the page applies.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

fn html(title: &str, body: &str, language: Language) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{}</title><style>{STYLE}</style><body>{body}\n",
        language.tag(),
        escape(title)
    );
    answer("text/html; charset=utf-8", language)
        .header(header::CONTENT_SECURITY_POLICY, POLICY.as_str())
        .body(page)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text with what stands between backticks as code.
fn with_code(text: &str) -> String {
    let parts = text.split('`').map(escape).enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part }).collect()
}

#[cfg(test)]
mod tests {
    use poem::{http::StatusCode, test::TestClient};

    use super::*;

    async fn get(path: &str, accept: &str, language: &str) -> (StatusCode, String, String) {
        let response = TestClient::new(add(Route::new()))
            .get(path)
            .header("Accept", accept)
            .header("Accept-Language", language)
            .send()
            .await
            .0;
        let kind = response.content_type().unwrap_or_default().to_owned();
        (response.status(), kind, response.into_body().into_string().await.unwrap())
    }

    #[tokio::test]
    async fn a_browser_gets_a_page_and_a_program_gets_json() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        let (status, kind, page) = get("/problems/join.cooldown", browser, "zh-CN").await;
        assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/html; charset=utf-8"));
        assert!(
            page.contains("暂时不能再次申请") && page.contains("<code>viewer.can_request_at</code>"),
            "{page}"
        );
        for accept in ["*/*", "application/json", "application/problem+json, text/html;q=0.1"] {
            let (_, kind, body) = get("/problems/join.cooldown", accept, "en").await;
            assert_eq!(kind, "application/json");
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!((&body["status"], &body["code"]), (&409.into(), &"join.cooldown".into()));
            assert_eq!(body["title"], "Too soon to ask again");
        }
    }

    #[tokio::test]
    async fn the_list_has_every_code() {
        let (_, _, body) = get("/problems", "application/json", "en").await;
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["items"].as_array().map(Vec::len), Some(entries().count()));
        let (_, _, page) = get("/problems", "text/html", "en").await;
        assert!(entries().all(|entry| page.contains(&format!("href=\"/problems/{}\"", entry.code))));
    }

    #[tokio::test]
    async fn a_code_that_is_none_is_not_found_and_not_echoed() {
        let (status, _, body) = get("/problems/%3Cscript%3E", "text/html", "en").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(!body.contains("<script>"));
    }

    #[test]
    fn every_entry_has_a_status() {
        assert!(entries().all(|entry| status_of(entry.code).is_some()));
    }

    #[test]
    fn what_is_shown_is_escaped() {
        assert_eq!(with_code("a `<b>` & \"c\""), "a <code>&lt;b&gt;</code> &amp; &quot;c&quot;");
    }
}
