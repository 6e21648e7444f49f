//! What [`SearchRepository`](forum_domain::search::SearchRepository) promises.

mod index;
mod seen;
mod words;

use forum_domain::{
    content::Format,
    group::Role,
    id::{GroupId, PostId, UserId},
    post::{CreatePost, PostCreated, PostDraft, Title},
    search::{Body, Entry, Find, Found, Part, Query, SearchKind, Source, Terms},
};

use super::stage::{Stage, at};
use crate::build;

pub use index::*;
pub use seen::*;
pub use words::*;

/// Which scheme the words below are of.
const SCHEME: i32 = 7;

/// Runs of ASCII letters and digits, and of what is not ASCII, as the port says of words and runs; enough of
/// an analyser for what is typed here.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        let kind = (c.is_alphanumeric()).then(|| c.is_ascii());
        match (pieces.last_mut(), kind) {
            (Some(piece), Some(_)) if kind == before => piece.extend(c.to_lowercase()),
            (_, Some(_)) => pieces.push(c.to_lowercase().collect()),
            (_, None) => {}
        }
        before = kind;
    }
    pieces
}

fn words(text: &str, runs: &mut Vec<String>) -> String {
    let mut words = Vec::new();
    for piece in pieces(text) {
        if piece.is_ascii() {
            words.push(piece);
            continue;
        }
        let characters: Vec<char> = piece.chars().collect();
        words.extend(characters.windows(2).map(String::from_iter));
        words.extend(characters.last().map(char::to_string));
        runs.push(piece);
    }
    words.join(" ")
}

fn terms(source: &Source) -> Terms {
    let (Body::Html(body) | Body::Plain(body)) = &source.body;
    let body = body.replace("<p>", " ").replace("</p>", " ");
    let mut runs = Vec::new();
    let (title, body) = (words(&source.title, &mut runs), words(&body, &mut runs));
    Terms { title, body, runs: runs.join(" ") }
}

fn query(text: &str) -> Query {
    let part = |piece: String| match (piece.is_ascii(), piece.chars().count()) {
        (true, _) => Part::Word(piece),
        (false, 1) => Part::Character(piece.chars().next().unwrap()),
        (false, _) => Part::Run(piece),
    };
    Query { parts: pieces(text).into_iter().map(part).collect() }
}

/// An entry as its source says.
fn entry(source: &Source) -> Entry {
    Entry { id: source.id, version: source.version, terms: terms(source), scheme: SCHEME }
}

/// Brings entries in step, as the service does.
async fn index(stage: &Stage, kind: SearchKind, ids: &[i64]) {
    let sources = stage.store.search_sources(kind, ids).await.unwrap();
    let entries = sources.iter().map(entry).collect();
    assert_eq!(stage.store.put_entries(kind, ids, entries).await.unwrap(), [] as [i64; 0]);
}

fn asked(kind: SearchKind, text: &str, viewer: Option<UserId>) -> Find {
    Find { kind, query: query(text), viewer, now: at(100) }
}

/// What somebody finds, best first: and all of it is there to be shown to him.
async fn found(stage: &Stage, kind: SearchKind, text: &str, viewer: Option<UserId>) -> Vec<i64> {
    let find = asked(kind, text, viewer);
    let ids = stage.store.rank_found(&find, 1_000).await.unwrap();
    let shown: Vec<i64> = shown(stage, &find, &ids).await.iter().map(|one| one.id).collect();
    assert_eq!(shown, ids, "{text}");
    ids
}

async fn shown(stage: &Stage, find: &Find, ids: &[i64]) -> Vec<Found> {
    stage.store.find_found(find, ids).await.unwrap()
}

/// The posts that everyone finds.
async fn posts(stage: &Stage, text: &str) -> Vec<i64> {
    found(stage, SearchKind::Post, text, None).await
}

/// A post of this title and body at second `seconds`, found from now on.
async fn write(
    stage: &Stage,
    group_id: GroupId,
    author: UserId,
    [title, body]: [&str; 2],
    seconds: i64,
) -> i64 {
    let mut content = build::content(body);
    content.format = Format::Plain;
    let draft = PostDraft { title: Title::stored(title.into()), content };
    let create = CreatePost { group_id, author, draft, review: None, at: at(seconds), claim: None };
    let PostCreated::Done(id) = stage.store.create_post(create).await.unwrap() else { panic!("refused") };
    index(stage, SearchKind::Post, &[id.get()]).await;
    id.get()
}

/// A public group with a member who writes.
async fn scene(stage: &Stage) -> (GroupId, UserId) {
    let (group, _) = stage.public_group().await;
    (group, stage.member(group, Role::Member).await)
}

fn post_id(id: i64) -> PostId {
    PostId::stored(id)
}
