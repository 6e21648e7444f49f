//! A named schema with a few words beside it stays that schema.

use openapiv3::{AnySchema, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind};

use super::walk;

/// - For a documented field of a named type poem-openapi writes `allOf: [ref, {the words again}]` with the
///   words beside it: openapi-typescript makes `Author & unknown` of it. The copy goes.
/// - `type: object` beside `oneOf` goes: each choice says its own.
pub(super) fn apply(document: &mut OpenAPI) {
    walk::schemas(document, &mut |schema| {
        untyped_choice(schema);
        without_copies(schema);
    });
}

fn without_copies(schema: &mut Schema) {
    let Schema { schema_data, schema_kind: SchemaKind::AllOf { all_of } } = schema else { return };
    if !all_of.iter().any(|part| matches!(part, ReferenceOr::Reference { .. })) {
        return;
    }
    all_of.retain(|part| match part {
        ReferenceOr::Item(Schema { schema_data: copy, schema_kind: SchemaKind::Any(any) })
            if *any == AnySchema::default() =>
        {
            keep_words(schema_data, copy);
            false
        }
        _ => true,
    });
}

/// What only the copy says is said beside the reference.
fn keep_words(data: &mut SchemaData, copy: &SchemaData) {
    data.nullable |= copy.nullable;
    data.read_only |= copy.read_only;
    data.write_only |= copy.write_only;
    data.deprecated |= copy.deprecated;
    let keep = |mine: &mut Option<String>, theirs: &Option<String>| {
        if mine.is_none() {
            mine.clone_from(theirs);
        }
    };
    keep(&mut data.title, &copy.title);
    keep(&mut data.description, &copy.description);
    data.example = data.example.take().or_else(|| copy.example.clone());
    data.default = data.default.take().or_else(|| copy.default.clone());
}

fn untyped_choice(schema: &mut Schema) {
    let SchemaKind::Any(any) = &mut schema.schema_kind else { return };
    let only = AnySchema {
        typ: Some("object".to_owned()),
        one_of: any.one_of.clone(),
        any_of: any.any_of.clone(),
        ..AnySchema::default()
    };
    if *any != only {
        return;
    }
    match (std::mem::take(&mut any.one_of), std::mem::take(&mut any.any_of)) {
        (one_of, any_of) if any_of.is_empty() && !one_of.is_empty() => {
            schema.schema_kind = SchemaKind::OneOf { one_of };
        }
        (one_of, any_of) if one_of.is_empty() && !any_of.is_empty() => {
            schema.schema_kind = SchemaKind::AnyOf { any_of };
        }
        (one_of, any_of) => {
            any.one_of = one_of;
            any.any_of = any_of;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{after, reference, with_schemas};
    use super::*;

    fn out(schema: serde_json::Value) -> serde_json::Value {
        after(apply, with_schemas(json!({ "Out": schema })))["components"]["schemas"]["Out"].clone()
    }

    #[test]
    fn words_beside_a_reference_are_not_said_twice() {
        let raw = json!({"type": "object", "properties": {"author": {
            "description": "Who wrote it.",
            "allOf": [reference("UserCard"), {"description": "Who wrote it."}],
        }}});
        let expected = json!({"description": "Who wrote it.", "allOf": [reference("UserCard")]});
        assert_eq!(out(raw)["properties"]["author"], expected);
    }

    #[test]
    fn words_that_only_the_copy_has_are_kept() {
        let raw = json!({"allOf": [reference("Role"), {"nullable": true, "default": "member"}]});
        assert_eq!(out(raw), json!({"allOf": [reference("Role")], "nullable": true, "default": "member"}));
    }

    #[test]
    fn a_part_that_asserts_something_stays() {
        let raw = json!({"allOf": [reference("A"), {"type": "object", "required": ["b"]}]});
        assert_eq!(out(raw.clone()), raw);
    }

    #[test]
    fn a_choice_has_no_type_of_its_own() {
        let discriminator = json!({"propertyName": "kind", "mapping": {"a": "#/components/schemas/A"}});
        let raw = json!({
            "type": "object", "oneOf": [reference("A"), reference("B")], "discriminator": discriminator});
        let expected = json!({"oneOf": [reference("A"), reference("B")], "discriminator": discriminator});
        assert_eq!(out(raw), expected);
    }
}
