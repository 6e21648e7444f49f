//! The same document in OpenAPI 3.1, whose schemas are JSON Schema.

use openapiv3::OpenAPI;

use super::{
    SpecError,
    node::{Members, Node},
};

/// The document in 3.1.0. Nothing is added or lost: only how it is said differs.
///
/// - `nullable: true` is a type among several, or a choice beside a reference;
/// - `exclusiveMinimum: true` beside `minimum` is the bound itself, and so for the maximum;
/// - a schema's `example` is the one of its `examples`;
/// - `format: byte` and `binary` are what the content is encoded as, and of which type;
/// - webhooks have a place of their own.
pub(super) fn copy(document: &OpenAPI) -> Result<Node, SpecError> {
    let text = serde_json::to_string(document).map_err(SpecError::Json)?;
    let mut node: Node = serde_json::from_str(&text).map_err(SpecError::Json)?;
    if let Some(members) = node.members() {
        members.insert("openapi".to_owned(), Node::text("3.1.0"));
        if let Some(webhooks) = members.shift_remove("x-webhooks") {
            members.insert("webhooks".to_owned(), webhooks);
        }
    }
    outside(&mut node);
    Ok(node)
}

/// A part of the document that is no schema: looks for those within it.
fn outside(node: &mut Node) {
    match node {
        Node::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "schema" => schema(value),
                    "schemas" => each(value),
                    // Data, whatever its members are called.
                    "example" | "examples" => {}
                    _ => outside(value),
                }
            }
        }
        Node::Array(items) => items.iter_mut().for_each(outside),
        _ => {}
    }
}

fn each(node: &mut Node) {
    match node {
        Node::Object(members) => members.values_mut().for_each(schema),
        Node::Array(items) => items.iter_mut().for_each(schema),
        _ => {}
    }
}

fn schema(node: &mut Node) {
    let Some(members) = node.members() else { return };
    for (name, value) in members.iter_mut() {
        match name.as_str() {
            "properties" | "allOf" | "oneOf" | "anyOf" => each(value),
            "items" | "not" | "additionalProperties" => schema(value),
            _ => {}
        }
    }
    exclusive(members, "exclusiveMinimum", "minimum");
    exclusive(members, "exclusiveMaximum", "maximum");
    rename(members, "example", "examples", |example| Node::Array(vec![example]));
    match members.get("format") {
        Some(Node::String(format)) if format == "byte" => {
            rename(members, "format", "contentEncoding", |_| Node::text("base64"));
        }
        Some(Node::String(format)) if format == "binary" => {
            rename(members, "format", "contentMediaType", |_| Node::text("application/octet-stream"));
        }
        _ => {}
    }
    if members.shift_remove("nullable") == Some(Node::Bool(true)) {
        nullable(members);
    }
}

fn exclusive(members: &mut Members, exclusive: &str, bound: &str) {
    if members.shift_remove(exclusive) == Some(Node::Bool(true)) {
        rename(members, bound, exclusive, |limit| limit);
    }
}

/// Puts a member under another name, in its place.
fn rename(members: &mut Members, from: &str, to: &str, change: impl FnOnce(Node) -> Node) {
    if let Some(index) = members.get_index_of(from)
        && let Some(value) = members.shift_remove(from)
    {
        members.shift_insert(index, to.to_owned(), change(value));
    }
}

