//! Asking, changing and deleting questions, and accepting an answer. Lists stand in `lists.rs`.

use std::{collections::HashSet, sync::Arc};

use super::{
    Accept, Accepted, CreateQuestion, DeleteQuestion, QuestionCreated, QuestionDeleted, QuestionDetail,
    QuestionDraft, QuestionError, QuestionPatch, QuestionRepository, QuestionTitle, QuestionUpdated,
    UpdateQuestion, rules,
};
use crate::{
    account::AccountRepository,
    actor::Actor,
    answer::{AnswerRepository, ranked},
    clock::Clock,
    content::{Content, Format, Renderer, Source, written},
    error::{Check, Flaw, Invalid, PortError},
    hook::{Fact, Hooks, Intent},
    id::{AnswerId, MediaId, QuestionId},
    idempotency::Claim,
    moderation::WordFilter,
    policy::Policy,
    ranking::RankingService,
};

/// A question to be asked, as typed.
#[derive(Debug, Clone, Copy)]
pub struct QuestionInput<'a> {
    /// One of the policy's categories.
    pub category: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its body.
    pub body: &'a str,
    /// How the body is written.
    pub format: Format,
    /// Its images.
    pub images: &'a [i64],
}

/// Changes to a question, as typed: `None` leaves a field as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct QuestionPatchInput<'a> {
    /// One of the policy's categories.
    pub category: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its body.
    pub body: Option<&'a str>,
    /// How the body is written.
    pub format: Option<Format>,
    /// Its images.
    pub images: Option<&'a [i64]>,
}

/// How often an edit is tried again that was made from a version which meanwhile changed.
const TRIES: usize = 3;

