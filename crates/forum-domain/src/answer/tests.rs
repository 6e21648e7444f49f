//! Writing, changing and deleting answers, and replying to them.

use super::*;
use crate::{
    account::SiteRole,
    answer_reply::AnswerReplyCreated,
    content::Format,
    id::AnswerReplyId,
    moderation::WordFilter,
    page::{Page, PageRequest},
    testing::{
        Log, Ports, actor, answer_id, answer_view, at, flaws, question_id, question_view, refused, user_id,
    },
};

const USER: Option<SiteRole> = Some(SiteRole::User);

async fn answer(ports: Ports, body: &str) -> Result<crate::id::AnswerId, AnswerError> {
    ports.services().answers.create(actor(), question_id(), body, Format::Plain, None).await
}

#[pollster::test]
async fn an_answer_is_stored_as_it_was_written_and_as_it_is_served() {
    let log = Log::default();
    let mut ports = Ports::default().rendering().unranked().listener("a", &log, false);
    ports.answers.expect_create_answer().times(1).returning(|create| {
        assert_eq!((create.question_id, create.author, create.at), (question_id(), user_id(1), at(0)));
        assert_eq!(create.content.source.as_str(), "先 profile");
        assert_eq!((create.content.rendered.html.as_str(), create.review), ("<plain 先 profile>", None));
        Ok(AnswerCreated::Done(answer_id()))
    });
    assert_eq!(answer(ports, " 先 profile ").await.unwrap(), answer_id());
    assert_eq!(log.take(), ["a before Answer", "a after Answered"]);
}

#[pollster::test]
async fn what_is_no_answer_is_refused_before_anything_is_asked() {
    assert_eq!(flaws(answer(Ports::default(), &"长".repeat(20_001)).await), ["/body too_long"]);
    assert_eq!(flaws(answer(Ports::default(), " \n").await), ["/body too_short"]);
    assert_eq!(flaws(answer(Ports::default().rendering(), "![]").await), ["/body too_short"]);
    let words = WordFilter::new(&["赌博".to_owned()], &[]).unwrap();
    let ports = Ports { words, ..Ports::default().rendering() };
    assert_eq!(flaws(answer(ports, "去赌博").await), ["/body refused_words"]);
}

#[pollster::test]
async fn a_question_that_is_gone_takes_no_answer() {
    let log = Log::default();
    let mut ports = Ports::default().rendering().listener("a", &log, false);
    ports.answers.expect_create_answer().returning(|_| Ok(AnswerCreated::NoSuchQuestion));
    assert_eq!(refused(answer(ports, "好").await), "question.not_found");
    assert_eq!(log.take(), ["a before Answer"], "told of what never happened");
}

fn readable(view: AnswerView) -> Ports {
    let mut ports = Ports::default().rendering();
    ports.answers.expect_find_answer().returning(move |_, _| Ok(Some(view.clone())));
    ports
}

async fn edit(
    ports: Ports,
    input: AnswerPatchInput<'_>,
    if_version: Option<i64>,
) -> Result<AnswerView, AnswerError> {
    ports.services().answers.update(actor(), answer_id(), input, if_version).await
}

const BODY: AnswerPatchInput<'_> = AnswerPatchInput { body: Some("更好"), format: None };

#[pollster::test]
async fn an_edit_says_what_changes_and_from_which_version() {
    let mut ports = readable(answer_view(1, USER));
    ports.answers.expect_update_answer().times(1).returning(|update| {
        assert_eq!((update.id, update.by, update.at), (answer_id(), user_id(1), at(0)));
        assert_eq!(update.content.rendered.html, "<markdown 更好>");
        assert_eq!(update.if_version, Some(2));
        Ok(AnswerUpdated::Done)
    });
    edit(ports, BODY, None).await.unwrap();
}

#[pollster::test]
async fn what_changes_nothing_is_no_edit() {
    let same = AnswerPatchInput { body: Some(" 好"), format: Some(Format::Markdown) };
    for input in [AnswerPatchInput::default(), same] {
        edit(readable(answer_view(1, USER)), input, Some(2)).await.unwrap();
    }
}

#[pollster::test]
async fn only_its_author_edits_an_answer() {
    for role in [SiteRole::User, SiteRole::Moderator, SiteRole::Admin] {
        let edited = edit(readable(answer_view(2, Some(role))), BODY, Some(1)).await;
        assert_eq!(refused(edited), "answer.not_allowed");
    }
}

#[pollster::test]
async fn how_an_edit_ends_is_told() {
    for (outcome, if_version, code) in [
        (AnswerUpdated::NotAllowed, None, "answer.not_allowed"),
        (AnswerUpdated::NoSuchAnswer, None, "answer.not_found"),
        (AnswerUpdated::Changed, Some(2), "request.precondition_failed"),
        // Nobody named a version, so it is tried again, for a while.
        (AnswerUpdated::Changed, None, "server.busy"),
    ] {
        let mut ports = readable(answer_view(1, USER));
        ports.answers.expect_update_answer().returning(move |_| Ok(outcome));
        assert_eq!(refused(edit(ports, BODY, if_version).await), code);
    }
    let stale = edit(readable(answer_view(1, USER)), BODY, Some(1)).await;
    assert_eq!(refused(stale), "request.precondition_failed");
}

