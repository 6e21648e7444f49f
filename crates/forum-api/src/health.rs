//! `/livez` and `/readyz`, for whatever watches over the process.

use std::{collections::BTreeMap, sync::Arc};

use poem::{Response, handler, http::StatusCode, web::Data};
use serde::Serialize;

use crate::{answer::JSON, state::ApiState};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    checks: BTreeMap<&'static str, &'static str>,
}

impl Health {
    fn answer(self, status: StatusCode) -> Response {
        let body = serde_json::to_string(&self).unwrap_or_default();
        Response::builder().status(status).content_type(JSON).header("Cache-Control", "no-store").body(body)
    }
}

/// The process lives: it answers at all.
#[handler]
pub(crate) fn livez() -> Response {
    Health { status: "ok", checks: BTreeMap::new() }.answer(StatusCode::OK)
}

/// The process can serve; 503 and the name of what does not answer, if it cannot.
#[handler]
pub(crate) async fn readyz(state: Data<&Arc<ApiState>>) -> Response {
    let checks = state.readiness.check().await;
    let ready = checks.iter().all(|(_, ok)| *ok);
    let word = |ok| if ok { "ok" } else { "unavailable" };
    let checks = checks.into_iter().map(|(name, ok)| (name, word(ok))).collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Health { status: word(ready), checks }.answer(status)
}
