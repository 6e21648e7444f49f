//! `forum seed`: what it fills a forum with, that it does so again the same way, and when it refuses.

mod content;
mod place;

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use serde_json::json;

use self::{
    content::{
        everybody_hears_of_the_last_week, what_is_asked_is_found_and_answered, what_is_reported_is_listed,
        what_is_shown_is_an_image,
    },
    place::{Place, SIZES},
};
use crate::support::{Backend, Forum};

/// What the doctor says when all is well.
fn sound() -> String {
    // Two are about files, which the store knows nothing of, and one about the index of searching.
    format!("all {} invariants hold\n", forum_domain::integrity::Invariant::ALL.len() + 3)
}

async fn the_same_seed_gives_the_same_forum(backend: Backend) {
    let place = Place::seeded(backend, "7").await;
    let (dumped, files) = (place.dump().await, place.files());
    assert!(dumped.len() > 3_000, "{} rows", dumped.len());
    assert!(files.len() > 40, "{} files", files.len());
    let place = Place::seeded(backend, "7").await;
    let again = place.dump().await;
    assert_eq!(files, place.files());
    for (row, again) in dumped.iter().zip(&again) {
        assert_eq!(row, again);
    }
    assert_eq!(dumped.len(), again.len());
    let another = Place::seeded(backend, "8").await.dump().await;
    // How SQLite's index of words counts them, by the number of the text, says little of what they are.
    let telling = another.iter().filter(|row| !row.starts_with("search_words_"));
    let shared: Vec<_> = telling.filter(|row| dumped.binary_search(row).is_ok()).collect();
    assert!(shared.len() < dumped.len() / 10, "the same though the seed is another: {shared:#?}");
}

/// What is in the rows of one back end is in those of the other, as far as a front end can see.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_forum_on_either_back_end() {
    let places = [Place::seeded(Backend::Embedded, "7").await, Place::seeded(Backend::Shared, "7").await];
    let [embedded, shared] = &places;
    assert_eq!(embedded.files(), shared.files());
    let forums = [embedded.serve().await, shared.serve().await];
    let mut tokens = Vec::new();
    for forum in &forums {
        tokens.push(sign_in(forum, "13900000001").await);
    }
    let [post, question] = ["/posts?sort=hot", "/questions?sort=hot"].map(async |list| {
        let list = forums[0].client.request("GET", list).token(&tokens[0]).send().await;
        list.is(200).items()[0]["id"].clone()
    });
    for path in [
        "/groups",
        "/posts",
        &format!("/posts/{}/comments", post.await),
        "/questions",
        &format!("/questions/{}/answers?sort=old", question.await),
        "/users/1/answers",
        "/moderation/reports",
        "/me/notifications",
        "/me/media",
        "/search?type=question&q=%E6%B5%8B%E8%AF%95",
    ] {
        let mut ids = Vec::new();
        for (forum, token) in forums.iter().zip(&tokens) {
            let list = forum.client.request("GET", path).token(token).send().await;
            let mut items = list.is(200).items().to_vec();
            // What is found is ranked by each database in its own way.
            items.sort_by_key(|item| item["id"].as_i64());
            ids.push(items);
        }
        assert_eq!(ids[0], ids[1], "{path}");
    }
}

async fn sign_in(forum: &Forum, mobile: &str) -> String {
    let body = json!({"mobile": mobile, "password": "forum-demo-2026"});
    let signed_in = forum.client.post("/auth/login", &body).await;
    signed_in.is(200)["access_token"].as_str().unwrap().to_owned()
}

async fn what_is_filled_is_sound_and_alive(backend: Backend) {
    let place = Place::seeded(backend, "1").await;
    assert_eq!(place.run(&["doctor"]), (0, sound()));
    let (code, told) = place.run(&[&["seed"], &SIZES[..]].concat());
    assert!(code == 2 && told.contains("has users"), "{told}");
    let rows = place.dump().await;
    assert!(!rows.iter().any(|row| row.starts_with("outbox ")), "a server has nothing left to handle");
    let forum = place.serve().await;

    // Everybody can sign in, and the first runs the site and a group.
    let (admin, last) = (sign_in(&forum, "13900000001").await, sign_in(&forum, "13900000040").await);
    let get = async |token: &str, path: &str| forum.client.request("GET", path).token(token).send().await;
    assert_eq!(get(&admin, "/me").await["role"], "admin");
    assert_eq!(get(&last, "/me").await["role"], "user");
    assert_eq!(get(&admin, "/groups/1").await["viewer"]["role"], "owner");

    // There is something of every kind.
    let some = |table: &str, with: &str| {
        let there = rows.iter().any(|row| row.starts_with(&format!("{table} ")) && row.contains(with));
        assert!(there, "no row of {table} has {with}");
    };
    for status in ["approved", "pending", "refused", "withdrawn", "expired"] {
        some("join_requests", status);
    }
    for policy in ["open", "approval", "invite"] {
        some("groups", policy);
    }
    for category in ["教育同盟", "同城交易", "程序设计", "生活兴趣"] {
        some("groups", category);
    }
    for format in ["html", "markdown", "plain"] {
        some("posts", format);
    }
    for role in ["owner", "moderator", "member"] {
        some("memberships", role);
    }
    for table in [
        "post_likes",
        "comment_likes",
        "answer_likes",
        "bookmarks",
        "invites",
        "bans",
        "blocks",
        "post_revisions",
        "comment_revisions",
        "question_revisions",
        "answer_revisions",
        "answer_replies",
        "media",
        "media_uses",
        "question_images",
        "moderation_log",
        "notifications",
    ] {
        some(table, "");
    }
    what_is_reported_is_listed(&forum, &admin).await;
    what_is_asked_is_found_and_answered(&forum).await;
    what_is_shown_is_an_image(&forum, &admin).await;
    everybody_hears_of_the_last_week(&forum, &rows).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_forum_on_sqlite() {
    the_same_seed_gives_the_same_forum(Backend::Embedded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_forum_on_postgres() {
    the_same_seed_gives_the_same_forum(Backend::Shared).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filled_is_sound_and_alive_on_sqlite() {
    what_is_filled_is_sound_and_alive(Backend::Embedded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filled_is_sound_and_alive_on_postgres() {
    what_is_filled_is_sound_and_alive(Backend::Shared).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_in_production_is_not_filled() {
    let place = Place::empty(Backend::Embedded).await;
    let production = ["profile=production", "public_url=https://forum.example", "rate_limit=on"];
    let secrets = ["token_secret=0123456789abcdef0123456789abcdef", "sms=yunpian"];
    let gateway = ["yunpian_apikey=key", "yunpian_signature=【论坛】", "yunpian_url=https://sms.example"];
    let mut command = place.program(&["seed"]);
    for setting in production.iter().chain(&secrets).chain(&gateway) {
        command.args(["--set", setting]);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("production"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_filled_half_way_is_sound() {
    let place = Place::empty(Backend::Embedded).await;
    let arguments = ["seed", "--users", "30", "--groups", "3", "--posts", "100", "--comments", "200000"];
    let mut child = place.program(&arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // The comments go on for minutes once the posts are there.
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    while lines.next().unwrap().unwrap() != "posts: 100" {}
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let interrupted = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(lines.next().unwrap().unwrap().contains("stopped half-way"));
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert_eq!(place.run(&["doctor"]), (0, sound()));
}
