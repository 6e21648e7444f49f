//! Asking, changing and deleting questions, accepting an answer, and which list asks the store for what.

use super::*;
use crate::{
    account::SiteRole,
    content::{Format, Source},
    error::PortError,
    id::MediaId,
    idempotency::Claim,
    moderation::WordFilter,
    page::{Page, PageRequest},
    testing::{
        Log, Ports, actor, answer_id, at, flaws, question_detail, question_id, question_view, refused, user,
        user_id,
    },
};

const INPUT: QuestionInput<'_> = QuestionInput {
    category: " 技术问答 ",
    title: " 标题 ",
    body: " **正文** ",
    format: Format::Markdown,
    images: &[4, 2],
};

const USER: Option<SiteRole> = Some(SiteRole::User);

fn words(refuse: &str, review: &str) -> WordFilter {
    WordFilter::new(&[refuse.to_owned()], &[review.to_owned()]).unwrap()
}

async fn ask(ports: Ports, input: QuestionInput<'_>) -> Result<crate::id::QuestionId, QuestionError> {
    ports.services().questions.create(actor(), input, None).await
}

#[pollster::test]
async fn a_question_is_stored_as_it_was_asked_and_as_it_is_served() {
    let claim = Claim { id: 3, attempt: 1 };
    let log = Log::default();
    let mut ports = Ports::default().rendering().listener("a", &log, false);
    ports.questions.expect_create_question().times(1).returning(move |create| {
        assert_eq!((create.author, create.at, create.claim), (user_id(1), at(0), Some(claim)));
        let draft = create.draft;
        assert_eq!((draft.category.as_str(), draft.title.as_str()), ("技术问答", "标题"));
        assert_eq!(draft.content.source.as_str(), "**正文**");
        assert_eq!(draft.content.rendered.html, "<markdown **正文**>");
        assert_eq!((draft.images, create.review), ([4, 2].map(MediaId::stored).to_vec(), None));
        Ok(QuestionCreated::Done(question_id()))
    });
    let made = ports.services().questions.create(actor(), INPUT, Some(claim)).await;
    assert_eq!(made.unwrap(), question_id());
    assert_eq!(log.take(), ["a before Ask", "a after Asked"]);
}

#[pollster::test]
async fn a_question_names_every_wrong_field_before_anything_is_asked() {
    let input = QuestionInput { category: "别的", title: "两\n行", body: "", images: &[4, 4], ..INPUT };
    let named = [
        "/category not_allowed",
        "/title control_characters",
        "/body too_short",
        "/image_media_ids/1 not_allowed",
    ];
    assert_eq!(flaws(ask(Ports::default(), input).await), named);
    let input = QuestionInput { images: &[4, 0], ..INPUT };
    assert_eq!(flaws(ask(Ports::default(), input).await), ["/image_media_ids/1 unknown"]);
    let many: Vec<i64> = (1..=10).collect();
    let input = QuestionInput { images: &many, ..INPUT };
    assert_eq!(flaws(ask(Ports::default(), input).await), ["/image_media_ids too_long"]);
    let blank = QuestionInput { body: "![]", ..INPUT };
    assert_eq!(flaws(ask(Ports::default().rendering(), blank).await), ["/body too_short"]);
}

#[pollster::test]
async fn an_image_that_is_not_his_own_is_named_by_its_place() {
    let log = Log::default();
    let mut ports = Ports::default().rendering().listener("a", &log, false);
    ports.questions.expect_create_question().returning(|_| Ok(QuestionCreated::NoSuchImage(1)));
    assert_eq!(flaws(ask(ports, INPUT).await), ["/image_media_ids/1 unknown"]);
    assert_eq!(log.take(), ["a before Ask"], "told of what never happened");
}

