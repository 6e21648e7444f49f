//! Answers: what a handler gives back, and how it stands in the document.
//!
//! Bodies go straight through serde, their fields in the order in which they are declared.

use std::marker::PhantomData;

use poem::{IntoResponse, Response, http::header};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde::Serialize;

use crate::{
    etag::{self, IfNoneMatch},
    problem::{Problem, Refused},
};

/// What a handler gives back: `T`, or one of the refusals of the operation `R`.
pub(crate) type Answer<T, R> = Result<T, Refused<R>>;

/// The media type of a body.
pub(crate) const JSON: &str = "application/json";

/// An answer as it is sent, and as it is kept under an idempotency key.
pub(crate) struct Rendered {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) location: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) body: String,
}

impl Rendered {
    /// A body with nothing about it.
    pub(crate) fn of(status: u16, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| Problem::defect(error.to_string()))?;
        Ok(Self { status, content_type: JSON, location: None, etag: None, body })
    }

    /// A resource of which this is the content version.
    pub(crate) fn tagged(status: u16, body: &impl Serialize, version: i64) -> Result<Self, Problem> {
        let rendered = Self::of(status, body)?;
        Ok(Self { etag: Some(etag::tag(version, &rendered.body)), ..rendered })
    }

    /// Made, and to be found here.
    pub(crate) fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    fn response(self) -> Response {
        let status = poem::http::StatusCode::from_u16(self.status).unwrap_or_default();
        let mut response = Response::builder().status(status).content_type(self.content_type);
        if let Some(location) = self.location {
            response = response.header(header::LOCATION, location);
        }
        if let Some(etag) = self.etag {
            response = response.header(header::ETAG, etag);
        }
        response.body(self.body)
    }
}

/// A header and what it says.
type Header = (&'static str, &'static str);

/// A status, what it means, and the headers that come with it.
type Status = (u16, &'static str, &'static [Header]);

/// What an answer's statuses are, in the document.
pub(crate) trait Shape: Send + Sync + 'static {
    /// Each of them.
    const STATUSES: &'static [Status];
}

const ETAG: Header =
    ("ETag", "Strong, over the whole answer, with the content version in it: for `If-Match`.");
const LOCATION: Header = ("Location", "Where the new resource is found.");

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident: $($status:literal $description:literal [$($header:ident)*])+;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;
        impl Shape for $name {
            const STATUSES: &'static [Status] =
                &[$(($status, $description, &[$($header),*])),+];
        }
    )*};
}

shapes! {
    /// 200 with a body that is no resource of its own.
    Plain: 200 "Done." [];
    /// 200 with a resource that was changed.
    Changed: 200 "The resource as it is now." [ETAG];
    /// 200 with a resource, or 304 if the asker has it already.
    Read: 200 "The resource." [ETAG] 304 "Not changed since the answer with this `If-None-Match`." [ETAG];
    /// 200 with a page of a list.
    Listed: 200 "A page of the list." [];
    /// Everything of one user.
    Exported: 200 "Everything that is the caller's." [];
    /// 201 with what was made.
    Made: 201 "Made." [ETAG LOCATION];
    /// 201 with what was made, where no GET gives the same again.
    MadeOnce: 201 "Made." [];
    /// 202: under way.
    UnderWay: 202 "Accepted: it is on its way." [];
}

/// An answer with a body of the type `T`.
pub(crate) struct Reply<T, S> {
    response: Response,
    of: PhantomData<fn() -> (T, S)>,
}

impl<T: Type, S: Shape> Reply<T, S> {
    /// This answer.
    pub(crate) fn new(rendered: Rendered) -> Self {
        Self::raw(rendered.response())
    }

    /// An answer that was kept.
    pub(crate) fn raw(response: Response) -> Self {
        Self { response, of: PhantomData }
    }
}

impl<T: Type> Reply<T, Read> {
    /// The resource, unless the asker has it already.
    pub(crate) fn unless(rendered: Rendered, known: &IfNoneMatch) -> Self {
        match &rendered.etag {
            Some(etag) if known.matches(etag) => {
                let response = Response::builder().status(poem::http::StatusCode::NOT_MODIFIED);
                Self::raw(response.header(header::ETAG, etag).finish())
            }
            _ => Self::new(rendered),
        }
    }
}

impl<T: Send, S: Send> IntoResponse for Reply<T, S> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<T: Type, S: Shape> ApiResponse for Reply<T, S> {
    fn meta() -> MetaResponses {
        let responses = S::STATUSES.iter().map(|(status, description, headers)| MetaResponse {
            description,
            status: Some(*status),
            status_range: None,
            content: if *status == 304 {
                Vec::new()
            } else {
                vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }]
            },
            headers: headers.iter().map(|(name, description)| header_meta(name, description)).collect(),
        });
        MetaResponses { responses: responses.collect() }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// 204: done, and nothing to say.
pub(crate) struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        Response::builder().status(poem::http::StatusCode::NO_CONTENT).finish()
    }
}

impl ApiResponse for Done {
    fn meta() -> MetaResponses {
        let done = MetaResponse {
            description: "Done.",
            status: Some(204),
            status_range: None,
            content: Vec::new(),
            headers: Vec::new(),
        };
        MetaResponses { responses: vec![done] }
    }

    fn register(_registry: &mut Registry) {}
}

fn header_meta(name: &str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.into(),
        description: Some(description.into()),
        // An answer that is given again under an idempotency key has no tag.
        required: name != ETAG.0,
        deprecated: false,
        schema: header_schema(),
    }
}

/// A header is a text.
pub(crate) fn header_schema() -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema { max_length: Some(2_000), ..MetaSchema::new("string") }))
}
