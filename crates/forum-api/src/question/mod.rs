//! Questions, answers to them, and replies under answers.

mod answer;
mod answer_dto;
mod draft;
mod dto;
mod list;
mod reply;
mod reply_dto;

pub(crate) use answer::{AnswerApi, answer_id};
pub(crate) use list::QuestionListApi;
pub(crate) use reply::AnswerReplyApi;

use forum_domain::{
    Actor,
    id::QuestionId,
    question::{QuestionDetail, QuestionError, QuestionInput, QuestionPatchInput},
};
use poem_openapi::{OpenApi, param::Path};

use crate::{
    answer::{Answer, Changed, Done, Made, Read, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::Body,
    problem::{Problem, refusals},
    tags::Tag,
};

use draft::{Acceptance, QuestionDraft, QuestionPatch};
use dto::Question;

refusals! {
    CreateQuestion [SESSION BODY KEY HOOK] "question.not_found";
    GetQuestion [TOKEN] "question.not_found";
    UpdateQuestion [SESSION BODY MATCH HOOK] "question.not_found" "question.not_allowed";
    DeleteQuestion [SESSION MATCH] "question.not_found" "question.not_allowed";
    AcceptAnswer [SESSION BODY] "question.not_found" "question.not_allowed";
    UnacceptAnswer [SESSION] "question.not_found" "question.not_allowed";
}

/// The id of a question in a path.
pub(crate) fn question_id(id: Id) -> Result<QuestionId, QuestionError> {
    id.of(QuestionId::new).ok_or(QuestionError::NoSuchQuestion)
}

/// A question, as an answer of this status.
fn tagged(call: &Call, detail: QuestionDetail, status: u16) -> Result<Rendered, Problem> {
    let version = detail.view.question.version;
    Rendered::tagged(status, &Question::of(detail, call), version)
}

async fn rendered(
    call: &Call,
    actor: Option<Actor>,
    id: QuestionId,
    status: u16,
) -> Result<Rendered, Problem> {
    tagged(call, call.forum().questions.get(actor, id).await?, status)
}

/// The endpoints of single questions.
pub(crate) struct QuestionApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Questions")]
impl QuestionApi {
    /// Ask a question
    ///
    /// For whoever is signed in. The source is kept as it was written, and what is served of it as `body_html`
    /// is sanitised now, whatever the format. An image that is not one of one's own uploads for everybody is
    /// `unknown` at `/image_media_ids/{place}`.
    #[oai(path = "/questions", method = "post", operation_id = "createQuestion")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<QuestionDraft>,
    ) -> Answer<Reply<Question, Made>, CreateQuestion> {
        let (call, draft) = (&call, &body.value);
        let input = QuestionInput {
            category: &draft.category,
            title: &draft.title,
            body: &draft.body,
            format: draft.format.into(),
            images: draft.image_media_ids.as_deref().unwrap_or_default(),
        };
        let once = Once { call, actor, operation: "createQuestion", key, body: body.hash };
        let make = |claim| async move { Ok(call.forum().questions.create(actor, input, claim).await?.get()) };
        let render = |fact: Fact<i64>| async move {
            let id = QuestionId::stored(fact.id());
            Ok(rendered(call, Some(actor), id, 201).await?.at(format!("/api/v1/questions/{id}")))
        };
        Ok(once.run(make, render).await?)
    }

    /// A question
    ///
    /// With its body, as it was written and as HTML. Questions are for everyone.
    #[oai(path = "/questions/:question_id", method = "get", operation_id = "getQuestion")]
    async fn get(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The question's id.
        question_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Question, Read>, GetQuestion> {
        let id = self::question_id(question_id.0)?;
        Ok(Reply::unless(rendered(&call, actor, id, 200).await?, &known))
    }

    /// Change a question
    ///
    /// A merge patch, for the asker: a field that is absent stays as it is, and `null` is refused; an empty list
    /// takes the images away. What the question was before is kept by the server. A patch that changes nothing
    /// is no edit. Answers and their acceptance fail nobody's `If-Match`.
    #[oai(path = "/questions/:question_id", method = "patch", operation_id = "updateQuestion")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The question's id.
        question_id: Path<Id>,
        /// Only if the question's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
        body: Body<QuestionPatch>,
    ) -> Answer<Reply<Question, Changed>, UpdateQuestion> {
        let (id, patch) = (self::question_id(question_id.0)?, &body.value);
        let input = QuestionPatchInput {
            category: patch.category.as_deref(),
            title: patch.title.as_deref(),
            body: patch.body.as_deref(),
            format: patch.format.map(Into::into),
            images: patch.image_media_ids.as_deref(),
        };
        let detail = call.forum().questions.update(actor, id, input, seen.version()).await?;
        Ok(Reply::new(tagged(&call, detail, 200)?))
    }

    /// Delete a question
    ///
    /// For the asker and the site's moderators. What stands under it is not there any more either.
    #[oai(path = "/questions/:question_id", method = "delete", operation_id = "deleteQuestion")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The question's id.
        question_id: Path<Id>,
        /// Only if the question's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, DeleteQuestion> {
        let id = self::question_id(question_id.0)?;
        call.forum().questions.delete(actor, id, seen.version()).await?;
        Ok(Done)
    }

    /// Accept an answer
    ///
    /// For the asker. The accepted answer stands first in every order; another one accepted takes its place, and
    /// the same one again changes nothing. What is no answer to this question is `unknown` at `/answer_id`.
    #[oai(path = "/questions/:question_id/accepted-answer", method = "put", operation_id = "acceptAnswer")]
    async fn accept(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The question's id.
        question_id: Path<Id>,
        body: Body<Acceptance>,
    ) -> Answer<Reply<Question, Changed>, AcceptAnswer> {
        let id = self::question_id(question_id.0)?;
        let detail = call.forum().questions.accept(actor, id, body.value.answer_id).await?;
        Ok(Reply::new(tagged(&call, detail, 200)?))
    }

    /// Accept no answer any more
    ///
    /// For the asker. Without an accepted answer nothing changes.
    #[oai(
        path = "/questions/:question_id/accepted-answer",
        method = "delete",
        operation_id = "unacceptAnswer"
    )]
    async fn unaccept(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The question's id.
        question_id: Path<Id>,
    ) -> Answer<Done, UnacceptAnswer> {
        call.forum().questions.unaccept(actor, self::question_id(question_id.0)?).await?;
        Ok(Done)
    }
}
