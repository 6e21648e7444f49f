//! POSTs that are sent again happen once.

use serde_json::json;

use crate::support::{Answer, Forum, User, at_once, both};

fn create(user: &User, key: &str, name: &str) -> impl Future<Output = Answer> + Send + 'static + use<> {
    let body = json!({"name": name, "category": "程序设计", "description": ""});
    user.request("POST", "/groups").json(&body).header("idempotency-key", key).send()
}

both! {
    async fn a_post_that_is_sent_again_gets_the_first_answer(forum: Forum) {
        let user = forum.user("甲").await;
        let first = create(&user, "k-1", "一组").await;
        let again = create(&user, "k-1", "一组").await;
        assert_eq!(first.is(201).text, again.is(201).text);
        assert_eq!(first.header("location"), again.header("location"));
        assert_eq!(forum.client.get("/groups").await.items().len(), 1);
        // Another body under the same key is a mistake; another key, user or operation is another matter.
        create(&user, "k-1", "二组").await.refused(422, "idempotency.mismatch");
        create(&user, "k-2", "二组").await.is(201);
        let other = forum.user("乙").await;
        create(&other, "k-1", "三组").await.is(201);
        // A refusal is an answer as well.
        create(&user, "k-3", "三组").await.refused(409, "group.name_taken");
        let group = first["id"].as_i64().unwrap();
        user.delete(&format!("/groups/{group}")).await.is(204);
        create(&user, "k-3", "三组").await.refused(409, "group.name_taken");
    }

    async fn keys_have_bounds(forum: Forum) {
        let user = forum.user("甲").await;
        for bad in ["", "a b", &"x".repeat(256)] {
            create(&user, bad, "一组").await.refused(422, "idempotency.invalid_key");
        }
        let body = json!({"name": "一组", "category": "程序设计", "description": ""});
        let request = user.request("POST", "/groups").json(&body).raw_header("idempotency-key", "键".as_bytes());
        request.send().await.refused(422, "idempotency.invalid_key");
        create(&user, &"x".repeat(255), "一组").await.is(201);
        // Where tokens are answered no key is looked at.
        let login = json!({"mobile": user.mobile, "password": crate::support::PASSWORD});
        let send = || forum.client.request("POST", "/auth/login").json(&login).header("idempotency-key", "k").send();
        assert_ne!(send().await.is(200)["access_token"], send().await.is(200)["access_token"]);
    }

    async fn fifty_at_once_under_one_key_make_one_group(forum: Forum) {
        let user = forum.user("甲").await;
        let sender = user.clone();
        let answers = at_once(50, move |_| create(&sender, "k", "一组")).await;
        let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(!made.is_empty());
        assert!(made.iter().all(|answer| answer.text == made[0].text));
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.refused(409, "idempotency.in_flight");
        }
        assert_eq!(forum.client.get("/groups").await.items().len(), 1);
        forum.is_sound().await;
    }

    async fn every_operation_that_makes_or_decides_takes_a_key(forum: Forum) {
        let (owner, user) = (forum.user("组长").await, forum.user("成员").await);
        let group = forum.group(&owner, "一组", json!({})).await;
        let twice = |user: &User, path: String, body: serde_json::Value| {
            let send = |key: &str| user.request("POST", &path).json(&body).header("idempotency-key", key).send();
            let (first, second) = (send("k"), send("k"));
            async move { (first.await, second.await) }
        };
        let same = |(first, second): (Answer, Answer), status: u16| {
            assert_eq!(first.is(status).text, second.is(status).text);
            first
        };
        let asked = same(twice(&user, format!("/groups/{group}/join-requests"), json!({"reason": "我"})).await, 201);
        let id = asked["id"].as_i64().unwrap();
        same(twice(&owner, format!("/join-requests/{id}/approve"), json!({"reply": "好"})).await, 200);
        let expires_at = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
        let path = format!("/groups/{group}/invites");
        same(twice(&owner, path.clone(), json!({"max_uses": 3, "expires_at": expires_at})).await, 201);
        assert_eq!(owner.get(&path).await.items().len(), 1);
        same(twice(&owner, format!("/groups/{group}/transfer"), json!({"user_id": user.id})).await, 200);
        let other = forum.user("又一个").await;
        let request = other.ask(group).await;
        same(twice(&owner, format!("/join-requests/{request}/refuse"), json!({})).await, 200);
        forum.is_sound().await;
    }
}
