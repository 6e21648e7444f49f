//! Answers to questions.

use forum_domain::{
    Actor,
    answer::{AnswerError, AnswerPatchInput, AnswerView},
    id::AnswerId,
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Changed, Done, Listed, Made, Read, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::Body,
    page::{Cursor, Limit, Scope},
    params::Choice,
    problem::{Problem, refusals},
    tags::Tag,
};

use super::{
    answer_dto::{Answer as QuestionAnswer, AnswerDraft, AnswerList, AnswerPatch, AnswerSort},
    question_id,
};

refusals! {
    ListAnswers [TOKEN LIST] "question.not_found" "cursor.expired";
    CreateAnswer [SESSION BODY KEY HOOK] "question.not_found" "answer.not_found";
    GetAnswer [TOKEN] "answer.not_found";
    UpdateAnswer [SESSION BODY MATCH HOOK] "answer.not_found" "answer.not_allowed";
    DeleteAnswer [SESSION MATCH] "answer.not_found" "answer.not_allowed";
}

/// The id of an answer in a path.
pub(crate) fn answer_id(id: Id) -> Result<AnswerId, AnswerError> {
    id.of(AnswerId::new).ok_or(AnswerError::NoSuchAnswer)
}

fn tagged(call: &Call, view: AnswerView, status: u16) -> Result<Rendered, Problem> {
    let version = view.answer.version;
    Rendered::tagged(status, &QuestionAnswer::of(view, call), version)
}

async fn rendered(call: &Call, actor: Option<Actor>, id: AnswerId, status: u16) -> Result<Rendered, Problem> {
    tagged(call, call.forum().answers.get(actor, id).await?, status)
}

/// The endpoints of answers.
pub(crate) struct AnswerApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Questions")]
impl AnswerApi {
    /// A question's answers
    ///
    /// The accepted one first in every order. `hot` is a ranking of at most 1 000 answers that stands still while
    /// it is paged, for at least 30 minutes; after that the cursor answers 410 `cursor.expired`. It is made anew
    /// when somebody answers and when the asker accepts, so that either finds what he did.
    #[oai(path = "/questions/:question_id/answers", method = "get", operation_id = "listAnswers")]
    async fn list(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The question's id.
        question_id: Path<Id>,
        /// In which order; `hot` if absent.
        sort: Query<Choice<AnswerSort>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<AnswerList, Listed>, ListAnswers> {
        let (id, sort) = (self::question_id(question_id.0)?, sort.0.0.unwrap_or(AnswerSort::Hot));
        let scope = Scope::new("listAnswers", &[&id.to_string(), sort.as_str()]).with_pinned();
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().answers.list(actor, id, sort.into(), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| QuestionAnswer::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &AnswerList { items, next_cursor })?))
    }

    /// Answer a question
    ///
    /// For whoever is signed in, the asker too. The answer, the question's `answer_count` and its
    /// `last_activity_at` are written as one.
    #[oai(path = "/questions/:question_id/answers", method = "post", operation_id = "createAnswer")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The question's id.
        question_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<AnswerDraft>,
    ) -> Answer<Reply<QuestionAnswer, Made>, CreateAnswer> {
        let (call, question, draft) = (&call, self::question_id(question_id.0)?, &body.value);
        let once = Once { call, actor, operation: "createAnswer", key, body: body.hash };
        let make = |claim| async move {
            let format = draft.format.into();
            Ok(call.forum().answers.create(actor, question, &draft.body, format, claim).await?.get())
        };
        let render = |fact: Fact<i64>| async move {
            let id = AnswerId::stored(fact.id());
            Ok(rendered(call, Some(actor), id, 201).await?.at(format!("/api/v1/answers/{id}")))
        };
        Ok(once.run(make, render).await?)
    }

    /// An answer
    ///
    /// With its body, as it was written and as HTML. Answers are for everyone.
    #[oai(path = "/answers/:answer_id", method = "get", operation_id = "getAnswer")]
    async fn get(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The answer's id.
        answer_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<QuestionAnswer, Read>, GetAnswer> {
        let id = self::answer_id(answer_id.0)?;
        Ok(Reply::unless(rendered(&call, actor, id, 200).await?, &known))
    }

    /// Change an answer
    ///
    /// A merge patch, for its author. A patch that changes nothing is no edit. What it said before is kept by the
    /// server. Likes, replies and acceptance fail nobody's `If-Match`.
    #[oai(path = "/answers/:answer_id", method = "patch", operation_id = "updateAnswer")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The answer's id.
        answer_id: Path<Id>,
        /// Only if the answer's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
        body: Body<AnswerPatch>,
    ) -> Answer<Reply<QuestionAnswer, Changed>, UpdateAnswer> {
        let (id, patch) = (self::answer_id(answer_id.0)?, &body.value);
        let input = AnswerPatchInput { body: patch.body.as_deref(), format: patch.format.map(Into::into) };
        let view = call.forum().answers.update(actor, id, input, seen.version()).await?;
        Ok(Reply::new(tagged(&call, view, 200)?))
    }

    /// Delete an answer
    ///
    /// For its author and the site's moderators. The replies under it are not there any more either; if it was
    /// the accepted one, none is.
    #[oai(path = "/answers/:answer_id", method = "delete", operation_id = "deleteAnswer")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The answer's id.
        answer_id: Path<Id>,
        /// Only if the answer's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, DeleteAnswer> {
        let id = self::answer_id(answer_id.0)?;
        call.forum().answers.delete(actor, id, seen.version()).await?;
        Ok(Done)
    }
}
