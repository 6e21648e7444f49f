//! The edge: what happens to every request before an endpoint sees it, and to every answer after.
//!
//! Whatever goes wrong on the way, a panic included, becomes a problem here and nowhere else.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
};

use forum_domain::{Origin, error::Flaw};
use futures_util::FutureExt;
use percent_encoding::percent_decode_str;
use poem::{
    Endpoint, Request, Response,
    error::{MethodNotAllowedError, NotFoundError},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use poem_openapi::{
    OperationId,
    error::{ParseParamError, ParsePathError},
};

use crate::{
    BASE_PATH, address,
    addresses::Addresses,
    auth,
    context::{Call, Context},
    cors,
    headers::{self, RATE_LIMIT, RATE_LIMIT_POLICY, REQUEST_ID, RequestIds},
    language::Language,
    limits::{Client, Counted, Limits},
    problem::Problem,
    state::ApiState,
};

/// Stands around everything that the server answers.
pub(crate) struct Edge<E> {
    inner: E,
    state: Arc<ApiState>,
    addresses: Addresses,
    limits: Option<Limits>,
    ids: RequestIds,
}

/// A request's own part of the edge.
struct Passage {
    request_id: String,
    language: Language,
    path: String,
    method: Method,
    cors: Option<HeaderValue>,
    signed_in: bool,
    counted: Option<Counted>,
}

impl<E: Endpoint<Output = Response>> Edge<E> {
    pub(crate) fn new(inner: E, state: Arc<ApiState>, addresses: Addresses) -> Self {
        let limits = state.settings.rate.map(Limits::new);
        Self { inner, state, addresses, limits, ids: RequestIds::new() }
    }

    async fn answer(&self, mut request: Request, passage: &mut Passage) -> Result<Response, Problem> {
        if let Some(preflight) = cors::preflight(request.method(), request.headers(), passage.cors.as_ref()) {
            return Ok(preflight);
        }
        if !legible(request.uri().path()) || !legible(request.uri().query().unwrap_or_default()) {
            return Err(Problem::malformed());
        }
        if request.method() == Method::TRACE || request.method() == Method::OPTIONS {
            return self.about(&passage.path, request.method() == Method::OPTIONS);
        }
        let ip = address::client(&request, &self.state.settings.trusted_proxies);
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let origin = Origin::new(ip, agent);
        // Health is asked for by machines that must get an answer, and has no tokens.
        if !matches!(passage.path.as_str(), "/livez" | "/readyz") {
            let pass = if passage.path.starts_with(BASE_PATH) {
                auth::pass(request.headers(), &self.state.forum).await
            } else {
                Ok(None)
            };
            let known = pass.as_ref().ok().copied().flatten().map(|pass| pass.actor);
            passage.signed_in = known.is_some();
            self.count(
                known.map_or_else(|| Client::Address(origin.ip.clone()), |actor| Client::User(actor.user_id)),
                passage,
            )?;
            request.set_data(Call::new(Context {
                state: self.state.clone(),
                request_id: passage.request_id.clone(),
                language: passage.language,
                origin,
                pass,
                by_ticket: OnceLock::new(),
                path: passage.path.clone(),
            }));
        }
        match attempt(&self.inner, request).await {
            Ok(response) => self.checked(response, passage),
            Err(error) => {
                let operation = error.data::<OperationId>().map_or("", |id| id.0);
                let problem = self.problem_of(&error, &passage.path);
                problem.log(&passage.request_id, operation);
                Err(problem)
            }
        }
    }

    /// `OPTIONS` is told what an address takes, `TRACE` that it is not taken.
    fn about(&self, path: &str, tell: bool) -> Result<Response, Problem> {
        match self.addresses.allow(path) {
            Some(allow) if tell => {
                let response = Response::builder().status(StatusCode::NO_CONTENT);
                Ok(response.header(header::ALLOW, allow).finish())
            }
            Some(allow) => Err(Problem::method_not_allowed(allow)),
            None if tell => Err(Problem::no_such_address()),
            None => Err(Problem::method_not_allowed(String::new())),
        }
    }

    fn count(&self, client: Client, passage: &mut Passage) -> Result<(), Problem> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let counted = limits.count(&client);
        let wait = counted.wait;
        passage.counted = Some(counted);
        wait.map_or(Ok(()), |wait| Err(Problem::rate_limited(wait)))
    }

    /// An error that was answered in another shape than a problem's becomes one.
    fn checked(&self, response: Response, passage: &Passage) -> Result<Response, Problem> {
        let status = response.status();
        let error = status.is_client_error() || status.is_server_error();
        if !error || response.content_type().is_some_and(|kind| kind != "text/plain") {
            return Ok(response);
        }
        Err(self.of_status(status, &passage.path, "an endpoint answered in plain text"))
    }

    fn problem_of(&self, error: &poem::Error, path: &str) -> Problem {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            problem.clone()
        } else if error.is::<ParsePathError>() {
            Problem::no_such_address()
        } else if let Some(parameter) = error.downcast_ref::<ParseParamError>() {
            Problem::field(format!("/{}", parameter.name), Flaw::new("not_allowed"))
        } else if error.is::<NotFoundError>() {
            Problem::no_such_address()
        } else if error.is::<MethodNotAllowedError>() {
            Problem::method_not_allowed(self.addresses.allow(path).unwrap_or_default())
        } else {
            self.of_status(error.status(), path, &error.to_string())
        }
    }

    fn of_status(&self, status: StatusCode, path: &str, cause: &str) -> Problem {
        match status {
            StatusCode::NOT_FOUND => Problem::no_such_address(),
            StatusCode::METHOD_NOT_ALLOWED => {
                Problem::method_not_allowed(self.addresses.allow(path).unwrap_or_default())
            }
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::unsupported_media_type(),
            status if status.is_client_error() => Problem::malformed(),
            _ => Problem::defect(cause),
        }
    }

    fn finish(&self, response: &mut Response, passage: &Passage) {
        let status = response.status();
        let headers = response.headers_mut();
        let settings = &self.state.settings;
        headers::secure(headers, settings.public_url.starts_with("https://"));
        headers::cache(headers, &passage.path, status, passage.signed_in);
        cors::admit(headers, passage.cors.as_ref());
        put(headers, REQUEST_ID, &passage.request_id);
        if let Some(counted) = &passage.counted {
            put(headers, RATE_LIMIT, &counted.header());
            put(headers, RATE_LIMIT_POLICY, &counted.policy());
        }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let mut passage = Passage {
            request_id: self.ids.of(request.headers()),
            language: Language::negotiate(header(header::ACCEPT_LANGUAGE)),
            path: request.uri().path().to_owned(),
            method: request.method().clone(),
            cors: cors::origin(request.headers(), &self.state.settings),
            signed_in: false,
            counted: None,
        };
        let mut response = match self.answer(request, &mut passage).await {
            Ok(response) => response,
            Err(problem) => {
                let public_url = &self.state.settings.public_url;
                problem.response(public_url, passage.language, &passage.request_id)
            }
        };
        self.finish(&mut response, &passage);
        if passage.method == Method::HEAD {
            response.set_body(());
        }
        Ok(response)
    }
}

