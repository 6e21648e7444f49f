//! Notifications over HTTP: what follows an event a moment after its answer.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Community, Forum, User, both, eventually};

/// How long what follows may take.
const SOON: Duration = Duration::from_secs(10);

/// Waits until this user counts so many unread notifications.
async fn unread(user: &User, count: i64) {
    eventually(SOON, || async {
        user.get("/me/notifications/unread-count").await.is(200)["unread"] == count
    })
    .await;
}

both! {
    async fn what_others_do_is_told(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let (author, member) = (&place.author, &place.member);
        let post = author.write_post(place.id, "题").await;
        let comment = member.write_comment(post, "谢谢@作者，写得好").await;
        member.call("PUT", &format!("/posts/{post}/like")).await.is(200);
        place.owner.call("PUT", &format!("/posts/{post}/like")).await.is(200);
        unread(author, 2).await;
        eventually(SOON, || async {
            author.get("/me/notifications?kind=post_liked").await.items()[0]["actor_count"] == 2
        }).await;
        let listed = author.get("/me/notifications").await;
        assert_eq!(listed.header("cache-control"), Some("no-store"));
        let mut kinds = listed.each("/kind");
        kinds.sort_by_key(Value::to_string);
        assert_eq!(kinds, ["post_commented", "post_liked"]);
        let commented = author.get("/me/notifications?kind=post_commented&unread=true").await;
        let one = &commented.items()[0];
        let target = json!({"type": "post", "id": post, "title": "题", "group_id": place.id, "post_id": post, "question_id": null});
        assert_eq!(one["target"], target);
        assert_eq!(one["actors"], json!([member.card("成员")]));
        assert_eq!((&one["excerpt"], &one["read_at"]), (&json!("谢谢@作者，写得好"), &Value::Null));
        let counted = author.get("/me/notifications/unread-count").await;
        assert_eq!((&counted["by_kind"]["post_liked"], &counted["by_kind"]["system"]), (&json!(1), &json!(0)));
        // Nobody hears of himself.
        assert_eq!(member.get("/me/notifications").await.items().len(), 0);
        // A reply names somebody: he is told, once.
        place.moderator.write_reply(comment, "@成员 同意").await;
        unread(member, 1).await;
        place.moderator.write_comment(post, "@成员 再看").await;
        unread(member, 2).await;
        assert_eq!(member.get("/me/notifications?kind=mentioned").await.items().len(), 1);
        forum.is_sound().await;
    }

    async fn notifications_are_marked_by_exactly_one_of_three_ways(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let author = &place.author;
        let post = author.write_post(place.id, "题").await;
        for number in 0..3 {
            place.member.write_comment(post, &format!("第{number}句")).await;
        }
        unread(author, 3).await;
        let ids = author.get("/me/notifications").await.ids();
        let mark = async |body: Value| author.post("/me/notifications/read", &body).await;
        for (body, pointer, code) in [
            (json!({}), "", "required"),
            (json!({"all": false}), "/all", "not_allowed"),
            (json!({"all": true, "up_to": 1}), "", "not_allowed"),
            (json!({"ids": [0]}), "/ids", "out_of_range"),
            (json!({"ids": vec![1; 101]}), "/ids", "out_of_range"),
        ] {
            mark(body).await.invalid(&[(pointer, code)]);
        }
        mark(json!({"up_to": 999_999})).await.refused(404, "notification.not_found");
        place.member.post("/me/notifications/read", &json!({"up_to": ids[0]})).await.refused(404, "notification.not_found");
        assert_eq!(mark(json!({"ids": [ids[0], 999_999]})).await.is(200)["unread"], 2);
        let again = || author.request("POST", "/me/notifications/read").json(&json!({"up_to": ids[1]}))
            .header("idempotency-key", "k").send();
        for _ in 0..2 {
            assert_eq!(again().await.is(200)["unread"], 0);
        }
        assert_eq!(author.get("/me/notifications?unread=true").await.items().len(), 0);
        assert_eq!(author.get("/me/notifications?unread=false&limit=2").await.ids(), ids[..2]);
        author.get("/me/notifications?kind=nothing").await.is(422);
    }

    async fn sec_22_who_was_taken_out_is_told_nothing_more(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let (author, member) = (&place.author, &place.member);
        let post = author.write_post(place.id, "机密").await;
        member.write_comment(post, "机密评论").await;
        unread(author, 1).await;
        place.leaves(author).await;
        let listed = author.get("/me/notifications").await;
        assert!(!listed.text.contains("机密"), "{listed:?}");
        unread(author, 0).await;
        // What happens after he left, too.
        member.write_comment(post, "@作者 机密").await;
        place.owner.call("PUT", &format!("/posts/{post}/like")).await.is(200);
        unread(&place.moderator, 0).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(author.get("/me/notifications").await.items().len(), 0);
    }

    async fn what_is_not_wanted_is_not_told(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let author = &place.author;
        let mut wanted = author.get("/me/notification-preferences").await.is(200).json.clone();
        assert!(wanted.as_object().unwrap().values().all(|one| one == true));
        author.put("/me/notification-preferences", &json!({"post_liked": false})).await.is(422);
        wanted["post_liked"] = false.into();
        assert_eq!(author.put("/me/notification-preferences", &wanted).await.is(200).json, wanted);
        assert_eq!(author.get("/me/notification-preferences").await.json, wanted);
        let post = author.write_post(place.id, "题").await;
        place.member.call("PUT", &format!("/posts/{post}/like")).await.is(200);
        place.member.write_comment(post, "好").await;
        unread(author, 1).await;
        assert_eq!(author.get("/me/notifications").await.each("/kind"), ["post_commented"]);
    }

    async fn who_asks_is_announced_to_those_who_decide(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let asker = forum.user("想进的").await;
        let request = asker.ask(place.id).await;
        unread(&place.owner, 1).await;
        eventually(SOON, || async {
            place.moderator.get("/me/notifications?kind=join_requested").await.items().len() == 1
        }).await;
        assert_eq!(place.owner.get("/me/notifications").await.items()[0]["target"]["type"], "join_request");
        place.owner.post(&format!("/join-requests/{request}/approve"), &json!({"reply": "欢迎"})).await.is(200);
        unread(&asker, 1).await;
        let told = asker.get("/me/notifications").await;
        assert_eq!((&told.items()[0]["kind"], &told.items()[0]["excerpt"]), (&json!("join_approved"), &json!("欢迎")));
        unread(&place.owner, 0).await;
        // The site speaks, too.
        assert_eq!(forum.inside.notifications.announce("今晚维护", None).await.unwrap(), 5);
        unread(&asker, 2).await;
    }

    async fn what_others_do_with_questions_is_told(forum: Forum) {
        let (asker, answerer, other) = (forum.user("问者").await, forum.user("答者").await, forum.user("别人").await);
        let question = asker.ask_question("怎么写").await;
        let answer = answerer.write_answer(question, "这样写").await;
        unread(&asker, 1).await;
        let told = asker.get("/me/notifications").await;
        let one = &told.items()[0];
        let target = json!({"type": "answer", "id": answer, "title": "怎么写", "group_id": null, "post_id": null, "question_id": question});
        assert_eq!((&one["kind"], &one["target"], &one["excerpt"]), (&json!("question_answered"), &target, &json!("这样写")));
        assert_eq!(one["actors"], json!([answerer.card("答者")]));
        let replies = format!("/answers/{answer}/replies");
        let reply = other.post(&replies, &json!({"body": "@问者 同问"})).await.is(201)["id"].as_i64().unwrap();
        let like = format!("/answers/{answer}/like");
        for user in [&asker, &other] {
            user.call("PUT", &like).await.is(200);
        }
        let accepted = format!("/questions/{question}/accepted-answer");
        asker.put(&accepted, &json!({"answer_id": answer})).await.is(200);
        unread(&answerer, 3).await;
        let mut kinds = answerer.get("/me/notifications").await.each("/kind");
        kinds.sort_by_key(Value::to_string);
        assert_eq!(kinds, ["answer_accepted", "answer_liked", "answer_replied"]);
        for listed in answerer.get("/me/notifications").await.items() {
            assert_eq!(listed["target"], target, "{listed}");
        }
        eventually(SOON, || async {
            answerer.get("/me/notifications?kind=answer_liked").await.items()[0]["actor_count"] == 2
        }).await;
        unread(&asker, 2).await;
        let named = asker.get("/me/notifications?kind=mentioned").await;
        assert_eq!((&named.items()[0]["target"], &named.items()[0]["excerpt"]), (&target, &json!("@问者 同问")));
        // What is undone goes away.
        for user in [&asker, &other] {
            user.delete(&like).await.is(200);
        }
        asker.delete(&accepted).await.is(204);
        unread(&answerer, 1).await;
        other.delete(&format!("/answer-replies/{reply}")).await.is(204);
        unread(&answerer, 0).await;
        unread(&asker, 1).await;
        answerer.delete(&format!("/answers/{answer}")).await.is(204);
        unread(&asker, 0).await;
        assert_eq!(asker.get("/me/notifications").await.items().len(), 0);
        forum.is_sound().await;
    }
}
