//! Reports of questions, answers and the replies under them, which are the site's.

use std::sync::Arc;

use forum_domain::{
    account::SiteRole,
    answer::{AnswerCreated, CreateAnswer, UpdateAnswer},
    answer_reply::{AnswerReplyDeleted, CreateAnswerReply, DeleteAnswerReply},
    id::UserId,
    moderation::{
        Action, Deed, Report, ReportCreated, ReportFilter, ReportStatus, Resolved, Target, TargetKind,
    },
    question::{CreateQuestion, QuestionDraft, QuestionTitle},
    store::Store,
};

use super::{
    super::stage::{Stage, all, at, comment::body, race},
    about, deciding, done, found, log, report, reporting,
};
use crate::build;

async fn judge(stage: &Stage) -> UserId {
    let judge = stage.user().await;
    assert!(stage.store.set_site_role(judge, SiteRole::Moderator, at(0)).await.unwrap());
    judge
}

/// What those who moderate deleted, the last first.
async fn deleted(stage: &Stage) -> Vec<Target> {
    let lines = log(stage).await.into_iter().filter(|line| line.deed == Deed::Delete);
    lines.map(|line| line.target.target).collect()
}

async fn queue(stage: &Stage) -> Vec<Report> {
    let open = ReportFilter { status: Some(ReportStatus::Open), ..ReportFilter::default() };
    all(|page| stage.store.list_reports(open, page)).await
}

/// Everybody reports questions, answers and replies, and only the site resolves it; what is removed is counted out.
pub async fn what_stands_among_questions_is_reported_and_removed(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, answerer, reporter) = (stage.user().await, stage.user().await, stage.user().await);
    let judge = judge(&stage).await;
    let question = stage.question(asker, 1).await;
    let answer = stage.answer(question, answerer, 2).await;
    stage.accept(question, Some(answer), asker, 3).await;
    let reply = stage.answer_reply(answer, asker, None, 4).await;
    let targets = [
        (about(TargetKind::AnswerReply, reply.get()), asker, "a reply"),
        (about(TargetKind::Answer, answer.get()), answerer, "an answer"),
        (about(TargetKind::Question, question.get()), asker, "the body of"),
    ];
    for (target, author, says) in targets {
        let id = report(&stage, target, reporter).await;
        let again = stage.store.create_report(reporting(target, reporter)).await.unwrap();
        assert_eq!(again, ReportCreated::AlreadyReported);
        let seen = found(&stage, id).await;
        assert_eq!((seen.group_id, seen.author.map(|card| card.id)), (None, Some(author)));
        assert!(seen.target.title.unwrap().starts_with("question "));
        assert!(seen.target.excerpt.unwrap().starts_with(says));
        let refused = stage.store.resolve_report(deciding(id, Action::Remove, answerer, 20)).await.unwrap();
        assert_eq!(refused, Resolved::NoSuchReport);
        assert!(done(&stage.store.resolve_report(deciding(id, Action::Remove, judge, 20)).await.unwrap()));
        stage.is_sound(at(30)).await;
        let gone = stage.store.create_report(reporting(target, judge)).await.unwrap();
        assert_eq!(gone, ReportCreated::NoSuchTarget, "{target:?}");
    }
    assert_eq!(stage.store.find_question(question, None).await.unwrap(), None);
    assert_eq!(deleted(&stage).await, [targets[2].0, targets[1].0, targets[0].0]);
}

/// Under what is gone already a removal still counts right; an author is suspended for what he answered.
pub async fn what_is_gone_is_resolved_all_the_same(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, answerer, reporter) = (stage.user().await, stage.user().await, stage.user().await);
    let judge = judge(&stage).await;
    let question = stage.question(asker, 1).await;
    let answer = stage.answer(question, answerer, 2).await;
    let reply = stage.answer_reply(answer, asker, None, 3).await;
    let kept = stage.answer(question, answerer, 4).await;
    let ids = [
        report(&stage, about(TargetKind::Question, question.get()), reporter).await,
        report(&stage, about(TargetKind::Answer, answer.get()), reporter).await,
        report(&stage, about(TargetKind::AnswerReply, reply.get()), reporter).await,
    ];
    let of_author = report(&stage, about(TargetKind::Answer, kept.get()), reporter).await;
    stage.delete_question(question, asker, 5).await;
    for id in ids {
        assert!(done(&stage.store.resolve_report(deciding(id, Action::Remove, judge, 20)).await.unwrap()));
        stage.is_sound(at(30)).await;
    }
    let resolved = stage.store.resolve_report(deciding(of_author, Action::Suspend, judge, 21)).await.unwrap();
    let Resolved::Done { ended } = resolved else { panic!("he may: {resolved:?}") };
    assert_eq!(ended.len(), 1);
    let user = stage.store.find_user(answerer).await.unwrap().unwrap();
    assert_eq!(user.suspended_until, Some(at(1_000)));
    stage.is_sound(at(40)).await;
}

