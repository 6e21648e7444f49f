//! Answers: writing, listing and accepting them, likes of them, and replies under them.

use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Forum, both},
};

fn ids(items: &[Value]) -> Vec<i64> {
    items.iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

both! {
    async fn an_answer_is_made_counted_and_seen(forum: Forum) {
        let (asker, expert) = (forum.user("问者").await, forum.user("专家").await);
        let question = asker.ask_question("题").await;
        let list = format!("/questions/{question}/answers");
        let made = expert.post(&list, &json!({"body": "*对*", "format": "markdown"})).await;
        let id = made.is(201)["id"].as_i64().unwrap();
        assert_eq!(made.header("location"), Some(format!("/api/v1/answers/{id}").as_str()));
        let mut expected = json!({
            "id": id, "question_id": question, "author": expert.card("专家"), "format": "markdown", "excerpt": "对",
            "body": "*对*", "body_html": made["body_html"], "like_count": 0, "reply_count": 0, "accepted": false,
            "created_at": made["created_at"], "edited_at": null,
            "viewer": {"liked": false, "can": {
                "edit": true, "delete": true, "comment": true, "like": false, "moderate": false}},
        });
        assert_eq!(made.json, expected);
        let seen = asker.get(&format!("/questions/{question}")).await;
        assert_eq!([&seen["answer_count"], &seen["last_activity_at"]], [&json!(1), &made["created_at"]]);
        expected["viewer"] = Value::Null;
        for sort in ["hot", "new", "old"] {
            let listed = forum.client.get(&format!("{list}?sort={sort}")).await;
            assert_eq!(listed.is(200).items(), std::slice::from_ref(&expected), "{sort}");
        }
        assert_eq!(forum.client.get(&format!("/users/{}/answers", expert.id)).await.items(), std::slice::from_ref(&expected));
        for (body, flaw) in [("", "too_short"), (&*"长".repeat(20_001), "too_long")] {
            expert.post(&list, &json!({"body": body, "format": "plain"})).await.invalid(&[("/body", flaw)]);
        }
        forum.client.post(&list, &json!({"body": "答", "format": "plain"})).await.refused(401, "auth.required");
        forum.is_sound().await;
    }

    async fn the_accepted_answer_stands_first_in_every_order_and_may_change(forum: Forum) {
        let (asker, expert) = (forum.user("问者").await, forum.user("专家").await);
        let question = asker.ask_question("题").await;
        let mut answers = Vec::new();
        for number in 0..5 {
            answers.push(expert.write_answer(question, &format!("第{number}答")).await);
        }
        let (path, list) = (format!("/questions/{question}/accepted-answer"), format!("/questions/{question}/answers"));
        // Whoever asks for the hot ones finds the answer that was just written.
        assert_eq!(forum.client.get(&list).await.is(200).ids(), answers);
        answers.push(asker.write_answer(question, "自答").await);
        assert_eq!(forum.client.get(&list).await.is(200).ids(), answers);
        for accepted in [answers[2], answers[4], answers[4]] {
            let question = asker.put(&path, &json!({"answer_id": accepted})).await;
            assert_eq!([&question.is(200)["accepted_answer_id"], &question["edited_at"]], [&json!(accepted), &Value::Null]);
            let others: Vec<i64> = answers.iter().copied().filter(|id| *id != accepted).collect();
            let backwards: Vec<i64> = others.iter().rev().copied().collect();
            for limit in [1, 2, 100] {
                for (sort, rest) in [("hot", &others), ("old", &others), ("new", &backwards)] {
                    let listed = pages(&forum, Some(&asker), &format!("{list}?sort={sort}"), limit).await;
                    assert_eq!(ids(&listed), [&[accepted], &rest[..]].concat(), "{sort} {limit}");
                    assert_eq!(listed.iter().filter(|one| one["accepted"] == true).count(), 1);
                }
            }
        }
        expert.put(&path, &json!({"answer_id": answers[0]})).await.refused(403, "question.not_allowed");
        expert.delete(&path).await.refused(403, "question.not_allowed");
        let other = asker.ask_question("别题").await;
        let foreign = expert.write_answer(other, "答").await;
        for unknown in [foreign, 1_000_000, 0] {
            asker.put(&path, &json!({"answer_id": unknown})).await.invalid(&[("/answer_id", "unknown")]);
        }
        // The accepted one deleted, none is accepted; nor can a deleted one be.
        expert.delete(&format!("/answers/{}", answers[4])).await.is(204);
        let seen = asker.get(&format!("/questions/{question}")).await;
        assert_eq!([&seen["accepted_answer_id"], &seen["answer_count"]], [&Value::Null, &json!(5)]);
        asker.put(&path, &json!({"answer_id": answers[4]})).await.invalid(&[("/answer_id", "unknown")]);
        asker.put(&path, &json!({"answer_id": answers[1]})).await.is(200);
        for _ in 0..2 {
            asker.delete(&path).await.is(204);
            assert_eq!(asker.get(&format!("/questions/{question}")).await["accepted_answer_id"], Value::Null);
        }
        assert_eq!(forum.client.get(&list).await.is(200).ids(), [0, 1, 2, 3, 5].map(|at: usize| answers[at]));
        forum.is_sound().await;
    }

    async fn an_answer_is_edited_and_deleted_by_who_wrote_it(forum: Forum) {
        let (asker, expert) = (forum.user("问者").await, forum.user("专家").await);
        let question = asker.ask_question("题").await;
        let answer = expert.write_answer(question, "答").await;
        let path = format!("/answers/{answer}");
        let seen = expert.get(&path).await;
        let etag = seen.header("etag").unwrap().to_owned();
        assert_eq!(expert.patch(&path, &json!({})).await.is(200).json, seen.json);
        asker.patch(&path, &json!({"body": "改"})).await.refused(403, "answer.not_allowed");
        asker.delete(&path).await.refused(403, "answer.not_allowed");
        asker.put(&format!("{path}/like"), &json!({})).await.is(200);
        let edit = |body: &str| expert.request("PATCH", &path).header("if-match", &etag).json(&json!({"body": body}));
        let edited = edit("改").send().await;
        assert_eq!([&edited.is(200)["body"], &edited["like_count"]], [&json!("改"), &json!(1)]);
        edit("再改").send().await.refused(412, "request.precondition_failed");
        assert_eq!(expert.patch(&path, &json!({"format": "markdown"})).await.is(200)["format"], "markdown");
        expert.patch(&path, &json!({"body": null})).await.is(422);
        expert.delete(&path).await.is(204);
        expert.delete(&path).await.refused(404, "answer.not_found");
        assert_eq!(asker.get(&format!("/questions/{question}")).await["answer_count"], 0);
        forum.is_sound().await;
    }

    async fn an_answer_is_liked_out_of_the_same_quotas(forum: Forum) {
        let (asker, expert) = (forum.user("问者").await, forum.user("专家").await);
        let question = asker.ask_question("题").await;
        let mut paths = Vec::new();
        for _ in 0..11 {
            paths.push(format!("/answers/{}", expert.write_answer(question, "答").await));
        }
        let like = |path: &String| format!("{path}/like");
        expert.put(&like(&paths[0]), &json!({})).await.refused(403, "like.own_content");
        for (used, path) in (1..=10).zip(&paths) {
            for _ in 0..2 {
                let state = asker.put(&like(path), &json!({})).await;
                let left = [&state.is(200)["remaining_today"], &state["remaining_for_author"]];
                assert_eq!((&state["like_count"], left), (&json!(1), [&json!(50 - used), &json!(10 - used)]));
            }
        }
        asker.put(&like(&paths[10]), &json!({})).await.refused(429, "like.author_limit");
        assert_eq!(asker.get(&paths[3]).await["viewer"]["liked"], true);
        assert_eq!(asker.delete(&like(&paths[3])).await.is(200)["remaining_for_author"], 1);
        assert_eq!(asker.get(&paths[3]).await["like_count"], 0);
        asker.put(&like(&paths[10]), &json!({})).await.is(200);
        forum.is_sound().await;
    }

    async fn replies_stand_under_an_answer_and_answer_who_spoke_there(forum: Forum) {
        let (asker, expert, third) = (forum.user("问者").await, forum.user("专家").await, forum.user("旁人").await);
        let question = asker.ask_question("题").await;
        let answer = expert.write_answer(question, "答").await;
        let list = format!("/answers/{answer}/replies");
        let made = asker.post(&list, &json!({"body": " 谢\n<b> ", "reply_to_user_id": expert.id})).await;
        let first = made.is(201)["id"].as_i64().unwrap();
        let path = format!("/answer-replies/{first}");
        assert_eq!(made.header("location"), Some(format!("/api/v1{path}").as_str()));
        let mut expected = json!({
            "id": first, "answer_id": answer, "author": asker.card("问者"), "reply_to": expert.card("专家"),
            "body": "谢\n<b>", "body_html": "<p>谢<br>&lt;b&gt;</p>", "deleted": false,
            "created_at": made["created_at"], "edited_at": null,
            "viewer": {"can": {"edit": true, "delete": true, "comment": true, "like": false, "moderate": false}},
        });
        assert_eq!(made.json, expected);
        let seen = asker.get(&format!("/questions/{question}")).await;
        assert_eq!(seen["last_activity_at"], made["created_at"]);
        third.post(&list, &json!({"body": "谁", "reply_to_user_id": third.id})).await.invalid(&[("/reply_to_user_id", "unknown")]);
        let second = third.post(&list, &json!({"body": "同问", "reply_to_user_id": asker.id})).await.is(201)["id"].as_i64().unwrap();
        assert_eq!(forum.client.get(&format!("/answers/{answer}")).await["reply_count"], 2);
        assert_eq!(ids(&pages(&forum, None, &list, 1).await), [first, second]);

        // Edited by its author alone.
        third.patch(&path, &json!({"body": "改"})).await.refused(403, "answer_reply.not_allowed");
        let etag = made.header("etag").unwrap();
        let edit = || asker.request("PATCH", &path).header("if-match", etag).json(&json!({"body": "改"}));
        assert_eq!(edit().send().await.is(200)["body"], "改");
        edit().send().await.refused(412, "request.precondition_failed");

        // A deleted one stands as a tombstone while it is answered, and counts no more.
        third.delete(&path).await.refused(403, "answer_reply.not_allowed");
        asker.delete(&path).await.is(204);
        asker.delete(&path).await.refused(404, "answer_reply.not_found");
        for field in ["author", "reply_to", "body", "body_html", "viewer"] {
            expected[field] = Value::Null;
        }
        expected["deleted"] = json!(true);
        let tombstone = forum.client.get(&path).await;
        expected["edited_at"] = tombstone.is(200)["edited_at"].clone();
        assert_eq!(tombstone.json, expected);
        assert_eq!(forum.client.get(&list).await.ids(), [first, second]);
        assert_eq!(forum.client.get(&format!("/answers/{answer}")).await["reply_count"], 1);
        third.delete(&format!("/answer-replies/{second}")).await.is(204);
        assert_eq!(forum.client.get(&list).await.is(200).items().len(), 0);
        forum.client.get(&path).await.refused(404, "answer_reply.not_found");
        forum.is_sound().await;
    }
}
