//! What the document says of itself.

use openapiv3::{Contact, License, OpenAPI, Server};

/// What a front-end team should know before the first call.
const DESCRIPTION: &str = include_str!("about.md");

/// The version that everything else is written in: webhooks and the newer keywords stop orval and every
/// target of openapi-generator, so the true 3.1 copy stands beside this one.
const OPENAPI: &str = "3.0.3";

/// Says the version, and fills in what the serving types do not tell: what it is, whose and where.
pub(super) fn apply(document: &mut OpenAPI) {
    document.openapi = OPENAPI.to_owned();
    let info = &mut document.info;
    info.description.get_or_insert_with(|| DESCRIPTION.trim().to_owned());
    info.license.get_or_insert_with(|| License {
        name: "MIT OR Apache-2.0".to_owned(),
        url: Some("https://spdx.org/licenses/MIT.html".to_owned()),
        ..License::default()
    });
    info.contact.get_or_insert_with(|| Contact {
        name: Some("Whoever runs this forum".to_owned()),
        url: Some("https://forum.example/docs".to_owned()),
        email: Some("operator@forum.example".to_owned()),
        ..Contact::default()
    });
    if document.servers.is_empty() {
        document.servers.push(Server { url: crate::BASE_PATH.to_owned(), ..Server::default() });
    }
    for server in &mut document.servers {
        server.description.get_or_insert_with(|| "The server that this document comes from.".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::document;
    use super::*;

    #[test]
    fn the_document_says_its_version_and_whose_it_is() {
        let mut document = document(json!({}), json!({}));
        apply(&mut document);
        assert_eq!(document.openapi, "3.0.3");
        assert_eq!(document.servers[0].url, "/api/v1");
        assert!(document.info.description.is_some_and(|text| text.contains("next_cursor")));
        assert!(document.info.license.is_some_and(|license| license.url.is_some()));
        assert!(
            document.info.contact.is_some_and(|contact| contact.url.is_some() && contact.email.is_some())
        );
    }

    #[test]
    fn what_is_said_already_stays() {
        let mut document = document(json!({}), json!({}));
        document.info.description = Some("Mine.".to_owned());
        document.servers = vec![Server { url: "/".to_owned(), ..Server::default() }];
        apply(&mut document);
        assert_eq!(document.info.description.as_deref(), Some("Mine."));
        assert_eq!(document.servers.len(), 1);
        assert_eq!(document.servers[0].url, "/");
    }
}
