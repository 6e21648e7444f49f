//! What [`ContentRepository`](forum_domain::content::ContentRepository) promises.

use std::sync::Arc;

use forum_domain::{
    answer::{AnswerUpdated, UpdateAnswer},
    content::{Content, Format, Outdated, Rendered, Renewed, Shelf, Source, TextKey},
    group::Role,
    id::{AnswerId, GroupId, PostId, QuestionId, UserId},
    media::{CreateMedia, ImageFormat, MediaCreated, MediaKey, NewImage},
    post::{PostPatch, PostUpdated, UpdatePost},
    question::{QuestionPatch, QuestionUpdated, UpdateQuestion},
    search::{Entry, SearchKind, Terms},
    store::Store,
};

use super::stage::{Stage, at, page};
use crate::build;

/// The policy that comes after the one of [`build::content`].
const NEWER: i32 = 2;

/// Which scheme the entries of the index are of.
const SCHEME: i32 = 7;

/// A text as the newer policy renders it.
fn renewed(text: &Outdated) -> Renewed {
    let source = text.source.as_str();
    let html = format!("<em>{source}</em>");
    let excerpt = format!("anew {source}");
    Renewed { text: text.clone(), rendered: Rendered { html, excerpt, blank: false, policy: NEWER } }
}

async fn outdated(stage: &Stage, shelf: Shelf) -> Vec<Outdated> {
    let (mut all, mut after) = (Vec::new(), TextKey::default());
    loop {
        let found = stage.store.rendered_before(shelf, NEWER, after, 2).await.unwrap();
        assert!(found.len() <= 2 && found.iter().all(|text| text.key > after), "{found:?}");
        let Some(last) = found.last() else { return all };
        after = last.key;
        all.extend(found);
    }
}

/// Renders everything anew, as the service does. How many texts, and how many of them changed.
async fn renew(stage: &Stage) -> (usize, u64) {
    let mut done = (0, 0);
    for shelf in Shelf::ALL {
        let texts: Vec<Renewed> = outdated(stage, shelf).await.iter().map(renewed).collect();
        done.0 += texts.len();
        done.1 += stage.store.put_rendered(shelf, texts).await.unwrap();
    }
    done
}

fn keys(texts: &[Outdated]) -> Vec<(i64, i64)> {
    texts.iter().map(|text| (text.key.id, text.key.version)).collect()
}

async fn rewrite_post(stage: &Stage, id: PostId, by: UserId, content: Content, seconds: i64) {
    let patch = PostPatch { title: None, content: Some(content) };
    let update = UpdatePost { id, patch, by, if_version: None, review: None, at: at(seconds) };
    assert_eq!(stage.store.update_post(update).await.unwrap(), PostUpdated::Done);
}

async fn rewrite_question(stage: &Stage, id: QuestionId, by: UserId, text: &str, seconds: i64) {
    let content = Some(build::content(text));
    let patch = QuestionPatch { category: None, title: None, content, images: None };
    let update = UpdateQuestion { id, patch, by, if_version: None, review: None, at: at(seconds) };
    assert_eq!(stage.store.update_question(update).await.unwrap(), QuestionUpdated::Done);
}

async fn rewrite_answer(stage: &Stage, id: AnswerId, by: UserId, text: &str, seconds: i64) {
    let content = build::content(text);
    let update = UpdateAnswer { id, content, by, if_version: None, review: None, at: at(seconds) };
    assert_eq!(stage.store.update_answer(update).await.unwrap(), AnswerUpdated::Done);
}

async fn scene(stage: &Stage) -> (GroupId, UserId) {
    let (group, _) = stage.public_group().await;
    (group, stage.member(group, Role::Member).await)
}

async fn html(stage: &Stage, post: PostId) -> String {
    stage.store.find_post(post, None).await.unwrap().unwrap().html
}