/// What the endpoint says; a panic in it is a defect like any other, and no other request's business.
async fn attempt<E: Endpoint<Output = Response>>(inner: &E, request: Request) -> poem::Result<Response> {
    match AssertUnwindSafe(inner.call(request)).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Problem::defect(format!("panic: {}", panic_text(panic.as_ref()))).into()),
    }
}

fn put(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Whether percent-encoding is what it should be, and of UTF-8.
fn legible(text: &str) -> bool {
    let bytes = text.as_bytes();
    let escapes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    let whole = escapes.into_iter().all(|(at, _)| {
        bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    whole && percent_decode_str(text).decode_utf8().is_ok()
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("of an unknown kind")
}

#[cfg(test)]
mod tests {
    use poem::endpoint::make_sync;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_defect_that_tells_the_asker_nothing() {
        let endpoint = make_sync(|_| -> Response { panic!("at /home/somebody/secret.rs") });
        let error = attempt(&endpoint, Request::default()).await.unwrap_err();
        let problem = error.downcast_ref::<Problem>().unwrap();
        assert_eq!((problem.status().as_u16(), problem.code()), (500, "server.error"));
        for language in Language::ALL {
            assert!(!problem.body("http://x", language, "1").contains("secret"));
        }
    }

    #[test]
    fn broken_escapes_and_bytes_that_are_no_text_are_not_legible() {
        for good in ["", "/groups/1", "q=%E4%BD%A0", "q=%00", "q=a+b"] {
            assert!(legible(good), "{good}");
        }
        for bad in ["%", "%4", "%zz", "q=%FF", "q=%E4%BD", "%+1"] {
            assert!(!legible(bad), "{bad}");
        }
    }
}
