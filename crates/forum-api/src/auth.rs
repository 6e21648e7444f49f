//! Who is asking: access tokens in `Authorization: Bearer`, or in `tsessionid` for older clients.

use forum_domain::{
    Actor, Forum,
    session::{AuthError, Pass},
};
use poem::{
    FromRequest, Request, RequestBody,
    http::{HeaderMap, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::{context::Call, problem::Problem};

/// The header of older clients.
pub(crate) const OLD_HEADER: &str = "tsessionid";

/// Who holds the token that came with a request, and until when; `None` if none came.
pub(crate) async fn pass(headers: &HeaderMap, forum: &Forum) -> Result<Option<Pass>, Problem> {
    match token(headers)? {
        Some(token) => Ok(Some(forum.sessions.authenticate(token).await?)),
        None => Ok(None),
    }
}

/// The token of a request. Two that differ are as bad as a wrong one: which of them counts would be a guess.
fn token(headers: &HeaderMap) -> Result<Option<&str>, AuthError> {
    let mut found = None;
    for value in headers.get_all(header::AUTHORIZATION) {
        let value = value.to_str().map_err(|_| AuthError::InvalidToken)?;
        let (scheme, token) = value.split_once(' ').ok_or(AuthError::InvalidToken)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(AuthError::InvalidToken);
        }
        found = Some(same(found, token.trim())?);
    }
    for value in headers.get_all(OLD_HEADER) {
        let token = value.to_str().map_err(|_| AuthError::InvalidToken)?.trim();
        // Clients that are signed out send the header all the same.
        if !token.is_empty() {
            found = Some(same(found, token)?);
        }
    }
    Ok(found)
}

fn same<'a>(before: Option<&'a str>, token: &'a str) -> Result<&'a str, AuthError> {
    if before.is_none_or(|before| before == token) { Ok(token) } else { Err(AuthError::InvalidToken) }
}

/// An endpoint that takes this needs somebody signed in.
pub(crate) struct SignedIn(pub(crate) Actor);

/// An endpoint that takes this answers everyone, and whoever is signed in with what it is to him. A token
/// that is not valid is refused all the same: a client would take the answer for its own.
pub(crate) struct Anyone(pub(crate) Option<Actor>);

const SCHEMES: [&str; 2] = ["accessToken", "tsessionid"];

fn register(registry: &mut Registry) {
    registry.create_security_scheme(
        SCHEMES[0],
        MetaSecurityScheme {
            ty: "http",
            description: Some("The `access_token` of a Session, as `Authorization: Bearer …`."),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("JWT"),
            flows: None,
            openid_connect_url: None,
        },
    );
    registry.create_security_scheme(
        SCHEMES[1],
        MetaSecurityScheme {
            ty: "apiKey",
            description: Some(
                "Deprecated: the `access_token` of a Session in a header of its own, for clients of the \
                 server before this one. Use `accessToken`.",
            ),
            name: Some(OLD_HEADER),
            key_in: Some("header"),
            scheme: None,
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        },
    );
}

impl<'a> ApiExtractor<'a> for SignedIn {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        SCHEMES.into()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let call = <Call as FromRequest>::from_request(request, body).await?;
        let actor = call.actor()?.ok_or_else(|| Problem::from(AuthError::Required))?;
        Ok(Self(actor))
    }
}

impl<'a> ApiExtractor<'a> for Anyone {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        SCHEMES.into()
    }

    fn has_security_fallback() -> bool {
        true
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let call = <Call as FromRequest>::from_request(request, body).await?;
        Ok(Self(call.actor()?))
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn headers(of: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in of {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn either_header_carries_the_token_and_two_that_differ_are_refused() {
        for (sent, expected) in [
            (&[][..], Ok(None)),
            (&[("authorization", "Bearer a.b.c")], Ok(Some("a.b.c"))),
            (&[("authorization", "bearer a.b.c")], Ok(Some("a.b.c"))),
            (&[("tsessionid", "a.b.c")], Ok(Some("a.b.c"))),
            (&[("tsessionid", "")], Ok(None)),
            (&[("authorization", "Bearer x"), ("tsessionid", "x")], Ok(Some("x"))),
            (&[("authorization", "Bearer x"), ("tsessionid", "y")], Err(())),
            (&[("authorization", "Bearer x"), ("authorization", "Bearer y")], Err(())),
            (&[("authorization", "Basic x")], Err(())),
            (&[("authorization", "x")], Err(())),
        ] {
            assert_eq!(token(&headers(sent)).map_err(|_| ()), expected, "{sent:?}");
        }
    }
}
