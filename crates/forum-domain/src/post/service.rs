//! Writing, changing, deleting, marking and remembering posts. Lists stand in `lists.rs`.

use std::sync::Arc;

use super::{
    CreatePost, DeletePost, Mark, PostCreated, PostDeleted, PostDetail, PostDraft, PostError, PostPatch,
    PostRepository, PostRestored, PostRevision, PostUpdated, PostView, PostViewer, Title, UpdatePost, rules,
};
use crate::{
    actor::Actor,
    clock::{Clock, Timestamp},
    content::{Content, Format, Renderer, Source, written},
    error::{Check, PortError},
    group::{AccessError, GroupRepository, rules as group_rules},
    hook::{Fact, Hooks, Intent},
    id::{GroupId, PostId},
    idempotency::Claim,
    moderation::WordFilter,
    page::{Page, PageRequest},
    policy::Policy,
    ranking::RankingService,
};

/// A post to be written, as typed.
#[derive(Debug, Clone, Copy)]
pub struct PostInput<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its body.
    pub body: &'a str,
    /// How the body is written.
    pub format: Format,
}

/// Changes to a post, as typed: `None` leaves a field as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostPatchInput<'a> {
    /// Its title.
    pub title: Option<&'a str>,
    /// Its body.
    pub body: Option<&'a str>,
    /// How the body is written.
    pub format: Option<Format>,
}

/// How often an edit is tried again that was made from a version which meanwhile changed.
const TRIES: usize = 3;

