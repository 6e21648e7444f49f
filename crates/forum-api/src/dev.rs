//! `/dev/sms`: the codes that went to the console, so that a front end's own tests can log in. It exists
//! only in development, and only where the console is what sends codes.

use std::sync::Arc;

use poem::{Request, Response, handler, web::Data};
use serde::{Deserialize, Serialize};

use crate::{
    answer::JSON,
    fields::Moment,
    problem::Problem,
    state::{ApiState, DevCode},
};

#[derive(Deserialize)]
struct Asked {
    mobile: Option<String>,
}

#[derive(Serialize)]
struct Sent {
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    mobile: String,
    purpose: &'static str,
    code: String,
    sent_at: Moment,
}

impl From<DevCode> for Item {
    fn from(sent: DevCode) -> Self {
        let DevCode { mobile, purpose, code, sent_at } = sent;
        Self { mobile, purpose: purpose.as_str(), code, sent_at: sent_at.into() }
    }
}

/// The codes of `?mobile=`, newest first.
#[handler]
pub(crate) async fn sms(request: &Request, state: Data<&Arc<ApiState>>) -> poem::Result<Response> {
    let source = state.dev_sms.as_ref().ok_or_else(Problem::no_such_address)?;
    let Asked { mobile } = request.params().map_err(|_| Problem::malformed())?;
    let required = || forum_domain::error::Flaw::new("required");
    let sent = match mobile {
        Some(mobile) => source.sent(&mobile).await,
        None => Err(required()),
    };
    let codes = sent.map_err(|flaw| Problem::field("/mobile", flaw))?;
    let body = Sent { items: codes.into_iter().map(Item::from).collect() };
    let body = serde_json::to_string(&body).map_err(|error| Problem::defect(error.to_string()))?;
    Ok(Response::builder().content_type(JSON).header("Cache-Control", "no-store").body(body))
}
