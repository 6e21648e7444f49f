//! Who may call: said of every operation.

use openapiv3::{OpenAPI, ReferenceOr, SecurityScheme};

use super::walk;

/// The header of the MxForum clients, which is another way to send the same token.
const OLD_HEADER: &str = "tsessionid";

/// - An operation that asks for nobody says `security: []`: silence could mean that it was forgotten.
/// - The old header is marked as deprecated. OpenAPI 3.0 and 3.1 have no word for that on a scheme, so it
///   stands in an extension and in the description.
pub(super) fn apply(document: &mut OpenAPI) {
    walk::operations(document, &mut |operation| {
        operation.security.get_or_insert_default();
    });
    let Some(components) = &mut document.components else { return };
    for scheme in components.security_schemes.values_mut() {
        if let ReferenceOr::Item(SecurityScheme::APIKey { name, description, extensions, .. }) = scheme
            && name.eq_ignore_ascii_case(OLD_HEADER)
        {
            extensions.insert("x-deprecated".to_owned(), true.into());
            let text = description.get_or_insert_default();
            if !text.to_ascii_lowercase().contains("deprecated") {
                *text = format!("{} Deprecated: use the bearer token.", text.trim()).trim().to_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{after, document};
    use super::*;

    #[test]
    fn every_operation_says_who_may_call() {
        let open = json!({"responses": {}});
        let closed = json!({"responses": {}, "security": [{"bearer": []}]});
        let mended = after(apply, document(json!({"/": {"get": open, "put": closed}}), json!({})));
        assert_eq!(mended["paths"]["/"]["get"]["security"], json!([]));
        assert_eq!(mended["paths"]["/"]["put"]["security"], json!([{"bearer": []}]));
    }

    #[test]
    fn the_old_header_is_deprecated() {
        let schemes = json!({
            "bearer": {"type": "http", "scheme": "bearer"},
            "old": {"type": "apiKey", "in": "header", "name": "tsessionid", "description": "The same token."},
        });
        let mended = after(apply, document(json!({}), json!({ "securitySchemes": schemes })));
        let schemes = &mended["components"]["securitySchemes"];
        assert_eq!(schemes["old"]["x-deprecated"], true);
        assert_eq!(schemes["old"]["description"], "The same token. Deprecated: use the bearer token.");
        assert_eq!(schemes["bearer"], json!({"type": "http", "scheme": "bearer"}));
    }
}
