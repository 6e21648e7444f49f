//! Writing, listing, changing and deleting replies under answers.

use std::sync::Arc;

use super::{
    AnswerReplyCreated, AnswerReplyDeleted, AnswerReplyError, AnswerReplyRepository, AnswerReplyUpdated,
    AnswerReplyView, CreateAnswerReply, DeleteAnswerReply, UpdateAnswerReply, rules,
};
use crate::{
    actor::Actor,
    answer::{AnswerError, AnswerRepository},
    clock::Clock,
    comment::CommentBody,
    error::{Check, Flaw, Invalid},
    hook::{Fact, Hooks, Intent},
    id::{AnswerId, AnswerReplyId, UserId},
    idempotency::Claim,
    moderation::WordFilter,
    page::{Page, PageRequest},
    policy::Policy,
};

/// Replies under answers.
pub struct AnswerReplyService {
    pub(crate) replies: Arc<dyn AnswerReplyRepository>,
    pub(crate) answers: Arc<dyn AnswerRepository>,
    pub(crate) words: Arc<WordFilter>,
    pub(crate) hooks: Hooks,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl AnswerReplyService {
    /// A page of an answer's replies, oldest first.
    ///
    /// # Errors
    /// [`AnswerError::NoSuchAnswer`].
    pub async fn list(
        &self,
        actor: Option<Actor>,
        answer_id: AnswerId,
        page: PageRequest,
    ) -> Result<Page<AnswerReplyView>, AnswerReplyError> {
        let viewer = actor.map(|actor| actor.user_id);
        let found = self.replies.list_answer_replies(answer_id, page, viewer).await?;
        if found.items.is_empty() && self.answers.find_answer(answer_id, viewer).await?.is_none() {
            return Err(AnswerError::NoSuchAnswer.into());
        }
        Ok(found.map(|view| rules::complete(view, actor)))
    }

    /// A reply; a tombstone, if it was deleted and somebody answers it.
    ///
    /// # Errors
    /// [`AnswerReplyError::NoSuchReply`].
    pub async fn get(
        &self,
        actor: Option<Actor>,
        id: AnswerReplyId,
    ) -> Result<AnswerReplyView, AnswerReplyError> {
        let found = self.replies.find_answer_reply(id, actor.map(|actor| actor.user_id)).await?;
        Ok(rules::complete(found.ok_or(AnswerReplyError::NoSuchReply)?, actor))
    }

    /// Replies to an answer.
    ///
    /// # Errors
    /// Wrong fields (also `unknown` at `reply_to_user_id`, if he wrote neither the answer nor a reply under
    /// it), [`AnswerError::NoSuchAnswer`], a hook's veto.
    pub async fn create(
        &self,
        actor: Actor,
        answer_id: AnswerId,
        body: &str,
        reply_to: Option<i64>,
        claim: Option<Claim>,
    ) -> Result<AnswerReplyId, AnswerReplyError> {
        let unknown = Flaw::new("unknown");
        let mut check = Check::default();
        let body = check.field("/body", CommentBody::parse(body, self.policy.comment_max));
        let reply_to = reply_to.map(|id| UserId::new(id).ok_or(unknown)).transpose();
        let reply_to = check.field("/reply_to_user_id", reply_to);
        let (body, reply_to) = check.done((body, reply_to))?;
        let review = self.weigh(&body)?;
        self.hooks.ask(actor, Intent::ReplyToAnswer { answer_id, reply_to, body: &body }).await?;
        let (author, at) = (actor.user_id, self.clock.now());
        let create = CreateAnswerReply { answer_id, author, body: body.clone(), reply_to, review, at, claim };
        match self.replies.create_answer_reply(create).await? {
            AnswerReplyCreated::Done(id) => {
                self.hooks.tell(actor, Fact::AnswerReplied { id, answer_id, reply_to, body: &body }).await;
                Ok(id)
            }
            AnswerReplyCreated::NoSuchAnswer => Err(AnswerError::NoSuchAnswer.into()),
            AnswerReplyCreated::NoSuchRecipient => Err(Invalid::field("/reply_to_user_id", unknown).into()),
        }
    }

    /// That nothing is said with words that are refused; names those that shall be looked at.
    fn weigh(&self, body: &CommentBody) -> Result<Option<String>, Invalid> {
        self.words.check_fields(&[("/body", Some(body.as_str()))])?;
        Ok(self.words.review(&[Some(body.as_str())]))
    }

    /// Changes what a reply says. For its author. What changes nothing is no edit.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, [`AnswerReplyError::Changed`], a hook's veto.
    pub async fn update(
        &self,
        actor: Actor,
        id: AnswerReplyId,
        body: Option<&str>,
        if_version: Option<i64>,
    ) -> Result<AnswerReplyView, AnswerReplyError> {
        let parse = |body| CommentBody::parse(body, self.policy.comment_max);
        let body = body.map(parse).transpose().map_err(|flaw| Invalid::field("/body", flaw))?;
        let now = self.get(Some(actor), id).await?;
        let said = now.reply.said.as_ref().ok_or(AnswerReplyError::NoSuchReply)?;
        if said.author.id != actor.user_id {
            return Err(AnswerReplyError::NotAllowed);
        }
        if if_version.is_some_and(|version| version != now.reply.version) {
            return Err(AnswerReplyError::Changed);
        }
        let Some(body) = body.filter(|body| *body != said.body) else { return Ok(now) };
        let review = self.weigh(&body)?;
        self.hooks.ask(actor, Intent::EditAnswerReply { id, body: &body }).await?;
        let (by, at) = (actor.user_id, self.clock.now());
        let update = UpdateAnswerReply { id, body: body.clone(), by, if_version, review, at };
        match self.replies.update_answer_reply(update).await? {
            AnswerReplyUpdated::Done => {
                let answer_id = now.reply.answer_id;
                self.hooks.tell(actor, Fact::AnswerReplyEdited { id, answer_id, body: &body }).await;
                self.get(Some(actor), id).await
            }
            AnswerReplyUpdated::Changed => Err(AnswerReplyError::Changed),
            AnswerReplyUpdated::NotAllowed => Err(AnswerReplyError::NotAllowed),
            AnswerReplyUpdated::NoSuchReply => Err(AnswerReplyError::NoSuchReply),
        }
    }

    /// Deletes a reply. For its author and the site's moderators. While somebody answers it, it stays as a
    /// tombstone.
    ///
    /// # Errors
    /// Not for the caller, [`AnswerReplyError::Changed`].
    pub async fn delete(
        &self,
        actor: Actor,
        id: AnswerReplyId,
        if_version: Option<i64>,
    ) -> Result<(), AnswerReplyError> {
        let delete = DeleteAnswerReply { id, by: actor.user_id, if_version, at: self.clock.now() };
        match self.replies.delete_answer_reply(delete).await? {
            AnswerReplyDeleted::Done => {
                self.hooks.tell(actor, Fact::AnswerReplyDeleted { id }).await;
                Ok(())
            }
            AnswerReplyDeleted::Changed => Err(AnswerReplyError::Changed),
            AnswerReplyDeleted::NotAllowed => Err(AnswerReplyError::NotAllowed),
            AnswerReplyDeleted::NoSuchReply => Err(AnswerReplyError::NoSuchReply),
        }
    }
}
