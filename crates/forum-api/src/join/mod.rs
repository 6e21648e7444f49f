//! Asking to join, and deciding.

mod dto;

pub(crate) use dto::JoinStatus;

use forum_domain::{
    Actor,
    id::JoinRequestId,
    join::{Decision, JoinError},
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Changed, Done, Listed, Made, Read, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    group,
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::{Body, MaybeBody},
    page::{Cursor, Limit, Scope},
    params::Choice,
    problem::{Problem, refusals},
    tags::Tag,
};

use dto::{JoinDecision, JoinRequest, JoinRequestDraft, JoinRequestList};

refusals! {
    RequestToJoin [SESSION BODY KEY] "group.not_found" "group.banned" "join.invite_only"
        "join.already_member" "join.already_pending" "join.cooldown";
    ListJoinRequests [SESSION LIST] "group.not_found" "group.not_member" "group.not_allowed";
    GetJoinRequest [SESSION] "join.not_found";
    DecideJoinRequest [SESSION BODY KEY] "join.not_found" "group.not_allowed" "join.already_decided";
    WithdrawJoinRequest [SESSION MATCH] "join.not_found" "group.not_allowed" "join.already_decided";
    ListMyJoinRequests [SESSION LIST];
}

/// The id of a join request in a path.
fn request_id(id: Id) -> Result<JoinRequestId, JoinError> {
    id.of(JoinRequestId::new).ok_or(JoinError::NotFound)
}

/// A join request, as an answer of this status.
async fn rendered(call: &Call, actor: Actor, id: JoinRequestId, status: u16) -> Result<Rendered, Problem> {
    let request = call.forum().joins.get(actor, id).await?;
    let version = request.version();
    Rendered::tagged(status, &JoinRequest::of(request, call), version)
}

/// Decides a request, once for each key.
async fn decided(
    call: &Call,
    actor: Actor,
    id: Id,
    decision: Decision,
    operation: &'static str,
    key: IdempotencyKey,
    body: MaybeBody<JoinDecision>,
) -> Answer<Reply<JoinRequest, Changed>, DecideJoinRequest> {
    let id = request_id(id)?;
    let (hash, body) = (body.0.hash, body.0.value);
    let reply = body.reply.text();
    let once = Once { call, actor, operation, key, body: hash };
    let make = |claim| async move {
        call.forum().joins.decide(actor, id, decision, reply, claim).await?;
        Ok(id.get())
    };
    let render = |_: Fact<i64>| async move { rendered(call, actor, id, 200).await };
    Ok(once.run(make, render).await?)
}

/// The endpoints of join requests.
pub(crate) struct JoinApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Groups")]
impl JoinApi {
    /// Ask to join a group
    ///
    /// An `open` group lets in at once: the request comes back approved. After a refusal one has to wait.
    #[oai(path = "/groups/:group_id/join-requests", method = "post", operation_id = "requestToJoin")]
    async fn request(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<JoinRequestDraft>,
    ) -> Answer<Reply<JoinRequest, Made>, RequestToJoin> {
        let (call, group_id, reason) = (&call, group::group_id(group_id.0)?, body.value.reason.as_str());
        let once = Once { call, actor, operation: "requestToJoin", key, body: body.hash };
        let make = |claim| async move {
            Ok(call.forum().joins.request(actor, group_id, reason, claim).await?.get())
        };
        let render = |fact: Fact<i64>| async move {
            let id = JoinRequestId::stored(fact.id());
            Ok(rendered(call, actor, id, 201).await?.at(format!("/api/v1/join-requests/{id}")))
        };
        Ok(once.run(make, render).await?)
    }

    /// A group's join requests
    ///
    /// Newest first, for owners and moderators.
    #[oai(path = "/groups/:group_id/join-requests", method = "get", operation_id = "listJoinRequests")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// Only those of this status.
        status: Query<Choice<JoinStatus>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<JoinRequestList, Listed>, ListJoinRequests> {
        let (id, status) = (group::group_id(group_id.0)?, status.0.0);
        let scope = Scope::new("listJoinRequests", &[&id.to_string(), status.map_or("", JoinStatus::as_str)]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().joins.list(actor, id, status.map(Into::into), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|request| JoinRequest::of(request, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &JoinRequestList { items, next_cursor })?))
    }

    /// A join request
    ///
    /// For who made it and those who decide it.
    #[oai(path = "/join-requests/:request_id", method = "get", operation_id = "getJoinRequest")]
    async fn get(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The request's id.
        request_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<JoinRequest, Read>, GetJoinRequest> {
        let id = self::request_id(request_id.0)?;
        Ok(Reply::unless(rendered(&call, actor, id, 200).await?, &known))
    }

    /// Let somebody in
    ///
    /// For the group's owners and moderators, each request once: of two deciders the second gets a 409.
    #[oai(path = "/join-requests/:request_id/approve", method = "post", operation_id = "approveJoinRequest")]
    async fn approve(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The request's id.
        request_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: MaybeBody<JoinDecision>,
    ) -> Answer<Reply<JoinRequest, Changed>, DecideJoinRequest> {
        decided(&call, actor, request_id.0, Decision::Approve, "approveJoinRequest", key, body).await
    }

    /// Do not let somebody in
    ///
    /// For the group's owners and moderators, each request once: of two deciders the second gets a 409.
    #[oai(path = "/join-requests/:request_id/refuse", method = "post", operation_id = "refuseJoinRequest")]
    async fn refuse(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The request's id.
        request_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: MaybeBody<JoinDecision>,
    ) -> Answer<Reply<JoinRequest, Changed>, DecideJoinRequest> {
        decided(&call, actor, request_id.0, Decision::Refuse, "refuseJoinRequest", key, body).await
    }

    /// Take one's join request back
    ///
    /// While it waits. Again, nothing happens.
    #[oai(path = "/join-requests/:request_id", method = "delete", operation_id = "withdrawJoinRequest")]
    async fn withdraw(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The request's id.
        request_id: Path<Id>,
        /// Only if the request is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, WithdrawJoinRequest> {
        let id = self::request_id(request_id.0)?;
        call.forum().joins.withdraw(actor, id, seen.version()).await?;
        Ok(Done)
    }
}

/// The join requests of somebody's own.
pub(crate) struct MyJoinApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl MyJoinApi {
    /// One's join requests
    ///
    /// Newest first.
    #[oai(path = "/me/join-requests", method = "get", operation_id = "listMyJoinRequests")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Only those of this status.
        status: Query<Choice<JoinStatus>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<JoinRequestList, Listed>, ListMyJoinRequests> {
        let status = status.0.0;
        let scope = Scope::new("listMyJoinRequests", &[status.map_or("", JoinStatus::as_str)]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().joins.mine(actor, status.map(Into::into), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|request| JoinRequest::of(request, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &JoinRequestList { items, next_cursor })?))
    }
}