#[pollster::test]
async fn deleting_the_accepted_answer_tells_that_none_is_accepted_any_more() {
    for (was_accepted, told) in [
        (true, ["a after AnswerUnaccepted", "a after AnswerDeleted"].as_slice()),
        (false, ["a after AnswerDeleted"].as_slice()),
    ] {
        let log = Log::default();
        let mut ports = Ports::default().listener("a", &log, false);
        ports.answers.expect_delete_answer().times(1).returning(move |delete| {
            assert_eq!((delete.id, delete.by, delete.if_version), (answer_id(), user_id(1), None));
            Ok(AnswerDeleted::Done { question_id: question_id(), was_accepted })
        });
        ports.services().answers.delete(actor(), answer_id(), None).await.unwrap();
        assert_eq!(log.take(), told);
    }
}

#[pollster::test]
async fn what_somebody_may_do_with_an_answer_follows_from_who_he_is() {
    let can = async |author, role| {
        let services = readable(answer_view(author, Some(role))).services();
        let view = services.answers.get(Some(actor()), answer_id()).await.unwrap();
        let can = view.viewer.unwrap().can;
        (can.edit, can.delete, can.reply, can.like, can.moderate)
    };
    assert_eq!(can(1, SiteRole::User).await, (true, true, true, false, false));
    assert_eq!(can(2, SiteRole::User).await, (false, false, true, true, false));
    assert_eq!(can(2, SiteRole::Moderator).await, (false, true, true, true, true));
}

#[pollster::test]
async fn an_empty_list_says_whether_its_question_is_there() {
    for sort in [AnswerSort::Hot, AnswerSort::New, AnswerSort::Old] {
        for there in [true, false] {
            let mut ports = Ports::default().unranked();
            ports.answers.expect_rank_answers().returning(|_, _| Ok(Vec::new()));
            ports.answers.expect_find_answers().returning(|_, _| Ok(Vec::new()));
            ports
                .answers
                .expect_list_answers()
                .returning(|_, _, _| Ok(Page { items: Vec::new(), next: None }));
            ports
                .questions
                .expect_find_questions()
                .returning(move |_, _| Ok(if there { vec![question_view(2, USER)] } else { Vec::new() }));
            let listed =
                ports.services().answers.list(Some(actor()), question_id(), sort, PageRequest::first()).await;
            match there {
                true => assert!(listed.unwrap().items.is_empty()),
                false => assert_eq!(refused(listed), "question.not_found"),
            }
        }
    }
}

#[pollster::test]
async fn a_reply_says_to_whom_it_is() {
    let log = Log::default();
    let mut ports = Ports::default().listener("a", &log, false);
    ports.answer_replies.expect_create_answer_reply().times(1).returning(|create| {
        assert_eq!(
            (create.answer_id, create.author, create.reply_to),
            (answer_id(), user_id(1), Some(user_id(2)))
        );
        assert_eq!(create.body.as_str(), "谢谢");
        Ok(AnswerReplyCreated::Done(AnswerReplyId::stored(1_700)))
    });
    let made = ports.services().answer_replies.create(actor(), answer_id(), " 谢谢 ", Some(2), None).await;
    assert_eq!(made.unwrap().get(), 1_700);
    assert_eq!(log.take(), ["a before ReplyToAnswer", "a after AnswerReplied"]);
}

#[pollster::test]
async fn a_reply_that_cannot_be_is_refused_with_its_reason() {
    let reply = async |ports: Ports, body: &str, to| {
        ports.services().answer_replies.create(actor(), answer_id(), body, to, None).await
    };
    let flawed = reply(Ports::default(), "", Some(0)).await;
    assert_eq!(flaws(flawed), ["/body too_short", "/reply_to_user_id unknown"]);
    let words = WordFilter::new(&["赌博".to_owned()], &[]).unwrap();
    let flawed = reply(Ports { words, ..Ports::default() }, "去赌博", None).await;
    assert_eq!(flaws(flawed), ["/body refused_words"]);
    let mut ports = Ports::default();
    ports.answer_replies.expect_create_answer_reply().returning(|_| Ok(AnswerReplyCreated::NoSuchRecipient));
    assert_eq!(flaws(reply(ports, "好", Some(9)).await), ["/reply_to_user_id unknown"]);
    let mut ports = Ports::default();
    ports.answer_replies.expect_create_answer_reply().returning(|_| Ok(AnswerReplyCreated::NoSuchAnswer));
    assert_eq!(refused(reply(ports, "好", None).await), "answer.not_found");
}
