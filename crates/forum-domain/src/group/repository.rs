//! What groups ask of the store.

use async_trait::async_trait;

use super::{CategoryCount, GroupDraft, GroupFilter, GroupPatch, GroupView, Role, Standing};
use crate::{
    actor::Actor,
    clock::Timestamp,
    error::PortError,
    id::{GroupId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A new group, its maker the first owner.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    /// What it is.
    pub draft: GroupDraft,
    /// Who makes it.
    pub owner: UserId,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`GroupRepository::create_group`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupCreated {
    /// It is there, with one member.
    Done(GroupId),
    /// A group has a name with this skeleton; nothing was written.
    NameTaken,
    /// The cover is no media of the maker's that everybody may see; nothing was written.
    NoSuchMedia,
}

/// Changes to a group.
#[derive(Debug, Clone)]
pub struct UpdateGroup {
    /// Which.
    pub id: GroupId,
    /// What changes.
    pub patch: GroupPatch,
    /// Who changes it; must be an owner.
    pub by: UserId,
    /// Only if the group still has this version.
    pub if_version: Option<i64>,
    /// Words of the filter that somebody shall look at: then a report by nobody stands in the queue with it.
    pub review: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How [`GroupRepository::update_group`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupUpdated {
    /// It is changed.
    Done,
    /// Another group has a name with this skeleton; nothing was written.
    NameTaken,
    /// The cover is no media of his that everybody may see; nothing was written.
    NoSuchMedia,
    /// It has another version by now; nothing was written.
    Changed,
    /// He is no owner (any more); nothing was written.
    NotAllowed,
    /// There is no such group.
    NoSuchGroup,
}

/// How [`GroupRepository::delete_group`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupDeleted {
    /// It is gone.
    Done,
    /// It has another version by now; nothing was written.
    Changed,
    /// He is no owner (any more); nothing was written.
    NotAllowed,
    /// There is no such group.
    NoSuchGroup,
}

/// The groups. `viewer` is whose [`super::GroupViewer`] comes with a view; reading it is part of the one
/// statement.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait GroupRepository: Send + Sync {
    /// Writes the group and its first owner, atomically; `member_count` is 1. Of any number of calls
    /// with names of one skeleton exactly one MUST be `Done`.
    async fn create_group(&self, create: CreateGroup) -> Result<GroupCreated, PortError>;

    /// The group as this user sees it. [`super::GroupViewer::can`] and `can_request_at` are left empty: they are
    /// the rules' to say; `can_request_at` holds when the newest refusal was decided.
    async fn find_group(
        &self,
        id: GroupId,
        viewer: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<GroupView>, PortError>;

    /// These groups, as [`Self::find_group`], in this order; those that are gone are left out.
    async fn find_groups(
        &self,
        ids: &[GroupId],
        viewer: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<GroupView>, PortError>;

    /// Groups, newest first, as [`Self::find_group`]. `filter.text` is literal.
    async fn list_groups(
        &self,
        filter: &GroupFilter,
        page: PageRequest,
        viewer: Option<UserId>,
        now: Timestamp,
    ) -> Result<Page<GroupView>, PortError>;

    /// The best `limit` groups by members, then by posts since `since`, then oldest.
    async fn rank_groups(
        &self,
        filter: &GroupFilter,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<GroupId>, PortError>;

    /// Groups that `member` is in, last joined first, as `viewer` sees them; only with this role, if one is named.
    async fn list_groups_of(
        &self,
        member: UserId,
        role: Option<Role>,
        page: PageRequest,
        viewer: Actor,
        now: Timestamp,
    ) -> Result<Page<GroupView>, PortError>;

    /// Groups that `member` is in, last joined first, as `viewer` sees them, in one statement: public ones, and
    /// of those for members the ones that `viewer` is in as well.
    async fn list_groups_seen(
        &self,
        member: UserId,
        page: PageRequest,
        viewer: Option<UserId>,
        now: Timestamp,
    ) -> Result<Page<GroupView>, PortError>;

    /// How many groups each category has; categories without any may be missing.
    async fn count_categories(&self) -> Result<Vec<CategoryCount>, PortError>;

    /// What the rules need to know of this user in this group; `None` if there is no such group.
    async fn standing(
        &self,
        id: GroupId,
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<Standing>, PortError>;

    /// Changes the group if `by` owns it and bumps its version, atomically. A change of the join
    /// policy decides what is pending in the same transaction, `by` being who decided: `Open` approves
    /// (adding members and bumping `member_count` by exactly as many), `Invite` refuses.
    async fn update_group(&self, update: UpdateGroup) -> Result<GroupUpdated, PortError>;

    /// Deletes the group if `by` owns it (or `by` is `None`: an operator), atomically: its name is
    /// free again, its pending requests expire, its invites are void.
    async fn delete_group(
        &self,
        id: GroupId,
        by: Option<UserId>,
        if_version: Option<i64>,
        at: Timestamp,
    ) -> Result<GroupDeleted, PortError>;
}