/// Posts.
pub struct PostService {
    pub(crate) posts: Arc<dyn PostRepository>,
    pub(crate) groups: Arc<dyn GroupRepository>,
    pub(crate) renderer: Arc<dyn Renderer>,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) words: Arc<WordFilter>,
    pub(crate) hooks: Hooks,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl PostService {
    /// A post.
    ///
    /// # Errors
    /// [`PostError::NoSuchPost`], also if it is not for the caller.
    pub async fn get(&self, actor: Option<Actor>, id: PostId) -> Result<PostDetail, PostError> {
        let detail = self.posts.find_post(id, actor.map(|actor| actor.user_id)).await?;
        let detail = detail.ok_or(PostError::NoSuchPost)?;
        Ok(PostDetail { view: rules::complete(detail.view, actor, self.clock.now()), ..detail })
    }

    /// Writes a post. For members who are not muted.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, a hook's veto.
    pub async fn create(
        &self,
        actor: Actor,
        group_id: GroupId,
        input: PostInput<'_>,
        claim: Option<Claim>,
    ) -> Result<PostId, PostError> {
        let mut check = Check::default();
        let title = check.field("/title", Title::parse(input.title));
        let source = check.field("/body", Source::parse(input.body, self.policy.body_max));
        let (title, source) = check.done((title, source))?;
        // Who may not is told so before the work of rendering is spent on him.
        let at = self.clock.now();
        let standing = self.groups.standing(group_id, Some(actor.user_id), at).await?;
        let standing = standing.ok_or(AccessError::NoSuchGroup)?;
        group_rules::may_write(standing.role, standing.muted_until, standing.banned, at)?;
        let draft = PostDraft { title, content: self.render(input.format, source).await? };
        let review = self.words.weigh(Some(draft.title.as_str()), Some(&draft.content))?;
        self.hooks.ask(actor, Intent::Post { group_id, draft: &draft }).await?;
        let create = CreatePost { group_id, author: actor.user_id, draft: draft.clone(), review, at, claim };
        match self.posts.create_post(create).await? {
            PostCreated::Done(id) => {
                self.hooks.tell(actor, Fact::Posted { id, group_id, draft: &draft }).await;
                Ok(id)
            }
            PostCreated::Barred(barred) => Err(AccessError::from(barred).into()),
            PostCreated::NoSuchGroup => Err(AccessError::NoSuchGroup.into()),
        }
    }

    async fn render(&self, format: Format, source: Source) -> Result<Content, PostError> {
        Ok(written(&*self.renderer, format, source, self.policy.body_max).await??)
    }

    /// Changes a post, as a merge patch. For its author, while he may write there. What changes nothing
    /// is no edit. What it was before stands in its history.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, [`PostError::Changed`], a hook's veto.
    pub async fn update(
        &self,
        actor: Actor,
        id: PostId,
        input: PostPatchInput<'_>,
        if_version: Option<i64>,
    ) -> Result<PostDetail, PostError> {
        let mut check = Check::default();
        let title = check.field("/title", input.title.map(Title::parse).transpose());
        let source = input.body.map(|body| Source::parse(body, self.policy.body_max)).transpose();
        let source = check.field("/body", source);
        let (title, source) = check.done((title, source))?;
        for _ in 0..TRIES {
            let now = self.get(Some(actor), id).await?;
            may_edit(&now, actor, self.clock.now())?;
            if if_version.is_some_and(|version| version != now.view.post.version) {
                return Err(PostError::Changed);
            }
            let patch = self.patch(&now, title.clone(), source.clone(), input.format).await?;
            if patch == PostPatch::default() {
                return Ok(now);
            }
            let review = self.words.weigh(patch.title.as_ref().map(Title::as_str), patch.content.as_ref())?;
            self.hooks.ask(actor, Intent::EditPost { id, patch: &patch }).await?;
            // What is not named stays as it was read, so it must still be so.
            let update = UpdatePost {
                id,
                patch: patch.clone(),
                by: actor.user_id,
                if_version: Some(now.view.post.version),
                review,
                at: self.clock.now(),
            };
            match self.posts.update_post(update).await? {
                PostUpdated::Done => {
                    let group = &now.view.post.group;
                    self.hooks.tell(actor, Fact::PostEdited { id, group, patch: &patch }).await;
                    return self.get(Some(actor), id).await;
                }
                PostUpdated::Changed if if_version.is_none() => {}
                PostUpdated::Changed => return Err(PostError::Changed),
                PostUpdated::NotAllowed => return Err(PostError::NotAllowed),
                PostUpdated::Barred(barred) => return Err(AccessError::from(barred).into()),
                PostUpdated::NoSuchPost => return Err(PostError::NoSuchPost),
            }
        }
        Err(PortError::Busy.into())
    }

    /// What really changes; a body that stays is rendered anew only if its format changes.
    async fn patch(
        &self,
        now: &PostDetail,
        title: Option<Title>,
        source: Option<Source>,
        format: Option<Format>,
    ) -> Result<PostPatch, PostError> {
        let post = &now.view.post;
        let title = title.filter(|title| *title != post.title);
        let format = format.unwrap_or(post.format);
        let source = source.unwrap_or_else(|| now.source.clone());
        let same = format == post.format && source == now.source;
        let content = if same { None } else { Some(self.render(format, source).await?) };
        Ok(PostPatch { title, content })
    }

    /// Deletes a post; it can be restored. For its author and for those who moderate.
    ///
    /// # Errors
    /// Not for the caller, [`PostError::Changed`].
    pub async fn delete(&self, actor: Actor, id: PostId, if_version: Option<i64>) -> Result<(), PostError> {
        if !self.seen(actor, id).await?.can.delete {
            return Err(PostError::NotAllowed);
        }
        let delete = DeletePost { id, by: actor.user_id, if_version, at: self.clock.now() };
        match self.posts.delete_post(delete).await? {
            PostDeleted::Done => {
                self.hooks.tell(actor, Fact::PostDeleted { id }).await;
                Ok(())
            }
            PostDeleted::Changed => Err(PostError::Changed),
            PostDeleted::NotAllowed => Err(PostError::NotAllowed),
            PostDeleted::NoSuchPost => Err(PostError::NoSuchPost),
        }
    }

    /// Brings a deleted post back; one that is not deleted stays as it is. For those who moderate.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn restore(&self, actor: Actor, id: PostId) -> Result<PostDetail, PostError> {
        match self.posts.restore_post(id, actor.user_id, self.clock.now()).await? {
            PostRestored::Done => self.hooks.tell(actor, Fact::PostRestored { id }).await,
            PostRestored::NotDeleted => {}
            PostRestored::NoSuchPost => return Err(PostError::NoSuchPost),
            PostRestored::NotAllowed => return Err(AccessError::NotAllowed.into()),
        }
        self.get(Some(actor), id).await
    }

    /// What a post was before its edits, last replaced first. For its author, and, also of a deleted post,
    /// for those who moderate.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn revisions(
        &self,
        actor: Actor,
        id: PostId,
        page: PageRequest,
    ) -> Result<Page<PostRevision>, PostError> {
        match self.posts.list_revisions(id, actor.user_id, page).await? {
            Some(found) => Ok(found),
            // Whoever may read the post knows that it is there; to others it is not.
            None => self.seen(actor, id).await.and(Err(PostError::NotAllowed)),
        }
    }

    /// Sets or takes away a mark. For those who moderate.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn mark(&self, actor: Actor, id: PostId, mark: Mark, on: bool) -> Result<(), PostError> {
        let seen = self.seen(actor, id).await?;
        if !seen.can.moderate {
            let missing = if seen.role.is_none() { AccessError::NotMember } else { AccessError::NotAllowed };
            return Err(missing.into());
        }
        if self.posts.mark_post(id, mark, on, actor.user_id, self.clock.now()).await? {
            return Ok(());
        }
        // Gone meanwhile, or his role is.
        self.seen(actor, id).await.and(Err(AccessError::NotAllowed.into()))
    }

    /// Remembers a post, or no longer.
    ///
    /// # Errors
    /// [`PostError::NoSuchPost`], also if it is not for the caller; to forget one always works.
    pub async fn bookmark(&self, actor: Actor, id: PostId, on: bool) -> Result<(), PostError> {
        if self.posts.bookmark_post(id, actor.user_id, on, self.clock.now()).await? {
            Ok(())
        } else {
            Err(PostError::NoSuchPost)
        }
    }

    /// The posts that the actor remembers and may still see, last bookmarked first.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn bookmarks(&self, actor: Actor, page: PageRequest) -> Result<Page<PostView>, PostError> {
        let now = self.clock.now();
        let found = self.posts.list_bookmarks(actor.user_id, page).await?;
        Ok(found.map(|view| rules::complete(view, Some(actor), now)))
    }

    /// What a post that the actor may read is to him.
    async fn seen(&self, actor: Actor, id: PostId) -> Result<PostViewer, PostError> {
        let found = self.posts.find_posts(&[id], Some(actor.user_id)).await?.pop();
        let view = found.map(|view| rules::complete(view, Some(actor), self.clock.now()));
        view.and_then(|view| view.viewer).ok_or(PostError::NoSuchPost)
    }
}

/// That the actor may change this post.
fn may_edit(detail: &PostDetail, actor: Actor, now: Timestamp) -> Result<(), PostError> {
    if detail.view.post.author.id != actor.user_id {
        return Err(PostError::NotAllowed);
    }
    let viewer = detail.view.viewer.as_ref().ok_or(PostError::NoSuchPost)?;
    Ok(group_rules::may_write(viewer.role, viewer.muted_until, false, now)?)
}
