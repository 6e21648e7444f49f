//! What an item says one can do with it is what one can do with it.

use serde_json::{Value, json};

use crate::support::{Community, Forum, User, both};

/// Whoever looks at something in a public group.
const PERSONAS: [&str; 8] = [
    "outsider",
    "banned",
    "muted",
    "member",
    "moderator",
    "owner",
    // Those who wrote the thing, with what became of them since.
    "author, muted",
    "author, left",
];

/// What becomes of the author before he tries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Muted,
    Left,
    Banned,
}

/// A call's answer as yes or no.
fn allowed(status: u16) -> bool {
    match status {
        200 | 201 | 204 => true,
        403 | 409 => false,
        _ => panic!("neither yes nor no: {status}"),
    }
}

/// What a user is told that he can do with this post, or comment, and what really becomes of it. Deleting it
/// comes last.
async fn told_and_tried(user: &User, path: &str, replies: &str) -> Vec<(&'static str, bool, bool)> {
    let seen = user.get(path).await;
    seen.is(200);
    let told = |what: &str| seen["viewer"]["can"][what].as_bool().unwrap();
    let comment = path.starts_with("/comments");
    // As it stands: whether he may is asked even if nothing changes.
    let edit = user.patch(path, &json!({"body": seen["body"]})).await;
    let comments = user.post(replies, &json!({"body": "说"})).await;
    let like = user.call("PUT", &format!("{path}/like")).await;
    user.call("DELETE", &format!("{path}/like")).await.is(200);
    let mut all = vec![
        ("edit", told("edit"), allowed(edit.status)),
        ("comment", told("comment"), allowed(comments.status)),
        ("like", told("like"), allowed(like.status)),
    ];
    if !comment {
        for (method, mark) in
            [("PUT", "pin"), ("DELETE", "pin"), ("PUT", "excellent"), ("DELETE", "excellent")]
        {
            all.push((
                "moderate",
                told("moderate"),
                allowed(user.call(method, &format!("{path}/{mark}")).await.status),
            ));
        }
    }
    all.push(("delete", told("delete"), allowed(user.delete(path).await.status)));
    if !comment {
        let restored = user.call("POST", &format!("{path}/restore")).await;
        let restored = if restored.status == 404 { 403 } else { restored.status };
        all.push(("moderate", told("moderate"), allowed(restored)));
    }
    all
}

both! {
    async fn what_can_be_done_is_what_the_calls_then_do(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let mut wrong = Vec::new();
        let mut yes = 0;
        for locked in [false, true] {
            for persona in PERSONAS {
                for kind in ["post", "comment", "reply"] {
                    // Somebody new each time, so that nobody's quota or fate is another's.
                    let tag = format!("{kind}{locked}");
                    let author = place.newcomer(&forum, &format!("作者{persona}{tag}")).await;
                    let post = author.write_post(place.id, "题").await;
                    let comment = author.write_comment(post, "说").await;
                    let reply = author.write_reply(comment, "答").await;
                    let user = match persona {
                        "outsider" => forum.user(&format!("路人{tag}")).await,
                        "banned" => {
                            let user = forum.user(&format!("被禁{tag}")).await;
                            place.ban(&forum, &user).await;
                            user
                        }
                        "muted" => {
                            let user = place.newcomer(&forum, &format!("禁言{tag}")).await;
                            place.mute(&forum, &user).await;
                            user
                        }
                        "member" => place.member.clone(),
                        "moderator" => place.moderator.clone(),
                        "owner" => place.owner.clone(),
                        "author, muted" => {
                            place.mute(&forum, &author).await;
                            author
                        }
                        _ => {
                            place.leaves(&author).await;
                            author
                        }
                    };
                    if locked {
                        place.owner.call("PUT", &format!("/posts/{post}/lock")).await.is(204);
                    }
                    let (path, under) = match kind {
                        "post" => (format!("/posts/{post}"), format!("/posts/{post}/comments")),
                        "comment" => (format!("/comments/{comment}"), format!("/comments/{comment}/replies")),
                        _ => (format!("/comments/{reply}"), format!("/comments/{reply}/replies")),
                    };
                    for (what, told, tried) in told_and_tried(&user, &path, &under).await {
                        yes += usize::from(tried);
                        if told != tried {
                            wrong.push(format!("{what} a {kind} (locked: {locked}) as {persona}: told {told}, was {tried}"));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(yes > 80, "{yes}");
        forum.is_sound().await;
    }

    async fn an_author_is_told_what_he_can_do_whatever_becomes_of_him(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let can = |edit: bool, delete: bool, comment: bool| json!({
            "edit": edit, "delete": delete, "comment": comment, "like": false, "moderate": false});
        for (number, fate, expected) in [
            (0, Fate::Stays, can(true, true, true)), (1, Fate::Muted, can(false, true, false)),
            (2, Fate::Left, can(false, true, false)), (3, Fate::Banned, can(false, true, false)),
        ] {
            let author = place.newcomer(&forum, &format!("作者{number}")).await;
            let post = author.write_post(place.id, "题").await;
            let comment = author.write_comment(post, "说").await;
            match fate {
                Fate::Stays => {}
                Fate::Muted => place.mute(&forum, &author).await,
                Fate::Left => place.leaves(&author).await,
                Fate::Banned => place.ban(&forum, &author).await,
            }
            for path in [format!("/posts/{post}"), format!("/comments/{comment}")] {
                assert_eq!(author.get(&path).await.is(200)["viewer"]["can"], expected, "{path} {number}");
            }
            // Lists say the same.
            let listed = author.get(&place.posts()).await;
            assert_eq!(listed.items()[0]["viewer"]["can"], expected);
            let listed = author.get(&format!("/posts/{post}/comments")).await;
            assert_eq!(listed.items()[0]["viewer"]["can"], expected);
            assert_eq!(forum.client.get(&format!("/posts/{post}/comments")).await.items()[0]["viewer"], Value::Null);
        }
    }

    async fn a_group_tells_who_may_post(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let (outsider, banned, muted) = (forum.user("路人").await, forum.user("被禁的").await, place.muted(&forum).await);
        place.ban(&forum, &banned).await;
        let draft = json!({"title": "题", "body": "文", "format": "plain"});
        for user in [&outsider, &banned, &muted, &place.member, &place.author, &place.moderator, &place.owner] {
            let told = user.get(&format!("/groups/{}", place.id)).await["viewer"]["can"]["post"].as_bool().unwrap();
            assert_eq!(told, allowed(user.post(&place.posts(), &draft).await.status));
        }
    }
}