/// Removing an answer that its author deletes at the same time counts it out once.
pub async fn an_answer_that_goes_twice_is_counted_out_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, answerer, judge) = (stage.user().await, stage.user().await, judge(&stage).await);
    let question = stage.question(asker, 1).await;
    for _ in 0..10 {
        let answer = stage.answer(question, answerer, 2).await;
        let id = report(&stage, about(TargetKind::Answer, answer.get()), asker).await;
        let calls = (0..4).map(|turn| {
            let store = Arc::clone(&stage.store);
            async move {
                if turn % 2 == 0 {
                    let delete = forum_domain::answer::DeleteAnswer {
                        id: answer,
                        by: answerer,
                        if_version: None,
                        at: at(20),
                    };
                    store.delete_answer(delete).await.map(|_| ())
                } else {
                    store.resolve_report(deciding(id, Action::Remove, judge, 21)).await.map(|_| ())
                }
            }
        });
        race(calls).await;
        assert_eq!(stage.store.find_answer(answer, None).await.unwrap(), None);
    }
    stage.is_sound(at(30)).await;
}

/// What those who moderate delete stands in the log; what an author deletes himself does not.
pub async fn deletions_among_questions_by_others_stand_in_the_log(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, judge) = (stage.user().await, judge(&stage).await);
    let question = stage.question(asker, 1).await;
    let (answer, own) = (stage.answer(question, asker, 2).await, stage.answer(question, asker, 3).await);
    let reply = stage.answer_reply(answer, asker, None, 4).await;
    stage.delete_answer(own, asker, 5).await;
    assert_eq!(deleted(&stage).await, []);
    let delete = DeleteAnswerReply { id: reply, by: judge, if_version: None, at: at(6) };
    assert_eq!(stage.store.delete_answer_reply(delete).await.unwrap(), AnswerReplyDeleted::Done);
    stage.delete_answer(answer, judge, 7).await;
    stage.delete_question(question, judge, 8).await;
    let kinds: Vec<TargetKind> = deleted(&stage).await.iter().map(|target| target.kind).collect();
    assert_eq!(kinds, [TargetKind::Question, TargetKind::Answer, TargetKind::AnswerReply]);
}

/// What the word filter met in questions, answers and replies waits in the site's queue, once while it is open.
pub async fn what_the_filter_met_among_questions_is_queued(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, judge) = (stage.user().await, judge(&stage).await);
    let review = || Some(String::from("word"));
    let draft = QuestionDraft {
        category: "技术问答".into(),
        title: QuestionTitle::stored("title".into()),
        content: build::content("body"),
        images: Vec::new(),
    };
    let create = CreateQuestion { author: asker, draft, review: review(), at: at(1), claim: None };
    stage.store.create_question(create).await.unwrap();
    let question = stage.question(asker, 2).await;
    let content = build::content("an answer");
    let create = CreateAnswer {
        question_id: question,
        author: asker,
        content: content.clone(),
        review: review(),
        at: at(3),
        claim: None,
    };
    let AnswerCreated::Done(answer) = stage.store.create_answer(create).await.unwrap() else {
        panic!("not answered")
    };
    let create = CreateAnswerReply {
        answer_id: answer,
        author: asker,
        body: body("a reply"),
        reply_to: None,
        review: review(),
        at: at(4),
        claim: None,
    };
    stage.store.create_answer_reply(create).await.unwrap();
    let queued = queue(&stage).await;
    let kinds: Vec<TargetKind> = queued.iter().map(|one| one.target.target.kind).collect();
    assert_eq!(kinds, [TargetKind::AnswerReply, TargetKind::Answer, TargetKind::Question]);
    assert!(queued.iter().all(|one| one.reporter.is_none() && one.detail.as_deref() == Some("word")));
    let edit = |seconds| UpdateAnswer {
        id: answer,
        content: build::content(&format!("said {seconds}")),
        by: asker,
        if_version: None,
        review: review(),
        at: at(seconds),
    };
    stage.store.update_answer(edit(5)).await.unwrap();
    assert_eq!(queue(&stage).await.len(), 3, "it waits there already");
    let dismissed = stage.store.resolve_report(deciding(queued[1].id, Action::Dismiss, judge, 20)).await;
    assert!(done(&dismissed.unwrap()));
    stage.store.update_answer(edit(21)).await.unwrap();
    assert_eq!(queue(&stage).await.len(), 3, "what is said anew is looked at anew");
    stage.is_sound(at(30)).await;
}
