//! What a front end finds in a forum that was filled.

use serde_json::{Value, json};

use super::sign_in;
use crate::support::Forum;

/// Reports of everything, for every reason, and with every end.
pub(super) async fn what_is_reported_is_listed(forum: &Forum, admin: &str) {
    let list = forum.client.request("GET", "/moderation/reports?limit=100").token(admin).send().await;
    assert_eq!(list.is(200).items().len(), 40);
    let has = |pointer: &str, expected: &[&str]| {
        let there = list.each(pointer);
        for one in expected {
            assert!(there.contains(&json!(one)), "no report has {one} at {pointer}: {there:?}");
        }
    };
    has("/status", &["open", "resolved"]);
    has("/action", &["dismiss", "remove", "mute", "ban", "suspend"]);
    has("/reason", &["spam", "abuse", "off_topic", "illegal", "sexual", "other"]);
    let kinds = ["post", "comment", "question", "answer", "answer_reply", "group", "user"];
    has("/target/type", &kinds);
}

/// Questions of both categories, which are found by their titles; some are answered, some are not, some have the answer.
pub(super) async fn what_is_asked_is_found_and_answered(forum: &Forum) {
    let questions = forum.client.get("/questions?limit=100").await;
    assert!((50..=60).contains(&questions.is(200).items().len()), "a few are deleted");
    let has = |what: &str, holds: fn(&Value) -> bool| {
        assert!(questions.items().iter().any(holds), "no question {what}");
    };
    has("asks", |question| question["category"] == "技术问答");
    has("shares", |question| question["category"] == "技术分享");
    has("is answered", |question| question["answer_count"].as_i64() > Some(1));
    has("is not answered", |question| question["answer_count"] == 0);
    has("has an accepted answer", |question| question["accepted_answer_id"].is_i64());
    has("has images", |question| question["image_urls"].as_array().is_some_and(|images| !images.is_empty()));
    let newest = &questions.items()[0];
    let title: String =
        newest["title"].as_str().unwrap().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found = forum.client.get(&format!("/search?type=question&q={title}")).await;
    assert!(found.is(200).ids().contains(&newest["id"].as_i64().unwrap()), "{newest} is not found");
}

/// The first has a face, the first group a cover, and what posts show is served.
pub(super) async fn what_is_shown_is_an_image(forum: &Forum, admin: &str) {
    let me = forum.client.request("GET", "/me").token(admin).send().await;
    let group = forum.client.get("/groups/1").await;
    let posts = forum.client.request("GET", "/posts?limit=100").token(admin).send().await;
    let mut shown = vec![me["avatar_url"].clone(), group["cover_url"].clone()];
    for id in posts.ids() {
        let post = forum.client.request("GET", &format!("/posts/{id}")).token(admin).send().await;
        let html = post["body_html"].as_str().unwrap().to_owned();
        let address = html.split_once("<img src=\"").and_then(|(_, rest)| rest.split_once('"'));
        shown.extend(address.map(|(address, _)| json!(address.replace("&amp;", "&"))));
    }
    assert!(shown.len() > 4, "no post shows an image");
    for url in shown {
        let url = url.as_str().unwrap();
        let path = url.strip_prefix("http://forum.test").unwrap_or(url);
        let served = forum.client.at("GET", path).send().await;
        assert_eq!(served.is(200).header("content-type"), Some("image/png"), "{path}");
        image::load_from_memory(&served.bytes).unwrap();
    }
}

/// Some have read what they were told, and some have not.
pub(super) async fn everybody_hears_of_the_last_week(forum: &Forum, rows: &[String]) {
    let notifications = rows.iter().filter(|row| row.starts_with("notifications ")).count();
    assert!(notifications > 20, "{notifications} notifications");
    let mut counted = (0, 0);
    for number in 1..=40 {
        let token = sign_in(forum, &format!("139{number:08}")).await;
        let list = forum.client.request("GET", "/me/notifications?limit=100").token(&token).send().await;
        for one in list.is(200).items() {
            *(if one["read_at"].is_null() { &mut counted.0 } else { &mut counted.1 }) += 1;
        }
    }
    assert!(counted.0 > 5 && counted.1 > 5, "{counted:?} are unread and read");
}
