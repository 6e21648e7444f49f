//! `Idempotency-Key`: a POST that is sent again happens once, and is answered as the first time.
//!
//! A handler gives two steps: make the fact under a claim, and render the answer from the fact's id. Should
//! the process die between the two, the same request sent again finds the fact and renders it.

use forum_domain::{
    Actor,
    idempotency::{Answer as KeptAnswer, Begun, Claim, IdempotencyError},
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
    answer::{Rendered, Reply, Shape},
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
        if self.key.0.is_none() {
            return Ok(Reply::new(render(Fact::New(make(None).await?)).await?));
        }
        match once(&self, make, render).await? {
            Outcome::Now(rendered) => Ok(Reply::new(rendered)),
            Outcome::Before(answer) => Ok(Reply::raw(replay(answer))),
        }
    }

    /// A hash of everything that the request says: where, and what.
    fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update((self.call.path.len() as u64).to_be_bytes());
        hash.update(&self.call.path);
        hash.update(self.body);
        hash.finalize().into()
    }
}

/// What becomes of a key.
trait Key: Sync {
    /// What the request finds under it.
    fn begin(&self) -> impl Future<Output = Result<Begun, IdempotencyError>> + Send;
    /// Keeps the answer.
    fn finish(&self, claim: Claim, answer: KeptAnswer) -> impl Future<Output = ()> + Send;
    /// Gives it back.
    fn release(&self, claim: Claim) -> impl Future<Output = ()> + Send;
    /// A refusal as it is kept.
    fn refusal(&self, problem: &Problem) -> String;
}

impl Key for Once<'_> {
    async fn begin(&self) -> Result<Begun, IdempotencyError> {
        let key = self.key.0.as_deref().unwrap_or_default();
        self.call.forum().idempotency.begin(self.actor, self.operation, key, self.fingerprint()).await
    }

    // Best effort both: the fact stands all the same, and a claim that nobody gives back lapses.
    async fn finish(&self, claim: Claim, answer: KeptAnswer) {
        if let Err(error) = self.call.forum().idempotency.finish(claim, answer).await {
            tracing::warn!(request_id = self.call.request_id, %error, "an answer was not kept");
        }
    }

    async fn release(&self, claim: Claim) {
        if let Err(error) = self.call.forum().idempotency.release(claim).await {
            tracing::warn!(request_id = self.call.request_id, %error, "a key was not given back");
        }
    }

    fn refusal(&self, problem: &Problem) -> String {
        self.call.problem_body(problem)
    }
}

/// How a request under a key ended.
enum Outcome {
    /// With this answer.
    Now(Rendered),
    /// With the answer that it had been given before.
    Before(KeptAnswer),
}

/// A refusal that would not pass by itself is an answer like any other, and kept; after one that may pass
/// (429, 5xx) the key is free again, unless the fact happened all the same.
async fn once<M, Making, Rendering>(
    key: &impl Key,
    make: impl FnOnce(Option<Claim>) -> Making,
    render: impl FnOnce(Fact<M>) -> Rendering,
) -> Result<Outcome, Problem>
where
    Making: Future<Output = Result<M, Problem>>,
    Rendering: Future<Output = Result<Rendered, Problem>>,
{
    let (claim, fact) = match key.begin().await? {
        Begun::Answered(answer) => return Ok(Outcome::Before(answer)),
        Begun::Happened { claim, fact } => (claim, Fact::Known(fact)),
        Begun::Fresh(claim) => match make(Some(claim)).await {
            Ok(made) => (claim, Fact::New(made)),
            Err(problem) => {
                if problem.passes() {
                    key.release(claim).await;
                } else {
                    let answer = KeptAnswer {
                        status: problem.status().as_u16(),
                        content_type: problem::CONTENT_TYPE.to_owned(),
                        location: None,
                        body: key.refusal(&problem),
                    };
                    key.finish(claim, answer).await;
                }
                return Err(problem);
            }
        },
    };
    // If this fails, the fact stands, and the next try renders it.
    let rendered = render(fact).await?;
    let answer = KeptAnswer {
        status: rendered.status,
        content_type: rendered.content_type.to_owned(),
        location: rendered.location.clone(),
        body: rendered.body.clone(),
    };
    key.finish(claim, answer).await;
    Ok(Outcome::Now(rendered))
}

