//! What happens to questions and answers once they are written: one of the answers is accepted, and now and
//! then another; some are edited, and some deleted.

use std::sync::Arc;

use forum_domain::{
    answer::{AnswerDeleted, AnswerUpdated, DeleteAnswer, UpdateAnswer},
    answer_reply::{AnswerReplyDeleted, AnswerReplyUpdated, DeleteAnswerReply, UpdateAnswerReply},
    id::UserId,
    question::{
        Accept, Accepted, DeleteQuestion, QuestionDeleted, QuestionPatch, QuestionUpdated, UpdateQuestion,
    },
};

use super::{
    Seeder,
    answers::{Answer, Reply},
    body, comments,
    dice::{Dice, Moment},
    lane::Lane,
    people::Person,
    posts::content,
    questions::Question,
    upkeep::done,
};
use crate::cli::Failure;

/// Does it all: what is deleted is so after everything else that happens to it, and first what stands under
/// something.
pub(super) async fn keep(
    seeder: &Seeder,
    people: &[Person],
    questions: &mut [Question],
    answers: &mut [Answer],
    replies: &mut [Reply],
) -> Result<(), Failure> {
    let mut dice = seeder.dice(17);
    accept(seeder, people, questions, answers, &mut dice).await?;
    edit_questions(seeder, people, questions, &mut dice).await?;
    edit_answers(seeder, people, questions, answers, &mut dice).await?;
    edit_replies(seeder, people, questions, answers, replies, &mut dice).await?;
    let upkeep = Upkeep { seeder, people };
    upkeep.delete_replies(replies, &mut dice).await?;
    upkeep.delete_answers(answers, &mut dice).await?;
    upkeep.delete_questions(questions, &mut dice).await
}

/// Of three questions with answers two get one accepted; of these one in ten gets another later, and a few
/// none after all.
async fn accept(
    seeder: &Seeder,
    people: &[Person],
    questions: &mut [Question],
    answers: &[Answer],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut under: Vec<Vec<&Answer>> = questions.iter().map(|_| Vec::new()).collect();
    for answer in answers {
        under[answer.question].push(answer);
    }
    let accept = |question: &Question, answer: Option<&Answer>, moment: Moment| {
        let (by, at) = (people[question.author].id, seeder.at(moment));
        let answer_id = answer.map(|answer| answer.id);
        let accept = Accept { question_id: question.id, answer_id, by, at };
        let store = Arc::clone(&seeder.store);
        async move { Ok(matches!(store.accept_answer(accept).await?, Accepted::Done(_))) }
    };
    let mut lane = Lane::new(seeder.free_width);
    // When which questions may get another, and the answer that they have.
    let mut accepted = Vec::new();
    for (number, question) in questions.iter_mut().enumerate() {
        // Somebody who finds out himself may say so, but the best is mostly another's.
        let Some(best) =
            under[number].iter().max_by_key(|answer| (answer.author != question.author, answer.heat))
        else {
            continue;
        };
        if dice.percent(66) {
            let moment = dice.after(best.since, seeder.end);
            question.happened(moment);
            accepted.push((number, best.id, moment));
            done(lane.begin(accept(question, Some(best), moment)).await?, &true)?;
        }
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &true)?;
    }
    for (number, former, since) in accepted {
        let question = &mut questions[number];
        let answer = match dice.below(100) {
            0..10 => under[number].iter().find(|answer| answer.id != former).copied(),
            10..13 => None,
            _ => continue,
        };
        let moment = dice.after(since.max(answer.map_or(0, |answer| answer.since)), seeder.end);
        question.happened(moment);
        done(lane.begin(accept(question, answer, moment)).await?, &true)?;
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &true)?;
    }
    Ok(())
}

/// One question in twelve says something more.
async fn edit_questions(
    seeder: &Seeder,
    people: &[Person],
    questions: &mut [Question],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for question in questions {
        if !dice.percent(8) {
            continue;
        }
        let found = seeder.store.find_question(question.id, None).await?.ok_or("a question is gone")?;
        let format = found.view.question.format;
        let addition = seeder.languages.say("addition", question.topic, dice);
        let text = body::with_addition(found.source.as_str(), addition, format);
        let content = content(seeder, format, &text, seeder.policy.body_max).await?;
        let moment = dice.after(question.since, seeder.end);
        question.happened(moment);
        let patch = QuestionPatch { content: Some(content), ..QuestionPatch::default() };
        let (id, by, at) = (question.id, people[question.author].id, seeder.at(moment));
        let update = UpdateQuestion { id, patch, by, if_version: None, review: None, at };
        let store = Arc::clone(&seeder.store);
        done(lane.begin(async move { store.update_question(update).await }).await?, &QuestionUpdated::Done)?;
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &QuestionUpdated::Done)?;
    }
    Ok(())
}

