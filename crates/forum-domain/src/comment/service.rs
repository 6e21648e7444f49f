//! Writing, listing, changing and deleting comments and replies.

use std::sync::Arc;

use super::{
    CommentBody, CommentCreated, CommentDeleted, CommentError, CommentOrder, CommentRepository, CommentSort,
    CommentUpdated, CommentView, CreateComment, CreateReply, DeleteComment, ReplyCreated, UpdateComment,
    rules,
};
use crate::{
    actor::Actor,
    clock::Clock,
    error::{Check, Flaw, Invalid},
    group::{AccessError, rules as group_rules},
    hook::{Fact, Hooks, Intent},
    id::{CommentId, PostId, UserId},
    idempotency::Claim,
    moderation::WordFilter,
    page::{Page, PageRequest},
    policy::Policy,
    post::{PostError, PostRepository},
    ranking::{RankingService, Scope},
};

/// Comments and replies.
pub struct CommentService {
    pub(crate) comments: Arc<dyn CommentRepository>,
    pub(crate) posts: Arc<dyn PostRepository>,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) words: Arc<WordFilter>,
    pub(crate) hooks: Hooks,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl CommentService {
    /// A page of a post's comments, without replies. `hot` pages through a ranking that is frozen while it
    /// is paged.
    ///
    /// # Errors
    /// [`PostError::NoSuchPost`], also if it is not for the caller; `cursor.expired`.
    pub async fn list(
        &self,
        actor: Option<Actor>,
        post_id: PostId,
        sort: CommentSort,
        page: PageRequest,
    ) -> Result<Page<CommentView>, CommentError> {
        let viewer = actor.map(|actor| actor.user_id);
        let found = match sort {
            CommentSort::New => self.comments.list_comments(post_id, CommentOrder::New, page, viewer).await?,
            CommentSort::Old => self.comments.list_comments(post_id, CommentOrder::Old, page, viewer).await?,
            CommentSort::Hot => self.ranked(post_id, page, viewer).await?,
        };
        if found.items.is_empty() && self.posts.find_posts(&[post_id], viewer).await?.is_empty() {
            return Err(PostError::NoSuchPost.into());
        }
        let now = self.clock.now();
        Ok(found.map(|view| rules::complete(view, actor, now)))
    }

    async fn ranked(
        &self,
        post_id: PostId,
        page: PageRequest,
        viewer: Option<UserId>,
    ) -> Result<Page<CommentView>, CommentError> {
        let scope = Scope::new("comments:hot", &[Some(&post_id.to_string())]);
        let make = |limit| self.comments.rank_comments(post_id, limit);
        let find = |ids: Vec<CommentId>| async move { self.comments.find_comments(&ids, viewer).await };
        Ok(self.rankings.list(&scope, page, make, find).await?)
    }

    /// A page of a comment's replies, oldest first.
    ///
    /// # Errors
    /// [`CommentError::NoSuchComment`], also if it is not for the caller.
    pub async fn replies(
        &self,
        actor: Option<Actor>,
        comment_id: CommentId,
        page: PageRequest,
    ) -> Result<Page<CommentView>, CommentError> {
        let viewer = actor.map(|actor| actor.user_id);
        let found = self.comments.list_replies(comment_id, page, viewer).await?;
        if found.items.is_empty() {
            self.get(actor, comment_id).await?;
        }
        let now = self.clock.now();
        Ok(found.map(|view| rules::complete(view, actor, now)))
    }

    /// A comment or a reply; a tombstone, if it was deleted and has replies.
    ///
    /// # Errors
    /// [`CommentError::NoSuchComment`], also if it is not for the caller.
    pub async fn get(&self, actor: Option<Actor>, id: CommentId) -> Result<CommentView, CommentError> {
        let found = self.comments.find_comment(id, actor.map(|actor| actor.user_id)).await?;
        let view = found.ok_or(CommentError::NoSuchComment)?;
        Ok(rules::complete(view, actor, self.clock.now()))
    }

    /// Comments on a post. For members who are not muted.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, [`CommentError::Locked`], a hook's veto.
    pub async fn create(
        &self,
        actor: Actor,
        post_id: PostId,
        body: &str,
        claim: Option<Claim>,
    ) -> Result<CommentView, CommentError> {
        let body = self.body(body)?;
        let review = self.weigh(&body)?;
        self.hooks.ask(actor, Intent::Comment { post_id, body: &body }).await?;
        let create =
            CreateComment { post_id, author: actor.user_id, body, review, at: self.clock.now(), claim };
        match self.comments.create_comment(create).await? {
            CommentCreated::Done(view) => Ok(self.written(actor, view).await),
            CommentCreated::NoSuchPost => Err(PostError::NoSuchPost.into()),
            CommentCreated::Barred(barred) => Err(AccessError::from(barred).into()),
            CommentCreated::Locked => Err(CommentError::Locked),
        }
    }

    /// Replies to a comment. For members who are not muted. A reply to a reply stands under the same comment
    /// as that one, and answers its author if nobody else is named.
    ///
    /// # Errors
    /// Wrong fields (also `unknown` at `reply_to_user_id`, if he wrote neither the comment nor a reply under
    /// it), not for the caller, [`CommentError::Locked`], [`CommentError::Deleted`], a hook's veto.
    pub async fn reply(
        &self,
        actor: Actor,
        comment_id: CommentId,
        body: &str,
        reply_to: Option<i64>,
        claim: Option<Claim>,
    ) -> Result<CommentView, CommentError> {
        let unknown = Flaw::new("unknown");
        let mut check = Check::default();
        let body = check.field("/body", CommentBody::parse(body, self.policy.comment_max));
        let reply_to = reply_to.map(|id| UserId::new(id).ok_or(unknown)).transpose();
        let reply_to = check.field("/reply_to_user_id", reply_to);
        let (body, reply_to) = check.done((body, reply_to))?;
        let review = self.weigh(&body)?;
        self.hooks.ask(actor, Intent::Reply { comment_id, reply_to, body: &body }).await?;
        let create = CreateReply {
            comment_id,
            author: actor.user_id,
            body,
            reply_to,
            review,
            at: self.clock.now(),
            claim,
        };
        match self.comments.create_reply(create).await? {
            ReplyCreated::Done(view) => Ok(self.written(actor, view).await),
            ReplyCreated::NoSuchComment => Err(CommentError::NoSuchComment),
            ReplyCreated::Barred(barred) => Err(AccessError::from(barred).into()),
            ReplyCreated::Locked => Err(CommentError::Locked),
            ReplyCreated::Deleted => Err(CommentError::Deleted),
            ReplyCreated::NoSuchRecipient => Err(Invalid::field("/reply_to_user_id", unknown).into()),
        }
    }

    async fn written(&self, actor: Actor, view: CommentView) -> CommentView {
        let view = rules::complete(view, Some(actor), self.clock.now());
        self.hooks.tell(actor, Fact::Commented { view: &view }).await;
        view
    }

    /// That nothing is said with words that are refused; names those that shall be looked at.
    fn weigh(&self, body: &CommentBody) -> Result<Option<String>, Invalid> {
        self.words.check_fields(&[("/body", Some(body.as_str()))])?;
        Ok(self.words.review(&[Some(body.as_str())]))
    }

    fn body(&self, body: &str) -> Result<CommentBody, Invalid> {
        CommentBody::parse(body, self.policy.comment_max).map_err(|flaw| Invalid::field("/body", flaw))
    }

    /// Changes what a comment says. For its author, while he may write there. What changes nothing is no
    /// edit.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, [`CommentError::Changed`], a hook's veto.
    pub async fn update(
        &self,
        actor: Actor,
        id: CommentId,
        body: Option<&str>,
        if_version: Option<i64>,
    ) -> Result<CommentView, CommentError> {
        let body = body.map(|body| self.body(body)).transpose()?;
        let now = self.get(Some(actor), id).await?;
        let said = now.comment.said.as_ref().ok_or(CommentError::NoSuchComment)?;
        if said.author.id != actor.user_id {
            return Err(CommentError::NotAllowed);
        }
        let viewer = now.viewer.as_ref().ok_or(CommentError::NoSuchComment)?;
        group_rules::may_write(viewer.role, viewer.muted_until, false, self.clock.now())?;
        if if_version.is_some_and(|version| version != now.comment.version) {
            return Err(CommentError::Changed);
        }
        let Some(body) = body.filter(|body| *body != said.body) else { return Ok(now) };
        let review = self.weigh(&body)?;
        self.hooks.ask(actor, Intent::EditComment { id, body: &body }).await?;
        let update = UpdateComment {
            id,
            body: body.clone(),
            by: actor.user_id,
            if_version,
            review,
            at: self.clock.now(),
        };
        match self.comments.update_comment(update).await? {
            CommentUpdated::Done => {
                let post_id = now.comment.post_id;
                self.hooks.tell(actor, Fact::CommentEdited { id, post_id, body: &body }).await;
                self.get(Some(actor), id).await
            }
            CommentUpdated::Changed => Err(CommentError::Changed),
            CommentUpdated::NotAllowed => Err(CommentError::NotAllowed),
            CommentUpdated::Barred(barred) => Err(AccessError::from(barred).into()),
            CommentUpdated::NoSuchComment => Err(CommentError::NoSuchComment),
        }
    }

    /// Deletes a comment or a reply. For its author and for those who moderate. With replies under it, it
    /// stays as a tombstone.
    ///
    /// # Errors
    /// Not for the caller, [`CommentError::Changed`].
    pub async fn delete(
        &self,
        actor: Actor,
        id: CommentId,
        if_version: Option<i64>,
    ) -> Result<(), CommentError> {
        let now = self.get(Some(actor), id).await?;
        if now.comment.said.is_none() {
            return Err(CommentError::NoSuchComment);
        }
        if !now.viewer.is_some_and(|viewer| viewer.can.delete) {
            return Err(CommentError::NotAllowed);
        }
        let delete = DeleteComment { id, by: actor.user_id, if_version, at: self.clock.now() };
        match self.comments.delete_comment(delete).await? {
            CommentDeleted::Done => {
                self.hooks.tell(actor, Fact::CommentDeleted { id }).await;
                Ok(())
            }
            CommentDeleted::Changed => Err(CommentError::Changed),
            CommentDeleted::NotAllowed => Err(CommentError::NotAllowed),
            CommentDeleted::NoSuchComment => Err(CommentError::NoSuchComment),
        }
    }
}
