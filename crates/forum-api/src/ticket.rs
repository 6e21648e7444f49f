//! Tickets in addresses: `?ticket=` where a browser cannot send a header.

use forum_domain::{
    error::Flaw,
    session::{AuthError, Pass, TicketPurpose},
};
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use serde::Deserialize;

use crate::{context::Call, problem::Problem};

/// The security scheme of a ticket, and its parameter.
pub(crate) const SCHEME: &str = "ticket";

/// Describes it in the document.
pub(crate) fn register(registry: &mut Registry) {
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

#[derive(Deserialize)]
struct Parameter {
    ticket: Option<String>,
}

/// Who sends a request: by the token in a header, else by the ticket in its address.
pub(crate) async fn pass(
    request: &Request,
    body: &mut RequestBody,
    purpose: TicketPurpose,
) -> Result<Pass, poem::Error> {
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
