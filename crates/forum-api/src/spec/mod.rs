//! From what poem-openapi writes to a document that generators, linters and people can use.
//!
//! poem-openapi derives the document from the serving types, and so it is true; but it is written in ways
//! that break common generators. [`mend`] is one pure function over the typed model, made of small passes;
//! each pass's file says what was wrong and what it breaks. Nothing here invents an operation, a status or a
//! field: what is not served is not described.

mod about;
mod canonical;
mod closed;
mod example;
mod media;
mod node;
mod order;
mod presence;
mod read;
mod reference;
mod render;
mod responses;
mod security;
mod shared;
mod version31;
mod walk;

use openapiv3::OpenAPI;

pub use render::{Format, Version, render};

/// Why there is no document. Each is a defect of ours that a test of the real document meets first.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// The raw text is not JSON, or says one thing twice and differently.
    #[error("the raw document cannot be read: {0}")]
    Raw(#[source] serde_json::Error),
    /// The raw text is no OpenAPI document.
    #[error("the raw document is not OpenAPI: {0}")]
    Model(#[source] serde_json::Error),
    /// The document cannot be written as JSON.
    #[error("the document cannot be written: {0}")]
    Json(#[source] serde_json::Error),
    /// The document cannot be written as YAML.
    #[error("the document cannot be written as YAML: {0}")]
    Yaml(#[source] serde_saphyr::ser::Error),
}

/// Reads poem-openapi's text and [mends](mend) it.
///
/// # Errors
/// If the text is no OpenAPI document, or says one thing twice and differently: [`SpecError::Raw`] names it.
pub fn process(raw_json: &str) -> Result<OpenAPI, SpecError> {
    Ok(mend(read::document(raw_json)?))
}

/// The document as it is served and committed. Pure, and mending twice changes nothing.
#[must_use]
pub fn mend(mut document: OpenAPI) -> OpenAPI {
    PASSES.iter().for_each(|pass| pass(&mut document));
    document
}

/// In this order: each may count on what those before it did.
const PASSES: &[fn(&mut OpenAPI)] = &[
    about::apply,
    media::apply,
    reference::apply,
    responses::apply,
    canonical::apply,
    presence::apply,
    closed::apply,
    example::apply,
    security::apply,
    shared::apply,
    order::apply,
];

/// Makes documents for the passes' tests.
#[cfg(test)]
mod testing {
    use openapiv3::OpenAPI;
    use serde_json::{Value, json};

    /// A document with these paths and components.
    pub(super) fn document(paths: Value, components: Value) -> OpenAPI {
        let info = json!({"title": "T", "version": "1"});
        let whole = json!({"openapi": "3.0.0", "info": info, "paths": paths, "components": components});
        serde_json::from_value(whole).unwrap()
    }

    /// A document with these schemas, where `GET /` answers `Out` and `POST /` takes `In`, as JSON.
    pub(super) fn with_schemas(schemas: Value) -> OpenAPI {
        let body = |name: &str| json!({"application/json": {"schema": reference(name)}});
        let answer = json!({"responses": {"200": {"description": "OK", "content": body("Out")}}});
        let request =
            json!({"requestBody": {"content": body("In")}, "responses": {"204": {"description": "OK"}}});
        document(json!({"/": {"get": answer, "post": request}}), json!({"schemas": schemas}))
    }

    /// A reference to a schema.
    pub(super) fn reference(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// What a pass makes of a document, as JSON.
    pub(super) fn after(pass: fn(&mut OpenAPI), mut document: OpenAPI) -> Value {
        pass(&mut document);
        serde_json::to_value(&document).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{testing::with_schemas, *};

    #[test]
    fn mending_twice_changes_nothing() {
        let document = with_schemas(json!({
            "Out": {"type": "object", "properties": {
                "id": {"type": "integer", "format": "uint64"},
                "owner": {"allOf": [{"$ref": "#/components/schemas/Card"}, {"description": "Who."}],
                          "description": "Who."},
            }},
            "Card": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "In": {"type": "object", "properties": {"name": {"type": "string"}}},
        }));
        let once = mend(document);
        assert_eq!(mend(once.clone()), once);
    }
}
