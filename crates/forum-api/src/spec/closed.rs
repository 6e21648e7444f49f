//! Which schemas go which way, and the doors of those that come in.

use std::collections::BTreeSet;

use openapiv3::{AdditionalProperties, Components, ObjectType, OpenAPI, ReferenceOr, SchemaKind, Type};

use super::walk::{self, Body};

/// A request with a field that we do not know is refused (api.md), and the schema says so:
/// `additionalProperties: false`. Else schemathesis sends such requests and wonders at the 422, and a typo in
/// a client goes unnoticed until it runs.
pub(super) fn apply(document: &mut OpenAPI) {
    let (requests, _) = reach(document);
    within(document, &requests, &mut |object| {
        if object.additional_properties.is_none() {
            object.additional_properties = Some(AdditionalProperties::Any(false));
        }
    });
}

/// The names of the schemas that request bodies use, and of those that answers use, however deep.
pub(super) fn reach(document: &mut OpenAPI) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut requests, mut answers) = (Vec::new(), Vec::new());
    walk::contents(document, &mut |body, content| {
        let typed = content.iter().filter(|(kind, _)| {
            kind.contains("json") || matches!(kind.as_str(), "text/event-stream" | "multipart/form-data")
        });
        let names = typed.flat_map(|(_, media)| names(&media.schema));
        match body {
            Body::Request => requests.extend(names),
            Body::Answer => answers.extend(names),
        }
    });
    (closure(document, requests), closure(document, answers))
}

/// Every schema that these name, directly or through others.
fn closure(document: &OpenAPI, mut open: Vec<String>) -> BTreeSet<String> {
    let schemas = document.components.as_ref().map(|components| &components.schemas);
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(schema) = schemas.and_then(|schemas| schemas.get(&name))
            && seen.insert(name)
        {
            open.extend(names(schema));
        }
    }
    seen
}

/// The schema that a reference names.
pub(super) fn named(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// The schemas that something refers to.
fn names(part: &impl serde::Serialize) -> Vec<String> {
    fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                let reference = members.get("$ref").and_then(|reference| reference.as_str());
                found.extend(reference.and_then(named).map(str::to_owned));
                members.values().for_each(|value| collect(value, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&serde_json::to_value(part).unwrap_or_default(), &mut found);
    found
}

/// Visits each object among the named schemas.
pub(super) fn within(
    document: &mut OpenAPI,
    chosen: &BTreeSet<String>,
    visit: &mut dyn FnMut(&mut ObjectType),
) {
    let Some(Components { schemas, .. }) = &mut document.components else { return };
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| chosen.contains(*name)) {
        if let ReferenceOr::Item(schema) = schema
            && let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind
        {
            visit(object);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{after, reference, with_schemas};
    use super::*;

    #[test]
    fn requests_take_no_other_fields_and_answers_may_grow() {
        let object = |field: serde_json::Value| json!({"type": "object", "properties": {"field": field}});
        let mended = after(
            apply,
            with_schemas(json!({
                "In": object(reference("Deep")), "Deep": object(json!({"type": "string"})),
                "Out": object(json!({"type": "string"})),
            })),
        );
        let schemas = &mended["components"]["schemas"];
        assert_eq!(schemas["In"]["additionalProperties"], false);
        assert_eq!(schemas["Deep"]["additionalProperties"], false);
        assert_eq!(schemas["Out"].get("additionalProperties"), None);
    }

    #[test]
    fn a_request_that_is_a_map_stays_one() {
        let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
        assert_eq!(after(apply, with_schemas(json!({ "In": map })))["components"]["schemas"]["In"], map);
    }
}
