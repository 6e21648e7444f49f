//! Every place where an upload can stand keeps it from the sweep, and what a deleted account uploaded goes.

use std::sync::Arc;

use forum_domain::{
    account::{AccountDeleted, DeleteAccount, Legacy},
    answer::{AnswerCreated, AnswerUpdated, CreateAnswer, UpdateAnswer},
    content::Content,
    group::Role,
    id::{AnswerId, GroupId, MediaId, QuestionId, UserId},
    media::{Media, MediaKey},
    question::{
        CreateQuestion, QuestionCreated, QuestionDraft, QuestionPatch, QuestionTitle, QuestionUpdated,
        UpdateQuestion,
    },
    store::Store,
};

use super::{
    super::stage::{Stage, at, count, race},
    cover, cover_of, edit_away, ids, post_showing, showing, upload, uploading, wear, wearing,
};
use crate::build;

/// When every upload of these tests is old enough to be swept.
const LATER: i64 = 90;

fn content(shown: &[&MediaKey]) -> Content {
    let content = build::content("a text");
    Content { rendered: showing(content.rendered.clone(), shown), ..content }
}

fn asking(author: UserId, shown: &[&MediaKey], images: Vec<MediaId>) -> CreateQuestion {
    let draft = QuestionDraft {
        category: "技术问答".into(),
        title: QuestionTitle::stored("title".into()),
        content: content(shown),
        images,
    };
    CreateQuestion { author, draft, review: None, at: at(5), claim: None }
}

async fn ask(stage: &Stage, author: UserId, shown: &[&MediaKey], images: Vec<MediaId>) -> QuestionId {
    match stage.store.create_question(asking(author, shown, images)).await.unwrap() {
        QuestionCreated::Done(id) => id,
        refused @ QuestionCreated::NoSuchImage(_) => panic!("{refused:?}"),
    }
}

async fn edit(stage: &Stage, id: QuestionId, by: UserId, patch: QuestionPatch) {
    let update = UpdateQuestion { id, patch, by, if_version: None, review: None, at: at(6) };
    assert_eq!(stage.store.update_question(update).await.unwrap(), QuestionUpdated::Done);
}

async fn answer(stage: &Stage, question_id: QuestionId, author: UserId, shown: &[&MediaKey]) -> AnswerId {
    let create =
        CreateAnswer { question_id, author, content: content(shown), review: None, at: at(5), claim: None };
    match stage.store.create_answer(create).await.unwrap() {
        AnswerCreated::Done(id) => id,
        refused @ AnswerCreated::NoSuchQuestion => panic!("{refused:?}"),
    }
}

async fn edit_answer(stage: &Stage, id: AnswerId, by: UserId, shown: &[&MediaKey]) {
    let update = UpdateAnswer { id, content: content(shown), by, if_version: None, review: None, at: at(6) };
    assert_eq!(stage.store.update_answer(update).await.unwrap(), AnswerUpdated::Done);
}

/// Sweeps until nothing is left to sweep.
async fn swept(stage: &Stage) -> Vec<MediaKey> {
    let mut all = Vec::new();
    loop {
        let some = stage.store.sweep_media(at(LATER)).await.unwrap();
        if some.is_empty() {
            all.sort_unstable_by_key(ToString::to_string);
            return all;
        }
        all.extend(some);
    }
}

async fn uploads<const N: usize>(stage: &Stage, owner: UserId) -> [Media; N] {
    let mut made = Vec::new();
    for number in 1..=N {
        made.push(upload(stage, uploading(owner, u8::try_from(number).unwrap(), 10, 1)).await);
    }
    made.try_into().unwrap()
}

/// The body of a question, also a former one, its images, and the body of an answer, also a former one, keep
/// what they show; an image that is taken away is swept.
pub async fn what_questions_and_answers_show_is_not_swept(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (asker, other) = (stage.user().await, stage.user().await);
    let [body, former, image, replaced, answered, formerly, later, unused] = uploads(&stage, asker).await;
    let question = ask(&stage, asker, &[&former.key], vec![image.id, replaced.id]).await;
    let patch = QuestionPatch {
        content: Some(content(&[&body.key])),
        images: Some(vec![image.id]),
        ..QuestionPatch::default()
    };
    edit(&stage, question, asker, patch).await;
    // Whoever's they are, an answer may show them.
    let given = answer(&stage, question, other, &[&answered.key, &formerly.key]).await;
    edit_answer(&stage, given, other, &[&later.key]).await;

    assert_eq!(swept(&stage).await, [replaced.key, unused.key]);
    stage.delete_answer(given, other, 7).await;
    stage.delete_question(question, asker, 8).await;
    assert_eq!(swept(&stage).await, [], "what is deleted may be asked for yet");
    assert_eq!(ids(&stage, asker).await.len(), 6);
    stage.is_sound(at(LATER)).await;
}

