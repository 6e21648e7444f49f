//! Invites.

use serde_json::{Value, json};

use crate::support::{Forum, User, at_once, both};

fn days(forum: &Forum, days: i64) -> String {
    (forum.inside.clock.now() + chrono::TimeDelta::days(days)).to_rfc3339()
}

async fn invite(forum: &Forum, owner: &User, group: i64, uses: i64) -> String {
    let body = json!({"max_uses": uses, "expires_at": days(forum, 7)});
    let made = owner.post(&format!("/groups/{group}/invites"), &body).await;
    made.is(201)["token"].as_str().unwrap().to_owned()
}

both! {
    async fn an_invite_is_made_shown_and_accepted(forum: Forum) {
        let owner = forum.user("组长").await;
        let group = forum.group(&owner, "一组", json!({"join_policy": "invite"})).await;
        let body = json!({"max_uses": 2, "expires_at": days(&forum, 7)});
        let made = owner.post(&format!("/groups/{group}/invites"), &body).await;
        made.is(201);
        let token = made["token"].as_str().unwrap();
        assert!(token.len() >= 22, "{token}");
        assert_eq!(made.header("location"), Some(format!("/api/v1/invites/{token}").as_str()));
        assert!(made["url"].as_str().unwrap().ends_with(token));
        assert_eq!(made["group"], json!({"id": group, "name": "一组"}));
        assert_eq!([&made["max_uses"], &made["used"]], [2, 0]);
        assert_eq!(made["created_by"]["id"], owner.id);
        let keys: Vec<&String> = made.json.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["created_at", "created_by", "expires_at", "group", "max_uses", "token", "url", "used"]);
        // Whoever has the link sees what it leads to.
        assert_eq!(forum.client.get(&format!("/invites/{token}")).await.is(200).json, made.json);
        assert_eq!(owner.get(&format!("/groups/{group}/invites")).await.items(), std::slice::from_ref(&made.json));

        let users = forum.users(3).await;
        let accept = format!("/invites/{token}/accept");
        let inside = users[0].request("POST", &accept).send().await;
        assert_eq!(inside.is(200)["viewer"]["role"], "member");
        assert_eq!(inside["member_count"], 2);
        // Accepting again changes nothing.
        assert_eq!(users[0].request("POST", &accept).send().await.is(200)["member_count"], 2);
        users[1].request("POST", &accept).send().await.is(200);
        users[2].request("POST", &accept).send().await.refused(409, "invite.used_up");
        forum.client.get(&format!("/invites/{token}")).await.refused(409, "invite.used_up");
        assert_eq!(owner.get(&format!("/groups/{group}/invites")).await.items().len(), 0);
        forum.is_sound().await;
    }

    async fn invites_are_for_deciders_to_make_and_revoke(forum: Forum) {
        let (owner, member, stranger) =
            (forum.user("组长").await, forum.user("成员").await, forum.user("路人").await);
        let group = forum.group(&owner, "一组", json!({})).await;
        member.join(group, &owner).await;
        let path = format!("/groups/{group}/invites");
        let body = json!({"max_uses": 1, "expires_at": days(&forum, 1)});
        member.post(&path, &body).await.refused(403, "group.not_allowed");
        stranger.post(&path, &body).await.refused(403, "group.not_member");
        member.get(&path).await.refused(403, "group.not_allowed");
        owner.post(&path, &json!({"max_uses": 0, "expires_at": days(&forum, -1)})).await
            .invalid(&[("/max_uses", "out_of_range"), ("/expires_at", "out_of_range")]);
        owner.post(&path, &json!({"max_uses": 1, "expires_at": days(&forum, 400)})).await
            .invalid(&[("/expires_at", "out_of_range")]);
        let token = invite(&forum, &owner, group, 1).await;
        member.delete(&format!("/invites/{token}")).await.refused(403, "group.not_allowed");
        owner.delete(&format!("/invites/{token}")).await.is(204);
        for path in [format!("/invites/{token}"), format!("/invites/{}", "0".repeat(32)), "/invites/x".into()] {
            forum.client.get(&path).await.refused(404, "invite.not_found");
            stranger.request("POST", &format!("{path}/accept")).send().await.refused(404, "invite.not_found");
        }
        // Who is banned does not come in this way either; a request that waits is approved by it.
        let token = invite(&forum, &owner, group, 5).await;
        owner.put(&format!("/groups/{group}/bans/{}", stranger.id), &json!({})).await.is(204);
        stranger.request("POST", &format!("/invites/{token}/accept")).send().await.refused(403, "group.banned");
        let asker = forum.user("等待").await;
        let request = asker.ask(group).await;
        asker.request("POST", &format!("/invites/{token}/accept")).send().await.is(200);
        assert_eq!(asker.get(&format!("/join-requests/{request}")).await["status"], "approved");
        forum.is_sound().await;
    }

    async fn sec_54_of_twice_as_many_exactly_as_many_come_in_as_an_invite_lets(forum: Forum) {
        let owner = forum.user("组长").await;
        let group = forum.group(&owner, "一组", json!({"join_policy": "invite"})).await;
        let token = invite(&forum, &owner, group, 10).await;
        let users = forum.users(20).await;
        let answers = at_once(20, move |number| {
            let request = users[number].request("POST", &format!("/invites/{token}/accept"));
            async move { request.send().await }
        })
        .await;
        let inside = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(inside, 10);
        answers.iter().filter(|answer| answer.status != 200).for_each(|answer| {
            answer.refused(409, "invite.used_up");
        });
        assert_eq!(owner.get(&format!("/groups/{group}")).await["member_count"], Value::from(11));
        forum.is_sound().await;
    }
}