/// The answer as it was given. Its tag is not kept: the resource may have changed since.
fn replay(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::builder().status(status).content_type(&answer.content_type);
    if let Some(location) = answer.location {
        response = response.header(header::LOCATION, location);
    }
    response.body(answer.body)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use forum_domain::join::JoinError;

    use super::*;

    const CLAIM: Claim = Claim { id: 1, attempt: 1 };

    /// A key under which a request finds this, and what became of it.
    struct Fake(Begun, Mutex<Vec<String>>);

    impl Fake {
        fn finding(begun: Begun) -> Self {
            Self(begun, Mutex::default())
        }

        fn note(&self, what: String) {
            self.1.lock().unwrap().push(what);
        }
    }

    impl Key for Fake {
        async fn begin(&self) -> Result<Begun, IdempotencyError> {
            Ok(self.0.clone())
        }
        async fn finish(&self, _: Claim, answer: KeptAnswer) {
            self.note(format!("kept {} {}", answer.status, answer.body));
        }
        async fn release(&self, _: Claim) {
            self.note("released".into());
        }
        fn refusal(&self, problem: &Problem) -> String {
            problem.code().into()
        }
    }

    /// What the asker got, what was made and what became of the key.
    async fn played(begun: Begun, made: Result<i64, Problem>) -> (String, Option<Claim>, Vec<String>) {
        let key = Fake::finding(begun);
        let claimed = Mutex::new(None);
        let make = |claim| {
            *claimed.lock().unwrap() = claim;
            async move { made }
        };
        let render = |fact: Fact<i64>| async move { Rendered::of(201, &fact.id()) };
        let got = match once(&key, make, render).await {
            Ok(Outcome::Now(rendered)) => format!("now {}", rendered.body),
            Ok(Outcome::Before(answer)) => format!("before {}", answer.body),
            Err(problem) => problem.code().into(),
        };
        (got, claimed.into_inner().unwrap(), key.1.into_inner().unwrap())
    }

    #[tokio::test]
    async fn the_first_request_makes_the_fact_under_its_claim_and_its_answer_is_kept() {
        let expected = ("now 7".into(), Some(CLAIM), vec!["kept 201 7".into()]);
        assert_eq!(played(Begun::Fresh(CLAIM), Ok(7)).await, expected);
    }

    #[tokio::test]
    async fn the_same_request_again_gets_the_same_answer_and_makes_nothing() {
        let answer = KeptAnswer { status: 201, content_type: "a/b".into(), location: None, body: "7".into() };
        let (got, made, noted) = played(Begun::Answered(answer), Ok(8)).await;
        assert_eq!((got.as_str(), made, noted.len()), ("before 7", None, 0));
    }

    #[tokio::test]
    async fn a_fact_whose_answer_was_lost_is_rendered_and_not_made_again() {
        let expected = ("now 7".into(), None, vec!["kept 201 7".into()]);
        assert_eq!(played(Begun::Happened { claim: CLAIM, fact: 7 }, Ok(8)).await, expected);
    }

    #[tokio::test]
    async fn a_refusal_that_does_not_pass_is_kept_and_one_that_may_pass_frees_the_key() {
        let conflict = Err(Problem::from(JoinError::AlreadyPending));
        let (got, _, noted) = played(Begun::Fresh(CLAIM), conflict).await;
        assert_eq!(
            (got.as_str(), &noted[..]),
            ("join.already_pending", &["kept 409 join.already_pending".into()][..])
        );
        let passing = [
            Problem::defect("x"),
            Problem::from(forum_domain::error::PortError::Busy),
            Problem::rate_limited(std::time::Duration::from_secs(1)),
        ];
        for problem in passing {
            let (_, _, noted) = played(Begun::Fresh(CLAIM), Err(problem.clone())).await;
            assert_eq!(noted, ["released"], "{problem}");
        }
    }
}
