//! Fields that are always there say so, and those that may be `null` too.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    AnySchema, Components, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type,
};

use super::{
    closed::{named, reach, within},
    walk,
};

/// - An answer has every field, `null` where there is no value (spec rule 5). Of an `Option` poem-openapi
///   says only that it is not required: `null` then breaks the schema, and generators make `x?: T`, as if it
///   could be missing. In schemas that only answers use, what was not required becomes nullable, and all is
///   required.
/// - What may be `null` beside a reference has the type of what it refers to: `nullable` means nothing
///   without a type, by the letter of 3.0.3 and to several validators.
pub(super) fn apply(document: &mut OpenAPI) {
    let (requests, answers) = reach(document);
    let only_answers: BTreeSet<String> = answers.difference(&requests).cloned().collect();
    within(document, &only_answers, &mut |object| always_there(object));
    let types = types(document);
    walk::schemas(document, &mut |schema| {
        if schema.schema_data.nullable {
            admit_null(schema, &types);
        }
    });
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
        ReferenceOr::Item(schema) => schema.schema_data.nullable = true,
        ReferenceOr::Reference { reference } => {
            let all_of = vec![ReferenceOr::Reference { reference: std::mem::take(reference) }];
            *field = ReferenceOr::Item(Box::new(Schema {
                schema_data: SchemaData { nullable: true, ..SchemaData::default() },
                schema_kind: SchemaKind::AllOf { all_of },
            }));
        }
    }
}

/// The type of each named schema that has one.
fn types(document: &OpenAPI) -> BTreeMap<String, &'static str> {
    let Some(Components { schemas, .. }) = &document.components else { return BTreeMap::new() };
    let typed = schemas.iter().filter_map(|(name, schema)| {
        let SchemaKind::Type(kind) = &schema.as_item()?.schema_kind else { return None };
        let kind = match kind {
            Type::String(_) => "string",
            Type::Number(_) => "number",
            Type::Integer(_) => "integer",
            Type::Object(_) => "object",
            Type::Array(_) => "array",
            Type::Boolean(_) => "boolean",
        };
        Some((name.clone(), kind))
    });
    typed.collect()
}

fn admit_null(schema: &mut Schema, types: &BTreeMap<String, &'static str>) {
    match &mut schema.schema_kind {
        // An enum admits only what it lists.
        SchemaKind::Type(Type::String(text))
            if !text.enumeration.is_empty() && !text.enumeration.contains(&None) =>
        {
            text.enumeration.push(None);
        }
        SchemaKind::AllOf { all_of } => {
            let typ = all_of.iter().find_map(|part| match part {
                ReferenceOr::Reference { reference } => types.get(named(reference)?),
                ReferenceOr::Item(_) => None,
            });
            if let Some(typ) = typ {
                schema.schema_kind = SchemaKind::Any(AnySchema {
                    typ: Some((*typ).to_owned()),
                    all_of: std::mem::take(all_of),
                    ..AnySchema::default()
                });
            }
        }
        _ => {}
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
        let card = json!({"type": "object"});
        let mended = schemas(json!({ "Out": out, "Card": card }))["Out"].clone();
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
                "owner": {"type": "object", "allOf": [reference("Card")], "nullable": true},
                "cover": {"description": "A picture.", "type": "object", "allOf": [reference("Card")],
                          "nullable": true},
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

    #[test]
    fn null_beside_a_reference_has_the_type_of_what_it_refers_to() {
        let patch = json!({"type": "object", "properties": {
            "gender": {"nullable": true, "allOf": [reference("Gender")]}}});
        let gender = json!({"type": "string", "enum": ["female", "male"]});
        let mended = schemas(json!({"In": patch, "Gender": gender}));
        assert_eq!(
            mended["In"]["properties"]["gender"],
            json!({"nullable": true, "type": "string", "allOf": [reference("Gender")]}),
        );
        assert_eq!(mended["Gender"], gender);
    }
}
