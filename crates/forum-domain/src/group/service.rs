//! Making, listing, changing and deleting groups.

use std::sync::Arc;

use super::{
    AccessError, CategoryCount, CreateGroup, GroupCreated, GroupDeleted, GroupDraft, GroupError, GroupFilter,
    GroupName, GroupPatch, GroupRepository, GroupSort, GroupUpdated, GroupView, JoinPolicy, Role,
    UpdateGroup, Visibility, rules,
};
use crate::{
    actor::Actor,
    clock::Clock,
    error::{Check, Flaw, Invalid},
    id::{GroupId, MAX_ID, MediaId},
    idempotency::Claim,
    moderation::WordFilter,
    page::{Page, PageRequest},
    policy::Policy,
    ranking::{RankingService, Scope},
    text,
};

/// A group to be made, as typed.
#[derive(Debug, Clone, Copy)]
pub struct GroupInput<'a> {
    /// Its name.
    pub name: &'a str,
    /// One of the policy's categories.
    pub category: &'a str,
    /// What it is about.
    pub description: &'a str,
    /// What its members should know.
    pub notice: Option<&'a str>,
    /// An upload of the maker's, for its cover.
    pub cover_media_id: Option<i64>,
    /// How one becomes a member; by approval if nothing is said.
    pub join_policy: Option<JoinPolicy>,
    /// Who may read its content; members if nothing is said.
    pub visibility: Option<Visibility>,
}

/// Changes to a group, as typed: `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Copy, Default)]
pub struct GroupPatchInput<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// One of the policy's categories.
    pub category: Option<&'a str>,
    /// What it is about.
    pub description: Option<&'a str>,
    /// What its members should know.
    pub notice: Option<Option<&'a str>>,
    /// An upload of the editor's, for its cover.
    pub cover_media_id: Option<Option<i64>>,
    /// How one becomes a member.
    pub join_policy: Option<JoinPolicy>,
    /// Who may read its content.
    pub visibility: Option<Visibility>,
}

