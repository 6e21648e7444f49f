//! What [`QuestionRepository`](forum_domain::question::QuestionRepository) promises of asking, changing,
//! deleting and listing; `racing` holds what happens at once.

mod racing;

use std::sync::Arc;

use forum_domain::{
    account::SiteRole,
    error::PortError,
    id::{AnswerId, MediaId, QuestionId, UserId},
    page::PageRequest,
    question::{
        Accept, Accepted, CreateQuestion, DeleteQuestion, MeasuredQuestion, QuestionCreated, QuestionDeleted,
        QuestionDraft, QuestionFilter, QuestionPatch, QuestionTitle, QuestionUpdated, QuestionView,
        UpdateQuestion,
    },
    store::Store,
};

pub use racing::*;

use super::stage::{Stage, all, at, comment::liking};
use crate::build;

/// A question to be asked at second `seconds`.
fn asking(author: UserId, title: &str, category: &str, seconds: i64) -> CreateQuestion {
    let content = build::content(&format!("the body of {title}"));
    let title = QuestionTitle::stored(title.into());
    let draft = QuestionDraft { category: category.into(), title, content, images: Vec::new() };
    CreateQuestion { author, draft, review: None, at: at(seconds), claim: None }
}

/// Another title.
fn titled(title: &str) -> QuestionPatch {
    QuestionPatch { title: Some(QuestionTitle::stored(title.into())), ..QuestionPatch::default() }
}

fn ids(views: &[QuestionView]) -> Vec<QuestionId> {
    views.iter().map(|view| view.question.id).collect()
}

impl Stage {
    /// A question as it is for everybody.
    async fn asked(&self, id: QuestionId) -> QuestionView {
        self.store.find_questions(&[id], None).await.unwrap().pop().unwrap()
    }

    /// A list, all of it, read in small pages.
    async fn questions(&self, filter: &QuestionFilter) -> Vec<QuestionId> {
        ids(&all(|page: PageRequest| self.store.list_questions(filter, page, None)).await)
    }
}

/// A new question is what its draft says; whoever looks learns what he is on the site.
pub async fn a_new_question_is_what_its_draft_says(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, moderator) = (stage.user().await, stage.user().await);
    stage.store.set_site_role(moderator, SiteRole::Moderator, at(1)).await.unwrap();
    let create = asking(asker, "怎么写", "技术分享", 7);
    let QuestionCreated::Done(id) = stage.store.create_question(create.clone()).await.unwrap() else {
        panic!("refused")
    };
    let found = stage.store.find_question(id, Some(moderator)).await.unwrap().unwrap();
    let question = &found.view.question;
    assert_eq!((question.id, question.author.id, question.category.as_str()), (id, asker, "技术分享"));
    assert_eq!((&question.title, question.format), (&create.draft.title, create.draft.content.format));
    assert_eq!((&question.excerpt, &question.images), (&create.draft.content.rendered.excerpt, &Vec::new()));
    assert_eq!((question.answer_count, question.accepted_answer_id, question.version), (0, None, 1));
    assert_eq!((question.created_at, question.edited_at, question.last_activity_at), (at(7), None, at(7)));
    assert_eq!(
        (&found.source, &found.html),
        (&create.draft.content.source, &create.draft.content.rendered.html)
    );
    assert_eq!(found.view.viewer.as_ref().unwrap().role, SiteRole::Moderator);
    let for_all = stage.store.find_question(id, None).await.unwrap().unwrap();
    assert_eq!((for_all.view.viewer, &for_all.view.question), (None, question));
    assert_eq!(stage.store.find_question(QuestionId::stored(9_999_999), None).await.unwrap(), None);
    stage.is_sound(at(9)).await;
}

