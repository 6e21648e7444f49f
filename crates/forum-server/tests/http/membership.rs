//! Members: roles, muting, removing, leaving, banning, handing over.

use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Forum, User, both},
};

/// A group with an owner, a moderator and two members.
struct Group {
    id: i64,
    owner: User,
    moderator: User,
    members: [User; 2],
}

impl Group {
    async fn of(forum: &Forum) -> Self {
        let owner = forum.user("组长").await;
        let id = forum.group(&owner, "一组", json!({})).await;
        let [moderator, one, two] =
            [forum.user("管理").await, forum.user("成员一").await, forum.user("成员二").await];
        for user in [&moderator, &one, &two] {
            user.join(id, &owner).await;
        }
        let group = Self { id, owner, moderator, members: [one, two] };
        group.owner.patch(&group.member(&group.moderator), &json!({"role": "moderator"})).await.is(200);
        group
    }

    fn member(&self, user: &User) -> String {
        format!("/groups/{}/members/{}", self.id, user.id)
    }

    fn ban(&self, user: &User) -> String {
        format!("/groups/{}/bans/{}", self.id, user.id)
    }

    async fn count(&self) -> Value {
        self.owner.get(&format!("/groups/{}", self.id)).await["member_count"].clone()
    }
}

/// A moment so many hours from now, as it is written in requests.
fn hence(forum: &Forum, hours: i64) -> String {
    (forum.inside.clock.now() + chrono::TimeDelta::hours(hours)).to_rfc3339()
}

