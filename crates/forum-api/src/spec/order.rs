//! One order, so that a change of the document is a change of the API.

use openapiv3::{OpenAPI, Parameter, ReferenceOr};

use super::walk;

/// Paths, components and tags stand by name, answers by status; parameters by place (path, query, header),
/// within it as declared, as the fields of a schema are. Tags that no operation has go.
pub(super) fn apply(document: &mut OpenAPI) {
    document.paths.paths.sort_unstable_keys();
    let mut used = Vec::new();
    walk::operations(document, &mut |operation| {
        operation.responses.responses.sort_by(|one, _, other, _| one.to_string().cmp(&other.to_string()));
        operation.parameters.sort_by_key(place);
        used.extend(operation.tags.iter().cloned());
    });
    walk::responses(document, &mut |response| response.headers.sort_unstable_keys());
    document.tags.retain(|tag| used.contains(&tag.name));
    document.tags.sort_by(|one, other| one.name.cmp(&other.name));
    if let Some(components) = &mut document.components {
        components.schemas.sort_unstable_keys();
        components.responses.sort_unstable_keys();
        components.parameters.sort_unstable_keys();
        components.headers.sort_unstable_keys();
        components.request_bodies.sort_unstable_keys();
        components.security_schemes.sort_unstable_keys();
    }
}

fn place(parameter: &ReferenceOr<Parameter>) -> u8 {
    match parameter {
        ReferenceOr::Item(Parameter::Path { .. }) => 0,
        ReferenceOr::Item(Parameter::Query { .. }) => 1,
        ReferenceOr::Item(Parameter::Header { .. }) => 2,
        ReferenceOr::Item(Parameter::Cookie { .. }) => 3,
        ReferenceOr::Reference { .. } => 4,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::document;
    use super::*;

    #[test]
    fn the_order_is_that_of_names_and_of_fields_as_declared() {
        let parameter =
            |name: &str, place: &str| json!({"name": name, "in": place, "schema": {"type": "string"}});
        let get = json!({
            "tags": ["b"],
            "parameters": [
                parameter("X-A", "header"), parameter("z", "query"), parameter("a", "query"), parameter("id", "path")],
            "responses": {"4XX": {"description": "d"}, "404": {"description": "d"}, "200": {"description": "d"}},
        });
        let fields =
            r#"{"type":"object","properties":{"zebra":{"type":"string"},"apple":{"type":"string"}}}"#;
        let schemas = json!({"Zebra": {"type": "string"}, "Apple": {"type": "string"}});
        let mut document = document(json!({"/z": {"get": get}, "/a": {}}), json!({"schemas": schemas}));
        document
            .components
            .get_or_insert_default()
            .schemas
            .insert("Fields".into(), serde_json::from_str(fields).unwrap());
        document.tags = serde_json::from_value(json!([{"name": "unused"}, {"name": "b"}])).unwrap();
        apply(&mut document);
        let text = serde_json::to_string(&document).unwrap();
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
        for in_order in [
            ["\"/a\"", "\"/z\""],
            ["\"200\"", "\"404\""],
            ["\"404\"", "\"4XX\""],
            ["\"id\"", "\"z\""],
            ["\"z\"", "\"a\""],
            ["\"a\"", "\"X-A\""],
            ["\"Apple\"", "\"Zebra\""],
            ["\"zebra\"", "\"apple\""],
        ] {
            assert!(at(in_order[0]) < at(in_order[1]), "{in_order:?} in {text}");
        }
        assert_eq!(document.tags.len(), 1);
    }
}