/// Questions.
pub struct QuestionService {
    pub(crate) questions: Arc<dyn QuestionRepository>,
    pub(crate) answers: Arc<dyn AnswerRepository>,
    pub(crate) accounts: Arc<dyn AccountRepository>,
    pub(crate) renderer: Arc<dyn Renderer>,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) words: Arc<WordFilter>,
    pub(crate) hooks: Hooks,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl QuestionService {
    /// A question.
    ///
    /// # Errors
    /// [`QuestionError::NoSuchQuestion`].
    pub async fn get(&self, actor: Option<Actor>, id: QuestionId) -> Result<QuestionDetail, QuestionError> {
        let detail = self.questions.find_question(id, actor.map(|actor| actor.user_id)).await?;
        let detail = detail.ok_or(QuestionError::NoSuchQuestion)?;
        Ok(QuestionDetail { view: rules::complete(detail.view, actor), ..detail })
    }

    /// Asks a question.
    ///
    /// # Errors
    /// Wrong fields (`refused_words` among them; an image that is no upload of the actor's own for everybody is `unknown`), a hook's
    /// veto.
    pub async fn create(
        &self,
        actor: Actor,
        input: QuestionInput<'_>,
        claim: Option<Claim>,
    ) -> Result<QuestionId, QuestionError> {
        let mut check = Check::default();
        let category = check.field("/category", rules::category(input.category, &self.policy));
        let title = check.field("/title", QuestionTitle::parse(input.title));
        let source = check.field("/body", Source::parse(input.body, self.policy.body_max));
        let checked = check.done((category, title, source));
        let (checked, images) = both(checked, self.images(input.images))?;
        let (category, title, source) = checked;
        let content = self.render(input.format, source).await?;
        let draft = QuestionDraft { category, title, content, images };
        let review = self.words.weigh(Some(draft.title.as_str()), Some(&draft.content))?;
        self.hooks.ask(actor, Intent::Ask { draft: &draft }).await?;
        let create = CreateQuestion {
            author: actor.user_id,
            draft: draft.clone(),
            review,
            at: self.clock.now(),
            claim,
        };
        match self.questions.create_question(create).await? {
            QuestionCreated::Done(id) => {
                self.hooks.tell(actor, Fact::Asked { id, draft: &draft }).await;
                Ok(id)
            }
            QuestionCreated::NoSuchImage(place) => Err(no_such_image(place).into()),
        }
    }

    async fn render(&self, format: Format, source: Source) -> Result<Content, QuestionError> {
        Ok(written(&*self.renderer, format, source, self.policy.body_max).await??)
    }

    /// Ids that may be those of a question's images. Whose they are is the store's to see.
    fn images(&self, ids: &[i64]) -> Result<Vec<MediaId>, Invalid> {
        let max = self.policy.question_images_max;
        if ids.len() > max as usize {
            return Err(Invalid::field("/image_media_ids", Flaw::range("too_long", 0, max.into())));
        }
        let mut seen = HashSet::new();
        let image = |(place, id): (usize, &i64)| {
            if !seen.insert(*id) {
                return Err(image_flaw(place, Flaw::new("not_allowed")));
            }
            MediaId::new(*id).ok_or_else(|| no_such_image(place))
        };
        ids.iter().enumerate().map(image).collect()
    }

    /// Changes a question, as a merge patch. For the asker. What changes nothing is no edit. What it was
    /// before stands in its history.
    ///
    /// # Errors
    /// Wrong fields, not for the caller, [`QuestionError::Changed`], a hook's veto.
    pub async fn update(
        &self,
        actor: Actor,
        id: QuestionId,
        input: QuestionPatchInput<'_>,
        if_version: Option<i64>,
    ) -> Result<QuestionDetail, QuestionError> {
        let mut check = Check::default();
        let category = input.category.map(|name| rules::category(name, &self.policy)).transpose();
        let category = check.field("/category", category);
        let title = check.field("/title", input.title.map(QuestionTitle::parse).transpose());
        let source = input.body.map(|body| Source::parse(body, self.policy.body_max)).transpose();
        let source = check.field("/body", source);
        let checked = check.done((category, title, source));
        let images = input.images.map(|ids| self.images(ids)).transpose();
        let ((category, title, source), images) = both(checked, images)?;
        for _ in 0..TRIES {
            let now = self.get(Some(actor), id).await?;
            let question = &now.view.question;
            if question.author.id != actor.user_id {
                return Err(QuestionError::NotAllowed);
            }
            if if_version.is_some_and(|version| version != question.version) {
                return Err(QuestionError::Changed);
            }
            let patch = QuestionPatch {
                category: category.clone().filter(|category| *category != question.category),
                title: title.clone().filter(|title| *title != question.title),
                content: self.content(&now, source.clone(), input.format).await?,
                images: images
                    .clone()
                    .filter(|ids| !ids.iter().eq(question.images.iter().map(|one| &one.id))),
            };
            if patch == QuestionPatch::default() {
                return Ok(now);
            }
            let title = patch.title.as_ref().map(QuestionTitle::as_str);
            let review = self.words.weigh(title, patch.content.as_ref())?;
            self.hooks.ask(actor, Intent::EditQuestion { id, patch: &patch }).await?;
            // What is not named stays as it was read, so it must still be so.
            let update = UpdateQuestion {
                id,
                patch: patch.clone(),
                by: actor.user_id,
                if_version: Some(question.version),
                review,
                at: self.clock.now(),
            };
            match self.questions.update_question(update).await? {
                QuestionUpdated::Done => {
                    self.hooks.tell(actor, Fact::QuestionEdited { id, patch: &patch }).await;
                    return self.get(Some(actor), id).await;
                }
                QuestionUpdated::Changed if if_version.is_none() => {}
                QuestionUpdated::Changed => return Err(QuestionError::Changed),
                QuestionUpdated::NotAllowed => return Err(QuestionError::NotAllowed),
                QuestionUpdated::NoSuchImage(place) => return Err(no_such_image(place).into()),
                QuestionUpdated::NoSuchQuestion => return Err(QuestionError::NoSuchQuestion),
            }
        }
        Err(PortError::Busy.into())
    }

    /// The body, if it changes; one that stays is rendered anew only if its format changes.
    async fn content(
        &self,
        now: &QuestionDetail,
        source: Option<Source>,
        format: Option<Format>,
    ) -> Result<Option<Content>, QuestionError> {
        let format = format.unwrap_or(now.view.question.format);
        let source = source.unwrap_or_else(|| now.source.clone());
        let same = format == now.view.question.format && source == now.source;
        if same { Ok(None) } else { Ok(Some(self.render(format, source).await?)) }
    }

    /// Deletes a question, and with it all that stands under it. For the asker and the site's moderators.
    ///
    /// # Errors
    /// Not for the caller, [`QuestionError::Changed`].
    pub async fn delete(
        &self,
        actor: Actor,
        id: QuestionId,
        if_version: Option<i64>,
    ) -> Result<(), QuestionError> {
        let delete = DeleteQuestion { id, by: actor.user_id, if_version, at: self.clock.now() };
        match self.questions.delete_question(delete).await? {
            QuestionDeleted::Done => {
                self.hooks.tell(actor, Fact::QuestionDeleted { id }).await;
                Ok(())
            }
            QuestionDeleted::Changed => Err(QuestionError::Changed),
            QuestionDeleted::NotAllowed => Err(QuestionError::NotAllowed),
            QuestionDeleted::NoSuchQuestion => Err(QuestionError::NoSuchQuestion),
        }
    }

    /// Accepts an answer, in place of the one that was accepted until now. For the asker. To accept it again
    /// changes nothing.
    ///
    /// # Errors
    /// Not for the caller; `unknown` at `/answer_id`, if the question has no such answer.
    pub async fn accept(
        &self,
        actor: Actor,
        question_id: QuestionId,
        answer_id: i64,
    ) -> Result<QuestionDetail, QuestionError> {
        let unknown = || Invalid::field("/answer_id", Flaw::new("unknown"));
        let answer_id = AnswerId::new(answer_id).ok_or_else(unknown)?;
        self.set_accepted(actor, question_id, Some(answer_id)).await?;
        self.get(Some(actor), question_id).await
    }

    /// Accepts no answer any more. For the asker. Without an accepted one nothing changes.
    ///
    /// # Errors
    /// Not for the caller.
    pub async fn unaccept(&self, actor: Actor, question_id: QuestionId) -> Result<(), QuestionError> {
        self.set_accepted(actor, question_id, None).await
    }

    async fn set_accepted(
        &self,
        actor: Actor,
        question_id: QuestionId,
        answer_id: Option<AnswerId>,
    ) -> Result<(), QuestionError> {
        let accept = Accept { question_id, answer_id, by: actor.user_id, at: self.clock.now() };
        match self.questions.accept_answer(accept).await? {
            Accepted::Done(former) => {
                ranked::anew(&self.rankings, &*self.answers, question_id).await;
                if let Some(answer_id) = former {
                    self.hooks.tell(actor, Fact::AnswerUnaccepted { question_id, answer_id }).await;
                }
                if let Some(answer_id) = answer_id {
                    self.hooks.tell(actor, Fact::AnswerAccepted { question_id, answer_id }).await;
                }
                Ok(())
            }
            Accepted::Already => Ok(()),
            Accepted::NotAllowed => Err(QuestionError::NotAllowed),
            Accepted::NoSuchQuestion => Err(QuestionError::NoSuchQuestion),
            Accepted::NoSuchAnswer => Err(Invalid::field("/answer_id", Flaw::new("unknown")).into()),
        }
    }
}

/// Both, or the flaws of both.
fn both<A, B>(one: Result<A, Invalid>, other: Result<B, Invalid>) -> Result<(A, B), Invalid> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Ok(_)) => Err(one),
        (Ok(_), Err(other)) => Err(other),
        (Err(one), Err(other)) => Err(one.and(other)),
    }
}

fn image_flaw(place: usize, flaw: Flaw) -> Invalid {
    Invalid::field(format!("/image_media_ids/{place}"), flaw)
}

fn no_such_image(place: usize) -> Invalid {
    image_flaw(place, Flaw::new("unknown"))
}
