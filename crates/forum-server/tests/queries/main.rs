//! How many statements a request costs: counted on both back ends, over HTTP, whole.
//!
//! A test binary of its own, since it listens to every connection of the process.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy exempts test functions, but not what they call"
)]

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use serde_json::json;

#[path = "../http/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the support of all HTTP tests; these need little of it"
)]
mod support;

use support::{Backend, Forum, User};

/// What was asked of the database since it was last looked at, and on which connection.
static ASKED: Mutex<Vec<(usize, String)>> = Mutex::new(Vec::new());

/// Listens to one connection.
struct Listener(usize);

impl Listener {
    fn new() -> Self {
        static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);
        Self(CONNECTIONS.fetch_add(1, Ordering::Relaxed))
    }
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            ASKED.lock().unwrap_or_else(PoisonError::into_inner).push((self.0, query.to_string()));
        }
    }
}

/// What a request asked. What the forum does by itself is no request's doing: it looks every second which
/// sessions ended, and follows up what happened, each time in a transaction of its own.
fn asked() -> Vec<String> {
    let mut all = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut asked, mut unfinished) = (Vec::new(), Vec::new());
    let connections: BTreeSet<usize> = all.iter().map(|(connection, _)| *connection).collect();
    for connection in connections {
        // A transaction, or an operation's part of one that it shares.
        let mut unit: Option<Vec<String>> = None;
        for (_, sql) in all.iter().filter(|(of, _)| *of == connection) {
            let unit_begins = sql == "BEGIN" || sql.starts_with("SAVEPOINT");
            if unit_begins {
                unit = Some(vec![sql.clone()]);
            } else if let Some(mut begun) = unit.take() {
                begun.push(sql.clone());
                let over = ["COMMIT", "ROLLBACK", "RELEASE"].iter().any(|word| sql.starts_with(word));
                if !over {
                    unit = Some(begun);
                } else if !begun.iter().any(|sql| follows_up(sql)) {
                    asked.extend(begun);
                }
            } else if !follows_up(sql) && sql != "BEGIN IMMEDIATE" && sql != "COMMIT" {
                // What is left out is around operations that share a transaction.
                asked.push(sql.clone());
            }
        }
        // A request is not answered before its transaction is over: this one is somebody else's.
        unfinished.extend(unit.into_iter().flatten().map(|sql| (connection, sql)));
    }
    *all = unfinished;
    asked
}

fn follows_up(sql: &str) -> bool {
    let takes_events = sql.contains("outbox") && !sql.contains("INSERT INTO outbox");
    takes_events || sql.contains("notification") || sql.contains("sessions")
}

/// A savepoint in a shared transaction is no round trip.
fn is_savepoint(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"].iter().any(|word| sql.starts_with(word))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_one_statement_and_so_is_a_like_or_a_comment() {
    set_default_instrumentation(|| Some(Box::new(Listener::new()))).unwrap();
    for backend in [Backend::Embedded, Backend::Shared] {
        let forum = Forum::start(backend, &[]).await;
        let place = Place::made(&forum).await;
        place.reads(&forum).await;
        place.writes(backend).await;
    }
}

/// A public group with a post, a comment and a reply, and who looks at them.
struct Place {
    owner: User,
    member: User,
    group: i64,
    post: i64,
    comment: i64,
}

impl Place {
    async fn made(forum: &Forum) -> Self {
        let (owner, member) = (forum.user("组长").await, forum.user("成员").await);
        let fields = json!({"visibility": "public", "join_policy": "open"});
        let group = forum.group(&owner, "查询", fields).await;
        member.ask(group).await;
        let made = |answer: support::Answer| answer.is(201)["id"].as_i64().unwrap();
        let post = json!({"title": "标题", "body": "正文", "format": "plain"});
        let post = made(owner.post(&format!("/groups/{group}/posts"), &post).await);
        let comment = made(owner.post(&format!("/posts/{post}/comments"), &json!({"body": "评论"})).await);
        let replies = format!("/comments/{comment}/replies");
        made(member.post(&replies, &json!({"body": "回复"})).await);
        member.request("PUT", &format!("/posts/{post}/bookmark")).send().await.is(204);
        Self { owner, member, group, post, comment }
    }

    /// Each page once for the ranking behind it, then counted.
    async fn reads(&self, forum: &Forum) {
        let Self { group, post, comment, .. } = self;
        let mut pages = vec![
            format!("/groups/{group}"),
            format!("/posts/{post}"),
            format!("/comments/{comment}"),
            format!("/comments/{comment}/replies"),
        ];
        for sort in ["new", "active", "hot", "top"] {
            pages.push(format!("/groups/{group}/posts?sort={sort}"));
            pages.push(format!("/posts?sort={sort}"));
        }
        for sort in ["new", "old", "hot"] {
            pages.push(format!("/posts/{post}/comments?sort={sort}"));
        }
        let for_members = ["/feed?sort=active", "/feed?sort=new", "/feed?sort=hot", "/me/bookmarks"];
        for page in &pages {
            forum.client.get(page).await.is(200);
            asked();
            forum.client.get(page).await.is(200);
            one(&forum.backend, page, "nobody");
        }
        for page in pages.iter().map(String::as_str).chain(for_members) {
            self.member.get(page).await.is(200);
            asked();
            self.member.get(page).await.is(200);
            one(&forum.backend, page, "a member");
        }
    }

    async fn writes(&self, backend: Backend) {
        let Self { post, comment, .. } = self;
        let statements = |call: &str, on_sqlite: usize| {
            let expected = if backend == Backend::Embedded { on_sqlite } else { 1 };
            let mut asked = asked();
            if backend == Backend::Embedded {
                asked.retain(|sql| !is_savepoint(sql));
            }
            assert_eq!(asked.len(), expected, "{call} on {backend:?} asks {asked:#?}");
        };
        asked();
        let like = format!("/posts/{post}/like");
        self.member.request("PUT", &like).send().await.is(200);
        statements("a like", 5);
        self.member.delete(&like).await.is(200);
        statements("taking it back", 5);
        self.member.request("PUT", &format!("/comments/{comment}/like")).send().await.is(200);
        statements("a comment's like", 5);
        self.owner.post(&format!("/posts/{post}/comments"), &json!({"body": "又"})).await.is(201);
        statements("a comment", 4);
        self.owner.post(&format!("/comments/{comment}/replies"), &json!({"body": "又"})).await.is(201);
        statements("a reply", 5);
    }
}

fn one(backend: &Backend, page: &str, reader: &str) {
    let asked = asked();
    assert_eq!(asked.len(), 1, "{page} for {reader} on {backend:?} asks {asked:#?}");
}
