//! Notifications as they happen: streams, on one instance and on two.

use std::time::Duration;

use forum_domain::{clock::Timestamp, id::UserId};
use serde_json::json;

use crate::support::{Backend, Community, Events, Forum, PASSWORD, Request, User, both};

/// Long enough for anything that should not come to have come.
const QUIET: Duration = Duration::from_millis(1_500);

fn stream(user: &User) -> Request {
    user.request("GET", "/me/notifications/stream")
}

/// Opens a stream, which says first what is unread.
async fn listen(user: &User) -> Events {
    let mut events = stream(user).listen().await;
    assert_eq!(events.next().await.unwrap().name, "unread_count");
    events
}

/// As [`listen`], from after this event; nothing is said first but what was missed.
async fn resume(user: &User, last: i64) -> Events {
    stream(user).header("last-event-id", &last.to_string()).listen().await
}

async fn ticket(user: &User) -> String {
    let made = user.post("/auth/tickets", &json!({"purpose": "stream"})).await;
    made.is(201)["ticket"].as_str().unwrap().to_owned()
}

/// Tells this user something, by the rules themselves.
async fn announce(forum: &Forum, user: &User, text: &str) {
    let user = UserId::new(user.id);
    assert_eq!(forum.inside.notifications.announce(text, user).await.unwrap(), 1);
}

/// That the stream ends, and says so.
async fn is_cut(mut events: Events) {
    assert_eq!(events.named("session_expired").await.data, json!({"reason": "session_ended"}));
    assert_eq!(events.next().await, None);
}

fn now(forum: &Forum) -> Timestamp {
    forum.inside.clock.now()
}

