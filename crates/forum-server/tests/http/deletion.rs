//! Deleting one's account.

use serde_json::json;

use crate::support::{Community, Forum, PASSWORD, both, form};

both! {
    async fn an_account_goes_and_its_content_stays_under_nobody(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "留下的话").await;
        let comment = place.author.write_comment(post, "还在").await;
        let goodbye = json!({"password": PASSWORD, "content": "keep"});
        place.author.post("/me/deletion", &goodbye).await.is(204);

        place.author.get("/me").await.refused(401, "auth.invalid_token");
        let login = json!({"mobile": place.author.mobile, "password": PASSWORD});
        forum.client.post("/auth/login", &login).await.refused(401, "auth.invalid_credentials");
        let nobody = json!({
            "id": place.author.id, "nickname": "已注销用户", "avatar_url": null, "deleted": true,
        });
        assert_eq!(forum.client.get(&format!("/posts/{post}")).await.is(200)["author"], nobody);
        assert_eq!(forum.client.get(&format!("/comments/{comment}")).await.is(200)["author"], nobody);
        let group = forum.client.get(&format!("/groups/{}", place.id)).await;
        assert_eq!((&group["member_count"], &group["post_count"]), (&json!(3), &json!(1)));
    }

    async fn an_account_goes_and_takes_along_what_it_wrote(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let gone = place.author.write_post(place.id, "带走的话").await;
        let post = place.member.write_post(place.id, "别人的话").await;
        let stone = place.author.write_comment(post, "带走的评论").await;
        let reply = place.member.write_reply(stone, "别人的回复").await;
        place.author.call("PUT", &format!("/posts/{post}/like")).await.is(200);
        place.author.post("/me/deletion", &json!({"password": PASSWORD, "content": "erase"})).await.is(204);

        forum.client.get(&format!("/posts/{gone}")).await.refused(404, "post.not_found");
        let left = forum.client.get(&format!("/posts/{post}")).await;
        assert_eq!((&left["comment_count"], &left["like_count"]), (&json!(1), &json!(0)));
        let stone = forum.client.get(&format!("/comments/{stone}")).await;
        assert_eq!((&stone["deleted"], &stone["body"], &stone["author"]), (&json!(true), &json!(null), &json!(null)));
        assert_eq!(forum.client.get(&format!("/comments/{reply}")).await.is(200)["body"], "别人的回复");
        place.moderator.post(&format!("/posts/{gone}/restore"), &json!({})).await.refused(404, "post.not_found");
        let revisions = place.moderator.get(&format!("/posts/{gone}/revisions")).await;
        assert!(!revisions.text.contains("带走"), "{}", revisions.text);
    }

    async fn an_account_stays_for_a_wrong_password_or_a_group_without_an_owner(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let wrong = json!({"password": "not-my-password", "content": "keep"});
        place.member.post("/me/deletion", &wrong).await.refused(403, "account.wrong_password");
        let goodbye = json!({"password": PASSWORD, "content": "erase"});
        place.owner.post("/me/deletion", &goodbye).await.refused(409, "group.last_owner");
        for (body, wrong) in [
            (json!({"content": "keep"}), ("/password", "required")),
            (json!({"password": PASSWORD}), ("/content", "required")),
            (json!({"password": PASSWORD, "content": "burn"}), ("/content", "not_allowed")),
        ] {
            place.member.post("/me/deletion", &body).await.invalid(&[wrong]);
        }
        forum.client.post("/me/deletion", &goodbye).await.refused(401, "auth.required");
        for user in [&place.owner, &place.member] {
            user.get("/me").await.is(200);
        }
    }

    async fn the_mobile_of_a_deleted_account_may_open_a_new_one(forum: Forum) {
        let user = forum.user("告别").await;
        user.post("/me/deletion", &json!({"password": PASSWORD, "content": "erase"})).await.is(204);
        let code = user.code_for(&user.mobile, "register").await;
        let body = json!({"mobile": user.mobile, "code": code, "password": PASSWORD, "nickname": "重来"});
        let session = forum.client.post("/auth/register", &body).await;
        assert_ne!(session.is(201)["user"]["id"], json!(user.id));
    }

    async fn an_export_holds_what_one_did_and_nobody_elses_words(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let post = place.author.write_post(place.id, "第一版").await;
        place.author.patch(&format!("/posts/{post}"), &json!({"title": "第二版"})).await.is(200);
        let comment = place.author.write_comment(post, "自己的评论").await;
        place.member.write_comment(post, "别人的评论").await;
        let theirs = place.member.write_post(place.id, "别人的").await;
        for call in ["like", "bookmark"] {
            let status = if call == "like" { 200 } else { 204 };
            place.author.call("PUT", &format!("/posts/{theirs}/{call}")).await.is(status);
        }
        place.author.delete(&format!("/comments/{comment}")).await.is(204);

        let export = place.author.get("/me/export").await;
        assert_eq!(export.is(200).header("cache-control"), Some("no-store"));
        assert_eq!(export["mobile"], format!("+86{}", place.author.mobile));
        assert_eq!(export["account"]["id"], place.author.id);
        assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(export["groups"][0]["group"]["id"], place.id);
        assert_eq!(export["posts"][0]["text"]["title"], "第二版");
        assert_eq!(export["posts"][0]["before"][0]["title"], "第一版");
        assert_eq!(export["comments"][0]["body"], "自己的评论");
        assert!(export["comments"][0]["deleted_at"].is_string());
        assert_eq!((&export["likes"][0]["target_type"], &export["likes"][0]["target_id"]), (&json!("post"), &json!(theirs)));
        assert_eq!(export["bookmarks"][0]["post_id"], theirs);
        assert!(!export.text.contains("别人的评论"), "{}", export.text);
        forum.client.get("/me/export").await.refused(401, "auth.required");
    }

    async fn an_export_holds_what_one_asked_uploaded_chose_and_reported(forum: Forum) {
        let user = forum.user("甲").await;
        let other = forum.user("乙").await;
        let question = user.ask_question("第一问").await;
        user.patch(&format!("/questions/{question}"), &json!({"title": "第二问"})).await.is(200);
        let theirs = other.ask_question("别人问").await;
        let answer = user.write_answer(theirs, "自己答").await;
        user.patch(&format!("/answers/{answer}"), &json!({"body": "改过的答"})).await.is(200);
        other.put(&format!("/questions/{theirs}/accepted-answer"), &json!({"answer_id": answer})).await.is(200);
        let answered = other.write_answer(question, "别人答").await;
        let reply = user.post(&format!("/answers/{answered}/replies"), &json!({"body": "自己回"})).await;
        reply.is(201);
        user.call("PUT", &format!("/answers/{answered}/like")).await.is(200);
        user.request("POST", "/media").upload(form::PNG, None).send().await.is(201);
        let mut wanted = user.get("/me/notification-preferences").await.is(200).json.clone();
        wanted["answer_liked"] = json!(false);
        user.put("/me/notification-preferences", &wanted).await.is(200);
        let report = json!({"target_type": "user", "target_id": other.id, "reason": "spam", "detail": "自己报"});
        user.post("/reports", &report).await.is(201);

        let export = user.get("/me/export").await;
        let one = |list: &str| {
            let list = export.is(200)[list].as_array().unwrap();
            assert_eq!(list.len(), 1, "{list:?}");
            list[0].clone()
        };
        let asked = one("questions");
        assert_eq!((&asked["text"]["title"], &asked["before"][0]["title"]), (&json!("第二问"), &json!("第一问")));
        let answered_by_him = one("answers");
        assert_eq!(answered_by_him["question_id"], theirs);
        assert_eq!((&answered_by_him["text"]["body"], &answered_by_him["accepted"]), (&json!("改过的答"), &json!(true)));
        assert_eq!(answered_by_him["before"][0]["body"], "自己答");
        assert_eq!((&one("answer_replies")["body"], &one("answer_replies")["answer_id"]), (&json!("自己回"), &json!(answered)));
        assert_eq!((&one("likes")["target_type"], &one("likes")["target_id"]), (&json!("answer"), &json!(answered)));
        assert_eq!(one("uploads")["content_type"], "image/png");
        assert_eq!(export["muted_notifications"], json!(["answer_liked"]));
        assert_eq!((&one("reports")["detail"], &one("reports")["target_id"]), (&json!("自己报"), &json!(other.id)));
        assert_eq!(export["moderation"], json!([]));
        assert!(!export.text.contains("别人"), "{}", export.text);
    }

    async fn an_export_holds_what_one_did_as_one_who_moderates(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        place.moderator.call("PUT", &format!("/posts/{post}/lock")).await.is(204);
        let export = place.moderator.get("/me/export").await;
        let deeds = export.is(200)["moderation"].as_array().unwrap();
        assert_eq!((deeds.len(), &deeds[0]["action"], &deeds[0]["target_id"]), (1, &json!("lock"), &json!(post)));
        assert_eq!(place.author.get("/me/export").await.is(200)["moderation"], json!([]));
    }
}
