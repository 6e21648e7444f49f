//! `Idempotency-Key`: a POST that is sent again happens once, and is answered as the first time.
//!
//! A handler gives two steps: make the fact under a claim, and render the answer from the fact's id. Should
//! the process die between the two, the same request sent again finds the fact and renders it.

use forum_domain::{
    Actor,
    idempotency::{self, Begun, Claim},
};
use poem::{
    Request, RequestBody, Response,
    http::{StatusCode, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchema, MetaSchemaRef},
    types::Type,
};
use sha2::{Digest, Sha256};

use crate::{
    answer::{JSON, Rendered, Reply, Shape},
    context::Call,
    problem::{self, Problem},
};

/// The header's name.
pub(crate) const HEADER: &str = "idempotency-key";

/// The longest key, in characters.
const MAX: usize = 255;

/// The key of a request, if it came with one.
pub(crate) struct IdempotencyKey(Option<String>);

impl<'a> ApiExtractor<'a> for IdempotencyKey {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = String;
    type ParamRawType = String;

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(MetaSchema {
            min_length: Some(1),
            max_length: Some(MAX),
            pattern: Some("^[!-~]+$".into()),
            ..MetaSchema::new("string")
        })))
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<String>,
    ) -> poem::Result<Self> {
        let mut values = request.headers().get_all(HEADER).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(Self(None)),
            (Some(key), None) => {
                let key = key.to_str().unwrap_or_default();
                let visible = key.bytes().all(|b| b.is_ascii_graphic());
                if visible && (1..=MAX).contains(&key.len()) {
                    Ok(Self(Some(key.to_owned())))
                } else {
                    Err(Problem::invalid_idempotency_key().into())
                }
            }
            // Which of two keys would count is a guess.
            (Some(_), Some(_)) => Err(Problem::invalid_idempotency_key().into()),
        }
    }
}

/// What a request made.
pub(crate) enum Fact<M> {
    /// Just now.
    New(M),
    /// When it was sent before: the fact of this id.
    Known(i64),
}

impl Fact<i64> {
    /// Its id, where that is all there is to know.
    pub(crate) fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Known(id) => id,
        }
    }
}

/// A request that may have been sent before.
pub(crate) struct Once<'a> {
    pub(crate) call: &'a Call,
    pub(crate) actor: Actor,
    /// The operation's id.
    pub(crate) operation: &'static str,
    pub(crate) key: IdempotencyKey,
    /// Hash of the body.
    pub(crate) body: [u8; 32],
}

impl Once<'_> {
    /// Makes the fact and renders it or, if the request was sent before, gives its answer.
    ///
    /// A refusal that would not pass by itself is an answer like any other, and kept; after one that may
    /// pass (429, 5xx) the key is free again, unless the fact happened all the same.
    pub(crate) async fn run<T, S, M, Making, Rendering>(
        self,
        make: impl FnOnce(Option<Claim>) -> Making,
        render: impl FnOnce(Fact<M>) -> Rendering,
    ) -> Result<Reply<T, S>, Problem>
    where
        T: Type,
        S: Shape,
        Making: Future<Output = Result<M, Problem>>,
        Rendering: Future<Output = Result<Rendered, Problem>>,
    {
        let Some(key) = &self.key.0 else {
            return Ok(Reply::new(render(Fact::New(make(None).await?)).await?));
        };
        let keys = &self.call.forum().idempotency;
        let (claim, fact) = match keys.begin(self.actor, self.operation, key, self.fingerprint()).await? {
            Begun::Answered(answer) => return Ok(Reply::raw(replay(answer))),
            Begun::Happened { claim, fact } => (claim, Fact::Known(fact)),
            Begun::Fresh(claim) => match make(Some(claim)).await {
                Ok(made) => (claim, Fact::New(made)),
                Err(problem) => {
                    // Best effort both: the key is free by itself after a minute.
                    let _ = if problem.passes() {
                        keys.release(claim).await
                    } else {
                        keys.finish(claim, self.refusal(&problem)).await
                    };
                    return Err(problem);
                }
            },
        };
        // If this fails, the fact stands, and the next try renders it.
        let rendered = render(fact).await?;
        let answer = idempotency::Answer {
            status: rendered.status,
            content_type: rendered.content_type.to_owned(),
            location: rendered.location.clone(),
            body: rendered.body.clone(),
        };
        let _ = keys.finish(claim, answer).await;
        Ok(Reply::new(rendered))
    }

    /// A hash of everything that the request says: where, and what.
    fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update((self.call.path.len() as u64).to_be_bytes());
        hash.update(&self.call.path);
        hash.update(self.body);
        hash.finalize().into()
    }

    fn refusal(&self, problem: &Problem) -> idempotency::Answer {
        idempotency::Answer {
            status: problem.status().as_u16(),
            content_type: problem::CONTENT_TYPE.to_owned(),
            location: None,
            body: self.call.problem_body(problem),
        }
    }
}

/// The answer as it was given. Its tag is not kept: the resource may have changed since.
fn replay(answer: idempotency::Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = if answer.content_type.is_empty() { JSON } else { &answer.content_type };
    let mut response = Response::builder().status(status).content_type(content_type);
    if let Some(location) = answer.location {
        response = response.header(header::LOCATION, location);
    }
    response.body(answer.body)
}
