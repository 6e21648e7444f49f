//! Media types as generators know them, and event streams as what they carry.

use openapiv3::{Content, MediaType, OpenAPI, ReferenceOr, Schema, SchemaKind};

use super::walk;

/// - `application/json; charset=utf-8` is `application/json`: openapi-zod-client looks for that key and types
///   everything else as nothing.
/// - A stream's schema is one event: poem-openapi calls it an array of events, and a client would wait for
///   the closing bracket.
pub(super) fn apply(document: &mut OpenAPI) {
    walk::contents(document, &mut |_, content| {
        let plain: Content =
            std::mem::take(content).into_iter().map(|(key, media)| (without_charset(&key), media)).collect();
        *content = plain;
        content.get_mut("text/event-stream").into_iter().for_each(one_event);
    });
}

/// JSON is UTF-8 by definition, and our texts always are: the parameter tells nobody anything.
fn without_charset(key: &str) -> String {
    let mut parts = key.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let rest = parts.filter(|parameter| {
        parameter.split_once('=').is_none_or(|(name, value)| {
            !(name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8"))
        })
    });
    rest.fold(kind, |whole, parameter| format!("{whole}; {parameter}"))
}

fn one_event(media: &mut MediaType) {
    // An array with a format is nothing that the model has a kind for.
    if let Some(ReferenceOr::Item(Schema { schema_kind: SchemaKind::Any(stream), .. })) = &media.schema
        && stream.typ.as_deref() == Some("array")
        && let Some(event) = &stream.items
    {
        media.schema = Some(event.clone().unbox());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{after, document, reference};
    use super::*;

    #[test]
    fn the_key_of_a_media_type_says_no_charset() {
        for (raw, expected) in [
            ("application/json; charset=utf-8", "application/json"),
            ("Application/JSON;charset=\"UTF-8\"", "application/json"),
            ("application/problem+json; charset=utf-8", "application/problem+json"),
            ("application/json; profile=x; charset=utf-8", "application/json; profile=x"),
            ("image/png", "image/png"),
        ] {
            assert_eq!(without_charset(raw), expected);
        }
    }

    #[test]
    fn requests_and_answers_both_change() {
        let content = json!({"application/json; charset=utf-8": {"schema": {"type": "string"}}});
        let post = json!({
            "requestBody": {"content": content},
            "responses": {"200": {"description": "OK", "content": content}},
        });
        let mended = after(apply, document(json!({"/": {"post": post}}), json!({})));
        let post = &mended["paths"]["/"]["post"];
        let plain = json!({"application/json": {"schema": {"type": "string"}}});
        assert_eq!(post["requestBody"]["content"], plain);
        assert_eq!(post["responses"]["200"]["content"], plain);
    }

    #[test]
    fn a_stream_carries_one_event_at_a_time() {
        let stream = json!({"text/event-stream": {"schema": {
            "type": "array", "format": "event-stream", "items": reference("Notification")}}});
        let get = json!({"responses": {"200": {"description": "OK", "content": stream}}});
        let mended = after(apply, document(json!({"/": {"get": get}}), json!({})));
        let media = &mended["paths"]["/"]["get"]["responses"]["200"]["content"]["text/event-stream"];
        assert_eq!(media["schema"], reference("Notification"));
    }
}
