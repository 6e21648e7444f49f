//! Listing posts: by time straight from the store, by what changes through frozen rankings.

use super::{Period, PostError, PostFilter, PostList, PostService, PostSort, PostView, RankBy, rules};
use crate::{
    actor::Actor,
    clock::Timestamp,
    error::PortError,
    group::{AccessError, rules as group_rules},
    id::{GroupId, PostId, UserId},
    page::{Page, PageRequest},
    ranking::Scope,
};

/// Which of a group's posts are asked for, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct GroupPosts {
    /// Which of them.
    pub filter: PostFilter,
    /// Only those that he wrote.
    pub author: Option<UserId>,
    /// In which order.
    pub sort: PostSort,
    /// How far back `top` goes; other sorts go back to the beginning.
    pub period: Period,
}

impl PostService {
    /// A page of a group's posts, the pinned ones first. `active`, `hot` and `top` page through rankings
    /// that are frozen while they are paged.
    ///
    /// # Errors
    /// Not for the caller, `cursor.expired`.
    pub async fn list_in_group(
        &self,
        actor: Option<Actor>,
        group_id: GroupId,
        wanted: GroupPosts,
        page: PageRequest,
    ) -> Result<Page<PostView>, PostError> {
        let list = PostList::Group { id: group_id, filter: wanted.filter, author: wanted.author };
        let found = self.page_of(list, wanted.sort, wanted.period, actor, page).await?;
        if found.items.is_empty() {
            // Only an empty page leaves open whether the group is there, and for him.
            let viewer = actor.map(|actor| actor.user_id);
            let standing = self.groups.standing(group_id, viewer, self.clock.now()).await?;
            group_rules::may_read(&standing.ok_or(AccessError::NoSuchGroup)?, actor)?;
        }
        Ok(found)
    }

    /// A page of the posts of all public groups.
    ///
    /// # Errors
    /// `cursor.expired`.
    pub async fn list_public(
        &self,
        actor: Option<Actor>,
        sort: PostSort,
        page: PageRequest,
    ) -> Result<Page<PostView>, PostError> {
        self.page_of(PostList::Public, sort, Period::All, actor, page).await
    }

    /// A page of the posts of the groups that the actor is a member of.
    ///
    /// # Errors
    /// `cursor.expired`.
    pub async fn feed(
        &self,
        actor: Actor,
        sort: PostSort,
        page: PageRequest,
    ) -> Result<Page<PostView>, PostError> {
        self.page_of(PostList::Feed(actor.user_id), sort, Period::All, Some(actor), page).await
    }

    async fn page_of(
        &self,
        list: PostList,
        sort: PostSort,
        period: Period,
        actor: Option<Actor>,
        page: PageRequest,
    ) -> Result<Page<PostView>, PostError> {
        let now = self.clock.now();
        let viewer = actor.map(|actor| actor.user_id);
        let found = match sort {
            PostSort::New => self.posts.list_posts(&list, page, viewer).await?,
            PostSort::Active => {
                let make = |limit| self.posts.rank_posts(&list, RankBy::Activity, limit);
                self.ranked(scope("posts:active", &list, None), page, viewer, make).await?
            }
            PostSort::Top => {
                let by = RankBy::Likes { since: period.since(now) };
                let make = |limit| self.posts.rank_posts(&list, by, limit);
                self.ranked(scope("posts:top", &list, Some(period)), page, viewer, make).await?
            }
            PostSort::Hot => {
                let make = |limit| self.hottest(&list, limit, now);
                self.ranked(scope("posts:hot", &list, None), page, viewer, make).await?
            }
        };
        Ok(found.map(|view| rules::complete(view, actor, now)))
    }

    /// A page of a ranking, each post of it read as whoever looks may see it now.
    async fn ranked<Made>(
        &self,
        scope: Scope,
        page: PageRequest,
        viewer: Option<UserId>,
        make: impl FnOnce(u32) -> Made + Send,
    ) -> Result<Page<PostView>, PostError>
    where
        Made: Future<Output = Result<Vec<PostId>, PortError>> + Send,
    {
        let find = |ids: Vec<PostId>| async move { self.posts.find_posts(&ids, viewer).await };
        Ok(self.rankings.list(&scope, page, make, find).await?)
    }

    /// The hottest posts of a list. Measured are only those that can be among them.
    async fn hottest(&self, list: &PostList, limit: u32, now: Timestamp) -> Result<Vec<PostId>, PortError> {
        let oldest = self.posts.nth_newest_post(list, limit).await?;
        let since = oldest.map(|oldest| rules::measured_since(oldest, now));
        Ok(rules::hottest(self.posts.measure_posts(list, since).await?, limit, now))
    }
}

/// One ranking for each list and its filters; a period is one only where it counts.
fn scope(name: &'static str, list: &PostList, period: Option<Period>) -> Scope {
    let (kind, owner, filter, author) = match *list {
        PostList::Group { id, filter, author } => ("group", Some(id.get()), filter, author),
        PostList::Public => ("public", None, PostFilter::All, None),
        PostList::By(user) => ("by", Some(user.get()), PostFilter::All, None),
        PostList::Feed(user) => ("feed", Some(user.get()), PostFilter::All, None),
    };
    let (owner, author) = (owner.map(|id| id.to_string()), author.map(|id| id.to_string()));
    let period = period.map(Period::as_str);
    Scope::new(name, &[Some(kind), owner.as_deref(), Some(filter.as_str()), author.as_deref(), period])
}
