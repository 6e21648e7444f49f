//! User pages and blocks.

use std::sync::Arc;

use super::{Block, BlockSet, PeopleError, PeopleRepository, Profile};
use crate::{
    actor::Actor,
    clock::Clock,
    group::{GroupRepository, GroupView, rules as group_rules},
    id::UserId,
    page::{Page, PageRequest},
    policy::Policy,
    post::{PostList, PostRepository, PostView, rules as post_rules},
};

/// User pages and blocks.
pub struct PeopleService {
    pub(crate) people: Arc<dyn PeopleRepository>,
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) posts: Arc<dyn PostRepository>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl PeopleService {
    /// A user's page, also of one who deleted his account.
    ///
    /// # Errors
    /// [`PeopleError::NoSuchUser`].
    pub async fn get(&self, actor: Option<Actor>, id: UserId) -> Result<Profile, PeopleError> {
        let found = self.people.find_profile(id, actor.map(|actor| actor.user_id)).await?;
        found.ok_or(PeopleError::NoSuchUser)
    }

    /// The groups that he is in, last joined first: those whose members the caller may see.
    ///
    /// # Errors
    /// [`PeopleError::NoSuchUser`].
    pub async fn groups(
        &self,
        actor: Option<Actor>,
        id: UserId,
        page: PageRequest,
    ) -> Result<Page<GroupView>, PeopleError> {
        let now = self.clock.now();
        let viewer = actor.map(|actor| actor.user_id);
        let found = self.groups.list_groups_seen(id, page, viewer, now).await?;
        self.unless_nobody(actor, id, found.items.is_empty()).await?;
        Ok(found.map(|view| group_rules::complete(view, &self.policy, now)))
    }

    /// The posts that he wrote, newest first: those that the caller may see.
    ///
    /// # Errors
    /// [`PeopleError::NoSuchUser`].
    pub async fn posts(
        &self,
        actor: Option<Actor>,
        id: UserId,
        page: PageRequest,
    ) -> Result<Page<PostView>, PeopleError> {
        let viewer = actor.map(|actor| actor.user_id);
        let found = self.posts.list_posts(&PostList::By(id), page, viewer).await?;
        self.unless_nobody(actor, id, found.items.is_empty()).await?;
        let now = self.clock.now();
        Ok(found.map(|view| post_rules::complete(view, actor, now)))
    }

    /// Only an empty page leaves open whether there is such a user.
    async fn unless_nobody(&self, actor: Option<Actor>, id: UserId, empty: bool) -> Result<(), PeopleError> {
        if empty {
            self.get(actor, id).await?;
        }
        Ok(())
    }

    /// Blocks a user, or does so no longer. Either may be said again.
    ///
    /// # Errors
    /// [`PeopleError::Oneself`]; to block, [`PeopleError::NoSuchUser`].
    pub async fn set_block(&self, actor: Actor, id: UserId, on: bool) -> Result<(), PeopleError> {
        if on && id == actor.user_id {
            return Err(PeopleError::Oneself);
        }
        match self.people.set_block(actor.user_id, id, on, self.clock.now()).await? {
            BlockSet::Done => Ok(()),
            BlockSet::NoSuchUser => Err(PeopleError::NoSuchUser),
        }
    }

    /// Whom the caller blocked, last blocked first.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn blocks(&self, actor: Actor, page: PageRequest) -> Result<Page<Block>, PeopleError> {
        Ok(self.people.list_blocks(actor.user_id, page).await?)
    }
}
