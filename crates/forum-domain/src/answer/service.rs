//! Writing, listing, changing and deleting answers.

use std::sync::Arc;

use super::{
    AnswerCreated, AnswerDeleted, AnswerError, AnswerList, AnswerOrder, AnswerRepository, AnswerSort,
    AnswerUpdated, AnswerView, CreateAnswer, DeleteAnswer, UpdateAnswer, ranked, rules,
};
use crate::{
    account::{AccountError, AccountRepository},
    actor::Actor,
    clock::Clock,
    content::{Content, Format, Renderer, Source, written},
    error::{Invalid, PortError},
    hook::{Fact, Hooks, Intent},
    id::{AnswerId, QuestionId, UserId},
    idempotency::Claim,
    moderation::WordFilter,
    page::{Page, PageRequest},
    policy::Policy,
    question::{QuestionError, QuestionRepository},
    ranking::RankingService,
};

/// Changes to an answer, as typed: `None` leaves a field as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnswerPatchInput<'a> {
    /// Its body.
    pub body: Option<&'a str>,
    /// How the body is written.
    pub format: Option<Format>,
}

/// How often an edit is tried again that was made from a version which meanwhile changed.
const TRIES: usize = 3;

/// Answers.
pub struct AnswerService {
    pub(crate) answers: Arc<dyn AnswerRepository>,
    pub(crate) questions: Arc<dyn QuestionRepository>,
    pub(crate) accounts: Arc<dyn AccountRepository>,
    pub(crate) renderer: Arc<dyn Renderer>,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) words: Arc<WordFilter>,
    pub(crate) hooks: Hooks,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl AnswerService {
    /// A page of a question's answers, the accepted one first. `hot` pages through a ranking that is frozen
    /// while it is paged.
    ///
    /// # Errors
    /// [`QuestionError::NoSuchQuestion`], `cursor.expired`.
    pub async fn list(
        &self,
        actor: Option<Actor>,
        question_id: QuestionId,
        sort: AnswerSort,
        page: PageRequest,
    ) -> Result<Page<AnswerView>, AnswerError> {
        let viewer = actor.map(|actor| actor.user_id);
        let by_time = |order| AnswerList::Question(question_id, order);
        let found = match sort {
            AnswerSort::New => self.answers.list_answers(by_time(AnswerOrder::New), page, viewer).await?,
            AnswerSort::Old => self.answers.list_answers(by_time(AnswerOrder::Old), page, viewer).await?,
            AnswerSort::Hot => {
                let make = |limit| self.answers.rank_answers(question_id, limit);
                let find = |ids: Vec<AnswerId>| async move { self.answers.find_answers(&ids, viewer).await };
                self.rankings.list(&ranked::scope(question_id), page, make, find).await?
            }
        };
        // Only an empty page leaves open whether the question is there.
        if found.items.is_empty() && self.questions.find_questions(&[question_id], viewer).await?.is_empty() {
            return Err(QuestionError::NoSuchQuestion.into());
        }
        Ok(found.map(|view| rules::complete(view, actor)))
    }

    /// A page of what a user answered, newest first.
    ///
    /// # Errors
    /// [`AccountError::NotFound`].
    pub async fn list_of(
        &self,
        actor: Option<Actor>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<AnswerView>, AnswerError> {
        let viewer = actor.map(|actor| actor.user_id);
        let found = self.answers.list_answers(AnswerList::Author(author), page, viewer).await?;
        if found.items.is_empty() && self.accounts.find_user(author).await?.is_none() {
            return Err(QuestionError::from(AccountError::NotFound).into());
        }
        Ok(found.map(|view| rules::complete(view, actor)))
    }

    /// An answer.
    ///
    /// # Errors
    /// [`AnswerError::NoSuchAnswer`].
    pub async fn get(&self, actor: Option<Actor>, id: AnswerId) -> Result<AnswerView, AnswerError> {
        let found = self.answers.find_answer(id, actor.map(|actor| actor.user_id)).await?;
        Ok(rules::complete(found.ok_or(AnswerError::NoSuchAnswer)?, actor))
    }

    /// Answers a question.
    ///
    /// # Errors
    /// Wrong fields, [`QuestionError::NoSuchQuestion`], a hook's veto.
    pub async fn create(
        &self,
        actor: Actor,
        question_id: QuestionId,
        body: &str,
        format: Format,
        claim: Option<Claim>,
    ) -> Result<AnswerId, AnswerError> {
        let source = self.source(body)?;
        let content = self.render(format, source).await?;
        let review = self.words.weigh(None, Some(&content))?;
        self.hooks.ask(actor, Intent::Answer { question_id, content: &content }).await?;
        let (author, at) = (actor.user_id, self.clock.now());
        let create = CreateAnswer { question_id, author, content: content.clone(), review, at, claim };
        match self.answers.create_answer(create).await? {
            AnswerCreated::Done(id) => {
                ranked::anew(&self.rankings, &*self.answers, question_id).await;
                self.hooks.tell(actor, Fact::Answered { id, question_id, content: &content }).await;
                Ok(id)
            }
            AnswerCreated::NoSuchQuestion => Err(QuestionError::NoSuchQuestion.into()),
        }
    }

    fn source(&self, body: &str) -> Result<Source, Invalid> {
        Source::parse(body, self.policy.answer_max).map_err(|flaw| Invalid::field("/body", flaw))
    }

    async fn render(&self, format: Format, source: Source) -> Result<Content, AnswerError> {
        Ok(written(&*self.renderer, format, source, self.policy.answer_max).await??)
    }

    /// Changes an answer, as a merge patch. For its author. What changes nothing is no edit. What it said
    /// before stands in its history.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, [`AnswerError::Changed`], a hook's veto.
    pub async fn update(
        &self,
        actor: Actor,
        id: AnswerId,
        input: AnswerPatchInput<'_>,
        if_version: Option<i64>,
    ) -> Result<AnswerView, AnswerError> {
        let source = input.body.map(|body| self.source(body)).transpose()?;
        for _ in 0..TRIES {
            let now = self.get(Some(actor), id).await?;
            let answer = &now.answer;
            if answer.author.id != actor.user_id {
                return Err(AnswerError::NotAllowed);
            }
            if if_version.is_some_and(|version| version != answer.version) {
                return Err(AnswerError::Changed);
            }
            let format = input.format.unwrap_or(answer.format);
            let source = source.clone().unwrap_or_else(|| answer.source.clone());
            if format == answer.format && source == answer.source {
                return Ok(now);
            }
            let content = self.render(format, source).await?;
            let review = self.words.weigh(None, Some(&content))?;
            self.hooks.ask(actor, Intent::EditAnswer { id, content: &content }).await?;
            // What is not named stays as it was read, so it must still be so.
            let update = UpdateAnswer {
                id,
                content: content.clone(),
                by: actor.user_id,
                if_version: Some(answer.version),
                review,
                at: self.clock.now(),
            };
            match self.answers.update_answer(update).await? {
                AnswerUpdated::Done => {
                    let question_id = answer.question_id;
                    let fact = Fact::AnswerEdited { id, question_id, content: &content };
                    self.hooks.tell(actor, fact).await;
                    return self.get(Some(actor), id).await;
                }
                AnswerUpdated::Changed if if_version.is_none() => {}
                AnswerUpdated::Changed => return Err(AnswerError::Changed),
                AnswerUpdated::NotAllowed => return Err(AnswerError::NotAllowed),
                AnswerUpdated::NoSuchAnswer => return Err(AnswerError::NoSuchAnswer),
            }
        }
        Err(PortError::Busy.into())
    }

    /// Deletes an answer, and with it the replies under it; if it was the accepted one, none is any more.
    /// For its author and the site's moderators.
    ///
    /// # Errors
    /// Not for the caller, [`AnswerError::Changed`].
    pub async fn delete(
        &self,
        actor: Actor,
        id: AnswerId,
        if_version: Option<i64>,
    ) -> Result<(), AnswerError> {
        let delete = DeleteAnswer { id, by: actor.user_id, if_version, at: self.clock.now() };
        match self.answers.delete_answer(delete).await? {
            AnswerDeleted::Done { question_id, was_accepted } => {
                if was_accepted {
                    self.hooks.tell(actor, Fact::AnswerUnaccepted { question_id, answer_id: id }).await;
                }
                self.hooks.tell(actor, Fact::AnswerDeleted { id }).await;
                Ok(())
            }
            AnswerDeleted::Changed => Err(AnswerError::Changed),
            AnswerDeleted::NotAllowed => Err(AnswerError::NotAllowed),
            AnswerDeleted::NoSuchAnswer => Err(AnswerError::NoSuchAnswer),
        }
    }
}
