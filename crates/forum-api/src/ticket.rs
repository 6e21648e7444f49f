//! Tickets in addresses: `?ticket=` where a browser cannot send a header.

use std::marker::PhantomData;

use forum_domain::{
    error::Flaw,
    session::{AuthError, Pass, TicketPurpose},
};
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};
use serde::Deserialize;

use crate::{auth::SignedIn, context::Call, problem::Problem};

/// The security scheme of a ticket, and its parameter.
const SCHEME: &str = "ticket";

/// For what a ticket is taken.
pub(crate) trait Purpose: Send + Sync {
    /// This.
    const IS: TicketPurpose;
}

/// For uploads.
pub(crate) struct Upload;

impl Purpose for Upload {
    const IS: TicketPurpose = TicketPurpose::Upload;
}

/// For streams.
pub(crate) struct Stream;

impl Purpose for Stream {
    const IS: TicketPurpose = TicketPurpose::Stream;
}

/// An endpoint that takes this needs somebody signed in, by a token or by a ticket for this purpose.
pub(crate) struct TokenOrTicket<P>(pub(crate) Pass, PhantomData<P>);

#[derive(Deserialize)]
struct Parameter {
    ticket: Option<String>,
}

/// Who sends a request: by the token in a header, else by the ticket in its address.
async fn pass(request: &Request, body: &mut RequestBody, purpose: TicketPurpose) -> poem::Result<Pass> {
    let call = <Call as FromRequest>::from_request(request, body).await?;
    if let Some(pass) = call.pass.clone()? {
        return Ok(pass);
    }
    let parameter = request.params::<Parameter>();
    let parameter = parameter.map_err(|_| Problem::field("/ticket", Flaw::new("malformed")))?;
    // One that is empty is as good as absent.
    let ticket = parameter.ticket.filter(|ticket| !ticket.is_empty());
    let ticket = ticket.ok_or_else(|| Problem::from(AuthError::Required))?;
    let pass = call.forum().sessions.present_ticket(purpose, &ticket).await.map_err(Problem::from)?;
    Ok(*call.by_ticket.get_or_init(|| pass))
}

impl<'a, P: Purpose> ApiExtractor<'a> for TokenOrTicket<P> {
    const TYPES: &'static [ApiExtractorType] = SignedIn::TYPES;
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        SignedIn::register(registry);
        registry.create_security_scheme(
            SCHEME,
            MetaSecurityScheme {
                ty: "apiKey",
                description: Some(
                    "The `ticket` that `createTicket` gives for the purpose, for where no header can be sent. \
                     With a token in a header it is not looked at.",
                ),
                name: Some(SCHEME),
                key_in: Some("query"),
                scheme: None,
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        let mut schemes = SignedIn::security_schemes();
        schemes.push(SCHEME);
        schemes
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(pass(request, body, P::IS).await?, PhantomData))
    }
}