/// Images are the asker's own uploads that everybody may see; the first that is not is named, and nothing is
/// written.
pub async fn a_questions_images_are_its_askers_own(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, asker) = stage.public_group().await;
    let other = stage.user().await;
    let own = upload(&stage, uploading(asker, 1, 10, 1)).await;
    let others = upload(&stage, uploading(other, 2, 10, 1)).await;
    let hidden = uploading(asker, 3, 10, 1);
    let image = forum_domain::media::NewImage { key: super::key(3, Some(group)), ..hidden.image.clone() };
    let create = forum_domain::media::CreateMedia { image, group_id: Some(group), ..hidden };
    let hidden = upload(&stage, create).await;
    for wrong in [others.id, hidden.id, MediaId::stored(9_999_999)] {
        let refused = stage.store.create_question(asking(asker, &[], vec![own.id, wrong])).await.unwrap();
        assert_eq!(refused, QuestionCreated::NoSuchImage(1));
    }
    let question = ask(&stage, asker, &[&others.key], vec![own.id]).await;
    let patch = QuestionPatch { images: Some(vec![others.id, own.id]), ..QuestionPatch::default() };
    let update = UpdateQuestion { id: question, patch, by: asker, if_version: None, review: None, at: at(6) };
    assert_eq!(stage.store.update_question(update).await.unwrap(), QuestionUpdated::NoSuchImage(0));
    let seen = stage.store.find_question(question, None).await.unwrap().unwrap();
    assert_eq!(seen.view.question.images.iter().map(|image| image.id).collect::<Vec<_>>(), [own.id]);
}

/// While uploads are swept, questions and answers that show them are written: an image of what was answered as
/// written stays.
pub async fn nothing_is_swept_that_a_question_or_an_answer_came_to_show(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let asker = stage.user().await;
    let asked = ask(&stage, asker, &[], Vec::new()).await;
    let made: [Media; 20] = uploads(&stage, asker).await;
    let calls = made.iter().flat_map(|media| [(media, true), (media, false)]).enumerate();
    let calls: Vec<_> = calls.map(|(turn, (media, writes))| (turn, media.clone(), writes)).collect();
    let calls = calls.into_iter().map(|(turn, media, writes)| {
        let stage = stage.clone();
        async move {
            if !writes {
                return stage.store.sweep_media(at(LATER)).await.map(|_| None);
            }
            let there = match turn % 3 {
                0 => stage
                    .store
                    .create_question(asking(asker, &[], vec![media.id]))
                    .await
                    .map(|made| matches!(made, QuestionCreated::Done(_))),
                1 => {
                    ask(&stage, asker, &[&media.key], Vec::new()).await;
                    Ok(false)
                }
                _ => {
                    answer(&stage, asked, asker, &[&media.key]).await;
                    Ok(false)
                }
            };
            there.map(|there| there.then_some(media.id))
        }
    });
    let shown: Vec<MediaId> = race(calls).await.into_iter().flatten().collect();
    let left = ids(&stage, asker).await;
    assert!(shown.iter().all(|id| left.contains(id)), "an image of a question was swept");
    assert_eq!(swept(&stage).await, [], "what is left is used");
    stage.is_sound(at(LATER)).await;
}

fn going(user_id: UserId, legacy: Legacy) -> DeleteAccount {
    DeleteAccount { user_id, legacy, if_credentials: 1, at: at(50) }
}

/// Deletes an account and clears away all that it left. The files to be removed.
async fn leave(stage: &Stage, user: UserId, legacy: Legacy) -> Vec<MediaKey> {
    let deleted = stage.store.delete_account(going(user, legacy)).await.unwrap();
    assert!(matches!(deleted, AccountDeleted::Done { .. }), "{deleted:?}");
    while stage.store.clear_away(user, at(60)).await.unwrap() {}
    let mut files = Vec::new();
    while let Some(file) = stage.store.clear_media(user, at(60)).await.unwrap() {
        files.push(file);
    }
    files
}