/// As one answer in twenty does.
async fn edit_answers(
    seeder: &Seeder,
    people: &[Person],
    questions: &[Question],
    answers: &mut [Answer],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for answer in answers {
        if !dice.percent(5) {
            continue;
        }
        let found = seeder.store.find_answer(answer.id, None).await?.ok_or("an answer is gone")?.answer;
        let addition = seeder.languages.say("addition", questions[answer.question].topic, dice);
        let text = body::with_addition(found.source.as_str(), addition, found.format);
        let content = content(seeder, found.format, &text, seeder.policy.answer_max).await?;
        let moment = dice.after(answer.since, seeder.end);
        answer.happened(moment);
        let (id, by, at) = (answer.id, people[answer.author].id, seeder.at(moment));
        let update = UpdateAnswer { id, content, by, if_version: None, review: None, at };
        let store = Arc::clone(&seeder.store);
        done(lane.begin(async move { store.update_answer(update).await }).await?, &AnswerUpdated::Done)?;
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &AnswerUpdated::Done)?;
    }
    Ok(())
}

/// Three replies in a hundred say something else.
async fn edit_replies(
    seeder: &Seeder,
    people: &[Person],
    questions: &[Question],
    answers: &[Answer],
    replies: &mut [Reply],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for reply in replies {
        if !dice.percent(3) {
            continue;
        }
        let topic = questions[answers[reply.answer].question].topic;
        let body = comments::body(seeder, "reply", topic, dice)?;
        reply.last = dice.after(reply.since, seeder.end);
        let (id, by, at) = (reply.id, people[reply.author].id, seeder.at(reply.last));
        let update = UpdateAnswerReply { id, body, by, if_version: None, review: None, at };
        let store = Arc::clone(&seeder.store);
        let edited = lane.begin(async move { store.update_answer_reply(update).await }).await?;
        done(edited, &AnswerReplyUpdated::Done)?;
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &AnswerReplyUpdated::Done)?;
    }
    Ok(())
}

/// What authors and whoever runs the site delete.
struct Upkeep<'a> {
    seeder: &'a Seeder,
    people: &'a [Person],
}

impl Upkeep<'_> {
    /// Half of what goes is deleted by whoever wrote it.
    fn by(&self, author: usize, dice: &mut Dice) -> UserId {
        self.people[if dice.percent(50) { author } else { 0 }].id
    }

    async fn delete_replies(&self, replies: &[Reply], dice: &mut Dice) -> Result<(), Failure> {
        let mut lane = Lane::new(self.seeder.free_width);
        for reply in replies {
            if !dice.percent(3) {
                continue;
            }
            let by = self.by(reply.author, dice);
            let at = self.seeder.at(dice.after(reply.last, self.seeder.end));
            let delete = DeleteAnswerReply { id: reply.id, by, if_version: None, at };
            let store = Arc::clone(&self.seeder.store);
            let deleted = lane.begin(async move { store.delete_answer_reply(delete).await }).await?;
            done(deleted, &AnswerReplyDeleted::Done)?;
        }
        while let Some(answer) = lane.answer().await? {
            done(Some(answer), &AnswerReplyDeleted::Done)?;
        }
        Ok(())
    }

    async fn delete_answers(&self, answers: &[Answer], dice: &mut Dice) -> Result<(), Failure> {
        let mut lane = Lane::new(self.seeder.free_width);
        for answer in answers {
            if !dice.percent(2) {
                continue;
            }
            let by = self.by(answer.author, dice);
            let at = self.seeder.at(dice.after(answer.last, self.seeder.end));
            let delete = DeleteAnswer { id: answer.id, by, if_version: None, at };
            let store = Arc::clone(&self.seeder.store);
            let delete =
                async move { Ok(matches!(store.delete_answer(delete).await?, AnswerDeleted::Done { .. })) };
            done(lane.begin(delete).await?, &true)?;
        }
        while let Some(answer) = lane.answer().await? {
            done(Some(answer), &true)?;
        }
        Ok(())
    }

    async fn delete_questions(&self, questions: &[Question], dice: &mut Dice) -> Result<(), Failure> {
        let mut lane = Lane::new(self.seeder.free_width);
        for question in questions {
            if !dice.percent(2) {
                continue;
            }
            let by = self.by(question.author, dice);
            let at = self.seeder.at(dice.after(question.last, self.seeder.end));
            let delete = DeleteQuestion { id: question.id, by, if_version: None, at };
            let store = Arc::clone(&self.seeder.store);
            let deleted = lane.begin(async move { store.delete_question(delete).await }).await?;
            done(deleted, &QuestionDeleted::Done)?;
        }
        while let Some(answer) = lane.answer().await? {
            done(Some(answer), &QuestionDeleted::Done)?;
        }
        Ok(())
    }
}