/// Whatever an older policy rendered is told, what is and what was, by ascending key in pages.
pub async fn what_an_older_policy_rendered_is_told(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let mut posts = Vec::new();
    for number in 0..5 {
        posts.push(stage.post(group, author, number).await);
    }
    let (question, other) = (stage.question(author, 6).await, stage.question(author, 7).await);
    let answer = stage.answer(question, author, 8).await;
    for (number, text) in ["second", "third", "fourth"].into_iter().enumerate() {
        let seconds = 10 + number as i64;
        rewrite_post(&stage, posts[1], author, build::content(text), seconds).await;
        rewrite_question(&stage, question, author, text, seconds).await;
        rewrite_answer(&stage, answer, author, text, seconds).await;
    }
    rewrite_post(&stage, posts[4], author, build::content("second"), 20).await;

    let current = |ids: &[i64]| ids.iter().map(|id| (*id, 0)).collect::<Vec<_>>();
    let ids: Vec<i64> = posts.iter().map(|post| post.get()).collect();
    assert_eq!(keys(&outdated(&stage, Shelf::Posts).await), current(&ids));
    let former = [(ids[1], 1), (ids[1], 2), (ids[1], 3), (ids[4], 1)];
    assert_eq!(keys(&outdated(&stage, Shelf::PostRevisions).await), former);
    let questions = [question.get(), other.get()];
    assert_eq!(keys(&outdated(&stage, Shelf::Questions).await), current(&questions));
    let former = [1, 2, 3].map(|version| (question.get(), version));
    assert_eq!(keys(&outdated(&stage, Shelf::QuestionRevisions).await), former);
    assert_eq!(keys(&outdated(&stage, Shelf::Answers).await), current(&[answer.get()]));
    let texts = outdated(&stage, Shelf::AnswerRevisions).await;
    assert_eq!(keys(&texts), [1, 2, 3].map(|version| (answer.get(), version)));
    let sources: Vec<&str> = texts.iter().map(|text| text.source.as_str()).collect();
    assert_eq!(sources, ["an answer", "second", "third"]);
    assert!(texts.iter().all(|text| text.format == Format::Plain));
    assert_eq!(stage.store.rendered_before(Shelf::Posts, 1, TextKey::default(), 9).await.unwrap(), []);
}

/// What is served is replaced, in lists and in histories too; versions and moments stay, and a second time
/// there is nothing to do.
pub async fn a_text_is_served_as_it_was_rendered_anew(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let (post, question) = (stage.post(group, author, 1).await, stage.question(author, 2).await);
    let answer = stage.answer(question, author, 3).await;
    rewrite_post(&stage, post, author, build::content("new"), 4).await;
    let before = stage.store.find_post(post, None).await.unwrap().unwrap();
    assert_eq!(renew(&stage).await, (4, 4));

    let after = stage.store.find_post(post, None).await.unwrap().unwrap();
    assert_eq!((after.html.as_str(), after.source.as_str()), ("<em>new</em>", "new"));
    let mut expected = before.view.clone();
    expected.post.excerpt = "anew new".into();
    assert_eq!(after.view, expected);
    let history = stage.store.list_revisions(post, author, page(3, None)).await.unwrap().unwrap();
    assert_eq!(history.items[0].html, format!("<em>{}</em>", history.items[0].source.as_str()));
    let asked = stage.store.find_question(question, None).await.unwrap().unwrap();
    assert_eq!(asked.html, format!("<em>{}</em>", asked.source.as_str()));
    assert!(asked.view.question.excerpt.starts_with("anew "));
    let answered = stage.store.find_answer(answer, None).await.unwrap().unwrap();
    assert_eq!(answered.answer.html, "<em>an answer</em>");
    assert_eq!(renew(&stage).await, (0, 0));
}

/// Only what differs from before is counted as changed.
pub async fn a_text_that_is_rendered_as_before_is_not_changed(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let post = stage.post(group, author, 1).await;
    let before = html(&stage, post).await;
    let mut texts: Vec<Renewed> = outdated(&stage, Shelf::Posts).await.iter().map(renewed).collect();
    texts[0].rendered.html.clone_from(&before);
    assert_eq!(stage.store.put_rendered(Shelf::Posts, texts).await.unwrap(), 0);
    assert_eq!(html(&stage, post).await, before);
    assert_eq!(outdated(&stage, Shelf::Posts).await, []);
    assert_eq!(stage.store.put_rendered(Shelf::Posts, Vec::new()).await.unwrap(), 0);
}