#[pollster::test]
async fn a_refused_word_is_told_where_it_stands_and_one_to_be_looked_at_is_handed_on() {
    let refusing = || Ports { words: words("赌博", "代购"), ..Ports::default().rendering() };
    let input = QuestionInput { title: "赌博", ..INPUT };
    assert_eq!(flaws(ask(refusing(), input).await), ["/title refused_words"]);
    let input = QuestionInput { body: "赌博", ..INPUT };
    assert_eq!(flaws(ask(refusing(), input).await), ["/body refused_words"]);
    let mut ports = refusing();
    ports.questions.expect_create_question().times(1).returning(|create| {
        assert_eq!(create.review.as_deref(), Some("代购"));
        Ok(QuestionCreated::Done(question_id()))
    });
    ask(ports, QuestionInput { body: "找代购", ..INPUT }).await.unwrap();
}

/// The question as its asker sees it, however often he looks.
fn own() -> Ports {
    readable(question_detail(1, USER))
}

fn readable(detail: QuestionDetail) -> Ports {
    let mut ports = Ports::default().rendering();
    ports
        .questions
        .expect_find_question()
        .withf(|id, viewer| (*id, *viewer) == (question_id(), Some(user_id(1))))
        .returning(move |_, _| Ok(Some(detail.clone())));
    ports
}

async fn edit(
    ports: Ports,
    input: QuestionPatchInput<'_>,
    if_version: Option<i64>,
) -> Result<QuestionDetail, QuestionError> {
    ports.services().questions.update(actor(), question_id(), input, if_version).await
}

const TITLE: QuestionPatchInput<'_> =
    QuestionPatchInput { category: None, title: Some("别的"), body: None, format: None, images: None };

#[pollster::test]
async fn an_edit_says_what_changes_and_from_which_version() {
    let mut ports = own();
    ports.questions.expect_update_question().times(1).returning(|update| {
        assert_eq!((update.id, update.by, update.at), (question_id(), user_id(1), at(0)));
        let title = Some(QuestionTitle::stored("别的".into()));
        assert_eq!(update.patch, QuestionPatch { title, ..QuestionPatch::default() });
        assert_eq!(update.if_version, Some(3));
        Ok(QuestionUpdated::Done)
    });
    assert!(edit(ports, TITLE, None).await.unwrap().view.viewer.unwrap().can.edit);
}

#[pollster::test]
async fn what_changes_nothing_is_no_edit() {
    let same = QuestionPatchInput {
        category: Some("技术问答"),
        title: Some(" 标题"),
        body: Some("正文 "),
        format: Some(Format::Markdown),
        images: Some(&[]),
    };
    for input in [QuestionPatchInput::default(), same] {
        let log = Log::default();
        edit(own().listener("a", &log, false), input, Some(3)).await.unwrap();
        assert!(log.take().is_empty());
    }
}

#[pollster::test]
async fn another_format_renders_the_source_that_stands_anew() {
    let mut ports = own();
    ports.questions.expect_update_question().times(1).returning(|update| {
        let content = update.patch.content.unwrap();
        assert_eq!((content.format, content.source), (Format::Plain, Source::stored("正文".into())));
        assert_eq!(content.rendered.html, "<plain 正文>");
        Ok(QuestionUpdated::Done)
    });
    let input = QuestionPatchInput { format: Some(Format::Plain), ..QuestionPatchInput::default() };
    edit(ports, input, None).await.unwrap();
}

#[pollster::test]
async fn only_the_asker_edits_a_question() {
    for role in [SiteRole::User, SiteRole::Moderator, SiteRole::Admin] {
        // Also what would change nothing, and before its version is compared.
        for input in [TITLE, QuestionPatchInput::default()] {
            let edited = edit(readable(question_detail(2, Some(role))), input, Some(1)).await;
            assert_eq!(refused(edited), "question.not_allowed");
        }
    }
    let mut gone = Ports::default();
    gone.questions.expect_find_question().returning(|_, _| Ok(None));
    assert_eq!(refused(edit(gone, TITLE, None).await), "question.not_found");
}

