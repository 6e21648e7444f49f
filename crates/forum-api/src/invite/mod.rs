//! Invites into groups.

mod dto;

use forum_domain::id::GroupId;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Changed, Done, Listed, Made, Read, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    etag::IfNoneMatch,
    group::{self, Group},
    idempotent::{Fact, IdempotencyKey, Once},
    ids::{Id, Token},
    json::Body,
    page::{Cursor, Limit, Scope},
    problem::refusals,
    tags::Tag,
};

use dto::{Invite, InviteDraft, InviteList};

refusals! {
    CreateInvite [SESSION BODY KEY] "group.not_found" "group.not_member" "group.not_allowed"
        "invite.too_many" "invite.not_found";
    ListInvites [SESSION LIST] "group.not_found" "group.not_member" "group.not_allowed";
    PreviewInvite [TOKEN] "invite.not_found" "invite.expired" "invite.used_up";
    AcceptInvite [SESSION KEY] "invite.not_found" "group.not_found" "group.banned" "invite.expired"
        "invite.used_up";
    RevokeInvite [SESSION] "invite.not_found" "group.not_found" "group.not_member" "group.not_allowed";
}

/// An invite has no content that is edited: its tag is all hash.
const VERSION: i64 = 1;

/// The endpoints of invites.
pub(crate) struct InviteApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Groups")]
impl InviteApi {
    /// Make an invite
    ///
    /// A link that lets in as members, so often and so long. For owners and moderators.
    #[oai(path = "/groups/:group_id/invites", method = "post", operation_id = "createInvite")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<InviteDraft>,
    ) -> Answer<Reply<Invite, Made>, CreateInvite> {
        let (call, id) = (&call, group::group_id(group_id.0)?);
        let InviteDraft { max_uses, expires_at } = body.value;
        let once = Once { call, actor, operation: "createInvite", key, body: body.hash };
        let invites = &call.forum().invites;
        let make = |claim| async move { Ok(invites.create(actor, id, max_uses, expires_at.0, claim).await?) };
        let render = |fact: Fact<forum_domain::invite::Invite>| async move {
            let invite = match fact {
                Fact::New(invite) => invite,
                Fact::Known(id) => invites.made(actor, id).await?,
            };
            let location = format!("/api/v1/invites/{}", invite.token.as_str());
            Ok(Rendered::tagged(201, &Invite::of(invite, call), VERSION)?.at(location))
        };
        Ok(once.run(make, render).await?)
    }

    /// A group's invites
    ///
    /// Those that could still let somebody in, newest first. For owners and moderators.
    #[oai(path = "/groups/:group_id/invites", method = "get", operation_id = "listInvites")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<InviteList, Listed>, ListInvites> {
        let id = group::group_id(group_id.0)?;
        let scope = Scope::new("listInvites", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().invites.list(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|invite| Invite::of(invite, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &InviteList { items, next_cursor })?))
    }

    /// What an invite leads to
    ///
    /// For whoever has its link.
    #[oai(path = "/invites/:token", method = "get", operation_id = "previewInvite")]
    async fn preview(
        &self,
        call: Call,
        Anyone(_actor): Anyone,
        /// The secret in the link.
        token: Path<Token>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Invite, Read>, PreviewInvite> {
        let invite = call.forum().invites.preview(&token.0.0).await?;
        Ok(Reply::unless(Rendered::tagged(200, &Invite::of(invite, &call), VERSION)?, &known))
    }

    /// Accept an invite
    ///
    /// Makes a member of the caller, whatever the group's policy. Again, nothing happens.
    #[oai(path = "/invites/:token/accept", method = "post", operation_id = "acceptInvite")]
    async fn accept(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The secret in the link.
        token: Path<Token>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
    ) -> Answer<Reply<Group, Changed>, AcceptInvite> {
        let (call, token) = (&call, token.0.0.as_str());
        let once = Once { call, actor, operation: "acceptInvite", key, body: [0; 32] };
        let make = |claim| async move { Ok(call.forum().invites.accept(actor, token, claim).await?.get()) };
        let render = |fact: Fact<i64>| async move {
            group::rendered(call, Some(actor), GroupId::stored(fact.id()), 200).await
        };
        Ok(once.run(make, render).await?)
    }

    /// Revoke an invite
    ///
    /// It lets nobody in any more. For owners and moderators of its group.
    #[oai(path = "/invites/:token", method = "delete", operation_id = "revokeInvite")]
    async fn revoke(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The secret in the link.
        token: Path<Token>,
    ) -> Answer<Done, RevokeInvite> {
        call.forum().invites.revoke(actor, &token.0.0).await?;
        Ok(Done)
    }
}