/// Under one idempotency key one question is asked, under a void claim none; an image that is no upload of
/// the asker's is named by its place, and nothing is written.
pub async fn a_question_is_asked_once_under_its_key(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (one, two) = (stage.user().await, stage.user().await);
    let create =
        CreateQuestion { claim: Some(stage.claim(one).await), ..asking(one, "t", "技术问答", 1) };
    let QuestionCreated::Done(id) = stage.store.create_question(create.clone()).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(stage.fact(one).await, Some(id.get()));
    assert!(matches!(stage.store.create_question(create).await, Err(PortError::Unavailable(_))));
    let claim = Some(stage.void_claim(two).await);
    let void = CreateQuestion { claim, ..asking(two, "t", "技术问答", 1) };
    assert!(matches!(stage.store.create_question(void).await, Err(PortError::Unavailable(_))));
    let mut unknown = asking(two, "t", "技术问答", 1);
    unknown.draft.images = vec![MediaId::stored(9_999_999)];
    assert_eq!(stage.store.create_question(unknown).await.unwrap(), QuestionCreated::NoSuchImage(0));
    assert_eq!(stage.questions(&QuestionFilter::default()).await, [id]);
    stage.is_sound(at(9)).await;
}

/// The asker edits, knowing the version if he names one; an answer in between changes no version, and a
/// refusal writes nothing.
pub async fn a_question_is_edited_by_the_asker(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, other) = (stage.user().await, stage.user().await);
    stage.store.set_site_role(other, SiteRole::Moderator, at(0)).await.unwrap();
    let id = stage.question(asker, 1).await;
    let before = stage.asked(id).await;
    let edit = async |by, if_version, patch| {
        let update = UpdateQuestion { id, patch, by, if_version, review: None, at: at(5) };
        stage.store.update_question(update).await.unwrap()
    };
    assert_eq!(edit(other, None, titled("抢")).await, QuestionUpdated::NotAllowed, "moderators do not edit");
    assert_eq!(edit(asker, Some(2), titled("早")).await, QuestionUpdated::Changed);
    let images = Some(vec![MediaId::stored(9_999_999)]);
    let unknown = QuestionPatch { images, ..titled("图") };
    assert_eq!(edit(asker, None, unknown).await, QuestionUpdated::NoSuchImage(0));
    assert_eq!(stage.asked(id).await, before);

    stage.answer(id, other, 3).await;
    assert_eq!(edit(asker, Some(1), titled("新题")).await, QuestionUpdated::Done);
    let content = build::content("another body");
    let patch = QuestionPatch { content: Some(content.clone()), ..QuestionPatch::default() };
    assert_eq!(edit(asker, Some(2), patch).await, QuestionUpdated::Done);
    let after = stage.store.find_question(id, None).await.unwrap().unwrap();
    let question = &after.view.question;
    assert_eq!((question.title.as_str(), question.version, question.edited_at), ("新题", 3, Some(at(5))));
    assert_eq!((&question.category, question.created_at), (&before.question.category, at(1)));
    assert_eq!((question.last_activity_at, question.answer_count), (at(3), 1), "an edit is no activity");
    assert_eq!((&after.source, &question.excerpt), (&content.source, &content.rendered.excerpt));
    stage.delete_question(id, asker, 6).await;
    assert_eq!(edit(asker, None, titled("晚")).await, QuestionUpdated::NoSuchQuestion);
    stage.is_sound(at(9)).await;
}

/// The asker and the site's moderators delete a question, and what stands under it goes out of sight.
pub async fn a_deleted_question_takes_along_what_stands_under_it(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, other, moderator) = (stage.user().await, stage.user().await, stage.user().await);
    stage.store.set_site_role(moderator, SiteRole::Moderator, at(0)).await.unwrap();
    for by in [asker, moderator] {
        let id = stage.question(asker, 1).await;
        let answer = stage.answer(id, other, 2).await;
        let reply = stage.answer_reply(answer, asker, None, 3).await;
        let delete = |by, if_version| DeleteQuestion { id, by, if_version, at: at(5) };
        let refused = stage.store.delete_question(delete(other, None)).await.unwrap();
        assert_eq!(refused, QuestionDeleted::NotAllowed);
        let stale = stage.store.delete_question(delete(by, Some(2))).await.unwrap();
        assert_eq!(stale, QuestionDeleted::Changed);
        let done = stage.store.delete_question(delete(by, Some(1))).await.unwrap();
        assert_eq!(done, QuestionDeleted::Done);
        let again = stage.store.delete_question(delete(by, None)).await.unwrap();
        assert_eq!(again, QuestionDeleted::NoSuchQuestion);
        for viewer in [None, Some(asker), Some(moderator)] {
            assert_eq!(stage.store.find_question(id, viewer).await.unwrap(), None);
            assert_eq!(stage.store.find_questions(&[id], viewer).await.unwrap(), []);
            assert_eq!(stage.store.find_answer(answer, viewer).await.unwrap(), None);
            assert_eq!(stage.store.find_answers(&[answer], viewer).await.unwrap(), []);
            assert_eq!(stage.store.find_answer_reply(reply, viewer).await.unwrap(), None);
        }
        let accept = Accept { question_id: id, answer_id: Some(answer), by: asker, at: at(6) };
        assert_eq!(stage.store.accept_answer(accept).await.unwrap(), Accepted::NoSuchQuestion);
    }
    assert_eq!(stage.questions(&QuestionFilter::default()).await, []);
    assert!(stage.store.count_question_categories().await.unwrap().iter().all(|one| one.question_count == 0));
    stage.is_sound(at(9)).await;
}

