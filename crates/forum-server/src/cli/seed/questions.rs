//! The questions: who asks when, about what, and how many will answer.

use std::sync::Arc;

use forum_domain::{
    id::QuestionId,
    question::{CreateQuestion, QuestionCreated, QuestionDraft, QuestionTitle},
};

use super::{
    Seeder, body,
    dice::{HOUR, Moment},
    lane::Lane,
    language::{TECHNICAL, Topic},
    people::{Person, Public},
    pictures::{self, Pictures},
    posts::content,
    progress::Stage,
};
use crate::cli::Failure;

/// A question.
pub(super) struct Question {
    pub(super) id: QuestionId,
    /// By his place among the people.
    pub(super) author: usize,
    pub(super) topic: Topic,
    /// By its place among the configured ones.
    category: usize,
    pub(super) since: Moment,
    /// When something last happened to it or under it, so far.
    pub(super) last: Moment,
    /// How much it draws.
    pub(super) heat: u64,
}

impl Question {
    /// Something happens to it.
    pub(super) fn happened(&mut self, moment: Moment) {
        self.last = self.last.max(moment);
    }
}

/// Asks them, in the order of the history. They, and how many images they show.
pub(super) async fn ask(seeder: &Seeder, people: &mut [Person]) -> Result<(Vec<Question>, usize), Failure> {
    let mut questions = plan(seeder, people)?;
    let mut dice = seeder.dice(12);
    let stage = Stage::start("questions", questions.len());
    let mut pictures = Pictures::for_questions(seeder, questions.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(questions.len());
    for (number, question) in questions.iter().enumerate() {
        let (author, at) = (people[question.author].id, seeder.at(question.since));
        // Of the categories that are configured by default the first asks, and the second shares.
        let list = if question.category % 2 == 0 { "ask" } else { "share" };
        let title = seeder.languages.say(list, question.topic, &mut dice);
        let title = QuestionTitle::parse(&title).map_err(|flaw| format!("title {title:?}: {}", flaw.code))?;
        let mut images = Vec::new();
        let mut format = body::format(&mut dice);
        let voice = if list == "ask" { &body::ASKING } else { &body::TELLING };
        let mut shown = None;
        if pictures.belongs_to(number) {
            let some = pictures.upload_some(author, at).await?;
            images = some.iter().map(|media| media.id).collect();
            // What stands beside the text may stand in it, too.
            shown = some.first().filter(|_| dice.percent(50)).map(pictures::address);
        }
        if shown.is_some() {
            format = pictures::shown_by(format);
        }
        let mut body = body::body(&seeder.languages, voice, question.topic, format, &mut dice);
        if let Some(address) = shown {
            body = body::with_picture(&body, &address, format);
        }
        let content = content(seeder, format, &body, seeder.policy.body_max).await?;
        let category = seeder.policy.question_categories.get(question.category).cloned().unwrap_or_default();
        let draft = QuestionDraft { category, title, content, images };
        let create = CreateQuestion { author, draft, review: None, at, claim: None };
        let store = Arc::clone(&seeder.store);
        let answer = lane.begin(async move { store.create_question(create).await }).await?;
        ids.extend(answer.map(id_of).transpose()?);
        stage.step();
    }
    while let Some(answer) = lane.answer().await? {
        ids.push(id_of(answer)?);
    }
    stage.end();
    for (question, id) in questions.iter_mut().zip(ids) {
        question.id = id;
        people[question.author].seen(question.since);
    }
    Ok((questions, pictures.kept))
}

fn plan(seeder: &Seeder, people: &[Person]) -> Result<Vec<Question>, Failure> {
    let mut dice = seeder.dice(11);
    let public = Public::new(people)?;
    let mut questions: Vec<Question> = (0..seeder.sizes.questions)
        .map(|_| {
            let since = dice.growing(2 * HOUR, seeder.end - HOUR);
            let author = public.somebody(people, since, &mut dice);
            let topic = Topic { tongue: people[author].topic.tongue, theme: TECHNICAL };
            let first = dice.percent(50);
            let category = if first { 0 } else { dice.index(seeder.policy.question_categories.len()) };
            let id = QuestionId::stored(0);
            Question { id, author, topic, category, since, last: since, heat: dice.heat() }
        })
        .collect();
    questions.sort_by_key(|question| question.since);
    Ok(questions)
}

fn id_of(answer: QuestionCreated) -> Result<QuestionId, Failure> {
    match answer {
        QuestionCreated::Done(id) => Ok(id),
        refused => Err(format!("a question: {refused:?}").into()),
    }
}
