//! Who uploads: whoever is signed in.

use forum_domain::Actor;
use poem::{Request, RequestBody};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, registry::Registry};

use crate::auth::SignedIn;

/// An endpoint that takes this takes a file from whoever is signed in.
pub(super) struct Uploader(pub(super) Actor);

/// Who it is that sends this request.
async fn actor(request: &Request, body: &mut RequestBody) -> poem::Result<Actor> {
    let signed_in = SignedIn::from_request(request, body, ExtractParamOptions::default()).await?;
    Ok(signed_in.0)
}

impl<'a> ApiExtractor<'a> for Uploader {
    const TYPES: &'static [ApiExtractorType] = SignedIn::TYPES;
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        SignedIn::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        SignedIn::security_schemes()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(actor(request, body).await?))
    }
}