/// Lists are newest first, ties by id, and hold what their filter names.
pub async fn questions_are_listed_newest_first_and_filtered(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (one, two) = (stage.user().await, stage.user().await);
    let mut asked = Vec::new();
    for (n, seconds) in [5, 1, 5, 5, 9, 5, 2].into_iter().enumerate() {
        let (author, category) = if n % 2 == 0 { (one, "技术问答") } else { (two, "技术分享") };
        let create = asking(author, &format!("question {n}"), category, seconds);
        let QuestionCreated::Done(id) = stage.store.create_question(create).await.unwrap() else {
            panic!("refused")
        };
        asked.push(id);
    }
    stage.delete_question(asked[3], two, 10).await;
    stage.answer(asked[0], two, 11).await;
    let gone = stage.answer(asked[2], two, 12).await;
    stage.delete_answer(gone, two, 13).await;
    let pick = |numbers: &[usize]| numbers.iter().map(|n| asked[*n]).collect::<Vec<_>>();
    let every = QuestionFilter::default();
    let category = |name: &str| QuestionFilter { category: Some(name.into()), ..every.clone() };
    let unanswered = QuestionFilter { unanswered: true, ..every.clone() };
    let his = QuestionFilter { author: Some(two), ..every.clone() };
    for (filter, expected) in [
        (every.clone(), pick(&[4, 5, 2, 0, 6, 1])),
        (category("技术分享"), pick(&[5, 1])),
        (category("闲聊"), vec![]),
        (unanswered.clone(), pick(&[4, 5, 2, 6, 1])),
        (QuestionFilter { unanswered: true, ..category("技术问答") }, pick(&[4, 2, 6])),
        (his.clone(), pick(&[5, 1])),
    ] {
        assert_eq!(stage.questions(&filter).await, expected, "{filter:?}");
        for (place, id) in (1..).zip(&expected) {
            let created = stage.asked(*id).await.question.created_at;
            let nth = stage.store.nth_newest_question(&filter, place).await.unwrap();
            assert_eq!(nth, Some(created), "{filter:?} {place}");
        }
        let beyond = u32::try_from(expected.len()).unwrap() + 1;
        assert_eq!(stage.store.nth_newest_question(&filter, beyond).await.unwrap(), None);
    }
    // The same order as asked for, whatever it is, without those that are not there.
    let wanted = [asked[6], asked[3], QuestionId::stored(9_999_999), asked[4]];
    assert_eq!(ids(&stage.store.find_questions(&wanted, Some(one)).await.unwrap()), pick(&[6, 4]));
    // Who wrote last: the deletion of an answer does not turn it back.
    assert_eq!(stage.store.rank_questions(&every, 3).await.unwrap(), pick(&[2, 0, 4]));
    let mut counts = stage.store.count_question_categories().await.unwrap();
    counts.sort_by_key(|one| one.question_count);
    let counts: Vec<_> = counts.iter().map(|one| (one.name.as_str(), one.question_count)).collect();
    assert_eq!(counts, [("技术分享", 2), ("技术问答", 4)]);
    stage.is_sound(at(20)).await;
}

