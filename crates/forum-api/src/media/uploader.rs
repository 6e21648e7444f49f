//! Who uploads: whoever is signed in, or holds a ticket for uploads.

use forum_domain::{Actor, session::TicketPurpose};
use poem::{Request, RequestBody};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, registry::Registry};

use crate::{auth::SignedIn, ticket};

/// An endpoint that takes this takes a file from whoever is signed in, or holds a ticket for uploads.
pub(super) struct Uploader(pub(super) Actor);

impl<'a> ApiExtractor<'a> for Uploader {
    const TYPES: &'static [ApiExtractorType] = SignedIn::TYPES;
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        SignedIn::register(registry);
        ticket::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        let mut schemes = SignedIn::security_schemes();
        schemes.push(ticket::SCHEME);
        schemes
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(ticket::pass(request, body, TicketPurpose::Upload).await?.actor))
    }
}