#[pollster::test]
async fn how_an_edit_ends_is_told() {
    for (outcome, code) in [
        (QuestionUpdated::NotAllowed, "question.not_allowed"),
        (QuestionUpdated::NoSuchQuestion, "question.not_found"),
        (QuestionUpdated::NoSuchImage(0), "request.invalid"),
    ] {
        let log = Log::default();
        let mut ports = own().listener("a", &log, false);
        ports.questions.expect_update_question().times(1).returning(move |_| Ok(outcome));
        assert_eq!(refused(edit(ports, TITLE, None).await), code);
        assert_eq!(log.take(), ["a before EditQuestion"]);
    }
}

#[pollster::test]
async fn who_names_a_version_learns_that_it_changed_and_who_names_none_is_tried_again() {
    assert_eq!(refused(edit(own(), TITLE, Some(2)).await), "request.precondition_failed");
    let mut ports = own();
    ports.questions.expect_update_question().times(1).returning(|_| Ok(QuestionUpdated::Changed));
    assert_eq!(refused(edit(ports, TITLE, Some(3)).await), "request.precondition_failed");
    let mut ports = own();
    ports.questions.expect_update_question().times(3).returning(|_| Ok(QuestionUpdated::Changed));
    assert_eq!(refused(edit(ports, TITLE, None).await), "server.busy");
}

#[pollster::test]
async fn how_deleting_a_question_ends_is_told() {
    for (outcome, code) in [
        (QuestionDeleted::Done, None),
        (QuestionDeleted::Changed, Some("request.precondition_failed")),
        (QuestionDeleted::NotAllowed, Some("question.not_allowed")),
        (QuestionDeleted::NoSuchQuestion, Some("question.not_found")),
    ] {
        let log = Log::default();
        let mut ports = Ports::default().listener("a", &log, false);
        ports.questions.expect_delete_question().times(1).returning(move |delete| {
            assert_eq!((delete.id, delete.by, delete.if_version), (question_id(), user_id(1), Some(3)));
            Ok(outcome)
        });
        let deleted = ports.services().questions.delete(actor(), question_id(), Some(3)).await;
        match code {
            None => deleted.unwrap(),
            Some(code) => assert_eq!(refused(deleted), code),
        }
        assert_eq!(log.take().len(), usize::from(code.is_none()));
    }
}

#[pollster::test]
async fn accepting_another_answer_tells_of_the_one_before_first() {
    let log = Log::default();
    let mut ports = own().unranked().listener("a", &log, false);
    ports.questions.expect_accept_answer().times(1).returning(|accept| {
        assert_eq!((accept.question_id, accept.answer_id), (question_id(), Some(answer_id())));
        assert_eq!((accept.by, accept.at), (user_id(1), at(0)));
        Ok(Accepted::Done(Some(crate::id::AnswerId::stored(169))))
    });
    ports.services().questions.accept(actor(), question_id(), answer_id().get()).await.unwrap();
    assert_eq!(log.take(), ["a after AnswerUnaccepted", "a after AnswerAccepted"]);
}

#[pollster::test]
async fn accepting_what_is_accepted_changes_nothing_and_tells_nobody() {
    let log = Log::default();
    let mut ports = own().listener("a", &log, false);
    ports.questions.expect_accept_answer().times(1).returning(|_| Ok(Accepted::Already));
    ports.services().questions.accept(actor(), question_id(), answer_id().get()).await.unwrap();
    assert!(log.take().is_empty());
}

#[pollster::test]
async fn how_accepting_an_answer_ends_is_told() {
    for (outcome, code) in [
        (Accepted::NotAllowed, "question.not_allowed"),
        (Accepted::NoSuchQuestion, "question.not_found"),
        (Accepted::NoSuchAnswer, "request.invalid"),
    ] {
        let mut ports = Ports::default();
        ports.questions.expect_accept_answer().times(1).returning(move |_| Ok(outcome));
        let accepted = ports.services().questions.accept(actor(), question_id(), 170).await;
        assert_eq!(refused(accepted), code);
    }
    let accepted = Ports::default().services().questions.accept(actor(), question_id(), 0).await;
    assert_eq!(flaws(accepted), ["/answer_id unknown"]);
}

