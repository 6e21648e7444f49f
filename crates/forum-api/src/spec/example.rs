//! Examples that their own schemas accept.

use openapiv3::{ObjectType, OpenAPI, ReferenceOr, SchemaKind, Type};
use serde_json::Value;

use super::walk;

/// An example is made from a value of the Rust type, and so has `null` where a request would leave a field
/// out: schemas refuse that, and who copies the example would be refused too. Such members go.
pub(super) fn apply(document: &mut OpenAPI) {
    walk::schemas(document, &mut |schema| {
        if let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind
            && let Some(Value::Object(example)) = &mut schema.schema_data.example
        {
            example.retain(|name, value| !value.is_null() || may_be_null(object, name));
        }
    });
}

fn may_be_null(object: &ObjectType, name: &str) -> bool {
    object.required.iter().any(|required| required == name)
        || match object.properties.get(name) {
            Some(ReferenceOr::Item(schema)) => schema.schema_data.nullable,
            Some(ReferenceOr::Reference { .. }) => false,
            // Not ours to judge.
            None => true,
        }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{after, reference, with_schemas};
    use super::*;

    #[test]
    fn an_example_leaves_out_what_may_be_left_out_but_not_be_null() {
        let patch = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string"}, "policy": reference("Policy"),
                "notice": {"type": "string", "nullable": true},
            },
            "example": {"name": null, "policy": null, "notice": null},
        });
        let mended = after(apply, with_schemas(json!({ "In": patch })));
        assert_eq!(mended["components"]["schemas"]["In"]["example"], json!({"notice": null}));
    }
}
