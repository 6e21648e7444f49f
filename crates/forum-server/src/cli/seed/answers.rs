//! The answers, and the replies under them.

use std::sync::Arc;

use forum_domain::{
    answer::{AnswerCreated, CreateAnswer},
    answer_reply::{AnswerReplyCreated, CreateAnswerReply},
    id::{AnswerId, AnswerReplyId},
};

use super::{
    Seeder, body, comments,
    dice::{MINUTE, Moment, Weights},
    lane::Lane,
    people::{Person, Public},
    posts::content,
    progress::Stage,
    questions::Question,
};
use crate::cli::Failure;

/// No question draws more answers than one of this heat: some have none, and none has a thousand.
const HOTTEST: u64 = 10_000;

/// An answer.
pub(super) struct Answer {
    pub(super) id: AnswerId,
    /// By its place among the questions.
    pub(super) question: usize,
    pub(super) author: usize,
    pub(super) since: Moment,
    /// When something last happened to it or under it, so far.
    pub(super) last: Moment,
    pub(super) heat: u64,
}

impl Answer {
    /// Something happens to it.
    pub(super) fn happened(&mut self, moment: Moment) {
        self.last = self.last.max(moment);
    }
}

/// A reply under an answer.
pub(super) struct Reply {
    pub(super) id: AnswerReplyId,
    /// By its place among the answers.
    pub(super) answer: usize,
    pub(super) author: usize,
    /// It names the author of the answer.
    names_him: bool,
    pub(super) since: Moment,
    /// When it was last edited, so far.
    pub(super) last: Moment,
}

/// Answers the questions, in the order of the history.
pub(super) async fn write(
    seeder: &Seeder,
    people: &mut [Person],
    questions: &mut [Question],
) -> Result<Vec<Answer>, Failure> {
    let mut answers = plan(seeder, people, questions)?;
    let mut dice = seeder.dice(14);
    let stage = Stage::start("answers", answers.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(answers.len());
    for answer in &answers {
        let question = &questions[answer.question];
        let format = body::format(&mut dice);
        let body = body::body(&seeder.languages, &body::ANSWERING, question.topic, format, &mut dice);
        let create = CreateAnswer {
            question_id: question.id,
            author: people[answer.author].id,
            content: content(seeder, format, &body, seeder.policy.answer_max).await?,
            review: None,
            at: seeder.at(answer.since),
            claim: None,
        };
        let store = Arc::clone(&seeder.store);
        let answered = lane.begin(async move { store.create_answer(create).await }).await?;
        ids.extend(answered.map(id_of).transpose()?);
        stage.step();
    }
    while let Some(answered) = lane.answer().await? {
        ids.push(id_of(answered)?);
    }
    stage.end();
    for (answer, id) in answers.iter_mut().zip(ids) {
        answer.id = id;
        questions[answer.question].happened(answer.since);
        people[answer.author].seen(answer.since);
    }
    Ok(answers)
}

fn plan(seeder: &Seeder, people: &[Person], questions: &[Question]) -> Result<Vec<Answer>, Failure> {
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let mut dice = seeder.dice(13);
    let public = Public::new(people)?;
    let drawn = Weights::new(questions.iter().map(|question| question.heat.min(HOTTEST)))?;
    let mut answers: Vec<Answer> = (0..seeder.sizes.answers)
        .map(|_| {
            let question = dice.weighed(&drawn);
            let since = dice.after(questions[question].since, seeder.end - 10 * MINUTE);
            let mut author = public.somebody(people, since, &mut dice);
            // Now and then somebody finds out himself.
            if author == questions[question].author {
                author = public.somebody(people, since, &mut dice);
            }
            let id = AnswerId::stored(0);
            Answer { id, question, author, since, last: since, heat: dice.heat() }
        })
        .collect();
    answers.sort_by_key(|answer| answer.since);
    Ok(answers)
}

/// Writes the replies, three to five answers, in the order of the history.
pub(super) async fn reply(
    seeder: &Seeder,
    people: &mut [Person],
    questions: &mut [Question],
    answers: &mut [Answer],
) -> Result<Vec<Reply>, Failure> {
    let mut replies = plan_replies(seeder, people, questions, answers)?;
    let mut dice = seeder.dice(16);
    let stage = Stage::start("replies", replies.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(replies.len());
    for reply in &replies {
        let answer = &answers[reply.answer];
        let create = CreateAnswerReply {
            answer_id: answer.id,
            author: people[reply.author].id,
            body: comments::body(seeder, "reply", questions[answer.question].topic, &mut dice)?,
            reply_to: reply.names_him.then(|| people[answer.author].id),
            review: None,
            at: seeder.at(reply.since),
            claim: None,
        };
        let store = Arc::clone(&seeder.store);
        let replied = lane.begin(async move { store.create_answer_reply(create).await }).await?;
        ids.extend(replied.map(reply_id_of).transpose()?);
        stage.step();
    }
    while let Some(replied) = lane.answer().await? {
        ids.push(reply_id_of(replied)?);
    }
    stage.end();
    for (reply, id) in replies.iter_mut().zip(ids) {
        reply.id = id;
        let answer = &mut answers[reply.answer];
        answer.happened(reply.since);
        questions[answer.question].happened(reply.since);
        people[reply.author].seen(reply.since);
    }
    Ok(replies)
}

fn plan_replies(
    seeder: &Seeder,
    people: &[Person],
    questions: &[Question],
    answers: &[Answer],
) -> Result<Vec<Reply>, Failure> {
    if answers.is_empty() {
        return Ok(Vec::new());
    }
    let mut dice = seeder.dice(15);
    let public = Public::new(people)?;
    let drawn = Weights::new(answers.iter().map(|answer| answer.heat.min(HOTTEST)))?;
    let mut replies: Vec<Reply> = (0..answers.len() * 3 / 5)
        .map(|_| {
            let number = dice.weighed(&drawn);
            let answer = &answers[number];
            let since = dice.after(answer.since, seeder.end - 5 * MINUTE);
            // Mostly whoever asked and whoever answered talk to each other.
            let author = match dice.below(100) {
                0..40 => questions[answer.question].author,
                40..55 => answer.author,
                _ => public.somebody(people, since, &mut dice),
            };
            let names_him = author != answer.author && dice.percent(40);
            let id = AnswerReplyId::stored(0);
            Reply { id, answer: number, author, names_him, since, last: since }
        })
        .collect();
    replies.sort_by_key(|reply| reply.since);
    Ok(replies)
}

fn id_of(answered: AnswerCreated) -> Result<AnswerId, Failure> {
    match answered {
        AnswerCreated::Done(id) => Ok(id),
        refused @ AnswerCreated::NoSuchQuestion => Err(format!("an answer: {refused:?}").into()),
    }
}

fn reply_id_of(replied: AnswerReplyCreated) -> Result<AnswerReplyId, Failure> {
    match replied {
        AnswerReplyCreated::Done(id) => Ok(id),
        refused => Err(format!("a reply to an answer: {refused:?}").into()),
    }
}
