//! Asking to join, and deciding.

use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Forum, both},
};

both! {
    async fn a_request_is_made_seen_and_approved_with_a_reply(forum: Forum) {
        let (owner, user) = (forum.user("组长").await, forum.user("申请者").await);
        let group = forum.group(&owner, "一", json!({})).await;
        let path = format!("/groups/{group}/join-requests");
        let asked = user.post(&path, &json!({"reason": "  想学 Rust "})).await;
        asked.is(201);
        let id = asked["id"].as_i64().unwrap();
        assert_eq!(asked.header("location"), Some(format!("/api/v1/join-requests/{id}").as_str()));
        let card = json!({"id": user.id, "nickname": "申请者", "avatar_url": null, "deleted": false});
        assert_eq!(asked.json, json!({
            "id": id, "group_id": group, "user": card, "reason": "想学 Rust", "status": "pending", "reply": null,
            "decided_by": null, "created_at": asked["created_at"], "decided_at": null,
        }));
        let seen = user.get(&format!("/groups/{group}")).await;
        assert_eq!(seen["viewer"]["join_request"], json!({"id": id, "status": "pending"}));
        assert_eq!(owner.get(&format!("/groups/{group}")).await["viewer"]["pending_request_count"], 1);
        assert_eq!(owner.get(&format!("{path}?status=pending")).await.items(), std::slice::from_ref(&asked.json));
        assert_eq!(owner.get(&format!("{path}?status=refused")).await.items().len(), 0);
        assert_eq!(user.get("/me/join-requests").await.items(), std::slice::from_ref(&asked.json));

        let approved = owner.post(&format!("/join-requests/{id}/approve"), &json!({"reply": " 欢迎 "})).await;
        approved.is(200);
        assert_eq!([&approved["status"], &approved["reply"]], [&json!("approved"), &json!("欢迎")]);
        assert_eq!(approved["decided_by"]["id"], owner.id);
        assert!(approved["decided_at"].is_string());
        assert_eq!(user.get(&format!("/join-requests/{id}")).await.json, approved.json);
        let seen = user.get(&format!("/groups/{group}")).await;
        assert_eq!([&seen["viewer"]["role"], &seen["member_count"]], [&json!("member"), &json!(2)]);
        for again in ["approve", "refuse"] {
            owner.post(&format!("/join-requests/{id}/{again}"), &json!({})).await
                .refused(409, "join.already_decided");
        }
        user.post(&path, &json!({"reason": "再来"})).await.refused(409, "join.already_member");
    }

    async fn who_was_refused_waits_before_he_asks_again(forum: Forum) {
        let (owner, user) = (forum.user("组长").await, forum.user("申请者").await);
        let group = forum.group(&owner, "一", json!({})).await;
        let id = user.ask(group).await;
        // No body is as good as an empty one.
        owner.request("POST", &format!("/join-requests/{id}/refuse")).send().await.is(200);
        user.post(&format!("/groups/{group}/join-requests"), &json!({"reason": "再来"})).await
            .refused(409, "join.cooldown");
        let viewer = user.get(&format!("/groups/{group}")).await["viewer"].clone();
        let at: chrono::DateTime<chrono::Utc> = viewer["can_request_at"].as_str().unwrap().parse().unwrap();
        let hours = (at - forum.inside.clock.now()).num_minutes();
        assert!((1_430..=1_440).contains(&hours), "{viewer}");
        assert_eq!(viewer["join_request"]["status"], "refused");
    }

    async fn one_waits_once_and_may_withdraw(forum: Forum) {
        let (owner, user) = (forum.user("组长").await, forum.user("申请者").await);
        let group = forum.group(&owner, "一", json!({})).await;
        let path = format!("/groups/{group}/join-requests");
        let id = user.ask(group).await;
        user.post(&path, &json!({"reason": "又来"})).await.refused(409, "join.already_pending");
        owner.delete(&format!("/join-requests/{id}")).await.refused(403, "group.not_allowed");
        user.delete(&format!("/join-requests/{id}")).await.is(204);
        user.delete(&format!("/join-requests/{id}")).await.is(204);
        owner.post(&format!("/join-requests/{id}/approve"), &json!({})).await
            .refused(409, "join.already_decided");
        // Who withdrew need not wait, and history is kept.
        let second = user.ask(group).await;
        owner.post(&format!("/join-requests/{second}/approve"), &json!({})).await.is(200);
        user.delete(&format!("/join-requests/{second}")).await.refused(409, "join.already_decided");
        assert_eq!(user.get("/me/join-requests").await.each("/status"), ["approved", "withdrawn"]);
        assert_eq!(pages(&forum, Some(&owner), &path, 1).await.len(), 2);
    }

    async fn reasons_and_replies_have_bounds(forum: Forum) {
        let (owner, user) = (forum.user("组长").await, forum.user("申请者").await);
        let group = forum.group(&owner, "一", json!({})).await;
        let path = format!("/groups/{group}/join-requests");
        for (body, code) in [
            (json!({}), "required"),
            (json!({"reason": "  "}), "too_short"),
            (json!({"reason": "字".repeat(201)}), "too_long"),
            (json!({"reason": null}), "null"),
            (json!({"reason": ["x"]}), "type"),
        ] {
            user.post(&path, &body).await.invalid(&[("/reason", code)]);
        }
        let id = user.post(&path, &json!({"reason": "字".repeat(200)})).await.is(201)["id"].clone();
        owner.post(&format!("/join-requests/{id}/approve"), &json!({"reply": "字".repeat(201)})).await
            .invalid(&[("/reply", "too_long")]);
        owner.post(&format!("/join-requests/{id}/approve"), &json!({"status": "approved"})).await
            .invalid(&[("/status", "unknown_field")]);
        assert_eq!(user.get(&format!("/join-requests/{id}")).await["status"], "pending");
    }

    async fn sec_24_only_this_groups_owners_and_moderators_decide(forum: Forum) {
        let (owner, user, elsewhere) =
            (forum.user("组长").await, forum.user("申请者").await, forum.user("别组长").await);
        let group = forum.group(&owner, "一", json!({})).await;
        forum.group(&elsewhere, "二", json!({})).await;
        let (member, moderator) = (forum.user("成员").await, forum.user("管理").await);
        member.join(group, &owner).await;
        moderator.join(group, &owner).await;
        owner.patch(&format!("/groups/{group}/members/{}", moderator.id), &json!({"role": "moderator"})).await.is(200);
        let id = user.ask(group).await;
        for stranger in [&elsewhere, &member] {
            for call in ["approve", "refuse"] {
                stranger.post(&format!("/join-requests/{id}/{call}"), &json!({})).await
                    .refused(404, "join.not_found");
            }
            stranger.get(&format!("/join-requests/{id}")).await.refused(404, "join.not_found");
            stranger.delete(&format!("/join-requests/{id}")).await.refused(404, "join.not_found");
        }
        // He knows of his own, but does not decide it.
        user.post(&format!("/join-requests/{id}/approve"), &json!({})).await.refused(403, "group.not_allowed");
        forum.client.get(&format!("/join-requests/{id}")).await.refused(401, "auth.required");
        let approved = moderator.post(&format!("/join-requests/{id}/approve"), &json!({})).await;
        assert_eq!(approved.is(200)["decided_by"]["id"], moderator.id);
        // A moderator that was one decides no longer.
        let late = forum.user("后来").await.ask(group).await;
        owner.patch(&format!("/groups/{group}/members/{}", moderator.id), &json!({"role": "member"})).await.is(200);
        moderator.post(&format!("/join-requests/{late}/approve"), &json!({})).await.refused(404, "join.not_found");
    }

    async fn a_request_that_waited_too_long_has_expired(forum: Forum, with [("policy.join_request_expiry_days", "1")]) {
        let (owner, user) = (forum.user("组长").await, forum.user("申请者").await);
        let group = forum.group(&owner, "一", json!({})).await;
        let id = user.ask(group).await;
        // As the background job does, two days from now.
        let later = forum.inside.clock.now() + chrono::TimeDelta::days(2);
        let joins: &dyn forum_domain::join::JoinRepository = forum.inside.store.as_ref();
        let since = later - chrono::TimeDelta::days(1);
        assert_eq!(joins.expire_join_requests(since, later).await.unwrap(), 1);
        assert_eq!(user.get(&format!("/join-requests/{id}")).await["status"], "expired");
        owner.post(&format!("/join-requests/{id}/approve"), &json!({})).await
            .refused(409, "join.already_decided");
        // He may ask again at once.
        user.ask(group).await;
        assert_eq!(user.get("/me/join-requests").await.each("/status"), ["expired", "pending"].map(Value::from).into_iter().rev().collect::<Vec<_>>());
    }
}