/// Groups.
pub struct GroupService {
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) words: Arc<WordFilter>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl GroupService {
    /// The configured categories, in their order, with how many groups each has.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn categories(&self) -> Result<Vec<CategoryCount>, GroupError> {
        let counts = self.groups.count_categories().await?;
        let count = |name: &str| counts.iter().find(|one| one.name == name).map_or(0, |one| one.group_count);
        let categories = self.policy.group_categories.iter();
        Ok(categories.map(|name| CategoryCount { name: name.clone(), group_count: count(name) }).collect())
    }

    /// A page of groups. `hot` pages through a ranking that is frozen while it is paged.
    ///
    /// # Errors
    /// An unknown category, a text over 100 characters, `cursor.expired`.
    pub async fn list(
        &self,
        category: Option<&str>,
        text: Option<&str>,
        sort: GroupSort,
        page: PageRequest,
        actor: Option<Actor>,
    ) -> Result<Page<GroupView>, GroupError> {
        let mut check = Check::default();
        let category =
            check.field("/category", category.map(|name| rules::category(name, &self.policy)).transpose());
        let text = check.field("/q", text.map_or(Ok(None), |text| text::optional(text, GroupName::MAX)));
        let (category, text) = check.done((category, text))?;
        let filter = GroupFilter { category, text };
        let (viewer, now) = (actor.map(|actor| actor.user_id), self.clock.now());
        let found = match sort {
            GroupSort::New => self.groups.list_groups(&filter, page, viewer, now).await?,
            GroupSort::Hot => {
                let scope = Scope::new("groups:hot", &[filter.category.as_deref(), filter.text.as_deref()]);
                let make = |limit| self.groups.rank_groups(&filter, rules::hot_since(now), limit);
                let find =
                    |ids: Vec<GroupId>| async move { self.groups.find_groups(&ids, viewer, now).await };
                self.rankings.list(&scope, page, make, find).await?
            }
        };
        Ok(found.map(|view| rules::complete(view, &self.policy, now)))
    }

    /// Groups that the actor is in, last joined first.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn mine(
        &self,
        actor: Actor,
        role: Option<Role>,
        page: PageRequest,
    ) -> Result<Page<GroupView>, GroupError> {
        let now = self.clock.now();
        let found = self.groups.list_groups_of(actor.user_id, role, page, actor, now).await?;
        Ok(found.map(|view| rules::complete(view, &self.policy, now)))
    }

    /// A group. Its card is for everyone.
    ///
    /// # Errors
    /// [`AccessError::NoSuchGroup`].
    pub async fn get(&self, id: GroupId, actor: Option<Actor>) -> Result<GroupView, GroupError> {
        let now = self.clock.now();
        let view = self.groups.find_group(id, actor.map(|actor| actor.user_id), now).await?;
        Ok(rules::complete(view.ok_or(AccessError::NoSuchGroup)?, &self.policy, now))
    }

    /// Makes a group; its maker is its first owner.
    ///
    /// # Errors
    /// Wrong fields, [`GroupError::NameTaken`], [`GroupError::NoSuchMedia`].
    pub async fn create(
        &self,
        actor: Actor,
        input: GroupInput<'_>,
        claim: Option<Claim>,
    ) -> Result<GroupId, GroupError> {
        let mut check = Check::default();
        let name = check.field("/name", GroupName::parse(input.name));
        let category = check.field("/category", rules::category(input.category, &self.policy));
        let description = check.field("/description", text::block(input.description, 0, 2_000));
        let notice =
            check.field("/notice", input.notice.map_or(Ok(None), |text| text::optional(text, 2_000)));
        let cover = check.field("/cover_media_id", cover(input.cover_media_id));
        let (name, category, description, notice, cover) =
            check.done((name, category, description, notice, cover))?;
        let review = self.weigh(Some(&name), Some(&description), notice.as_deref())?;
        let draft = GroupDraft {
            name,
            category,
            description,
            notice,
            cover,
            join_policy: input.join_policy.unwrap_or(JoinPolicy::Approval),
            visibility: input.visibility.unwrap_or(Visibility::Members),
        };
        let create = CreateGroup { draft, owner: actor.user_id, review, at: self.clock.now(), claim };
        match self.groups.create_group(create).await? {
            GroupCreated::Done(id) => Ok(id),
            GroupCreated::NameTaken => Err(GroupError::NameTaken),
            GroupCreated::NoSuchMedia => Err(GroupError::NoSuchMedia),
        }
    }

    /// That nothing is said with words that are refused; names those that shall be looked at.
    fn weigh(
        &self,
        name: Option<&GroupName>,
        description: Option<&str>,
        notice: Option<&str>,
    ) -> Result<Option<String>, Invalid> {
        let name = name.map(GroupName::as_str);
        self.words.check_fields(&[("/name", name), ("/description", description), ("/notice", notice)])?;
        Ok(self.words.review(&[name, description, notice]))
    }

    /// Changes a group, as a merge patch. For its owners. Opening a group approves who waits; making
    /// it invite-only refuses them.
    ///
    /// # Errors
    /// Wrong fields, not an owner, [`GroupError::NameTaken`], [`GroupError::NoSuchMedia`],
    /// [`GroupError::Changed`].
    pub async fn update(
        &self,
        actor: Actor,
        id: GroupId,
        input: GroupPatchInput<'_>,
        if_version: Option<i64>,
    ) -> Result<GroupView, GroupError> {
        let clearable = |text: Option<Option<&str>>| -> Result<_, Flaw> {
            text.map(|text| text.map_or(Ok(None), |text| text::optional(text, 2_000))).transpose()
        };
        let mut check = Check::default();
        let name = check.field("/name", input.name.map(GroupName::parse).transpose());
        let category = check
            .field("/category", input.category.map(|name| rules::category(name, &self.policy)).transpose());
        let description = check
            .field("/description", input.description.map(|text| text::block(text, 0, 2_000)).transpose());
        let notice = check.field("/notice", clearable(input.notice));
        let cover = check.field("/cover_media_id", cover(input.cover_media_id.flatten()));
        let (name, category, description, notice, cover) =
            check.done((name, category, description, notice, cover))?;
        let notes = notice.as_ref().and_then(Option::as_deref);
        let review = self.weigh(name.as_ref(), description.as_deref(), notes)?;
        let patch = GroupPatch {
            name,
            category,
            description,
            notice,
            cover: input.cover_media_id.map(|_| cover),
            join_policy: input.join_policy,
            visibility: input.visibility,
        };
        // Who may not is told so before what he typed is weighed against the group's state.
        let now = self.clock.now();
        let standing = self.groups.standing(id, Some(actor.user_id), now).await?;
        rules::may_own(&standing.ok_or(AccessError::NoSuchGroup)?)?;
        let update = UpdateGroup { id, patch, by: actor.user_id, if_version, review, at: now };
        match self.groups.update_group(update).await? {
            GroupUpdated::Done => self.get(id, Some(actor)).await,
            GroupUpdated::NameTaken => Err(GroupError::NameTaken),
            GroupUpdated::NoSuchMedia => Err(GroupError::NoSuchMedia),
            GroupUpdated::Changed => Err(GroupError::Changed),
            GroupUpdated::NotAllowed => Err(AccessError::NotAllowed.into()),
            GroupUpdated::NoSuchGroup => Err(AccessError::NoSuchGroup.into()),
        }
    }

    /// Deletes a group. For its owners.
    ///
    /// # Errors
    /// Not an owner, [`GroupError::Changed`].
    pub async fn delete(&self, actor: Actor, id: GroupId, if_version: Option<i64>) -> Result<(), GroupError> {
        let now = self.clock.now();
        let standing = self.groups.standing(id, Some(actor.user_id), now).await?;
        rules::may_own(&standing.ok_or(AccessError::NoSuchGroup)?)?;
        self.remove(id, Some(actor), if_version).await
    }

    /// Deletes a group, whoever owns it. For operators.
    ///
    /// # Errors
    /// [`AccessError::NoSuchGroup`].
    pub async fn delete_as_operator(&self, id: GroupId) -> Result<(), GroupError> {
        self.remove(id, None, None).await
    }

    async fn remove(
        &self,
        id: GroupId,
        by: Option<Actor>,
        if_version: Option<i64>,
    ) -> Result<(), GroupError> {
        let by = by.map(|actor| actor.user_id);
        match self.groups.delete_group(id, by, if_version, self.clock.now()).await? {
            GroupDeleted::Done => Ok(()),
            GroupDeleted::Changed => Err(GroupError::Changed),
            GroupDeleted::NotAllowed => Err(AccessError::NotAllowed.into()),
            GroupDeleted::NoSuchGroup => Err(AccessError::NoSuchGroup.into()),
        }
    }
}

/// An id that an upload could have.
fn cover(id: Option<i64>) -> Result<Option<MediaId>, Flaw> {
    let media = |id| MediaId::new(id).ok_or(Flaw::range("out_of_range", 1, MAX_ID));
    id.map(media).transpose()
}