/// What shows uploads of a member who will go: a post, a question with an image, an answer, a cover, an avatar,
/// and somebody else's answer. The last upload is used nowhere.
struct Gallery {
    stage: Stage,
    group: GroupId,
    leaver: UserId,
    other: UserId,
    made: [Media; 7],
}

impl Gallery {
    async fn new(store: Arc<dyn Store>) -> Self {
        let stage = Stage::new(store);
        let (group, other) = stage.public_group().await;
        let leaver = stage.member(group, Role::Owner).await;
        let made: [Media; 7] = uploads(&stage, leaver).await;
        let [posted, former, asked, image, covering, lent, _unused] = &made;
        let post = post_showing(&stage, group, leaver, &[&posted.key, &former.key]).await;
        edit_away(&stage, group, leaver, &post).await;
        let question = ask(&stage, leaver, &[&asked.key], vec![image.id]).await;
        answer(&stage, question, leaver, &[&posted.key]).await;
        cover(&stage, group, leaver, Some(covering.id)).await;
        let theirs = ask(&stage, other, &[], Vec::new()).await;
        answer(&stage, theirs, other, &[&lent.key]).await;
        wear(&stage, wearing(leaver, 100, 10)).await;
        Self { stage, group, leaver, other, made }
    }
}

/// An account that is erased leaves no upload, wherever it was shown; of others' uploads that it showed nothing
/// is remembered.
pub async fn an_erased_account_takes_its_uploads_along(store: Arc<dyn Store>) {
    let Gallery { stage, group, leaver, other, made } = Gallery::new(store).await;
    let others = upload(&stage, uploading(other, 101, 10, 1)).await;
    let shown = [&others.key];
    post_showing(&stage, group, leaver, &shown).await;
    answer(&stage, ask(&stage, leaver, &shown, Vec::new()).await, leaver, &shown).await;
    assert_eq!(swept(&stage).await, [made[6].key.clone()]);

    let files = leave(&stage, leaver, Legacy::Erase).await;
    let mut expected: Vec<MediaKey> = made[..6].iter().map(|media| media.key.clone()).collect();
    expected.push(super::key(100, None));
    assert_eq!(files, expected);
    assert_eq!(ids(&stage, leaver).await, []);
    assert_eq!(cover_of(&stage, group).await, None);
    assert_eq!(stage.store.clear_media(leaver, at(61)).await.unwrap(), None);
    assert_eq!(swept(&stage).await, [others.key], "nobody shows it any more");
    stage.is_sound(at(LATER)).await;
}

/// An account whose content stays leaves the uploads that this shows, and no other.
pub async fn an_account_whose_content_stays_leaves_what_that_shows(store: Arc<dyn Store>) {
    let Gallery { stage, group, leaver, other, made } = Gallery::new(store).await;
    let files = leave(&stage, leaver, Legacy::Keep).await;
    assert_eq!(files, [made[6].key.clone(), super::key(100, None)], "the unused one and the avatar");
    let mut left = ids(&stage, leaver).await;
    left.sort_unstable();
    assert_eq!(left, made[..6].iter().map(|media| media.id).collect::<Vec<_>>());
    assert_eq!(cover_of(&stage, group).await.as_deref(), Some(made[4].key.as_str()));
    assert_eq!(swept(&stage).await, []);
    // Whose account stands keeps his uploads, used or not.
    upload(&stage, uploading(other, 101, 10, 1)).await;
    assert_eq!(stage.store.clear_media(other, at(61)).await.unwrap(), None);
    stage.is_sound(at(LATER)).await;
}

/// Several instances clear at once: each file is handed out once.
pub async fn each_file_of_a_deleted_account_is_handed_out_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    for legacy in [Legacy::Erase, Legacy::Keep] {
        let leaver = stage.user().await;
        let first = if legacy == Legacy::Erase { 1 } else { 51 };
        for number in first..first + 20 {
            upload(&stage, uploading(leaver, number, 10, 1)).await;
        }
        let deleted = stage.store.delete_account(going(leaver, legacy)).await.unwrap();
        assert!(matches!(deleted, AccountDeleted::Done { .. }));
        let calls = (0..40).map(|_| {
            let store = Arc::clone(&stage.store);
            async move { store.clear_media(leaver, at(60)).await }
        });
        let mut files = race(calls).await;
        while let Some(file) = stage.store.clear_media(leaver, at(60)).await.unwrap() {
            files.push(Some(file));
        }
        for number in first..first + 20 {
            assert_eq!(count(&files, &Some(super::key(number, None))), 1);
        }
    }
}
