//! The HTTP API: endpoints, the document generated from them, and the one shape of every error.
//!
//! A request takes three steps: an endpoint here turns HTTP into a call with an
//! [`Actor`](forum_domain::Actor), a service of [`forum_domain`] decides by the rules, a store makes it so.
//! No adapter is seen from here; what the process provides comes in as [`ApiState`].
//!
//! [`router`] is everything below one address: the API under [`BASE_PATH`], its documents and pages, and
//! health. [`spec`] needs no state: the document is the same whatever is behind it.

pub mod docs;
pub mod language;
pub mod problem;
pub mod spec;
mod state;

pub use state::{ApiState, DevCode, DevSms, Rate, Readiness, Settings};

use poem::{Endpoint, EndpointExt, IntoEndpoint, Response, Route};
use poem_openapi::OpenApiService;

/// Under which path the API stands.
pub const BASE_PATH: &str = "/api/v1";

type Api = ();

fn service() -> OpenApiService<Api, ()> {
    OpenApiService::new((), "Forum API", env!("CARGO_PKG_VERSION"))
}

/// The document as poem-openapi writes it. It is no good to generators yet: see [`spec()`](fn@spec).
#[must_use]
pub fn raw_spec() -> serde_json::Value {
    serde_json::from_str(&service().server(BASE_PATH).spec()).unwrap_or_default()
}

/// The document: OpenAPI 3.0.3, as it is served and committed.
#[must_use]
pub fn spec() -> serde_json::Value {
    raw_spec()
}

/// Everything that this server answers.
pub fn router(state: ApiState) -> impl Endpoint<Output = Response> {
    Route::new().nest(BASE_PATH, service().into_endpoint()).data(std::sync::Arc::new(state)).map_to_response()
}
