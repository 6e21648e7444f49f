//! Questions: asking, listing, editing and deleting them, their images, and what a user asked and answered.

use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Backend, Forum, both},
};

both! {
    async fn a_question_is_asked_seen_and_counted(forum: Forum) {
        let asker = forum.user("问者").await;
        let body = json!({"category": " 技术分享 ", "title": " 怎么写 ", "body": "**粗** <script>x</script>", "format": "markdown"});
        let made = asker.post("/questions", &body).await;
        let id = made.is(201)["id"].as_i64().unwrap();
        assert_eq!(made.header("location"), Some(format!("/api/v1/questions/{id}").as_str()));
        let mut expected = json!({
            "id": id, "author": asker.card("问者"), "category": "技术分享", "title": "怎么写", "format": "markdown",
            "excerpt": "粗", "body": "**粗** <script>x</script>", "body_html": made["body_html"], "image_urls": [],
            "image_media_ids": [], "answer_count": 0, "accepted_answer_id": null, "created_at": made["created_at"],
            "edited_at": null, "last_activity_at": made["created_at"],
            "viewer": {"can": {"edit": true, "delete": true, "comment": true, "like": false, "moderate": false}},
        });
        assert_eq!(made.json, expected);
        let html = made["body_html"].as_str().unwrap();
        assert!(html.contains("<strong>粗</strong>") && !html.contains("script"), "{html}");
        let path = format!("/questions/{id}");
        let alone = asker.get(&path).await;
        assert_eq!((alone.is(200).json.clone(), alone.header("etag")), (expected.clone(), made.header("etag")));
        expected["viewer"] = Value::Null;
        assert_eq!(forum.client.get(&path).await.is(200).json, expected);
        expected.as_object_mut().unwrap().retain(|field, _| !field.starts_with("body"));
        for list in ["/questions".to_owned(), format!("/users/{}/questions", asker.id)] {
            assert_eq!(forum.client.get(&list).await.is(200).items(), std::slice::from_ref(&expected), "{list}");
        }
        let counts = forum.client.get("/questions/categories").await;
        assert_eq!(counts.is(200)["items"], json!([
            {"name": "技术问答", "question_count": 0}, {"name": "技术分享", "question_count": 1}]));
        forum.is_sound().await;
    }

    async fn a_question_that_cannot_be_asked_is_told_why(forum: Forum) {
        let asker = forum.user("问者").await;
        let good = json!({"category": "技术问答", "title": "题", "body": "文", "format": "plain"});
        let with = |field: &str, value: Value| { let mut body = good.clone(); body[field] = value; body };
        for (field, value, flaw) in [
            ("category", json!("闲聊"), ("/category", "not_allowed")),
            ("title", json!(" "), ("/title", "too_short")),
            ("title", json!("长".repeat(257)), ("/title", "too_long")),
            ("body", json!(""), ("/body", "too_short")),
            ("image_media_ids", json!((1..=10).collect::<Vec<i64>>()), ("/image_media_ids", "too_long")),
            ("image_media_ids", json!([0]), ("/image_media_ids/0", "unknown")),
            ("image_media_ids", json!([7]), ("/image_media_ids/0", "unknown")),
        ] {
            asker.post("/questions", &with(field, value)).await.invalid(&[flaw]);
        }
        let many = json!({"category": "", "title": "", "body": "", "format": "plain", "image_media_ids": [-1]});
        asker.post("/questions", &many).await.invalid(&[
            ("/category", "not_allowed"), ("/title", "too_short"), ("/body", "too_short"), ("/image_media_ids/0", "unknown")]);
        forum.client.post("/questions", &good).await.refused(401, "auth.required");
        asker.post("/questions", &with("title", json!("长".repeat(256)))).await.is(201);
        for missing in ["/questions/1000000", "/questions/x"] {
            forum.client.get(missing).await.refused(404, "question.not_found");
        }
        for missing in ["/users/1000000/questions", "/users/x/answers"] {
            forum.client.get(missing).await.refused(404, "account.not_found");
        }
        forum.client.get("/questions?category=闲聊").await.invalid(&[("/category", "not_allowed")]);
    }

    async fn questions_are_listed_by_time_category_and_what_nobody_answered(forum: Forum) {
        let (asker, other) = (forum.user("问者").await, forum.user("别人").await);
        let mut asked = Vec::new();
        for number in 0..5 {
            asked.push(asker.ask_question(&format!("第{number}问")).await);
        }
        let shared = json!({"category": "技术分享", "title": "分享", "body": "文", "format": "plain"});
        asked.push(other.post("/questions", &shared).await.is(201)["id"].as_i64().unwrap());
        other.write_answer(asked[1], "答").await;
        let gone = other.write_answer(asked[2], "误").await;
        other.delete(&format!("/answers/{gone}")).await.is(204);
        let ids = |items: &[Value]| items.iter().map(|one| one["id"].as_i64().unwrap()).collect::<Vec<_>>();
        let newest: Vec<i64> = asked.iter().rev().copied().collect();
        for limit in [1, 4] {
            assert_eq!(ids(&pages(&forum, None, "/questions", limit).await), newest);
            let unanswered = pages(&forum, Some(&asker), "/questions?filter=unanswered", limit).await;
            assert_eq!(ids(&unanswered), newest.iter().copied().filter(|id| *id != asked[1]).collect::<Vec<_>>());
            let his = pages(&forum, None, &format!("/users/{}/questions", asker.id), limit).await;
            assert_eq!(ids(&his), newest[1..]);
        }
        assert_eq!(forum.client.get("/questions?category=技术分享").await.ids(), [asked[5]]);
        // Only who answered stands out, first of the active and of the hot.
        for sort in ["active", "hot"] {
            let ranked = forum.client.get(&format!("/questions?sort={sort}")).await.is(200).ids();
            assert_eq!(ranked.len(), 6, "{sort}");
            assert!(ranked[..2].contains(&asked[1]), "{sort} {ranked:?}");
            assert_eq!(pages(&forum, None, &format!("/questions?sort={sort}"), 2).await.len(), 6);
        }
        assert_eq!(forum.client.get(&format!("/users/{}/answers", other.id)).await.is(200).items().len(), 1);
        forum.is_sound().await;
    }

    async fn a_question_is_edited_by_the_asker_and_only_if_it_is_still_the_same(forum: Forum) {
        let (asker, other) = (forum.user("问者").await, forum.user("别人").await);
        let id = asker.ask_question("题").await;
        let path = format!("/questions/{id}");
        let seen = asker.get(&path).await;
        let etag = seen.header("etag").unwrap().to_owned();
        assert_eq!(asker.patch(&path, &json!({"title": "题", "format": "plain"})).await.is(200).json, seen.json);
        // An answer in between fails nobody's edit.
        other.write_answer(id, "答").await;
        let edit = |title: &str| asker.request("PATCH", &path).header("if-match", &etag).json(&json!({"title": title}));
        let edited = edit("新题").send().await;
        assert_eq!([&edited.is(200)["title"], &edited["body"]], ["新题", "题：正文"]);
        assert!(edited["edited_at"].is_string());
        edit("更新").send().await.refused(412, "request.precondition_failed");
        asker.request("DELETE", &path).header("if-match", &etag).send().await.refused(412, "request.precondition_failed");
        other.patch(&path, &json!({"title": "抢"})).await.refused(403, "question.not_allowed");
        other.delete(&path).await.refused(403, "question.not_allowed");
        asker.patch(&path, &json!({"title": null})).await.is(422);
        asker.delete(&path).await.is(204);
        asker.delete(&path).await.refused(404, "question.not_found");
    }

    async fn under_a_deleted_question_nothing_is_left(forum: Forum) {
        let (asker, other) = (forum.user("问者").await, forum.user("别人").await);
        let question = asker.ask_question("题").await;
        let answer = other.write_answer(question, "答").await;
        let reply = asker.post(&format!("/answers/{answer}/replies"), &json!({"body": "谢"})).await.is(201)["id"].as_i64().unwrap();
        let moderator = forum.user("站管").await;
        let role = forum_domain::account::SiteRole::Moderator;
        forum.inside.accounts.set_site_role(moderator.actor().user_id, role).await.unwrap();
        assert_eq!(moderator.get(&format!("/questions/{question}")).await["viewer"]["can"]["moderate"], true);
        moderator.delete(&format!("/questions/{question}")).await.is(204);
        for (path, code) in [
            (format!("/questions/{question}"), "question.not_found"),
            (format!("/questions/{question}/answers"), "question.not_found"),
            (format!("/questions/{question}/answers?sort=new"), "question.not_found"),
            (format!("/answers/{answer}"), "answer.not_found"),
            (format!("/answers/{answer}/replies"), "answer.not_found"),
            (format!("/answer-replies/{reply}"), "answer_reply.not_found"),
        ] {
            forum.client.get(&path).await.refused(404, code);
        }
        for list in ["/questions".to_owned(), format!("/users/{}/answers", other.id), format!("/users/{}/questions", asker.id)] {
            assert_eq!(forum.client.get(&list).await.is(200).items().len(), 0, "{list}");
        }
        let like = format!("/answers/{answer}/like");
        asker.put(&like, &json!({})).await.refused(404, "answer.not_found");
        asker.post(&format!("/answers/{answer}/replies"), &json!({"body": "又"})).await.refused(404, "answer.not_found");
        asker.post(&format!("/questions/{question}/answers"), &json!({"body": "又", "format": "plain"})).await.refused(404, "question.not_found");
        asker.put(&format!("/questions/{question}/accepted-answer"), &json!({"answer_id": answer})).await.refused(404, "question.not_found");
        forum.is_sound().await;
    }

    async fn a_question_is_asked_once_under_its_key(forum: Forum) {
        let asker = forum.user("问者").await;
        let body = json!({"category": "技术问答", "title": "题", "body": "文", "format": "plain"});
        let ask = || asker.request("POST", "/questions").header("idempotency-key", "k1").json(&body);
        let (first, again) = (ask().send().await, ask().send().await);
        assert_eq!((first.is(201).json.clone(), first.header("location")), (again.is(201).json.clone(), again.header("location")));
        assert_eq!(forum.client.get("/questions").await.items().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn images_are_ones_own_uploads_for_everybody_in_their_order() {
    let forum = Forum::start(Backend::Shared, &[]).await;
    let (asker, other) = (forum.user("问者").await, forum.user("别人").await);
    let group = forum.group(&asker, "茶馆", json!({})).await;
    let upload = |id: i64, owner: i64, group: &str| {
        let members = if group == "NULL" { String::new() } else { format!("g{group}-") };
        format!(
            "INSERT INTO media (id, key, owner_id, group_id, content_type, width, height, byte_size, created_at) \
         SELECT {id}, '{members}{id:032x}.png', {owner}, {group}, 'image/png', 1, 1, 1, created_at FROM users WHERE id = {owner}"
        )
    };
    for (id, owner, group) in [
        (501, &asker, "NULL".into()),
        (502, &asker, "NULL".into()),
        (503, &other, "NULL".into()),
        (504, &asker, group.to_string()),
    ] {
        forum.execute(&upload(id, owner.id, &group)).await;
    }
    let ask = |images: Value| json!({"category": "技术问答", "title": "题", "body": "文", "format": "plain", "image_media_ids": images});
    for (images, pointer, code) in [
        (json!([501, 503]), "/image_media_ids/1", "unknown"),
        (json!([504, 501]), "/image_media_ids/0", "unknown"),
        (json!([501, 501]), "/image_media_ids/1", "not_allowed"),
    ] {
        asker.post("/questions", &ask(images)).await.invalid(&[(pointer, code)]);
    }
    let made = asker.post("/questions", &ask(json!([502, 501]))).await;
    assert_eq!(made.is(201)["image_media_ids"], json!([502, 501]));
    let urls = made["image_urls"].as_array().unwrap();
    assert!(urls[0].as_str().unwrap().ends_with(&format!("/media/{:032x}.png", 502)), "{urls:?}");
    let path = format!("/questions/{}", made["id"]);
    assert_eq!(forum.client.get("/questions").await.items()[0]["image_urls"], made["image_urls"]);
    asker
        .patch(&path, &json!({"image_media_ids": [501, 503]}))
        .await
        .invalid(&[("/image_media_ids/1", "unknown")]);
    // The same images again are no edit, others are, and none.
    assert_eq!(
        asker.patch(&path, &json!({"image_media_ids": [502, 501]})).await.is(200)["edited_at"],
        Value::Null
    );
    assert_eq!(
        asker.patch(&path, &json!({"image_media_ids": [501]})).await.is(200)["image_media_ids"],
        json!([501])
    );
    assert_eq!(asker.patch(&path, &json!({"image_media_ids": []})).await.is(200)["image_urls"], json!([]));
    // An upload that is deleted goes with it.
    asker.patch(&path, &json!({"image_media_ids": [501, 502]})).await.is(200);
    forum.execute("DELETE FROM media WHERE id = 501").await;
    assert_eq!(forum.client.get(&path).await["image_media_ids"], json!([502]));
}
