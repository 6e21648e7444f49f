//! Answers under the statuses that they come with.

use openapiv3::{
    Header, OpenAPI, ParameterSchemaOrContent, ReferenceOr, Response, Responses, Schema, StatusCode,
};
use poem::http;
use serde_json::json;

use super::walk;

/// - A `default` answer is `4XX` and `5XX`: progenitor panics at `default` beside another error, and every
///   success of ours is described under its own status.
/// - No answer is without a description: an empty one becomes the status's name.
/// - 401, 405, 429 and 503 say the header that HTTP wants of them and that we always send.
pub(super) fn apply(document: &mut OpenAPI) {
    walk::operations(document, &mut |operation| {
        without_default(&mut operation.responses);
        for (status, response) in &mut operation.responses.responses {
            if let ReferenceOr::Item(response) = response {
                describe(status, response);
                expected_header(status, response);
            }
        }
    });
}

fn without_default(responses: &mut Responses) {
    if let Some(default) = responses.default.take() {
        for class in [4, 5] {
            responses.responses.entry(StatusCode::Range(class)).or_insert_with(|| default.clone());
        }
    }
}

fn describe(status: &StatusCode, response: &mut Response) {
    let text = response.description.trim();
    response.description = if text.is_empty() { name(status).to_owned() } else { text.to_owned() };
}

/// What HTTP calls a status.
pub(super) fn name(status: &StatusCode) -> &'static str {
    match status {
        StatusCode::Code(code) => http::StatusCode::from_u16(*code)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Another answer"),
        StatusCode::Range(4) => "Any other refusal",
        StatusCode::Range(5) => "Any other failure",
        StatusCode::Range(_) => "Any other answer",
    }
}

fn expected_header(status: &StatusCode, response: &mut Response) {
    let (name, text, schema) = match status {
        StatusCode::Code(401) => (
            "WWW-Authenticate",
            "How to authenticate: with a bearer token.",
            json!({"type": "string", "maxLength": 500, "example": "Bearer"}),
        ),
        StatusCode::Code(405) => (
            "Allow",
            "The methods that there are.",
            json!({"type": "string", "maxLength": 100, "example": "GET, HEAD"}),
        ),
        StatusCode::Code(429 | 503) => (
            "Retry-After",
            "After how many seconds it may come right.",
            json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 86_400, "example": 60}),
        ),
        _ => return,
    };
    if response.headers.keys().any(|one| one.eq_ignore_ascii_case(name)) {
        return;
    }
    if let Ok(schema) = serde_json::from_value::<ReferenceOr<Schema>>(schema) {
        let header = Header {
            description: Some(text.to_owned()),
            style: Default::default(),
            required: true,
            deprecated: None,
            format: ParameterSchemaOrContent::Schema(schema),
            example: None,
            examples: Default::default(),
            extensions: Default::default(),
        };
        response.headers.insert(name.to_owned(), ReferenceOr::Item(header));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{after, document};
    use super::*;

    fn mended(responses: Value) -> Value {
        let paths = json!({"/": {"get": {"responses": responses}}});
        after(apply, document(paths, json!({})))["paths"]["/"]["get"]["responses"].clone()
    }

    #[test]
    fn a_default_answer_is_for_refusals_and_failures() {
        let error = json!({"description": "A problem."});
        let answers = mended(json!({"200": {"description": "OK"}, "default": error}));
        assert_eq!(answers, json!({"200": {"description": "OK"}, "4XX": error, "5XX": error}));
    }

    #[test]
    fn a_default_answer_does_not_replace_one_that_is_there() {
        let answers =
            mended(json!({"4XX": {"description": "Mine."}, "default": {"description": "A problem."}}));
        assert_eq!(answers, json!({"4XX": {"description": "Mine."}, "5XX": {"description": "A problem."}}));
    }

    #[test]
    fn an_answer_without_words_has_its_statuss_name() {
        let answers = mended(
            json!({"201": {"description": ""}, "422": {"description": " "}, "5XX": {"description": ""}}),
        );
        assert_eq!(answers["201"]["description"], "Created");
        assert_eq!(answers["422"]["description"], "Unprocessable Entity");
        assert_eq!(answers["5XX"]["description"], "Any other failure");
    }

    #[test]
    fn refusals_say_the_headers_that_http_wants() {
        let answers = mended(json!({
            "401": {"description": "a"}, "404": {"description": "b"}, "429": {"description": "c"},
            "503": {"description": "d", "headers": {"RETRY-AFTER": {"schema": {"type": "integer"}}}},
        }));
        assert_eq!(answers["401"]["headers"]["WWW-Authenticate"]["required"], true);
        assert_eq!(answers["429"]["headers"]["Retry-After"]["schema"]["type"], "integer");
        assert_eq!(answers["404"].get("headers"), None);
        assert_eq!(answers["503"]["headers"].as_object().map(serde_json::Map::len), Some(1));
    }
}
