//! Replies under answers.

use forum_domain::{
    Actor,
    answer_reply::{AnswerReplyError, AnswerReplyView},
    id::AnswerReplyId,
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
    problem::{Problem, refusals},
    tags::Tag,
};

use super::{
    answer_id,
    reply_dto::{AnswerReply, AnswerReplyDraft, AnswerReplyList, AnswerReplyPatch},
};

refusals! {
    ListAnswerReplies [TOKEN LIST] "answer.not_found";
    CreateAnswerReply [SESSION BODY KEY HOOK] "answer.not_found" "answer_reply.not_found";
    GetAnswerReply [TOKEN] "answer_reply.not_found";
    UpdateAnswerReply [SESSION BODY MATCH HOOK] "answer_reply.not_found" "answer_reply.not_allowed";
    DeleteAnswerReply [SESSION MATCH] "answer_reply.not_found" "answer_reply.not_allowed";
}

fn reply_id(id: Id) -> Result<AnswerReplyId, AnswerReplyError> {
    id.of(AnswerReplyId::new).ok_or(AnswerReplyError::NoSuchReply)
}

fn tagged(call: &Call, view: AnswerReplyView, status: u16) -> Result<Rendered, Problem> {
    let version = view.reply.version;
    Rendered::tagged(status, &AnswerReply::of(view, call), version)
}

async fn rendered(
    call: &Call,
    actor: Option<Actor>,
    id: AnswerReplyId,
    status: u16,
) -> Result<Rendered, Problem> {
    tagged(call, call.forum().answer_replies.get(actor, id).await?, status)
}

/// The endpoints of replies under answers.
pub(crate) struct AnswerReplyApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Questions")]
impl AnswerReplyApi {
    /// An answer's replies
    ///
    /// Oldest first. A deleted one is listed, as a tombstone, only while a later reply answers its author.
    #[oai(path = "/answers/:answer_id/replies", method = "get", operation_id = "listAnswerReplies")]
    async fn list(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The answer's id.
        answer_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<AnswerReplyList, Listed>, ListAnswerReplies> {
        let id = self::answer_id(answer_id.0)?;
        let scope = Scope::new("listAnswerReplies", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().answer_replies.list(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| AnswerReply::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &AnswerReplyList { items, next_cursor })?))
    }

    /// Reply to an answer
    ///
    /// For whoever is signed in. The reply, the answer's `reply_count` and the question's `last_activity_at` are
    /// written as one. Who wrote neither the answer nor a visible reply under it is `unknown` at
    /// `/reply_to_user_id`.
    #[oai(path = "/answers/:answer_id/replies", method = "post", operation_id = "createAnswerReply")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The answer's id.
        answer_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<AnswerReplyDraft>,
    ) -> Answer<Reply<AnswerReply, Made>, CreateAnswerReply> {
        let (call, answer, draft) = (&call, self::answer_id(answer_id.0)?, &body.value);
        let reply_to = draft.reply_to_user_id.value().copied();
        let once = Once { call, actor, operation: "createAnswerReply", key, body: body.hash };
        let make = |claim| async move {
            Ok(call.forum().answer_replies.create(actor, answer, &draft.body, reply_to, claim).await?.get())
        };
        let render = |fact: Fact<i64>| async move {
            let id = AnswerReplyId::stored(fact.id());
            Ok(rendered(call, Some(actor), id, 201).await?.at(format!("/api/v1/answer-replies/{id}")))
        };
        Ok(once.run(make, render).await?)
    }

    /// A reply to an answer
    ///
    /// Replies are for everyone. One that was deleted is a tombstone while a later one answers its author, and
    /// after that no more.
    #[oai(path = "/answer-replies/:reply_id", method = "get", operation_id = "getAnswerReply")]
    async fn get(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The reply's id.
        reply_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<AnswerReply, Read>, GetAnswerReply> {
        let id = self::reply_id(reply_id.0)?;
        Ok(Reply::unless(rendered(&call, actor, id, 200).await?, &known))
    }

    /// Change a reply to an answer
    ///
    /// A merge patch, for its author. A patch that changes nothing is no edit. What it said before is kept by the
    /// server.
    #[oai(path = "/answer-replies/:reply_id", method = "patch", operation_id = "updateAnswerReply")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The reply's id.
        reply_id: Path<Id>,
        /// Only if the reply's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
        body: Body<AnswerReplyPatch>,
    ) -> Answer<Reply<AnswerReply, Changed>, UpdateAnswerReply> {
        let (id, text) = (self::reply_id(reply_id.0)?, body.value.body.as_deref());
        let view = call.forum().answer_replies.update(actor, id, text, seen.version()).await?;
        Ok(Reply::new(tagged(&call, view, 200)?))
    }

    /// Delete a reply to an answer
    ///
    /// For its author and the site's moderators. It counts no more. While a later reply answers its author, it
    /// stays in its place as a tombstone.
    #[oai(path = "/answer-replies/:reply_id", method = "delete", operation_id = "deleteAnswerReply")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The reply's id.
        reply_id: Path<Id>,
        /// Only if the reply's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, DeleteAnswerReply> {
        let id = self::reply_id(reply_id.0)?;
        call.forum().answer_replies.delete(actor, id, seen.version()).await?;
        Ok(Done)
    }
}
