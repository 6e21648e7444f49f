//! From the raw text to the typed model.

use openapiv3::OpenAPI;

use super::{SpecError, node::Node};

/// Reads a document as poem-openapi writes it.
///
/// Webhooks are a thing of 3.1; in 3.0 they stand in an extension, where generators do not stumble on them.
pub(super) fn document(raw: &str) -> Result<OpenAPI, SpecError> {
    let mut node: Node = serde_json::from_str(raw).map_err(SpecError::Raw)?;
    if let Some(members) = node.members()
        && let Some(webhooks) = members.shift_remove("webhooks")
        && !matches!(&webhooks, Node::Object(hooks) if hooks.is_empty())
    {
        members.insert("x-webhooks".to_owned(), webhooks);
    }
    let ordered = serde_json::to_string(&node).map_err(SpecError::Raw)?;
    serde_json::from_str(&ordered).map_err(SpecError::Model)
}

#[cfg(test)]
mod tests {
    use openapiv3::{ReferenceOr, SchemaKind, Type};

    use super::*;

    const HEAD: &str = r#""openapi":"3.0.0","info":{"title":"T","version":"1"}"#;

    #[test]
    fn webhooks_move_to_an_extension() {
        let raw = format!(r#"{{{HEAD},"webhooks":{{"joined":{{"post":{{}}}}}},"paths":{{}}}}"#);
        let document = document(&raw).unwrap();
        assert_eq!(document.extensions["x-webhooks"]["joined"], serde_json::json!({"post": {}}));
    }

    #[test]
    fn no_webhooks_leave_no_trace() {
        let raw = format!(r#"{{{HEAD},"webhooks":{{}},"paths":{{}}}}"#);
        assert!(document(&raw).unwrap().extensions.is_empty());
    }

    #[test]
    fn an_integer_with_float_bounds_is_an_integer() {
        let raw = format!(
            r#"{{{HEAD},"paths":{{}},"components":{{"schemas":{{"N":{{
                "type":"integer","format":"int32","minimum":1.0,"maximum":100.0}}}}}}}}"#
        );
        let document = document(&raw).unwrap();
        let ReferenceOr::Item(schema) = &document.components.unwrap().schemas["N"] else { panic!() };
        let SchemaKind::Type(Type::Integer(integer)) = &schema.schema_kind else { panic!("{schema:?}") };
        assert_eq!((integer.minimum, integer.maximum), (Some(1), Some(100)));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        assert!(matches!(document("{"), Err(SpecError::Raw(_))));
        assert!(matches!(document("{}"), Err(SpecError::Model(_))));
    }
}
