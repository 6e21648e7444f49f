//! Signing in, staying signed in, and ending it everywhere.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Backend, Forum, PASSWORD, User, at_once, both, eventually};

both! {
    async fn a_session_is_refreshed_and_its_old_token_is_given_the_same_successor_for_a_moment(forum: Forum) {
        let user = forum.user("甲").await;
        let refresh = |token: &str| json!({"refresh_token": token});
        let first = forum.client.post("/auth/refresh", &refresh(&user.refresh)).await;
        first.is(200);
        assert_eq!(first.header("cache-control"), Some("no-store"));
        assert_ne!(first["refresh_token"], user.refresh);
        // A parallel tab comes a moment later with the old token.
        let again = forum.client.post("/auth/refresh", &refresh(&user.refresh)).await;
        assert_eq!(again.is(200)["refresh_token"], first["refresh_token"]);
        User::of(&forum.client, &user.mobile, &first).get("/me").await.is(200);
        // The session is one and the same.
        let user = User::of(&forum.client, &user.mobile, &again);
        assert_eq!(user.get("/auth/sessions").await.items().len(), 1);
    }

    async fn sec_17_a_refresh_token_that_was_used_before_ends_the_session(forum: Forum) {
        let user = forum.user("甲").await;
        let refresh = |token: &Value| json!({"refresh_token": token});
        let second = forum.client.post("/auth/refresh", &refresh(&json!(user.refresh))).await;
        let third = forum.client.post("/auth/refresh", &refresh(&second.is(200)["refresh_token"])).await;
        third.is(200);
        // Its successor was used: whoever comes with the first one now is not its owner.
        forum.client.post("/auth/refresh", &refresh(&json!(user.refresh))).await
            .refused(401, "auth.invalid_refresh_token");
        forum.client.post("/auth/refresh", &refresh(&third["refresh_token"])).await
            .refused(401, "auth.invalid_refresh_token");
        User::of(&forum.client, &user.mobile, &third).get("/me").await.refused(401, "auth.invalid_token");
    }

    async fn sec_17_twenty_parallel_refreshes_advance_a_session_once(forum: Forum) {
        let user = forum.user("甲").await;
        let (client, token) = (forum.client.clone(), user.refresh.clone());
        let answers = at_once(20, move |_| {
            let (client, body) = (client.clone(), json!({"refresh_token": token}));
            async move { client.post("/auth/refresh", &body).await }
        })
        .await;
        let successors: std::collections::BTreeSet<String> =
            answers.iter().map(|answer| answer.is(200)["refresh_token"].as_str().unwrap().to_owned()).collect();
        assert_eq!(successors.len(), 1);
        let next = json!({"refresh_token": successors.first().unwrap()});
        forum.client.post("/auth/refresh", &next).await.is(200);
    }

    async fn devices_are_listed_and_ended_one_by_one_or_all_but_this_one(forum: Forum) {
        let user = forum.user("甲").await;
        let agent = "Mozilla/5.0 (测试)";
        let login = json!({"mobile": user.mobile, "password": PASSWORD});
        let phone = forum.client.request("POST", "/auth/login").json(&login).header("user-agent", agent).send().await;
        let phone = User::of(&forum.client, &user.mobile, phone.is(200));
        let tablet = user.log_in(PASSWORD).await;
        let devices = user.get("/auth/sessions").await;
        assert_eq!(devices.is(200).items().len(), 3);
        let currents = devices.each("/current");
        assert_eq!(currents.iter().filter(|current| **current == true).count(), 1);
        assert!(devices.each("/ip").iter().all(|ip| ip == "127.0.0.1"), "{devices:?}");
        let keys: Vec<&String> = devices.items()[0].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["created_at", "current", "id", "ip", "last_seen_at", "user_agent"]);
        let id_of = |of: &User| {
            let of = of.clone();
            async move {
                let list = of.get("/auth/sessions").await;
                let current = list.items().iter().find(|item| item["current"] == true).unwrap();
                current["id"].as_i64().unwrap()
            }
        };
        let phone_id = id_of(&phone).await;
        let stranger = forum.user("乙").await;
        stranger.delete(&format!("/auth/sessions/{phone_id}")).await.refused(404, "session.not_found");
        user.delete(&format!("/auth/sessions/{phone_id}")).await.is(204);
        phone.get("/me").await.refused(401, "auth.invalid_token");
        user.delete(&format!("/auth/sessions/{phone_id}")).await.refused(404, "session.not_found");
        tablet.get("/me").await.is(200);
        user.delete("/auth/sessions").await.is(204);
        tablet.get("/me").await.refused(401, "auth.invalid_token");
        assert_eq!(user.get("/auth/sessions").await.items().len(), 1);
        stranger.get("/me").await.is(200);
    }

    async fn logging_out_ends_the_session_and_its_tokens(forum: Forum) {
        let user = forum.user("甲").await;
        let other = user.log_in(PASSWORD).await;
        user.request("POST", "/auth/logout").send().await.is(204);
        user.get("/me").await.refused(401, "auth.invalid_token");
        forum.client.post("/auth/refresh", &json!({"refresh_token": user.refresh})).await
            .refused(401, "auth.invalid_refresh_token");
        other.get("/me").await.is(200);
    }

    async fn the_old_header_carries_a_token_as_well_and_two_that_differ_carry_none(forum: Forum) {
        let (user, other) = (forum.user("甲").await, forum.user("乙").await);
        let me = || forum.client.request("GET", "/me");
        assert_eq!(me().header("tsessionid", &user.access).send().await.is(200)["id"], user.id);
        me().token(&user.access).header("tsessionid", &user.access).send().await.is(200);
        me().token(&user.access).header("tsessionid", &other.access).send().await.is(401);
        // A wrong token is refused also where none is needed.
        forum.client.request("GET", "/groups").token("nonsense").send().await.refused(401, "auth.invalid_token");
        forum.client.get("/me").await.refused(401, "auth.required");
    }

    async fn sec_14_a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing(forum: Forum) {
        let user = forum.user("甲").await;
        forum.client.request("GET", "/me").token(&user.refresh).send().await.refused(401, "auth.invalid_token");
        forum.client.post("/auth/refresh", &json!({"refresh_token": user.access})).await
            .refused(401, "auth.invalid_refresh_token");
        for token in ["", "fr1_", "fr1_AAAA", "x.y.z", "空"] {
            let answer = forum.client.post("/auth/refresh", &json!({"refresh_token": token})).await;
            assert!(matches!(answer.status, 401 | 422), "{answer:?}");
        }
    }

    async fn sec_16_a_suspension_ends_everything_and_lets_nobody_in(forum: Forum) {
        let user = forum.user("甲").await;
        let id = forum_domain::id::UserId::new(user.id).unwrap();
        let until = forum.inside.clock.now() + chrono::TimeDelta::hours(1);
        forum.inside.accounts.suspend(id, Some(until)).await.unwrap();
        user.get("/me").await.refused(401, "auth.invalid_token");
        let login = json!({"mobile": user.mobile, "password": PASSWORD});
        forum.client.post("/auth/login", &login).await.refused(403, "auth.suspended");
        let code = user.code_for(&user.mobile, "login").await;
        forum.client.post("/auth/login/code", &json!({"mobile": user.mobile, "code": code})).await
            .refused(403, "auth.suspended");
        let answer = forum.client.post("/auth/refresh", &json!({"refresh_token": user.refresh})).await;
        assert!(matches!(answer.status, 401 | 403), "{answer:?}");
        forum.inside.accounts.suspend(id, None).await.unwrap();
        forum.client.post("/auth/login", &login).await.is(200);
    }

    async fn sessions_and_revocations_outlive_a_restart(forum: Forum) {
        let user = forum.user("甲").await;
        let ended = user.log_in(PASSWORD).await;
        ended.request("POST", "/auth/logout").send().await.is(204);
        let forum = forum.restart().await;
        user.at(&forum.client).get("/me").await.is(200);
        ended.at(&forum.client).get("/me").await.refused(401, "auth.invalid_token");
        forum.client.post("/auth/refresh", &json!({"refresh_token": user.refresh})).await.is(200);
    }

    async fn others_verify_tokens_by_the_published_keys(forum: Forum) {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let user = forum.user("甲").await;
        let keys = forum.client.get("/.well-known/jwks.json").await;
        let key = &keys.is(200)["keys"][0];
        assert_eq!([&key["kty"], &key["crv"], &key["alg"], &key["use"]], ["OKP", "Ed25519", "EdDSA", "sig"]);
        let part = |n: usize| -> Value {
            let part = user.access.split('.').nth(n).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        let (header, claims) = (part(0), part(1));
        assert_eq!(header["kid"], key["kid"]);
        assert_eq!(header["alg"], "EdDSA");
        assert_eq!(claims["sub"], user.id.to_string());
        assert_eq!(claims["iss"], "http://forum.test");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
        let devices = user.get("/auth/sessions").await;
        assert_eq!(claims["sid"], devices.items()[0]["id"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_16_what_one_instance_ends_every_instance_refuses() {
    let one = Forum::start(Backend::Shared, &[]).await;
    let two = one.another(&[]).await;
    let user = one.user("甲").await;
    let elsewhere = user.log_in(PASSWORD).await;
    elsewhere.at(&two.client).get("/me").await.is(200);
    // What is written on one is read on the other.
    let group = one.group(&user, "两个实例", json!({})).await;
    two.client.get(&format!("/groups/{group}")).await.is(200);

    user.delete("/auth/sessions").await.is(204);
    eventually(Duration::from_secs(5), || async { elsewhere.at(&two.client).get("/me").await.status == 401 })
        .await;
    user.at(&two.client).get("/me").await.is(200);
    // A code sent by one is taken by the other, and limits are shared.
    let code = user.code_for(&user.mobile, "login").await;
    two.client.post("/auth/login/code", &json!({"mobile": user.mobile, "code": code})).await.is(200);
    // A cursor of one is good for the other.
    for number in 0..3 {
        one.group(&user, &format!("小组{number}"), json!({})).await;
    }
    let page = one.client.get("/groups?limit=2").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    two.client.get(&format!("/groups?limit=2&cursor={cursor}")).await.is(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_15_two_keys_are_valid_while_they_rotate_and_a_removed_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let key = |name: &str| {
        use forum_outbound::{keys::SigningKeys, random::SystemRandom};
        let path = directory.path().join(name);
        std::fs::write(&path, SigningKeys::generate(&SystemRandom).to_pem().unwrap()).unwrap();
        path.display().to_string()
    };
    let (old, new) = (key("old.pem"), key("new.pem"));
    let forum = Forum::start(Backend::Embedded, &[("signing_key_files", &old)]).await;
    let user = forum.user("甲").await;
    let (both, none) = (format!("{new},{old}"), new.clone());
    let forum = forum.restart_with(&[("signing_key_files", &both)]).await;
    user.at(&forum.client).get("/me").await.is(200);
    let keys = forum.client.get("/.well-known/jwks.json").await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    let newer = user.at(&forum.client).log_in(PASSWORD).await;
    let forum = forum.restart_with(&[("signing_key_files", &none)]).await;
    user.at(&forum.client).get("/me").await.refused(401, "auth.invalid_token");
    newer.at(&forum.client).get("/me").await.is(200);
}