both! {
    async fn members_are_listed_first_joined_first_and_by_role(forum: Forum) {
        let group = Group::of(&forum).await;
        let path = format!("/groups/{}/members", group.id);
        let all = pages(&forum, Some(&group.members[0]), &path, 2).await;
        let shown: Vec<(i64, &str)> =
            all.iter().map(|m| (m["user"]["id"].as_i64().unwrap(), m["role"].as_str().unwrap())).collect();
        assert_eq!(shown, [
            (group.owner.id, "owner"), (group.moderator.id, "moderator"),
            (group.members[0].id, "member"), (group.members[1].id, "member"),
        ]);
        let keys: Vec<&String> = all[0].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["joined_at", "muted_until", "role", "user"]);
        assert_eq!(group.owner.get(&format!("{path}?role=member")).await.items().len(), 2);
        group.owner.get(&format!("{path}?role=king")).await.refused(422, "request.invalid");
        // Whoever may read the group's posts may see its members.
        forum.client.get(&path).await.refused(401, "auth.required");
        forum.user("路人").await.get(&path).await.refused(403, "group.not_member");
        group.owner.patch(&format!("/groups/{}", group.id), &json!({"visibility": "public"})).await.is(200);
        assert_eq!(forum.client.get(&path).await.is(200).items().len(), 4);
    }

    async fn roles_are_for_owners_to_give(forum: Forum) {
        let group = Group::of(&forum).await;
        let [one, two] = &group.members;
        for nobody in [&group.moderator, one] {
            nobody.patch(&group.member(two), &json!({"role": "moderator"})).await.refused(403, "group.not_allowed");
        }
        forum.user("路人").await.patch(&group.member(two), &json!({"role": "owner"})).await
            .refused(403, "group.not_member");
        let promoted = group.owner.patch(&group.member(one), &json!({"role": "owner"})).await;
        assert_eq!(promoted.is(200)["role"], "owner");
        assert_eq!(promoted["user"]["id"], one.id);
        // Either owner may set the other, or step down himself, but one stays.
        one.patch(&group.member(&group.owner), &json!({"role": "member"})).await.is(200);
        one.patch(&group.member(one), &json!({"role": "member"})).await.refused(409, "group.last_owner");
        one.delete(&group.member(one)).await.refused(409, "group.last_owner");
        one.patch(&group.member(two), &json!({"role": "king"})).await.refused(422, "request.invalid");
        one.patch(&group.member(two), &json!({"role": null})).await.invalid(&[("/role", "null")]);
        one.patch(&format!("/groups/{}/members/999999", group.id), &json!({"role": "member"})).await
            .refused(404, "member.not_found");
        // The group shows an owner that it has.
        assert_eq!(forum.client.get(&format!("/groups/{}", group.id)).await["owner"]["id"], one.id);
        forum.is_sound().await;
    }

    async fn a_mute_ends_by_itself_or_is_lifted(forum: Forum) {
        let group = Group::of(&forum).await;
        let [one, two] = &group.members;
        let until = hence(&forum, 1);
        let muted = group.moderator.patch(&group.member(one), &json!({"muted_until": until})).await;
        assert!(muted.is(200)["muted_until"].is_string());
        let viewer = one.get(&format!("/groups/{}", group.id)).await["viewer"].clone();
        assert_eq!([&viewer["muted_until"], &viewer["can"]["post"]], [&muted["muted_until"], &json!(false)]);
        group.moderator.patch(&group.member(one), &json!({"muted_until": null})).await.is(200);
        assert_eq!(one.get(&format!("/groups/{}", group.id)).await["viewer"]["can"]["post"], true);
        group.moderator.patch(&group.member(one), &json!({"muted_until": hence(&forum, -1)})).await
            .invalid(&[("/muted_until", "out_of_range")]);
        group.moderator.patch(&group.member(one), &json!({"muted_until": "tomorrow"})).await
            .refused(422, "request.invalid");
        group.moderator.patch(&group.member(&group.owner), &json!({"muted_until": until})).await
            .refused(403, "member.outranked");
        two.patch(&group.member(one), &json!({"muted_until": until})).await.refused(403, "group.not_allowed");
    }

    async fn one_leaves_or_is_removed_by_who_stands_above_him(forum: Forum) {
        let group = Group::of(&forum).await;
        let [one, two] = &group.members;
        one.delete(&group.member(two)).await.refused(403, "group.not_allowed");
        group.moderator.delete(&group.member(&group.owner)).await.refused(403, "member.outranked");
        group.moderator.delete(&group.member(two)).await.is(204);
        group.moderator.delete(&group.member(two)).await.refused(404, "member.not_found");
        one.delete(&group.member(one)).await.is(204);
        one.delete(&group.member(one)).await.refused(404, "member.not_found");
        assert_eq!(group.count().await, 2);
        one.get(&format!("/groups/{}/members", group.id)).await.refused(403, "group.not_member");
        // Who left may come back.
        one.join(group.id, &group.owner).await;
        assert_eq!(group.count().await, 3);
        forum.is_sound().await;
    }

    async fn a_group_changes_hands(forum: Forum) {
        let group = Group::of(&forum).await;
        let path = format!("/groups/{}/transfer", group.id);
        let [one, _] = &group.members;
        let to = |user: &User| json!({"user_id": user.id});
        let stranger = forum.user("路人").await;
        group.moderator.post(&path, &to(one)).await.refused(403, "group.not_allowed");
        group.owner.post(&path, &to(&stranger)).await.refused(404, "member.not_found");
        group.owner.post(&path, &to(&group.owner)).await.invalid(&[("/user_id", "not_allowed")]);
        group.owner.post(&path, &json!({"user_id": 0})).await.refused(422, "request.invalid");
        let handed = group.owner.post(&path, &to(one)).await;
        assert_eq!(handed.is(200)["owner"]["id"], one.id);
        assert_eq!(handed["viewer"]["role"], "moderator");
        group.owner.post(&path, &to(one)).await.refused(403, "group.not_allowed");
        assert_eq!(group.count().await, 4);
        forum.is_sound().await;
    }

    async fn who_is_banned_is_out_and_stays_out_until_it_ends(forum: Forum) {
        let group = Group::of(&forum).await;
        let [one, two] = &group.members;
        let stranger = forum.user("路人").await;
        let request = stranger.ask(group.id).await;
        let until = hence(&forum, 24);
        group.moderator.put(&group.ban(one), &json!({"until": until, "reason": " 广告 "})).await.is(204);
        group.moderator.put(&group.ban(one), &json!({"until": until, "reason": "广告"})).await.is(204);
        group.moderator.request("PUT", &group.ban(&stranger)).send().await.is(204);
        assert_eq!(group.count().await, 3);
        let bans = group.owner.get(&format!("/groups/{}/bans", group.id)).await;
        assert_eq!(bans.is(200).each("/user/id"), [json!(stranger.id), json!(one.id)]);
        assert_eq!(bans.items()[1]["reason"], "广告");
        assert_eq!(bans.items()[0]["until"], Value::Null);
        assert_eq!(bans.items()[1]["created_by"]["id"], group.moderator.id);
        // A ban refuses what waits, and who is banned cannot ask.
        assert_eq!(stranger.get(&format!("/join-requests/{request}")).await["status"], "refused");
        for banned in [one, &stranger] {
            banned.post(&format!("/groups/{}/join-requests", group.id), &json!({"reason": "让我进"})).await
                .refused(403, "group.banned");
        }
        two.get(&format!("/groups/{}/bans", group.id)).await.refused(403, "group.not_allowed");
        two.put(&group.ban(one), &json!({})).await.refused(403, "group.not_allowed");
        group.moderator.put(&group.ban(&group.owner), &json!({})).await.refused(403, "member.outranked");
        group.moderator.put(&format!("/groups/{}/bans/999999", group.id), &json!({})).await
            .refused(404, "account.not_found");
        group.moderator.put(&group.ban(two), &json!({"until": hence(&forum, -1)})).await
            .invalid(&[("/until", "out_of_range")]);
        group.moderator.delete(&group.ban(one)).await.is(204);
        group.moderator.delete(&group.ban(one)).await.is(204);
        one.ask(group.id).await;
        forum.is_sound().await;
    }
}
