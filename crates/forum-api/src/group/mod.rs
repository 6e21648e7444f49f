//! Groups.

mod card;
mod draft;
mod dto;

pub(crate) use card::GroupRef;
pub(crate) use dto::{Group, GroupList, GroupRole};

use forum_domain::{
    Actor,
    group::{AccessError, GroupInput, GroupPatchInput},
    id::GroupId,
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use crate::{
    answer::{Answer, Changed, Done, Listed, Made, Plain, Read, Rendered, Reply},
    auth::{Anyone, SignedIn},
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    idempotent::{Fact, IdempotencyKey, Once},
    ids::Id,
    json::Body,
    page::{Cursor, Limit, Scope},
    params::{Choice, Text},
    problem::{Problem, refusals},
    tags::Tag,
};

use draft::{GroupDraft, GroupPatch};
use dto::{GroupCategory, GroupCategoryList, GroupSort};

refusals! {
    ListGroupCategories [TOKEN];
    ListGroups [TOKEN LIST] "cursor.expired";
    CreateGroup [SESSION BODY KEY] "group.name_taken" "group.no_such_media";
    GetGroup [TOKEN] "group.not_found";
    UpdateGroup [SESSION BODY MATCH] "group.not_found" "group.not_member" "group.not_allowed"
        "group.name_taken" "group.no_such_media";
    DeleteGroup [SESSION MATCH] "group.not_found" "group.not_member" "group.not_allowed";
    ListMyGroups [SESSION LIST];
}

/// The id of a group in a path.
pub(crate) fn group_id(id: Id) -> Result<GroupId, AccessError> {
    id.of(GroupId::new).ok_or(AccessError::NoSuchGroup)
}

/// A group, as an answer of this status.
pub(crate) async fn rendered(
    call: &Call,
    actor: Option<Actor>,
    id: GroupId,
    status: u16,
) -> Result<Rendered, Problem> {
    let view = call.forum().groups.get(id, actor).await?;
    let version = view.group.version;
    Rendered::tagged(status, &Group::of(view, call), version)
}

/// The endpoints of groups.
pub(crate) struct GroupApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Groups")]
impl GroupApi {
    /// The categories of groups
    ///
    /// As configured, in their order, each with how many groups it has.
    #[oai(path = "/groups/categories", method = "get", operation_id = "listGroupCategories")]
    async fn categories(
        &self,
        call: Call,
        Anyone(_actor): Anyone,
    ) -> Answer<Reply<GroupCategoryList, Plain>, ListGroupCategories> {
        let counts = call.forum().groups.categories().await?;
        let list = GroupCategoryList { items: counts.into_iter().map(GroupCategory::from).collect() };
        Ok(Reply::new(Rendered::of(200, &list)?))
    }

    /// Groups
    ///
    /// Their cards are for everyone. The order `hot` stands still while it is paged.
    #[oai(path = "/groups", method = "get", operation_id = "listGroups")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the operation")]
    async fn list(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// Only those of this category.
        category: Query<Text<200>>,
        /// In which order; `new` if absent.
        sort: Query<Choice<GroupSort>>,
        /// Only those with this text in their name.
        q: Query<Text<100>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<GroupList, Listed>, ListGroups> {
        let (sort, category, q) = (sort.0.0.unwrap_or(GroupSort::New), category.get(), q.get());
        let scope = Scope::new("listGroups", &[sort.as_str(), category.unwrap_or(""), q.unwrap_or("")]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().groups.list(category, q, sort.into(), page, actor).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| Group::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &GroupList { items, next_cursor })?))
    }

    /// Make a group
    ///
    /// Its maker is its first owner and a member.
    #[oai(path = "/groups", method = "post", operation_id = "createGroup")]
    async fn create(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Sent again with the same key, the request is answered as the first time.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        body: Body<GroupDraft>,
    ) -> Answer<Reply<Group, Made>, CreateGroup> {
        let (call, draft) = (&call, &body.value);
        let input = GroupInput {
            name: &draft.name,
            category: &draft.category,
            description: &draft.description,
            notice: draft.notice.text(),
            cover_media_id: draft.cover_media_id.value().copied(),
            join_policy: draft.join_policy.map(Into::into),
            visibility: draft.visibility.map(Into::into),
        };
        let once = Once { call, actor, operation: "createGroup", key, body: body.hash };
        let make = |claim| async move { Ok(call.forum().groups.create(actor, input, claim).await?.get()) };
        let render = |fact: Fact<i64>| async move {
            let id = GroupId::stored(fact.id());
            Ok(rendered(call, Some(actor), id, 201).await?.at(format!("/api/v1/groups/{id}")))
        };
        Ok(once.run(make, render).await?)
    }

    /// A group
    ///
    /// Its card is for everyone; its content is for whom its `visibility` says.
    #[oai(path = "/groups/:group_id", method = "get", operation_id = "getGroup")]
    async fn get(
        &self,
        call: Call,
        Anyone(actor): Anyone,
        /// The group's id.
        group_id: Path<Id>,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Group, Read>, GetGroup> {
        let id = self::group_id(group_id.0)?;
        Ok(Reply::unless(rendered(&call, actor, id, 200).await?, &known))
    }

    /// Change a group
    ///
    /// A merge patch, for its owners: a field that is absent stays as it is, `null` clears notice or cover.
    #[oai(path = "/groups/:group_id", method = "patch", operation_id = "updateGroup")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// Only if the group's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
        body: Body<GroupPatch>,
    ) -> Answer<Reply<Group, Changed>, UpdateGroup> {
        let id = self::group_id(group_id.0)?;
        let patch = &body.value;
        let input = GroupPatchInput {
            name: patch.name.as_deref(),
            category: patch.category.as_deref(),
            description: patch.description.as_deref(),
            notice: patch.notice.as_str(),
            cover_media_id: patch.cover_media_id.as_ref().map(|id| id.copied()),
            join_policy: patch.join_policy.map(Into::into),
            visibility: patch.visibility.map(Into::into),
        };
        let view = call.forum().groups.update(actor, id, input, seen.version()).await?;
        let version = view.group.version;
        Ok(Reply::new(Rendered::tagged(200, &Group::of(view, &call), version)?))
    }

    /// Delete a group
    ///
    /// For its owners. Its content goes with it.
    #[oai(path = "/groups/:group_id", method = "delete", operation_id = "deleteGroup")]
    async fn delete(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The group's id.
        group_id: Path<Id>,
        /// Only if the group's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
    ) -> Answer<Done, DeleteGroup> {
        let id = self::group_id(group_id.0)?;
        call.forum().groups.delete(actor, id, seen.version()).await?;
        Ok(Done)
    }
}

/// The groups of somebody's own.
pub(crate) struct MyGroupApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl MyGroupApi {
    /// One's groups
    ///
    /// Last joined first.
    #[oai(path = "/me/groups", method = "get", operation_id = "listMyGroups")]
    async fn list(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Only those in which one has this role.
        role: Query<Choice<GroupRole>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<GroupList, Listed>, ListMyGroups> {
        let role = role.0.0;
        let scope = Scope::new("listMyGroups", &[role.map_or("", GroupRole::as_str)]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().groups.mine(actor, role.map(Into::into), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|view| Group::of(view, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &GroupList { items, next_cursor })?))
    }
}