fn nullable(members: &mut Members) {
    let null = || Node::Object(Members::from([("type".to_owned(), Node::text("null"))]));
    if members.contains_key("allOf") {
        // The type stood there for `nullable` alone: that of the reference counts.
        members.shift_remove("type");
        rename(members, "allOf", "anyOf", |all| {
            let whole = match all {
                Node::Array(mut parts) if parts.len() == 1 => parts.remove(0),
                parts => Node::Object(Members::from([("allOf".to_owned(), parts)])),
            };
            Node::Array(vec![whole, null()])
        });
    } else if let Some(kind) = members.get_mut("type") {
        *kind = Node::Array(vec![kind.clone(), Node::text("null")]);
        if let Some(Node::Array(values)) = members.get_mut("enum")
            && !values.contains(&Node::Null)
        {
            values.push(Node::Null);
        }
    } else if let Some(choice) = ["oneOf", "anyOf"].into_iter().find(|name| members.contains_key(*name))
        && let Some(Node::Array(choices)) = members.get_mut(choice)
    {
        choices.push(null());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{reference, with_schemas};
    use super::*;

    fn whole(document: &OpenAPI) -> Value {
        serde_json::to_value(copy(document).unwrap()).unwrap()
    }

    fn out(schema: Value) -> Value {
        whole(&with_schemas(json!({ "Out": schema })))["components"]["schemas"]["Out"].clone()
    }

    #[test]
    fn null_is_a_type_among_others() {
        assert_eq!(out(json!({"type": "string", "nullable": true})), json!({"type": ["string", "null"]}));
        assert_eq!(
            out(json!({"type": "string", "nullable": true, "enum": ["a", null]})),
            json!({"type": ["string", "null"], "enum": ["a", null]}),
        );
    }

    #[test]
    fn null_is_a_choice_beside_a_reference() {
        let nothing = json!({"type": "null"});
        assert_eq!(
            out(json!({"type": "object", "allOf": [reference("A")], "nullable": true, "description": "D."})),
            json!({"anyOf": [reference("A"), nothing], "description": "D."}),
        );
        assert_eq!(
            out(json!({"oneOf": [reference("A"), reference("B")], "nullable": true})),
            json!({"oneOf": [reference("A"), reference("B"), nothing]}),
        );
    }

    #[test]
    fn an_exclusive_bound_is_a_number() {
        assert_eq!(
            out(
                json!({"type": "integer", "format": "int32", "minimum": 0, "exclusiveMinimum": true, "maximum": 9})
            ),
            json!({"type": "integer", "format": "int32", "exclusiveMinimum": 0, "maximum": 9}),
        );
    }

    #[test]
    fn an_example_is_one_of_the_examples() {
        assert_eq!(
            out(json!({"type": "string", "example": "好"})),
            json!({"type": "string", "examples": ["好"]})
        );
    }

    #[test]
    fn bytes_say_how_they_are_encoded() {
        assert_eq!(
            out(json!({"type": "string", "format": "byte"})),
            json!({"type": "string", "contentEncoding": "base64"}),
        );
        assert_eq!(
            out(json!({"type": "string", "format": "binary"})),
            json!({"type": "string", "contentMediaType": "application/octet-stream"}),
        );
    }

    #[test]
    fn fields_and_data_with_the_names_of_keywords_stay() {
        let fields = json!({"type": "object", "properties": {
            "nullable": {"type": "boolean"}, "example": {"type": "string", "nullable": true}}});
        let expected = json!({"type": "object", "properties": {
            "nullable": {"type": "boolean"}, "example": {"type": ["string", "null"]}}});
        assert_eq!(out(fields), expected);
        let data = json!({"nullable": true, "schema": {"nullable": true}});
        assert_eq!(out(json!({"type": "object", "example": data}))["examples"], json!([data]));
    }

    #[test]
    fn parameters_and_webhooks_come_along() {
        let mut document = super::super::testing::document(
            json!({"/": {"get": {"responses": {}, "parameters": [
                {"name": "q", "in": "query", "schema": {"type": "string", "nullable": true}, "example": "x"}]}}}),
            json!({}),
        );
        document.extensions.insert("x-webhooks".to_owned(), json!({"joined": {}}));
        let copy = whole(&document);
        assert_eq!(copy["openapi"], "3.1.0");
        assert_eq!(copy["webhooks"], json!({"joined": {}}));
        let parameter = &copy["paths"]["/"]["get"]["parameters"][0];
        assert_eq!(parameter["schema"], json!({"type": ["string", "null"]}));
        assert_eq!(parameter["example"], "x");
    }
}
