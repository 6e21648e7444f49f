//! Fields that are always there say so, and those that may be `null` too.

use std::collections::BTreeSet;

use openapiv3::{ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::closed::{reach, within};

/// An answer has every field, `null` where there is no value (spec rule 5). Of an `Option` poem-openapi says
/// only that it is not required: `null` then breaks the schema, and generators make `x?: T`, as if it could
/// be missing. In schemas that only answers use, what was not required becomes nullable, and all is required.
pub(super) fn apply(document: &mut OpenAPI) {
    let (requests, answers) = reach(document);
    let only_answers: BTreeSet<String> = answers.difference(&requests).cloned().collect();
    within(document, &only_answers, &mut |object| always_there(object));
}

fn always_there(object: &mut ObjectType) {
    for (name, field) in &mut object.properties {
        if !object.required.contains(name) {
            nullable(field);
        }
    }
    object.required = object.properties.keys().cloned().collect();
}

fn nullable(field: &mut ReferenceOr<Box<Schema>>) {
    match field {
        ReferenceOr::Item(schema) => {
            schema.schema_data.nullable = true;
            // An enum admits only what it lists.
            if let SchemaKind::Type(Type::String(text)) = &mut schema.schema_kind
                && !text.enumeration.is_empty()
                && !text.enumeration.contains(&None)
            {
                text.enumeration.push(None);
            }
        }
        ReferenceOr::Reference { reference } => {
            let all_of = vec![ReferenceOr::Reference { reference: std::mem::take(reference) }];
            *field = ReferenceOr::Item(Box::new(Schema {
                schema_data: SchemaData { nullable: true, ..SchemaData::default() },
                schema_kind: SchemaKind::AllOf { all_of },
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{after, reference, with_schemas};
    use super::*;

    fn schemas(schemas: Value) -> Value {
        after(apply, with_schemas(schemas))["components"]["schemas"].clone()
    }

    #[test]
    fn an_option_in_an_answer_is_there_and_may_be_null() {
        let out = json!({"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string"},
            "notice": {"type": "string"},
            "gender": {"type": "string", "enum": ["female", "male"]},
            "owner": reference("Card"),
            "cover": {"description": "A picture.", "allOf": [reference("Card")]},
        }});
        let mended = schemas(json!({ "Out": out }))["Out"].clone();
        let mut required: Vec<&str> =
            mended["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        required.sort_unstable();
        assert_eq!(required, ["cover", "gender", "id", "notice", "owner"]);
        assert_eq!(
            mended["properties"],
            json!({
                "id": {"type": "string"},
                "notice": {"type": "string", "nullable": true},
                "gender": {"type": "string", "enum": ["female", "male", null], "nullable": true},
                "owner": {"allOf": [reference("Card")], "nullable": true},
                "cover": {"description": "A picture.", "allOf": [reference("Card")], "nullable": true},
            })
        );
    }

    #[test]
    fn what_an_answer_holds_further_down_is_an_answer_too() {
        let mended = schemas(json!({
            "Out": {"type": "object", "properties": {"items": {"type": "array", "items": reference("Deep")}}},
            "Deep": {"type": "object", "properties": {"x": {"type": "string"}}},
        }));
        assert_eq!(mended["Deep"]["required"], json!(["x"]));
    }

    #[test]
    fn what_a_request_leaves_out_stays_left_out() {
        let patch = json!({"type": "object", "properties": {"name": {"type": "string"}}});
        let mended =
            schemas(json!({"In": patch, "Out": {"type": "object", "properties": {"a": reference("In")}}}));
        assert_eq!(mended["In"], patch);
    }
}