#[pollster::test]
async fn what_somebody_may_do_with_a_question_follows_from_who_he_is() {
    let can = async |author, role| {
        let found = readable(question_detail(author, Some(role)));
        let detail = found.services().questions.get(Some(actor()), question_id()).await.unwrap();
        let can = detail.view.viewer.unwrap().can;
        (can.edit, can.delete, can.answer, can.moderate)
    };
    assert_eq!(can(1, SiteRole::User).await, (true, true, true, false));
    assert_eq!(can(2, SiteRole::User).await, (false, false, true, false));
    assert_eq!(can(2, SiteRole::Moderator).await, (false, true, true, true));
    assert_eq!(can(2, SiteRole::Admin).await, (false, true, true, true));
}

#[pollster::test]
async fn a_ranked_list_of_the_unanswered_leaves_out_what_was_answered_since() {
    let mut ports = Ports::default().unranked();
    ports
        .questions
        .expect_rank_questions()
        .withf(|filter, limit| filter.unanswered && filter.category.is_none() && *limit == 1_000)
        .times(1)
        .returning(|_, _| Ok(vec![question_id()]));
    ports.questions.expect_find_questions().returning(|_, _| {
        let mut answered = question_view(2, USER);
        answered.question.answer_count = 1;
        Ok(vec![answered])
    });
    let wanted =
        Questions { choice: QuestionChoice::Unanswered, sort: QuestionSort::Active, ..Questions::default() };
    let found = ports.services().questions.list(Some(actor()), wanted, PageRequest::first()).await.unwrap();
    assert!(found.items.is_empty());
}

#[pollster::test]
async fn an_unknown_category_is_refused_and_every_configured_one_is_counted() {
    let wanted = Questions { category: Some("别的"), ..Questions::default() };
    let listed = Ports::default().services().questions.list(None, wanted, PageRequest::first()).await;
    assert_eq!(flaws(listed), ["/category not_allowed"]);
    let mut ports = Ports::default();
    ports.questions.expect_count_question_categories().returning(|| {
        let former = QuestionCategoryCount { name: "从前的".into(), question_count: 9 };
        Ok(vec![former, QuestionCategoryCount { name: "技术分享".into(), question_count: 2 }])
    });
    let counts = ports.services().questions.categories().await.unwrap();
    let counts: Vec<_> = counts.iter().map(|one| (one.name.as_str(), one.question_count)).collect();
    assert_eq!(counts, [("技术问答", 0), ("技术分享", 2)]);
}

#[pollster::test]
async fn an_empty_list_says_whether_its_user_is_there() {
    for there in [true, false] {
        let mut ports = Ports::default();
        ports
            .questions
            .expect_list_questions()
            .withf(|filter, _, _| filter.author == Some(user_id(2)))
            .returning(|_, _, _| Ok::<_, PortError>(Page { items: Vec::new(), next: None }));
        ports.accounts.expect_find_user().returning(move |_| Ok(there.then(user)));
        let listed = ports.services().questions.list_of(None, user_id(2), PageRequest::first()).await;
        match there {
            true => assert!(listed.unwrap().items.is_empty()),
            false => assert_eq!(refused(listed), "account.not_found"),
        }
    }
}

#[test]
fn the_hotter_question_is_the_one_with_more_answerers_then_the_fresher() {
    let measured = |id, likes, answerers, age: i64| MeasuredQuestion {
        id: crate::id::QuestionId::stored(id),
        created_at: at(-age),
        like_count: likes,
        answerers,
    };
    let all =
        vec![measured(1, 0, 0, 60), measured(2, 1, 3, 60), measured(3, 1, 3, 600), measured(4, 0, 0, 60)];
    let ranked: Vec<i64> = rules::hottest(all, 3, at(0)).into_iter().map(|id| id.get()).collect();
    assert_eq!(ranked, [2, 3, 4]);
}
