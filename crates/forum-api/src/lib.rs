//! The HTTP API: endpoints, the document generated from them, and the one shape of every error.
//!
//! A request takes three steps: an endpoint here turns HTTP into a call with an
//! [`Actor`](forum_domain::Actor), a service of [`forum_domain`] decides by the rules, a store makes it so.
//! No adapter is seen from here; what the process provides comes in as [`ApiState`].
//!
//! [`router`] is everything below one address: the API under [`BASE_PATH`], its documents and pages, and
//! health. [`spec()`](fn@spec) needs no state: the document is the same whatever is behind it.
//!
//! # Adding an endpoint
//! 1. In the feature's `dto.rs` the shapes, each with an example; in its `mod.rs` a line in `refusals!` with
//!    every code of its own that the operation can answer, and the method.
//! 2. A `GET` of one resource takes `IfNoneMatch`, a `PATCH` or `DELETE` of it `IfMatch`, an authenticated
//!    `POST` an `IdempotencyKey`, a list `Limit` and `Cursor` with a `Scope` of all its filters.
//! 3. A test over HTTP in `forum-server/tests/http`, and the document generated anew.

mod account;
mod address;
mod addresses;
mod answer;
mod auth;
mod code;
mod comment;
mod content;
mod context;
mod cors;
mod dev;
pub mod docs;
mod edge;
mod etag;
mod fields;
mod group;
mod headers;
mod health;
mod idempotent;
mod ids;
mod invite;
mod join;
mod json;
pub mod language;
mod like;
mod limits;
mod media;
mod membership;
mod moderation;
mod notification;
mod page;
mod params;
mod people;
mod post;
pub mod problem;
mod question;
mod search;
mod session;
pub mod spec;
mod state;
mod tags;
#[cfg(test)]
mod tests;
mod ticket;
mod unserved;
mod well_formed;

pub use notification::Hub;
pub use state::{ApiState, DevCode, DevSms, Rate, Readiness, Settings};
pub use unserved::{Unserved, unserved};

use std::sync::Arc;

use openapiv3::OpenAPI;
use poem::{Endpoint, EndpointExt, IntoEndpoint, Response, Route, get};
use poem_openapi::OpenApiService;

use crate::{addresses::Addresses, edge::Edge, problem::catalogue, spec::SpecError};

/// Under which path the API stands.
pub const BASE_PATH: &str = "/api/v1";

/// Names every endpoint once: as a type, and as a value of it.
macro_rules! apis {
    ($(($($api:path),+)),+ $(,)?) => {
        /// Every endpoint that stands in the document, by subject: a tuple of APIs has at most sixteen.
        type Api = ($(($($api,)+),)+);

        const API: Api = ($(($($api,)+),)+);
    };
}

apis! {
    (
        code::CodeApi, account::AccountApi, session::SessionApi, session::WellKnownApi,
        notification::NotificationApi
    ),
    (
        group::MyGroupApi, join::MyJoinApi, group::GroupApi, membership::MembershipApi, join::JoinApi,
        invite::InviteApi
    ),
    (post::PostListApi, post::PostApi, post::MarkApi, post::BookmarkApi, comment::CommentApi, like::LikeApi),
    (question::QuestionListApi, question::QuestionApi, question::AnswerApi, question::AnswerReplyApi),
    (people::PeopleApi, people::BlockApi, search::SearchApi),
    (moderation::ModerationApi, moderation::AdminApi),
    (media::MediaApi, media::AvatarApi),
}

fn service() -> OpenApiService<Api, ()> {
    // The paths are whole, since one of them stands at the root.
    OpenApiService::new(API, "Forum API", env!("CARGO_PKG_VERSION")).server("/")
}

/// The document as poem-openapi writes it. It is no good to generators yet: see [`spec()`](fn@spec).
#[must_use]
pub fn raw_spec() -> String {
    service().spec()
}

/// The document: OpenAPI 3.0.3, as it is served and committed. [`spec::render`] writes it.
///
/// # Errors
/// A defect of ours, which a test of this crate meets first.
pub fn spec() -> Result<OpenAPI, SpecError> {
    spec::process(&raw_spec())
}

/// Everything that this server answers. Whatever goes wrong in it is answered as a problem, so that its
/// own result is never an error.
///
/// # Errors
/// As [`spec()`](fn@spec).
pub fn router(state: ApiState) -> Result<impl Endpoint<Output = Response>, SpecError> {
    let state = Arc::new(state);
    let mut paths = [&["/livez", "/readyz", media::file::PATTERN], docs::PATHS, catalogue::PATHS].concat();
    let mut route = docs::add(Route::new(), &spec()?)?;
    route = catalogue::add(route).at("/livez", get(health::livez)).at("/readyz", get(health::readyz));
    route = route.at(media::file::PATTERN, get(media::file::file));
    if state.settings.development && state.dev_sms.is_some() {
        route = route.at("/dev/sms", get(dev::sms));
        paths.push("/dev/sms");
    }
    let route = route.nest_no_strip("/", service().into_endpoint());
    Ok(Edge::new(
        route.data(state.clone()).data(media::Room::default()).map_to_response(),
        state,
        Addresses::of::<Api>(&paths),
    ))
}
