//! Posts: writing, reading, editing, deleting and restoring them, and what moderators make of them.

use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Answer, Community, Forum, User, both},
};

/// A post's fields, as they are typed.
fn draft(title: &str, body: &str, format: &str) -> Value {
    json!({"title": title, "body": body, "format": format})
}

both! {
    async fn a_post_is_made_counted_and_seen(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let made = place.author.post(&place.posts(), &draft(" 你好 ", "  第一行\n第二行 < 末行\n", "plain")).await;
        made.is(201);
        let id = made["id"].as_i64().unwrap();
        assert_eq!(made.header("location"), Some(format!("/api/v1/posts/{id}").as_str()));
        let created_at = &made["created_at"];
        let no = |like: bool| json!({"liked": false, "bookmarked": false, "can": {
            "edit": false, "delete": false, "comment": false, "like": like, "moderate": false}});
        let expected = json!({
            "id": id, "group": {"id": place.id, "name": "茶馆"}, "author": place.author.card("作者"),
            "title": "你好", "body": "第一行\n第二行 < 末行", "format": "plain",
            "body_html": "<p>第一行<br>第二行 &lt; 末行</p>", "excerpt": "第一行 第二行 < 末行",
            "comment_count": 0, "like_count": 0, "pinned": false, "excellent": false, "locked": false, "hot": false,
            "created_at": created_at, "edited_at": null, "last_activity_at": created_at,
            "viewer": {"liked": false, "bookmarked": false, "can": {
                "edit": true, "delete": true, "comment": true, "like": false, "moderate": false}},
        });
        assert_eq!(made.json, expected);
        let path = format!("/posts/{id}");
        let alone = place.author.get(&path).await;
        assert_eq!(alone.is(200).json, expected);
        assert_eq!(alone.header("etag"), made.header("etag"));
        assert!(alone.header("etag").unwrap().starts_with('"'));
        assert_eq!(place.author.get(&format!("/groups/{}", place.id)).await["post_count"], 1);
        // Lists leave the body out, and nothing else.
        let mut summary = expected.clone();
        summary.as_object_mut().unwrap().retain(|field, _| !field.starts_with("body"));
        assert_eq!(place.author.get(&place.posts()).await.items(), std::slice::from_ref(&summary));
        // Everybody sees the same post, each with what it is to him.
        summary["viewer"] = Value::Null;
        assert_eq!(forum.client.get("/posts").await.items(), std::slice::from_ref(&summary));
        assert_eq!(forum.client.get(&path).await.is(200)["viewer"], Value::Null);
        assert_eq!(forum.user("路人").await.get(&path).await.is(200)["viewer"], no(true));
        forum.is_sound().await;
    }

    async fn each_format_is_rendered_sanitised_and_its_source_kept(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let html = "<p onclick=\"steal()\">好 <b>粗</b></p><script>alert(1)</script><a href=\"javascript:x()\">链接</a>";
        for (body, format, shown, excerpt) in [
            (html, "html", &["<b>粗</b>", "链接"][..], "好 粗"),
            ("# 题\n\n- **粗**\n- <img src=x onerror=y()>", "markdown", &["<h1>题</h1>", "<strong>粗</strong>"], "题 粗"),
            ("<b>不粗</b>\n\n**也不**", "plain", &["&lt;b&gt;不粗&lt;/b&gt;", "<p>**也不**</p>"], "<b>不粗</b> **也不**"),
        ] {
            let made = place.author.post(&place.posts(), &draft("题", body, format)).await;
            assert_eq!([&made.is(201)["body"], &made["format"]], [body, format]);
            let served = made["body_html"].as_str().unwrap();
            for part in shown {
                assert!(served.contains(part), "{part} in {served}");
            }
            for evil in ["script", "onclick", "onerror", "javascript:", "alert"] {
                assert!(!served.contains(evil), "{evil} in {served}");
            }
            assert!(made["excerpt"].as_str().unwrap().starts_with(excerpt), "{made:?}");
        }
        // sec_28: a title is text.
        let made = place.author.post(&place.posts(), &draft("<b>&amp;</b>", "好", "plain")).await;
        assert_eq!(made.is(201)["title"], "<b>&amp;</b>");
        // The same sources, sent again as edits, come out the same.
        let path = format!("/posts/{}", made["id"]);
        let edited = place.author.patch(&path, &json!({"body": html, "format": "html"})).await;
        assert!(!edited.is(200)["body_html"].as_str().unwrap().contains("onclick"));
        assert_eq!(edited["body"], html);
        // What shows nothing is no text.
        for (body, format) in [("<p>&nbsp;</p>", "html"), ("<script>x</script>", "html"), ("<!-- x -->", "markdown")] {
            place.author.post(&place.posts(), &draft("题", body, format)).await.invalid(&[("/body", "too_short")]);
        }
    }

    async fn every_wrong_field_of_a_post_is_named(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let send = async |body: Value| place.author.post(&place.posts(), &body).await;
        for field in ["title", "body", "format"] {
            let mut body = draft("题", "文", "plain");
            body.as_object_mut().unwrap().remove(field);
            send(body).await.invalid(&[(&format!("/{field}"), "required")]);
        }
        let long = "字".repeat(100_001);
        send(draft(&"字".repeat(201), &long, "plain")).await.invalid(&[("/title", "too_long"), ("/body", "too_long")]);
        send(draft(" \u{3000}", "\n\t ", "plain")).await.invalid(&[("/title", "too_short"), ("/body", "too_short")]);
        for (title, body) in [("a\nb", "a\0b"), ("\u{202E}a", "a\u{1b}b"), ("a\0", "\u{7f}b")] {
            send(draft(title, body, "plain")).await
                .invalid(&[("/title", "control_characters"), ("/body", "control_characters")]);
        }
        send(draft("题", "文", "bbcode")).await.invalid(&[("/format", "not_allowed")]);
        for (value, code) in [(json!(null), "null"), (json!(["x"]), "type"), (json!(1), "type")] {
            for field in ["title", "body", "format"] {
                let mut body = draft("题", "文", "plain");
                body[field] = value.clone();
                send(body).await.invalid(&[(&format!("/{field}"), code)]);
            }
        }
        for bytes in [&b"{\"title\": \"a\xFFb\"}"[..], br#"{"title": "\ud800"}"#, b"{\"title\": \"a\0b\"}", b"{"] {
            place.author.request("POST", &place.posts()).bytes(bytes).send().await.refused(400, "request.malformed");
        }
        assert_eq!(forum.client.get("/posts").await.items().len(), 0);
        // What just fits is kept to the last character.
        let (title, body) = ("字".repeat(200), "文".repeat(100_000));
        let made = send(draft(&title, &body, "plain")).await;
        assert_eq!([made.is(201)["title"].as_str(), made["body"].as_str()], [Some(&*title), Some(&*body)]);
        assert_eq!(made["excerpt"].as_str().unwrap().chars().count(), 200);
    }

    async fn sec_26_nobody_sets_what_is_not_his_to_set(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let id = place.owner.write_post(place.id, "题").await;
        let comment = place.owner.write_comment(id, "说").await;
        for (field, value) in [
            ("id", json!(7)), ("author_id", json!(place.member.id)), ("author", json!({"id": place.member.id})),
            ("role", json!("owner")), ("like_count", json!(99)), ("comment_count", json!(99)), ("pinned", json!(true)),
            ("excellent", json!(true)), ("locked", json!(true)), ("hot", json!(true)), ("group_id", json!(1)),
            ("created_at", json!("2020-01-01T00:00:00Z")), ("last_activity_at", json!("2020-01-01T00:00:00Z")),
            ("body_html", json!("<script>")), ("excerpt", json!("x")), ("deleted", json!(false)), ("version", json!(9)),
        ] {
            let pointer = format!("/{field}");
            let unknown = &[(pointer.as_str(), "unknown_field")];
            let with = |mut body: Value| {
                body[field] = value.clone();
                body
            };
            place.owner.post(&place.posts(), &with(draft("题", "文", "plain"))).await.invalid(unknown);
            place.owner.patch(&format!("/posts/{id}"), &with(json!({}))).await.invalid(unknown);
            place.owner.post(&format!("/posts/{id}/comments"), &with(json!({"body": "说"}))).await.invalid(unknown);
            place.owner.patch(&format!("/comments/{comment}"), &with(json!({}))).await.invalid(unknown);
            place.owner.post(&format!("/comments/{comment}/replies"), &with(json!({"body": "答"}))).await.invalid(unknown);
        }
        assert_eq!(place.owner.get(&place.posts()).await.items().len(), 1);
    }

    async fn only_members_who_may_speak_post(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let (muted, outsider, banned) = (place.muted(&forum).await, forum.user("路人").await, forum.user("被禁的").await);
        place.ban(&forum, &banned).await;
        let body = draft("题", "文", "plain");
        forum.client.post(&place.posts(), &body).await.refused(401, "auth.required");
        for (user, code) in [(&outsider, "group.not_member"), (&banned, "group.banned"), (&muted, "group.muted")] {
            user.post(&place.posts(), &body).await.refused(403, code);
        }
        outsider.post("/groups/999999/posts", &body).await.refused(404, "group.not_found");
        place.owner.delete(&format!("/groups/{}", place.id)).await.is(204);
        place.author.post(&place.posts(), &body).await.refused(404, "group.not_found");
        place.author.get(&place.posts()).await.refused(404, "group.not_found");
        forum.is_sound().await;
    }

    async fn a_post_that_is_sent_again_is_made_once(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let send = |body: Value| {
            place.author.request("POST", &place.posts()).json(&body).header("idempotency-key", "k").send()
        };
        let first = send(draft("题", "文", "plain")).await;
        let again = send(draft("题", "文", "plain")).await;
        assert_eq!(first.is(201).text, again.is(201).text);
        assert_eq!(first.header("location"), again.header("location"));
        send(draft("题", "另一文", "plain")).await.refused(422, "idempotency.mismatch");
        assert_eq!(place.author.get(&place.posts()).await.items().len(), 1);
        assert_eq!(place.author.get(&format!("/groups/{}", place.id)).await["post_count"], 1);
        forum.is_sound().await;
    }

    async fn its_author_edits_a_post_and_a_stale_edit_is_refused(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let id = place.author.write_post(place.id, "旧题").await;
        let path = format!("/posts/{id}");
        let seen = place.author.get(&path).await;
        let etag = seen.header("etag").unwrap().to_owned();
        let known = place.author.request("GET", &path).header("if-none-match", &etag).send().await;
        assert_eq!((known.status, known.text.as_str()), (304, ""));
        // Whatever changes nothing is no edit.
        for same in [json!({}), json!({"title": " 旧题 "}), json!({"body": seen["body"], "format": "plain"})] {
            assert_eq!(place.author.patch(&path, &same).await.is(200).json, seen.json);
        }
        for (body, field, code) in [
            (json!({"title": null}), "/title", "null"), (json!({"body": null}), "/body", "null"),
            (json!({"format": null}), "/format", "null"), (json!({"title": " "}), "/title", "too_short"),
            (json!({"body": "字".repeat(100_001)}), "/body", "too_long"), (json!({"body": "\0"}), "/body", "control_characters"),
            (json!({"format": "rtf"}), "/format", "not_allowed"),
        ] {
            place.author.patch(&path, &body).await.invalid(&[(field, code)]);
        }
        // A like and a comment in between change the answer, but not what was written.
        place.member.call("PUT", &format!("{path}/like")).await.is(200);
        place.member.write_comment(id, "说").await;
        let now = place.author.get(&path).await;
        assert_ne!(now.header("etag"), Some(etag.as_str()));
        let edit = |body: Value, etag: &str| place.author.request("PATCH", &path).json(&body).header("if-match", etag).send();
        let edited = edit(json!({"title": "新题"}), &etag).await;
        assert_eq!([&edited.is(200)["title"], &edited["body"]], [&json!("新题"), &seen["body"]]);
        assert!(edited["edited_at"].is_string());
        assert_eq!([&edited["like_count"], &edited["comment_count"]], [1, 1]);
        assert_eq!(edited["created_at"], seen["created_at"]);
        assert_eq!(place.author.get(&path).await.json, edited.json);
        edit(json!({"title": "又一题"}), &etag).await.refused(412, "request.precondition_failed");
        edit(json!({"title": "又一题"}), "\"nonsense\"").await.refused(412, "request.precondition_failed");
        edit(json!({"title": "又一题"}), edited.header("etag").unwrap()).await.is(200);
        // Another format of the same source is another text.
        let marked = edit(json!({"body": "**粗**"}), "*").await;
        assert_eq!(marked.is(200)["body_html"], "<p>**粗**</p>");
        let marked = place.author.patch(&path, &json!({"format": "markdown"})).await;
        assert_eq!([&marked.is(200)["body"], &marked["body_html"]], ["**粗**", "<p><strong>粗</strong></p>"]);
        forum.is_sound().await;
    }

    async fn nobody_else_edits_a_post_and_its_author_only_while_he_may_write(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let id = place.author.write_post(place.id, "题").await;
        let path = format!("/posts/{id}");
        let edit = json!({"title": "别题"});
        forum.client.request("PATCH", &path).json(&edit).send().await.refused(401, "auth.required");
        for user in [&place.owner, &place.moderator, &place.member, &forum.user("路人").await] {
            user.patch(&path, &edit).await.refused(403, "post.not_allowed");
        }
        place.mute(&forum, &place.author).await;
        place.author.patch(&path, &edit).await.refused(403, "group.muted");
        place.leaves(&place.author).await;
        place.author.patch(&path, &edit).await.refused(403, "group.not_member");
        place.owner.patch("/posts/999999", &edit).await.refused(404, "post.not_found");
        assert_eq!(forum.client.get(&path).await["title"], "题");
        // It is still his to delete.
        place.author.delete(&path).await.is(204);
    }

    async fn what_a_post_was_its_author_and_the_moderators_see(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let id = place.author.write_post(place.id, "一").await;
        let (path, history) = (format!("/posts/{id}"), format!("/posts/{id}/revisions"));
        assert_eq!(place.author.get(&history).await.is(200).items().len(), 0);
        let first = place.author.get(&path).await;
        let second = place.author.patch(&path, &json!({"title": "二", "body": "*二*", "format": "markdown"})).await;
        let third = place.author.patch(&path, &json!({"title": "三"})).await;
        third.is(200);
        let was = place.author.get(&history).await;
        assert_eq!(was.is(200).each("/title"), ["二", "一"]);
        for (revision, post) in was.items().iter().zip([&second, &first]) {
            for field in ["title", "body", "format", "body_html"] {
                assert_eq!(revision[field], post[field], "{field}");
            }
        }
        let times = |pointer: &str| was.each(pointer);
        assert_eq!(times("/replaced_at"), [third["edited_at"].clone(), second["edited_at"].clone()]);
        assert_eq!(times("/created_at"), [second["edited_at"].clone(), first["created_at"].clone()]);
        assert_eq!(pages(&forum, Some(&place.moderator), &history, 1).await, was.items());
        forum.client.get(&history).await.refused(401, "auth.required");
        place.member.get(&history).await.refused(403, "post.not_allowed");
        forum.user("路人").await.get(&history).await.refused(403, "post.not_allowed");
        place.owner.get("/posts/999999/revisions").await.refused(404, "post.not_found");
        // Once it is deleted, those who may restore it still see what it was.
        place.author.delete(&path).await.is(204);
        assert_eq!(place.owner.get(&history).await.is(200).items().len(), 2);
        for user in [&place.author, &place.member] {
            user.get(&history).await.refused(404, "post.not_found");
        }
    }

    async fn sec_23_a_deleted_post_is_gone_with_all_that_is_under_it(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let id = place.author.write_post(place.id, "题").await;
        let comment = place.member.write_comment(id, "说").await;
        let reply = place.author.write_reply(comment, "答").await;
        place.member.call("PUT", &format!("/posts/{id}/bookmark")).await.is(204);
        place.member.call("PUT", &format!("/posts/{id}/like")).await.is(200);
        let path = format!("/posts/{id}");
        forum.client.request("DELETE", &path).send().await.refused(401, "auth.required");
        for user in [&place.member, &forum.user("路人").await] {
            user.delete(&path).await.refused(403, "post.not_allowed");
        }
        let stale = place.author.request("DELETE", &path).header("if-match", "\"v99-00\"").send().await;
        stale.refused(412, "request.precondition_failed");
        place.author.delete(&path).await.is(204);
        place.author.delete(&path).await.refused(404, "post.not_found");
        let (said, answered) = (format!("/comments/{comment}"), format!("/comments/{reply}"));
        for user in [&place.author, &place.member, &place.owner] {
            for under in [path.clone(), format!("{path}/comments")] {
                user.get(&under).await.refused(404, "post.not_found");
            }
            for under in [said.clone(), answered.clone(), format!("{said}/replies")] {
                user.get(&under).await.refused(404, "comment.not_found");
            }
            user.post(&format!("{path}/comments"), &json!({"body": "晚了"})).await.refused(404, "post.not_found");
            user.post(&format!("{said}/replies"), &json!({"body": "晚了"})).await.refused(404, "comment.not_found");
            for call in ["like", "bookmark"] {
                user.call("PUT", &format!("{path}/{call}")).await.refused(404, "post.not_found");
            }
            user.call("PUT", &format!("{said}/like")).await.refused(404, "comment.not_found");
            user.delete(&said).await.refused(404, "comment.not_found");
            for list in [place.posts(), "/posts".into(), "/feed".into(), "/me/bookmarks".into()] {
                assert_eq!(user.get(&list).await.is(200).items().len(), 0, "{list}");
            }
        }
        for mark in ["pin", "excellent", "lock"] {
            place.owner.call("PUT", &format!("{path}/{mark}")).await.refused(404, "post.not_found");
        }
        assert_eq!(place.owner.get(&format!("/groups/{}", place.id)).await["post_count"], 0);
        forum.is_sound().await;

        // Those who moderate bring it back, with everything.
        let restore = async |user: &User| user.call("POST", &format!("{path}/restore")).await;
        forum.client.request("POST", &format!("{path}/restore")).send().await.refused(401, "auth.required");
        for user in [&place.author, &place.member, &forum.user("又一路人").await] {
            restore(user).await.refused(404, "post.not_found");
        }
        let back: Answer = restore(&place.moderator).await;
        assert_eq!([&back.is(200)["comment_count"], &back["like_count"]], [2, 1]);
        assert_eq!(back.json, place.moderator.get(&path).await.json);
        assert_eq!(restore(&place.owner).await.is(200)["id"], id);
        restore(&place.member).await.refused(403, "group.not_allowed");
        assert_eq!(forum.client.get(&answered).await.is(200)["body"], "答");
        assert_eq!(place.member.get("/me/bookmarks").await.ids(), [id]);
        assert_eq!(place.owner.get(&format!("/groups/{}", place.id)).await["post_count"], 1);
        place.moderator.delete(&path).await.is(204);
        forum.is_sound().await;
    }

    async fn moderators_pin_recommend_and_lock(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let id = place.author.write_post(place.id, "题").await;
        let path = format!("/posts/{id}");
        let outsider = forum.user("路人").await;
        for (call, field) in [("pin", "pinned"), ("excellent", "excellent"), ("lock", "locked")] {
            let mark = format!("{path}/{call}");
            for method in ["PUT", "DELETE"] {
                forum.client.request(method, &mark).send().await.refused(401, "auth.required");
                for user in [&place.author, &place.member] {
                    user.call(method, &mark).await.refused(403, "group.not_allowed");
                }
                outsider.call(method, &mark).await.refused(403, "group.not_member");
                place.moderator.call(method, &format!("/posts/999999/{call}")).await.refused(404, "post.not_found");
            }
            // Twice is as good as once, and no edit.
            for (method, expected) in [("PUT", true), ("PUT", true), ("DELETE", false), ("DELETE", false)] {
                let etag = place.author.get(&path).await.header("etag").unwrap().to_owned();
                place.moderator.call(method, &mark).await.is(204);
                let post = place.author.get(&path).await;
                assert_eq!([&post[field], &post["edited_at"]], [&json!(expected), &json!(null)]);
                place.author.request("PATCH", &path).json(&json!({})).header("if-match", &etag).send().await.is(200);
            }
        }
    }
}