/// A question's heat depends on the likes of its visible answers, and on how many wrote them.
pub async fn questions_are_measured_by_what_is_visible_under_them(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, expert, other) = (stage.user().await, stage.user().await, stage.user().await);
    let (old, id) = (stage.question(asker, 1).await, stage.question(asker, 5).await);
    let answers = [
        stage.answer(id, expert, 6).await,
        stage.answer(id, expert, 7).await,
        stage.answer(id, other, 8).await,
    ];
    for answer in answers {
        stage.store.like(liking(answer, asker)).await.unwrap();
    }
    stage.store.like(liking(answers[0], other)).await.unwrap();
    let every = QuestionFilter::default();
    let measured = |like_count, answerers| MeasuredQuestion { id, created_at: at(5), like_count, answerers };
    let since = stage.store.measure_questions(&every, Some(at(5))).await.unwrap();
    assert_eq!(since, [measured(4, 2)]);
    stage.delete_answer(answers[2], other, 9).await;
    assert_eq!(stage.store.measure_questions(&every, Some(at(2))).await.unwrap(), [measured(3, 1)]);
    let mut both = stage.store.measure_questions(&every, None).await.unwrap();
    both.sort_by_key(|one| one.id);
    let nothing = MeasuredQuestion { id: old, created_at: at(1), like_count: 0, answerers: 0 };
    assert_eq!(both, [nothing, measured(3, 1)]);
    stage.is_sound(at(20)).await;
}

/// The asker accepts one answer of the question, another in its place, or none.
pub async fn the_asker_accepts_one_answer_and_may_change_it(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, other) = (stage.user().await, stage.user().await);
    stage.store.set_site_role(other, SiteRole::Admin, at(0)).await.unwrap();
    let (question_id, elsewhere) = (stage.question(asker, 1).await, stage.question(asker, 2).await);
    let [one, two] = [stage.answer(question_id, other, 3).await, stage.answer(question_id, asker, 4).await];
    let foreign = stage.answer(elsewhere, other, 5).await;
    let accept = async |by, answer_id| {
        stage.store.accept_answer(Accept { question_id, answer_id, by, at: at(9) }).await.unwrap()
    };
    let accepted = async || {
        let mut marked = Vec::new();
        for id in [one, two] {
            let answer = stage.store.find_answer(id, None).await.unwrap();
            marked.extend(answer.filter(|view| view.answer.accepted).map(|view| view.answer.id));
        }
        let question = stage.asked(question_id).await.question;
        assert_eq!(marked, Vec::from_iter(question.accepted_answer_id));
        assert_eq!(question.version, 1, "acceptance is no edit");
        question.accepted_answer_id
    };
    assert_eq!(accept(other, Some(one)).await, Accepted::NotAllowed, "not even who runs the site");
    for missing in [foreign, AnswerId::stored(9_999_999)] {
        assert_eq!(accept(asker, Some(missing)).await, Accepted::NoSuchAnswer);
    }
    assert_eq!(accept(asker, None).await, Accepted::Already);
    assert_eq!(accepted().await, None);
    assert_eq!(accept(asker, Some(one)).await, Accepted::Done(None));
    assert_eq!(accept(asker, Some(one)).await, Accepted::Already);
    assert_eq!(accept(asker, Some(foreign)).await, Accepted::NoSuchAnswer);
    assert_eq!(accepted().await, Some(one));
    assert_eq!(accept(asker, Some(two)).await, Accepted::Done(Some(one)));
    assert_eq!(accepted().await, Some(two));
    assert_eq!(accept(asker, None).await, Accepted::Done(Some(two)));
    assert_eq!(accepted().await, None);
    // An accepted answer that goes is the accepted one no longer, and cannot be again.
    assert_eq!(accept(asker, Some(one)).await, Accepted::Done(None));
    stage.delete_answer(one, other, 10).await;
    assert_eq!(accepted().await, None);
    assert_eq!(accept(asker, Some(one)).await, Accepted::NoSuchAnswer);
    stage.is_sound(at(20)).await;
}