/// What was written since, in another format even, is not overwritten; nor does an older policy come back.
pub async fn a_text_that_was_written_since_stays_as_it_is(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let (post, formatted) = (stage.post(group, author, 1).await, stage.post(group, author, 1).await);
    let texts: Vec<Renewed> = outdated(&stage, Shelf::Posts).await.iter().map(renewed).collect();
    rewrite_post(&stage, post, author, build::content("written since"), 2).await;
    let source = texts[1].text.source.clone();
    let rendered = Rendered { html: "<p>as Markdown</p>".into(), ..build::content("x").rendered };
    let content = Content { format: Format::Markdown, source, rendered };
    rewrite_post(&stage, formatted, author, content, 2).await;
    let gone = Outdated {
        key: TextKey { id: 999_999, version: 0 },
        format: Format::Plain,
        source: Source::stored(String::new()),
    };
    let all = [texts, vec![renewed(&gone)]].concat();
    assert_eq!(stage.store.put_rendered(Shelf::Posts, all).await.unwrap(), 0);
    assert_eq!(html(&stage, post).await, build::content("written since").rendered.html);
    assert_eq!(html(&stage, formatted).await, "<p>as Markdown</p>");

    let late: Vec<Renewed> = outdated(&stage, Shelf::Posts).await.iter().map(renewed).collect();
    renew(&stage).await;
    let older = |mut text: Renewed| {
        text.rendered.policy = 1;
        text.rendered.html = "<p>older</p>".into();
        text
    };
    let late = late.into_iter().map(older).collect();
    assert_eq!(stage.store.put_rendered(Shelf::Posts, late).await.unwrap(), 0);
    assert_eq!(html(&stage, post).await, "<em>written since</em>");
}

/// An upload that is shown from now on is kept, and a changed text is to be indexed anew.
pub async fn what_is_rendered_anew_keeps_its_uploads_and_is_indexed_again(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let (post, still) = (stage.post(group, author, 1).await, stage.post(group, author, 1).await);
    for id in [post, still] {
        let terms = Terms { title: "words".into(), body: "words".into(), runs: String::new() };
        let entry = Entry { id: id.get(), version: 1, terms, scheme: SCHEME };
        assert_eq!(
            stage.store.put_entries(SearchKind::Post, &[id.get()], vec![entry]).await.unwrap(),
            [] as [i64; 0]
        );
    }
    let key = |number: u8| MediaKey::new([number; 16], ImageFormat::Png, None);
    for number in [1, 2] {
        let image = NewImage { key: key(number), width: 4, height: 3, byte_size: 10 };
        let create =
            CreateMedia { image, owner: author, group_id: None, quota: 1_000, at: at(1), claim: None };
        assert!(matches!(stage.store.create_media(create).await.unwrap(), MediaCreated::Done(_)));
    }
    let mut texts: Vec<Renewed> = outdated(&stage, Shelf::Posts).await.iter().map(renewed).collect();
    texts[0].rendered.html = format!("<img src=\"https://forum.example/media/{}\">", key(1));
    texts[1].rendered.html = html(&stage, still).await;
    assert_eq!(stage.store.put_rendered(Shelf::Posts, texts).await.unwrap(), 1);

    let strays = stage.store.out_of_step(SearchKind::Post, SCHEME, 0, 10).await.unwrap();
    assert_eq!(strays, [post.get()]);
    assert_eq!(stage.store.sweep_media(at(100)).await.unwrap(), [key(2)]);
    assert_eq!(stage.store.find_post(post, None).await.unwrap().unwrap().view.post.version, 1);
}

/// Whoever edits and erases meanwhile, what is served is made of what was written.
pub async fn texts_are_right_however_writers_and_renewers_meet(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let mut posts = Vec::new();
    for number in 0..8 {
        posts.push(stage.post(group, author, number).await);
    }
    let writers = posts.iter().map(|post| {
        let (stage, post) = (stage.clone(), *post);
        tokio::spawn(async move {
            for number in 0..6 {
                rewrite_post(&stage, post, author, build::content(&format!("text {number}")), 10 + number)
                    .await;
            }
        })
    });
    let renewers = (0..3).map(|_| {
        let stage = stage.clone();
        tokio::spawn(async move {
            for _ in 0..6 {
                renew(&stage).await;
            }
        })
    });
    for task in writers.chain(renewers).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    renew(&stage).await;
    for post in posts {
        assert_eq!(html(&stage, post).await, "<em>text 5</em>");
        let history = stage.store.list_revisions(post, author, page(10, None)).await.unwrap().unwrap();
        assert_eq!(history.items.len(), 6);
        for was in history.items {
            assert_eq!(was.html, format!("<em>{}</em>", was.source.as_str()));
        }
    }
}
