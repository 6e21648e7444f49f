//! Making, listing, changing and deleting groups.

use serde_json::{Value, json};

use crate::support::{Forum, User, both};

/// Every page of a list, one after the other.
pub(crate) async fn pages(forum: &Forum, user: Option<&User>, path: &str, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let mark = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{mark}limit={limit}{cursor}");
        let page = match user {
            Some(user) => user.get(&path).await,
            None => forum.client.get(&path).await,
        };
        items.extend(page.is(200).items().to_vec());
        match page["next_cursor"].as_str() {
            Some(next) => {
                assert_eq!(page.items().len(), limit);
                cursor = format!("&cursor={next}");
            }
            None => {
                assert_eq!(page["next_cursor"], Value::Null);
                return items;
            }
        }
    }
}

both! {
    async fn a_group_is_made_with_its_maker_as_owner(forum: Forum) {
        let owner = forum.user("组长").await;
        let body = json!({
            "name": " Rust 编程 ", "category": "程序设计", "description": "所有权与咖啡", "notice": "  周五聚会 ",
            "join_policy": "open", "visibility": "public",
        });
        let made = owner.post("/groups", &body).await;
        made.is(201);
        let id = made["id"].as_i64().unwrap();
        assert_eq!(made.header("location"), Some(format!("/api/v1/groups/{id}").as_str()));
        let created_at = &made["created_at"];
        let card = json!({"id": owner.id, "nickname": "组长", "avatar_url": null, "deleted": false});
        assert_eq!(made.json, json!({
            "id": id, "name": "Rust 编程", "category": "程序设计", "description": "所有权与咖啡",
            "notice": "周五聚会", "cover_url": null, "join_policy": "open", "visibility": "public",
            "member_count": 1, "post_count": 0, "owner": card, "created_at": created_at, "edited_at": null,
            "viewer": {
                "role": "owner", "join_request": null, "can_request_at": null, "muted_until": null,
                "pending_request_count": 0, "banned": false,
                "can": {"post": true, "edit": true, "moderate": true, "decide": true, "invite": true,
                        "leave": true, "delete": true},
            },
        }));
        let alone = owner.get(&format!("/groups/{id}")).await;
        assert_eq!(alone.is(200).json, made.json);
        assert_eq!(alone.header("etag"), made.header("etag"));
        // Lists show the same.
        assert_eq!(owner.get("/groups").await.items(), std::slice::from_ref(&made.json));
        assert_eq!(owner.get("/me/groups").await.items(), std::slice::from_ref(&made.json));
        let stranger = forum.client.get(&format!("/groups/{id}")).await;
        assert_eq!(stranger["viewer"], Value::Null);
        let outsider = forum.user("路人").await.get(&format!("/groups/{id}")).await;
        assert_eq!(outsider["viewer"]["role"], Value::Null);
        assert_eq!(outsider["viewer"]["can"]["post"], false);
        assert_eq!(outsider["viewer"]["pending_request_count"], Value::Null);
    }

    async fn a_group_has_defaults_and_every_wrong_field_is_named(forum: Forum) {
        let owner = forum.user("组长").await;
        let made = owner.post("/groups", &json!({"name": "一", "category": "程序设计", "description": ""})).await;
        made.is(201);
        assert_eq!([&made["join_policy"], &made["visibility"], &made["notice"]], [
            &json!("approval"), &json!("members"), &json!(null)
        ]);
        let wrong = json!({"name": "", "category": "无", "description": "字".repeat(2001), "notice": "字".repeat(2001)});
        owner.post("/groups", &wrong).await.invalid(&[
            ("/name", "too_short"), ("/category", "not_allowed"), ("/description", "too_long"), ("/notice", "too_long"),
        ]);
        owner.post("/groups", &json!({"category": "程序设计", "description": ""})).await
            .invalid(&[("/name", "required")]);
        let with = |field: &str, value: Value| {
            let mut body = json!({"name": "二", "category": "程序设计", "description": ""});
            body[field] = value;
            body
        };
        owner.post("/groups", &with("join_policy", json!("closed"))).await
            .invalid(&[("/join_policy", "not_allowed")]);
        owner.post("/groups", &with("cover_media_id", json!(7))).await.refused(422, "group.no_such_media");
        owner.post("/groups", &with("cover_media_id", json!(0))).await.refused(422, "request.invalid");
        owner.post("/groups", &with("name", json!("一"))).await.refused(409, "group.name_taken");
        forum.client.post("/groups", &with("name", json!("三"))).await.refused(401, "auth.required");
        assert_eq!(forum.client.get("/groups").await.items().len(), 1);
    }

    async fn categories_are_the_configured_ones_in_their_order_with_their_counts(forum: Forum) {
        let owner = forum.user("组长").await;
        for (name, category) in [("甲", "程序设计"), ("乙", "程序设计"), ("丙", "生活兴趣")] {
            forum.group(&owner, name, json!({"category": category})).await;
        }
        let gone = forum.group(&owner, "丁", json!({})).await;
        owner.delete(&format!("/groups/{gone}")).await.is(204);
        let categories = forum.client.get("/groups/categories").await;
        let count = |name: &str, count: i64| json!({"name": name, "group_count": count});
        assert_eq!(categories.is(200).items(), [
            count("教育同盟", 0), count("同城交易", 0), count("程序设计", 2), count("生活兴趣", 1),
        ]);
    }

    async fn lists_are_filtered_sorted_and_paged(forum: Forum) {
        let owner = forum.user("组长").await;
        let mut ids = Vec::new();
        for number in 0..7 {
            let category = if number % 2 == 0 { "程序设计" } else { "生活兴趣" };
            let body = json!({"category": category, "join_policy": "open"});
            ids.push(forum.group(&owner, &format!("小组 {number} 号 100%_x"), body).await);
        }
        let newest: Vec<Value> = ids.iter().rev().map(|id| json!(id)).collect();
        for limit in [1, 2, 3, 7, 100] {
            let all = pages(&forum, None, "/groups", limit).await;
            assert_eq!(all.iter().map(|item| item["id"].clone()).collect::<Vec<_>>(), newest, "limit {limit}");
        }
        let odd = pages(&forum, None, "/groups?category=生活兴趣", 2).await;
        assert_eq!(odd.len(), 3);
        assert_eq!(forum.client.get("/groups?q=小组 3 号").await.each("/id"), [json!(ids[3])]);
        assert_eq!(forum.client.get("/groups?q=3&category=程序设计").await.items().len(), 0);
        // sec_31: what means something to LIKE means itself here.
        assert_eq!(forum.client.get("/groups?q=100%25_x").await.items().len(), 7);
        assert_eq!(forum.client.get("/groups?q=100%25%25").await.items().len(), 0);
        assert_eq!(forum.client.get("/groups?q=_%25_").await.items().len(), 0);
        assert_eq!(forum.client.get("/groups?q='%3B DROP TABLE groups--").await.items().len(), 0);

        // By members.
        let (one, two) = (forum.user("一").await, forum.user("二").await);
        for (user, group) in [(&one, ids[2]), (&two, ids[2]), (&one, ids[5])] {
            user.ask(group).await;
        }
        let hot = pages(&forum, None, "/groups?sort=hot", 2).await;
        let hot: Vec<i64> = hot.iter().map(|item| item["id"].as_i64().unwrap()).collect();
        assert_eq!(hot[..2], [ids[2], ids[5]]);
        assert_eq!(hot.len(), 7);

        forum.client.get("/groups?sort=best").await.refused(422, "request.invalid");
        forum.client.get("/groups?category=无").await.invalid(&[("/category", "not_allowed")]);
        forum.client.get("/groups?limit=101").await.invalid(&[("/limit", "out_of_range")]);
        forum.client.get("/groups?limit=0").await.refused(422, "request.invalid");
        forum.client.get("/groups?limit=x").await.refused(422, "request.invalid");
        forum.client.get("/groups?cursor=forged").await.refused(400, "cursor.invalid");
        // A cursor is good for the list that it is of.
        let cursor = forum.client.get("/groups?limit=2").await["next_cursor"].as_str().unwrap().to_owned();
        forum.client.get(&format!("/groups?sort=hot&cursor={cursor}")).await.refused(400, "cursor.invalid");
        forum.client.get(&format!("/groups?category=程序设计&cursor={cursor}")).await.refused(400, "cursor.invalid");
        let mut bent = cursor.clone().into_bytes();
        bent[5] = if bent[5] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bent).unwrap();
        forum.client.get(&format!("/groups?cursor={bent}")).await.refused(400, "cursor.invalid");
    }

    async fn a_list_by_heat_stands_still_while_it_is_paged(forum: Forum) {
        let owner = forum.user("组长").await;
        for number in 0..6 {
            forum.group(&owner, &format!("小组{number}"), json!({"join_policy": "open"})).await;
        }
        let first = forum.client.get("/groups?sort=hot&limit=3").await;
        let first_ids = first.each("/id");
        // Everybody joins the last one, and a new group comes.
        let last = pages(&forum, None, "/groups?sort=hot", 100).await.last().unwrap()["id"].as_i64().unwrap();
        for user in forum.users(3).await {
            user.ask(last).await;
        }
        forum.group(&owner, "新来的", json!({})).await;
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = forum.client.get(&format!("/groups?sort=hot&limit=3&cursor={cursor}")).await;
        let mut all = [first_ids, second.each("/id")].concat();
        assert_eq!(second["next_cursor"], Value::Null);
        all.sort_by_key(Value::as_i64);
        all.dedup();
        assert_eq!(all.len(), 6, "no group twice, none left out");
    }

    async fn a_list_by_age_loses_and_doubles_nothing_while_others_write(forum: Forum) {
        let owner = forum.user("组长").await;
        for number in 0..12 {
            forum.group(&owner, &format!("小组{number}"), json!({})).await;
        }
        let before = pages(&forum, None, "/groups", 100).await;
        let (writer, inside) = (owner.clone(), forum.client.clone());
        let writing = tokio::spawn(async move {
            let mut number = 0;
            loop {
                let body = json!({"name": format!("后来{number}"), "category": "程序设计", "description": ""});
                writer.post("/groups", &body).await.is(201);
                inside.get("/livez").await.is(200);
                number += 1;
            }
        });
        for _ in 0..5 {
            let all = pages(&forum, None, "/groups", 2).await;
            let ids: Vec<&Value> = all.iter().map(|item| &item["id"]).collect();
            for group in &before {
                assert_eq!(ids.iter().filter(|id| **id == &group["id"]).count(), 1);
            }
        }
        writing.abort();
    }

    async fn an_owner_edits_his_group_and_a_stale_edit_is_refused(forum: Forum) {
        let owner = forum.user("组长").await;
        let id = forum.group(&owner, "旧名", json!({"notice": "通知"})).await;
        let path = format!("/groups/{id}");
        let seen = owner.get(&path).await;
        let etag = seen.header("etag").unwrap().to_owned();
        let edit = |body: Value, etag: &str| owner.request("PATCH", &path).json(&body).header("if-match", etag).send();
        let edited = edit(json!({"name": "新名", "notice": null, "visibility": "public"}), &etag).await;
        edited.is(200);
        assert_eq!([&edited["name"], &edited["notice"], &edited["visibility"]], [
            &json!("新名"), &json!(null), &json!("public")
        ]);
        assert!(edited["edited_at"].is_string());
        edit(json!({"name": "又一名"}), &etag).await.refused(412, "request.precondition_failed");
        edit(json!({"name": "又一名"}), edited.header("etag").unwrap()).await.is(200);
        edit(json!({"description": "随便"}), "*").await.is(200);
        owner.patch(&path, &json!({"name": null})).await.invalid(&[("/name", "null")]);
        owner.patch(&path, &json!({"owner": 1})).await.invalid(&[("/owner", "unknown_field")]);
        let other = forum.group(&owner, "别的", json!({})).await;
        owner.patch(&path, &json!({"name": "别的"})).await.refused(409, "group.name_taken");
        // An answer that changed without an edit is another answer, but no other version.
        let before = owner.get(&path).await;
        let member = forum.user("成员").await;
        member.join(id, &owner).await;
        let after = owner.get(&path).await;
        assert_ne!(before.header("etag"), after.header("etag"));
        edit(json!({"description": "再改"}), before.header("etag").unwrap()).await.is(200);
        owner.request("DELETE", &format!("/groups/{other}")).header("if-match", "\"nonsense\"").send().await
            .refused(412, "request.precondition_failed");
        owner.delete(&format!("/groups/{other}")).await.is(204);
    }

    async fn sec_23_a_deleted_group_is_gone_and_its_name_is_free(forum: Forum) {
        let (owner, member) = (forum.user("组长").await, forum.user("成员").await);
        let id = forum.group(&owner, "短命", json!({})).await;
        member.join(id, &owner).await;
        let asker = forum.user("等待").await;
        let request = asker.ask(id).await;
        owner.delete(&format!("/groups/{id}")).await.is(204);
        owner.delete(&format!("/groups/{id}")).await.refused(404, "group.not_found");
        for user in [&owner, &member] {
            user.get(&format!("/groups/{id}")).await.refused(404, "group.not_found");
            user.get(&format!("/groups/{id}/members")).await.refused(404, "group.not_found");
            assert_eq!(user.get("/me/groups").await.items().len(), 0);
        }
        // sec_23: what is gone takes nothing in.
        member.post(&format!("/groups/{id}/join-requests"), &json!({"reason": "再来"})).await
            .refused(404, "group.not_found");
        let mine = asker.get("/me/join-requests").await;
        assert_eq!(mine.each("/status"), ["expired"]);
        let decided = owner.post(&format!("/join-requests/{request}/approve"), &json!({})).await;
        assert!(matches!(decided.status, 404 | 409), "{decided:?}");
        forum.group(&member, "短命", json!({})).await;
        forum.is_sound().await;
    }

    async fn changing_how_one_joins_decides_who_waits(forum: Forum) {
        let owner = forum.user("组长").await;
        let users = forum.users(3).await;
        let id = forum.group(&owner, "一", json!({})).await;
        for user in &users[..2] {
            user.ask(id).await;
        }
        owner.patch(&format!("/groups/{id}"), &json!({"join_policy": "open"})).await.is(200);
        assert_eq!(owner.get(&format!("/groups/{id}")).await["member_count"], 3);
        assert_eq!(users[0].get("/me/join-requests").await.each("/status"), ["approved"]);
        // An open group lets in at once.
        let asked = users[2].post(&format!("/groups/{id}/join-requests"), &json!({"reason": "我来了"})).await;
        assert_eq!(asked.is(201)["status"], "approved");
        assert_eq!(asked["decided_by"], Value::Null);

        let id = forum.group(&owner, "二", json!({})).await;
        users[0].ask(id).await;
        owner.patch(&format!("/groups/{id}"), &json!({"join_policy": "invite"})).await.is(200);
        assert_eq!(users[0].get("/me/join-requests?status=refused").await.items().len(), 1);
        users[1].post(&format!("/groups/{id}/join-requests"), &json!({"reason": "让我进"})).await
            .refused(403, "join.invite_only");
        forum.is_sound().await;
    }

    async fn every_list_gives_each_item_once_while_others_are_added_between_its_pages(forum: Forum) {
        let owner = forum.user("组长").await;
        let group = forum.group(&owner, "一组", json!({})).await;
        let later = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
        // One more of everything, somebody new each time.
        let add = async |number: usize| {
            let (member, banned) = (forum.user(&format!("成员{number}")).await, forum.user(&format!("被禁{number}")).await);
            member.join(group, &owner).await;
            owner.put(&format!("/groups/{group}/bans/{}", banned.id), &json!({})).await.is(204);
            let invite = json!({"max_uses": 1, "expires_at": later});
            owner.post(&format!("/groups/{group}/invites"), &invite).await.is(201);
            let other = forum.group(&banned, &format!("别组{number}"), json!({"join_policy": "open"})).await;
            owner.ask(other).await;
            owner.log_in(crate::support::PASSWORD).await;
        };
        for number in 0..5 {
            add(number).await;
        }
        let lists = [
            format!("/groups/{group}/members"), format!("/groups/{group}/join-requests"),
            format!("/groups/{group}/bans"), format!("/groups/{group}/invites"),
            "/me/groups".to_owned(), "/me/join-requests".to_owned(), "/auth/sessions".to_owned(),
        ];
        for (number, path) in lists.iter().enumerate() {
            let before = pages(&forum, Some(&owner), path, 100).await;
            assert!(before.len() >= 5, "{path}");
            let first = owner.get(&format!("{path}?limit=2")).await;
            let mut seen = first.is(200).items().to_vec();
            add(100 + number).await;
            let mut next = first["next_cursor"].as_str().map(str::to_owned);
            while let Some(cursor) = next {
                let page = owner.get(&format!("{path}?limit=2&cursor={cursor}")).await;
                seen.extend(page.is(200).items().to_vec());
                next = page["next_cursor"].as_str().map(str::to_owned);
            }
            let key = |item: &Value| {
                let named = item.get("id").or(item.get("token")).or(item.pointer("/user/id"));
                named.unwrap().clone()
            };
            let seen: Vec<Value> = seen.iter().map(key).collect();
            for item in before.iter().map(key) {
                assert_eq!(seen.iter().filter(|one| **one == item).count(), 1, "{item} in {path}: {seen:?}");
            }
        }
    }
}
