//! Members of groups: roles, muting, removing, banning, handing over.

mod dto;

use forum_domain::{
    error::Invalid,
    id::{MAX_ID, UserId},
    membership::{self as domain, MembershipError},
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Changed, Done, Listed, Plain, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    group::{self, Group, GroupRole},
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::{Body, MaybeBody},
    page::{Cursor, Limit, Scope},
    params::Choice,
    problem::refusals,
    tags::Tag,
};

use dto::{Ban, BanDraft, BanList, GroupTransfer, Member, MemberList, MemberPatch};

refusals! {
    ListMembers [SESSION LIST] "group.not_found" "group.not_member";
    UpdateMember [SESSION BODY] "group.not_found" "member.not_found" "group.not_member" "group.not_allowed"
        "member.outranked" "group.last_owner";
    RemoveMember [SESSION] "group.not_found" "member.not_found" "group.not_member" "group.not_allowed"
        "member.outranked" "group.last_owner";
    TransferGroup [SESSION BODY KEY] "group.not_found" "member.not_found" "group.not_member"
        "group.not_allowed";
    BanMember [SESSION BODY] "group.not_found" "account.not_found" "group.not_member" "group.not_allowed"
        "member.outranked";
    UnbanMember [SESSION] "group.not_found" "account.not_found" "group.not_member" "group.not_allowed";
    ListBans [SESSION LIST] "group.not_found" "group.not_member" "group.not_allowed";
}

/// The endpoints of members.
pub(crate) struct MembershipApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Groups")]
impl MembershipApi {
    /// A group's members
    ///
    /// First joined first, for whoever may read the group's posts.
    #[oai(path = "/groups/:group_id/members", method = "get", operation_id = "listMembers")]
    async fn list(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The group's id.
        group_id: Path<Id>,
        /// Only those of this role.
        role: Query<Choice<GroupRole>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<MemberList, Listed>, ListMembers> {
        let (id, role) = (group::group_id(group_id.0)?, role.0.0);
        let scope = Scope::new("listMembers", &[&id.to_string(), role.map_or("", GroupRole::as_str)]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().members.list(actor, id, role.map(Into::into), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|member| Member::of(member, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &MemberList { items, next_cursor })?))
    }

    /// Change a member
    ///
    /// Roles are for owners to give; muting is for those who moderate, on those below them. The last owner
    /// stays one.
    #[oai(path = "/groups/:group_id/members/:user_id", method = "patch", operation_id = "updateMember")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// The member's user id.
        user_id: Path<Id>,
        body: Body<MemberPatch>,
    ) -> Answer<Reply<Member, Plain>, UpdateMember> {
        let id = group::group_id(group_id.0)?;
        let user_id = user_id.of(UserId::new).ok_or(MembershipError::NoSuchMember)?;
        let patch = domain::MemberPatch {
            role: body.value.role.map(Into::into),
            muted_until: body.value.muted_until.as_ref().map(|until| until.map(|moment| moment.0)),
        };
        let member = call.forum().members.update(actor, id, user_id, patch).await?;
        Ok(Reply::new(Rendered::of(200, &Member::of(member, &call))?))
    }

    /// Remove a member, or leave
    ///
    /// Everyone may leave; those who moderate remove those below them, owners everyone. The last owner has to
    /// hand the group over first.
    #[oai(path = "/groups/:group_id/members/:user_id", method = "delete", operation_id = "removeMember")]
    async fn remove(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// The member's user id; one's own to leave.
        user_id: Path<Id>,
    ) -> Answer<Done, RemoveMember> {
        let id = group::group_id(group_id.0)?;
        let user_id = user_id.of(UserId::new).ok_or(MembershipError::NoSuchMember)?;
        call.forum().members.remove(actor, id, user_id).await?;
        Ok(Done)
    }

    /// Hand a group over
    ///
    /// To a member, who becomes its first owner; the caller becomes a moderator.
    #[oai(path = "/groups/:group_id/transfer", method = "post", operation_id = "transferGroup")]
    async fn transfer(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<GroupTransfer>,
    ) -> Answer<Reply<Group, Changed>, TransferGroup> {
        let (call, id) = (&call, group::group_id(group_id.0)?);
        let to = UserId::new(body.value.user_id).ok_or_else(|| Invalid::range("/user_id", 1, MAX_ID))?;
        let once = Once { call, actor, operation: "transferGroup", key, body: body.hash };
        let make = |claim| async move {
            call.forum().members.transfer(actor, id, to, claim).await?;
            Ok(id.get())
        };
        let render = |_: Fact<i64>| async move { group::rendered(call, Some(actor), id, 200).await };
        Ok(once.run(make, render).await?)
    }

    /// Ban somebody from a group
    ///
    /// Member or not, until a moment or for good. For those who moderate, on those below them. Ends his
    /// membership and refuses his waiting request.
    #[oai(path = "/groups/:group_id/bans/:user_id", method = "put", operation_id = "banMember")]
    async fn ban(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// The user's id.
        user_id: Path<Id>,
        body: MaybeBody<BanDraft>,
    ) -> Answer<Done, BanMember> {
        let id = group::group_id(group_id.0)?;
        let user_id = user_id.of(UserId::new).ok_or(MembershipError::NoSuchUser)?;
        let draft = &body.0.value;
        let until = draft.until.value().map(|moment| moment.0);
        call.forum().members.ban(actor, id, user_id, until, draft.reason.text()).await?;
        Ok(Done)
    }

    /// Lift a ban
    ///
    /// For those who moderate. Nothing happens if there is none.
    #[oai(path = "/groups/:group_id/bans/:user_id", method = "delete", operation_id = "unbanMember")]
    async fn unban(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// The user's id.
        user_id: Path<Id>,
    ) -> Answer<Done, UnbanMember> {
        let id = group::group_id(group_id.0)?;
        let user_id = user_id.of(UserId::new).ok_or(MembershipError::NoSuchUser)?;
        call.forum().members.unban(actor, id, user_id).await?;
        Ok(Done)
    }

    /// A group's bans
    ///
    /// Those that count now, newest first. For those who moderate.
    #[oai(path = "/groups/:group_id/bans", method = "get", operation_id = "listBans")]
    async fn bans(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<BanList, Listed>, ListBans> {
        let id = group::group_id(group_id.0)?;
        let scope = Scope::new("listBans", &[&id.to_string()]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().members.bans(actor, id, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|ban| Ban::of(ban, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &BanList { items, next_cursor })?))
    }
}