both! {
    async fn what_happens_arrives_as_the_list_shows_it(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let post = place.author.write_post(place.id, "题").await;
        let mut events = stream(&place.author).listen().await;
        let first = events.next().await.unwrap();
        assert_eq!((first.name.as_str(), &first.data["unread"]), ("unread_count", &json!(0)));
        let mut last = first.id.unwrap();
        for number in 1..=3 {
            place.member.write_comment(post, &format!("第{number}句")).await;
            let event = events.next().await.unwrap();
            let listed = place.author.get("/me/notifications?limit=1").await;
            assert_eq!((event.name.as_str(), &event.data), ("notification", &listed.items()[0]));
            assert_eq!(event.data["excerpt"], format!("第{number}句"));
            let count = events.next().await.unwrap();
            assert_eq!((count.name.as_str(), &count.data["unread"]), ("unread_count", &json!(number)));
            assert_eq!(count.data, place.author.get("/me/notifications/unread-count").await.json);
            assert!(event.id.unwrap() > last && count.id >= event.id, "{event:?} {count:?}");
            last = count.id.unwrap();
        }
        // Read at another device: the badge goes.
        place.author.post("/me/notifications/read", &json!({"all": true})).await.is(200);
        let count = events.next().await.unwrap();
        assert_eq!((count.name.as_str(), &count.data["unread"]), ("unread_count", &json!(0)));
        // Nobody else hears of it.
        let mut others = listen(&place.owner).await;
        place.member.write_comment(post, "完").await;
        events.named("notification").await;
        assert!(others.is_silent_for(QUIET).await);
    }

    async fn every_open_client_of_a_user_is_told(forum: Forum) {
        let user = forum.user("甲").await;
        let other = user.log_in(PASSWORD).await;
        let mut streams = vec![listen(&user).await, listen(&user).await, listen(&other).await];
        announce(&forum, &user, "今晚维护").await;
        for events in &mut streams {
            assert_eq!(events.named("notification").await.data["excerpt"], "今晚维护");
        }
    }

    async fn a_stream_goes_on_where_it_was_and_nothing_is_lost(forum: Forum) {
        let user = forum.user("甲").await;
        let mut events = listen(&user).await;
        announce(&forum, &user, "一").await;
        let last = events.named("notification").await.id.unwrap();
        drop(events);
        announce(&forum, &user, "二").await;
        announce(&forum, &user, "三").await;
        let mut events = resume(&user, last).await;
        for expected in ["二", "三"] {
            assert_eq!(events.named("notification").await.data["excerpt"], expected);
        }
        let end = events.named("unread_count").await;
        assert_eq!(end.data["unread"], 3);
        // With the address instead, as who has a new ticket does; who was told all is told nothing twice.
        let path = format!("/me/notifications/stream?ticket={}&last_event_id={}", ticket(&user).await, end.id.unwrap());
        let mut events = forum.client.request("GET", &path).listen().await;
        assert_eq!(events.next().await.unwrap().name, "unread_count");
        announce(&forum, &user, "四").await;
        assert_eq!(events.next().await.unwrap().data["excerpt"], "四");
    }

    async fn while_others_write_and_it_breaks_again_and_again_nothing_is_lost_or_out_of_order(forum: Forum) {
        let user = forum.user("甲").await;
        let first = stream(&user).listen().await.next().await.unwrap();
        let (inside, id) = (forum.inside.clone(), UserId::new(user.id));
        let writing = tokio::spawn(async move {
            for number in 0..60 {
                inside.notifications.announce(&number.to_string(), id).await.unwrap();
            }
        });
        let (mut last, mut told) = (first.id.unwrap(), Vec::new());
        while told.len() < 60 {
            let mut events = resume(&user, last).await;
            for _ in 0..4 {
                let event = events.named("notification").await;
                assert!(event.id.unwrap() > last, "{event:?} after {last}");
                last = event.id.unwrap();
                told.push(event.data["excerpt"].as_str().unwrap().parse::<i64>().unwrap());
            }
        }
        writing.await.unwrap();
        assert_eq!(told, (0..60).collect::<Vec<_>>());
    }

    async fn who_was_away_for_too_long_or_comes_from_nowhere_reads_anew(forum: Forum) {
        let user = forum.user("甲").await;
        let first = stream(&user).listen().await.next().await.unwrap().id.unwrap();
        for number in 0..101 {
            announce(&forum, &user, &number.to_string()).await;
        }
        for (unread, last) in (101..).zip([&first.to_string(), "999999", "-1", "abc"]) {
            let mut events = stream(&user).header("last-event-id", last).listen().await;
            let resync = events.next().await.unwrap();
            assert_eq!(resync.name, "resync", "{last}");
            assert_eq!(resync.data["last_event_id"], resync.id.unwrap().to_string());
            assert_eq!(events.next().await.unwrap().data["unread"], unread);
            announce(&forum, &user, "新").await;
            assert!(events.named("notification").await.id > resync.id);
        }
    }

    async fn a_ticket_opens_one_stream(forum: Forum) {
        let user = forum.user("甲").await;
        let ticket = ticket(&user).await;
        let path = format!("/me/notifications/stream?ticket={ticket}");
        let mut events = forum.client.request("GET", &path).listen().await;
        announce(&forum, &user, "好").await;
        assert_eq!(events.named("notification").await.data["excerpt"], "好");
        forum.client.get(&path).await.refused(401, "auth.invalid_ticket");
        forum.client.get("/me/notifications/stream?ticket=x").await.refused(401, "auth.invalid_ticket");
        forum.client.get("/me/notifications/stream").await.refused(401, "auth.required");
        forum.client.get(&format!("/me/notifications/stream?ticket={}", user.access)).await.refused(401, "auth.invalid_ticket");
        let upload = user.post("/auth/tickets", &json!({"purpose": "upload"})).await;
        let upload = upload["ticket"].as_str().unwrap();
        forum.client.get(&format!("/me/notifications/stream?ticket={upload}")).await.refused(401, "auth.invalid_ticket");
    }

    async fn sec_16_who_is_signed_out_is_cut_off(forum: Forum) {
        let user = forum.user("甲").await;
        let other = user.log_in(PASSWORD).await;
        let (mut stays, goes) = (listen(&user).await, listen(&other).await);
        let path = format!("/me/notifications/stream?ticket={}", ticket(&other).await);
        let by_ticket = forum.client.request("GET", &path).listen().await;
        other.request("POST", "/auth/logout").send().await.is(204);
        is_cut(goes).await;
        is_cut(by_ticket).await;
        announce(&forum, &user, "好").await;
        assert_eq!(stays.named("notification").await.data["excerpt"], "好");
        // A new password ends the other sessions.
        let other = user.log_in(PASSWORD).await;
        let goes = listen(&other).await;
        let body = json!({"current_password": PASSWORD, "new_password": "另一个 horse battery"});
        user.put("/me/password", &body).await.is(204);
        is_cut(goes).await;
        announce(&forum, &user, "还在").await;
        assert_eq!(stays.named("notification").await.data["excerpt"], "还在");
    }

    async fn sec_16_who_is_suspended_is_cut_off(forum: Forum) {
        let (admin, user) = (forum.user("管理").await, forum.user("甲").await);
        forum.inside.accounts.set_site_role(admin.actor().user_id, forum_domain::account::SiteRole::Admin).await.unwrap();
        let events = listen(&user).await;
        let until = (now(&forum) + chrono::TimeDelta::days(1)).to_rfc3339();
        admin.patch(&format!("/admin/users/{}", user.id), &json!({"suspended_until": until})).await.is(200);
        is_cut(events).await;
    }

    async fn a_stream_ends_with_its_token(forum: Forum, with [("policy.access_token_seconds", "10")]) {
        let user = forum.user("甲").await;
        let mut events = listen(&user).await;
        assert_eq!(events.named("session_expired").await.data, json!({"reason": "token_expired"}));
        assert_eq!(events.next().await, None);
    }

    async fn only_so_many_streams_of_one_user_are_open(forum: Forum, with [("policy.streams_per_user", "2")]) {
        let (user, other) = (forum.user("甲").await, forum.user("乙").await);
        let first = listen(&user).await;
        let _second = listen(&user.log_in(PASSWORD).await).await;
        let refused = user.get("/me/notifications/stream").await;
        refused.refused(429, "notification.too_many_streams");
        let _others = listen(&other).await;
        // A stream that was closed makes room.
        drop(first);
        for _ in 0..100 {
            announce(&forum, &user, "新").await;
            let opened = stream(&user).status().await;
            if opened == 200 {
                return;
            }
            assert_eq!(opened, 429);
        }
        panic!("the room of a closed stream is not free again");
    }

    async fn sec_22_a_stream_tells_nothing_of_a_group_that_one_left(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let (author, member) = (&place.author, &place.member);
        let post = author.write_post(place.id, "机密").await;
        let mut events = listen(author).await;
        member.write_comment(post, "机密评论").await;
        let seen = events.named("notification").await;
        place.leaves(author).await;
        member.write_comment(post, "@作者 机密").await;
        announce(&forum, author, "完").await;
        // What comes after says that what was before is through.
        loop {
            let event = events.next().await.unwrap();
            assert!(!event.data.to_string().contains("机密"), "{event:?}");
            if event.data["excerpt"] == "完" {
                break;
            }
        }
        // Nor is it told to who asks for it once more.
        let mut events = resume(author, seen.id.unwrap() - 1).await;
        loop {
            let event = events.next().await.unwrap();
            assert!(!event.data.to_string().contains("机密"), "{event:?}");
            if event.name == "unread_count" {
                assert_eq!(event.data["unread"], 1);
                break;
            }
        }
    }

    async fn a_stream_ends_at_once_when_the_instance_stops(forum: Forum) {
        let mut forum = forum;
        let users = forum.users(5).await;
        let mut streams = Vec::new();
        for user in &users {
            streams.push(listen(user).await);
        }
        assert!(forum.stop().await, "a stream held it up");
        for mut events in streams {
            assert_eq!(events.next().await, None);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_at_one_instance_reaches_a_client_of_another() {
    let one = Forum::start(Backend::Shared, &[]).await;
    let other = one.another(&[]).await;
    let place = Community::of(&one, "members").await;
    let post = place.author.write_post(place.id, "题").await;
    let mut there = listen(&place.author.at(&other.client)).await;
    let mut here = listen(&place.author).await;
    for number in 0..20 {
        let text = format!("第{number}句");
        place.member.write_comment(post, &text).await;
        assert_eq!(there.named("notification").await.data["excerpt"], text);
        assert_eq!(here.named("notification").await.data["excerpt"], text);
    }
    place.author.post("/me/notifications/read", &json!({"all": true})).await.is(200);
    while there.named("unread_count").await.data["unread"] != 0 {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_16_who_is_signed_out_at_one_instance_is_cut_off_at_another() {
    let one = Forum::start(Backend::Shared, &[]).await;
    let other = one.another(&[]).await;
    let user = one.user("甲").await;
    let events = listen(&user.at(&other.client)).await;
    user.request("POST", "/auth/logout").send().await.is(204);
    is_cut(events).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_while_the_connections_to_redis_are_cut() {
    let one = Forum::start(Backend::Shared, &[]).await;
    let other = one.another(&[]).await;
    let users = one.users(3).await;
    let mut streams = Vec::new();
    for user in &users {
        streams.push(listen(&user.at(&other.client)).await);
    }
    let mut cut = 0;
    for round in 0..20 {
        if round % 4 == 1 {
            cut += one.cut_redis().await;
        }
        for user in &users {
            announce(&one, user, &round.to_string()).await;
        }
    }
    assert!(cut >= 2, "each instance listens: {cut}");
    for events in &mut streams {
        for round in 0..20 {
            assert_eq!(events.named("notification").await.data["excerpt"], round.to_string());
        }
    }
}
