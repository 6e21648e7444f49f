//! Reports and what becomes of them, the log, the word filter, and what admins see and change.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Community, Forum, User, at_once, both};

async fn report(user: &User, kind: &str, id: i64) -> i64 {
    let body = json!({"target_type": kind, "target_id": id, "reason": "spam", "detail": "广告"});
    user.post("/reports", &body).await.is(201)["id"].as_i64().unwrap()
}

async fn resolve(user: &User, report: i64, body: Value) -> crate::support::Answer {
    user.post(&format!("/moderation/reports/{report}/resolve"), &body).await
}

async fn become_(forum: &Forum, user: &User, role: forum_domain::account::SiteRole) {
    forum.inside.accounts.set_site_role(user.actor().user_id, role).await.unwrap();
}

both! {
    async fn a_report_is_made_once_seen_in_its_queue_and_resolved_once(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let post = place.author.write_post(place.id, "题").await;
        let body = json!({"target_type": "post", "target_id": post, "reason": "spam", "detail": "广告"});
        let made = place.member.post("/reports", &body).await;
        let id = made.is(201)["id"].as_i64().unwrap();
        assert_eq!(made.header("location"), Some(format!("/api/v1/moderation/reports/{id}").as_str()));
        assert_eq!([&made["status"], &made["reason"], &made["detail"]], ["open", "spam", "广告"]);
        // What it says is for those who moderate.
        assert_eq!([&made["target"]["title"], &made["author"]], [&Value::Null; 2]);
        place.member.post("/reports", &body).await.refused(409, "report.already_reported");
        place.owner.post("/reports", &body).await.is(201);
        let queue = format!("/moderation/reports?group_id={}&status=open", place.id);
        let listed = place.moderator.get(&queue).await;
        assert_eq!(listed.is(200).items().len(), 2);
        let item = &listed.items()[1];
        assert_eq!([&item["target"]["title"], &item["target"]["type"]], ["题", "post"]);
        assert_eq!(item["author"], place.author.card("作者"));
        assert_eq!(item["reporter"], place.member.card("成员"));
        place.member.get(&queue).await.refused(403, "group.not_allowed");
        place.moderator.get("/moderation/reports").await.refused(403, "report.not_allowed");
        // Two resolve at once.
        let (one, two) = (place.owner.clone(), place.moderator.clone());
        let answers = at_once(2, move |n| {
            let user = if n == 0 { one.clone() } else { two.clone() };
            async move { resolve(&user, id, json!({"action": "remove", "note": "违规"})).await }
        }).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let done = answers.iter().find(|answer| answer.status == 200).unwrap();
        assert_eq!([&done["status"], &done["action"], &done["note"]], ["resolved", "remove", "违规"]);
        // Both reports are resolved, the post is gone and counted out, and it all stands in the log.
        assert_eq!(place.moderator.get(&queue).await.items().len(), 0);
        place.author.get(&format!("/posts/{post}")).await.refused(404, "post.not_found");
        assert_eq!(place.owner.get(&format!("/groups/{}", place.id)).await["post_count"], 0);
        let log = place.moderator.get(&format!("/groups/{}/moderation-log", place.id)).await;
        assert_eq!(log.is(200).items().len(), 1);
        let line = &log.items()[0];
        assert_eq!([&line["action"], &line["note"], &line["target"]["title"]], ["delete", "违规", "题"]);
        let seen = place.member.get(&format!("/moderation/reports/{id}")).await;
        assert_eq!([&seen.is(200)["status"], &seen["note"], &seen["resolved_by"]], [&json!("resolved"), &Value::Null, &Value::Null]);
        forum.is_sound().await;
    }

    async fn of_one_report_sent_many_times_one_is_made(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let user = place.member.clone();
        let answers = at_once(30, move |_| {
            let user = user.clone();
            async move { user.post("/reports", &json!({"target_type": "post", "target_id": post, "reason": "abuse"})).await }
        }).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 29);
        forum.is_sound().await;
    }

    async fn a_mute_and_a_ban_fall_on_the_author(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        let muting = report(&place.member, "comment", comment).await;
        resolve(&place.moderator, muting, json!({"action": "mute"})).await.is(200);
        place.author.post(&format!("/posts/{post}/comments"), &json!({"body": "x"})).await.refused(403, "group.muted");
        // It stays where it is.
        place.member.get(&format!("/comments/{comment}")).await.is(200);
        let banning = report(&place.member, "post", post).await;
        resolve(&place.moderator, banning, json!({"action": "suspend"})).await.refused(403, "report.not_allowed");
        resolve(&place.moderator, banning, json!({"action": "ban", "until": "2020-01-01T00:00:00Z"})).await.refused(422, "request.invalid");
        resolve(&place.moderator, banning, json!({"action": "ban"})).await.is(200);
        place.author.post(&format!("/posts/{post}/comments"), &json!({"body": "x"})).await.refused(403, "group.banned");
        // Nobody judges what he wrote himself, nor those above him.
        let own = place.moderator.write_post(place.id, "自己").await;
        let own = report(&place.member, "post", own).await;
        resolve(&place.moderator, own, json!({"action": "dismiss"})).await.refused(403, "report.not_allowed");
        let owners = place.owner.write_post(place.id, "组长").await;
        let owners = report(&place.member, "post", owners).await;
        resolve(&place.moderator, owners, json!({"action": "mute"})).await.refused(403, "member.outranked");
        let deeds: Vec<Value> = place.owner.get(&format!("/groups/{}/moderation-log", place.id)).await.items()
            .iter().map(|line| line["action"].clone()).collect();
        assert_eq!(deeds, ["ban", "mute"]);
        forum.is_sound().await;
    }

    async fn the_site_resolves_what_is_of_no_group_and_a_suspension_ends_sessions(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let judge = forum.user("站长").await;
        become_(&forum, &judge, forum_domain::account::SiteRole::Moderator).await;
        let about_user = report(&place.member, "user", place.author.id).await;
        let about_group = report(&place.member, "group", place.id).await;
        place.owner.get(&format!("/moderation/reports/{about_group}")).await.refused(404, "report.not_found");
        let mine = format!("/moderation/reports?group_id={}", place.id);
        assert_eq!(place.owner.get(&mine).await.items().len(), 0);
        assert_eq!(judge.get("/moderation/reports?status=open").await.is(200).items().len(), 2);
        resolve(&judge, about_user, json!({"action": "ban"})).await.refused(422, "request.invalid");
        resolve(&judge, about_user, json!({"action": "suspend", "note": "停用"})).await.is(200);
        place.author.get("/me").await.refused(401, "auth.invalid_token");
        resolve(&judge, about_group, json!({"action": "remove"})).await.is(200);
        place.owner.get(&format!("/groups/{}", place.id)).await.refused(404, "group.not_found");
        // He who judges stands below an admin.
        let admin = forum.user("管站").await;
        become_(&forum, &admin, forum_domain::account::SiteRole::Admin).await;
        let about_admin = report(&place.member, "user", admin.id).await;
        resolve(&judge, about_admin, json!({"action": "suspend"})).await.refused(403, "member.outranked");
        forum.is_sound().await;
    }

    async fn every_deed_of_moderators_stands_in_the_log(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        for mark in ["pin", "excellent", "lock"] {
            for method in ["PUT", "PUT", "DELETE"] {
                place.moderator.call(method, &format!("/posts/{post}/{mark}")).await.is(204);
            }
        }
        place.moderator.delete(&format!("/comments/{comment}")).await.is(204);
        place.moderator.delete(&format!("/posts/{post}")).await.is(204);
        place.moderator.call("POST", &format!("/posts/{post}/restore")).await.is(200);
        let member = format!("/groups/{}/members/{}", place.id, place.member.id);
        let until = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
        place.moderator.patch(&member, &json!({"muted_until": until})).await.is(200);
        place.moderator.patch(&member, &json!({"muted_until": null})).await.is(200);
        place.owner.patch(&member, &json!({"role": "moderator"})).await.is(200);
        place.owner.delete(&member).await.is(204);
        let ban = format!("/groups/{}/bans/{}", place.id, place.member.id);
        place.owner.put(&ban, &json!({"reason": "闹"})).await.is(204);
        place.owner.delete(&ban).await.is(204);
        // His own is no deed.
        let own = place.author.write_post(place.id, "自己的").await;
        place.author.delete(&format!("/posts/{own}")).await.is(204);
        let log = place.owner.get(&format!("/groups/{}/moderation-log?limit=100", place.id)).await;
        let mut deeds: Vec<&str> = log.is(200).items().iter().map(|line| line["action"].as_str().unwrap()).collect();
        deeds.reverse();
        assert_eq!(deeds, ["pin", "unpin", "mark_excellent", "unmark_excellent", "lock", "unlock", "delete", "delete",
            "restore", "mute", "unmute", "change_role", "remove_member", "ban", "unban"]);
        forum.is_sound().await;
    }

    async fn admins_see_and_change_accounts(forum: Forum) {
        let (admin, user) = (forum.user("管站").await, forum.user("某人").await);
        become_(&forum, &admin, forum_domain::account::SiteRole::Admin).await;
        let found = admin.get("/admin/users?q=某人").await;
        assert_eq!(found.is(200).items()[0]["id"], user.id);
        assert!(!found.text.contains(&user.mobile[1..]), "no mobile but one's own");
        assert_eq!(admin.get(&format!("/admin/users?q={}", user.mobile)).await.items().len(), 1);
        assert_eq!(admin.get("/admin/users?role=admin").await.ids(), [admin.id]);
        let path = format!("/admin/users/{}", user.id);
        assert_eq!(admin.patch(&path, &json!({"role": "moderator"})).await.is(200)["role"], "moderator");
        user.get("/admin/users").await.refused(403, "admin.required");
        let own = format!("/admin/users/{}", admin.id);
        admin.patch(&own, &json!({"role": "user"})).await.refused(403, "admin.own_account");
        let until = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
        admin.patch(&path, &json!({"suspended_until": until})).await.is(200);
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        user.get("/me").await.refused(401, "auth.invalid_token");
        let stats = admin.get("/admin/stats").await;
        assert_eq!([&stats.is(200)["users"], &stats["suspended_users"], &stats["open_reports"]], [2, 1, 0]);
        assert_eq!(admin.patch(&path, &json!({"suspended_until": null})).await.is(200)["suspended_until"], Value::Null);
        let log = admin.get("/admin/moderation-log").await;
        let deeds: Vec<&str> = log.is(200).items().iter().map(|line| line["action"].as_str().unwrap()).collect();
        assert_eq!(deeds, ["unsuspend", "suspend", "change_site_role", "change_site_role"]);
        admin.patch("/admin/users/999999", &json!({"role": "user"})).await.refused(404, "account.not_found");
    }

    async fn words_are_refused_or_looked_at(forum: Forum) {
        let forum = forum.restart_with(&[("word_filter_refuse", "赌博,casino"), ("word_filter_review", "微信")]).await;
        let place = Community::of(&forum, "public").await;
        let post = |title: &str, body: &str, format: &str| {
            let body = json!({"title": title, "body": body, "format": format});
            place.author.request("POST", &place.posts()).json(&body).send()
        };
        for (title, body, format, pointer) in [
            ("来赌博", "文", "plain", "/title"), ("题", "来赌\u{200b}博", "plain", "/body"),
            ("题", "去ＣＡＳＩＮＯ", "plain", "/body"),
            ("题", "赌<b>博</b>", "html", "/body"),
            ("题", "赌**博**", "markdown", "/body"),
        ] {
            let answer = post(title, body, format).await;
            answer.refused(422, "request.invalid");
            assert_eq!([&answer["errors"][0]["pointer"], &answer["errors"][0]["code"]], [pointer, "refused_words"]);
        }
        let fine = post("题", "加我微信", "plain").await.is(201)["id"].as_i64().unwrap();
        place.author.post(&format!("/posts/{fine}/comments"), &json!({"body": "赌博"})).await.refused(422, "request.invalid");
        let comment = place.author.write_comment(fine, "我的微信").await;
        let reply = place.author.write_reply(comment, "也加微信").await;
        place.author.patch("/me", &json!({"bio": "casino"})).await.refused(422, "request.invalid");
        place.owner.patch(&format!("/groups/{}", place.id), &json!({"notice": "赌博"})).await.refused(422, "request.invalid");
        let queue = place.moderator.get(&format!("/moderation/reports?group_id={}", place.id)).await;
        let targets: Vec<Value> = queue.is(200).items().iter().map(|report| report["target"]["id"].clone()).collect();
        assert_eq!(targets, [reply, comment, fine]);
        let item = &queue.items()[0];
        assert_eq!([&item["reporter"], &item["detail"]], [&Value::Null, &json!("微信")]);
        // An edit that still has it does not queue twice.
        place.author.patch(&format!("/comments/{comment}"), &json!({"body": "微信在此"})).await.is(200);
        assert_eq!(place.moderator.get(&format!("/moderation/reports?group_id={}", place.id)).await.items().len(), 3);
        forum.is_sound().await;
    }

    async fn questions_answers_and_replies_are_reported_to_the_site(forum: Forum) {
        let (asker, answerer, reporter) = (forum.user("问者").await, forum.user("答者").await, forum.user("路人").await);
        let judge = forum.user("站管").await;
        become_(&forum, &judge, forum_domain::account::SiteRole::Moderator).await;
        let question = asker.ask_question("题").await;
        let answer = answerer.write_answer(question, "答").await;
        asker.put(&format!("/questions/{question}/accepted-answer"), &json!({"answer_id": answer})).await.is(200);
        let replies = format!("/answers/{answer}/replies");
        let reply = asker.post(&replies, &json!({"body": "谢"})).await.is(201)["id"].as_i64().unwrap();
        let body = json!({"target_type": "answer", "target_id": 999_999, "reason": "spam"});
        reporter.post("/reports", &body).await.refused(404, "report.target_not_found");
        let ids = [
            report(&reporter, "answer_reply", reply).await,
            report(&reporter, "answer", answer).await,
            report(&reporter, "question", question).await,
        ];
        let again = json!({"target_type": "question", "target_id": question, "reason": "abuse"});
        reporter.post("/reports", &again).await.refused(409, "report.already_reported");
        asker.get(&format!("/moderation/reports/{}", ids[2])).await.refused(404, "report.not_found");
        let queue = judge.get("/moderation/reports?status=open").await;
        let targets: Vec<Value> = queue.is(200).items().iter().map(|report| report["target"].clone()).collect();
        assert_eq!(targets, [
            json!({"type": "question", "id": question, "title": "题", "excerpt": "题：正文"}),
            json!({"type": "answer", "id": answer, "title": "题", "excerpt": "答"}),
            json!({"type": "answer_reply", "id": reply, "title": "题", "excerpt": "谢"}),
        ]);
        assert_eq!([&queue.items()[1]["group_id"], &queue.items()[1]["author"]], [&Value::Null, &answerer.card("答者")]);
        for action in ["mute", "ban"] {
            resolve(&judge, ids[1], json!({"action": action})).await.invalid(&[("/action", "not_allowed")]);
        }
        resolve(&judge, ids[0], json!({"action": "remove"})).await.is(200);
        forum.client.get(&format!("/answer-replies/{reply}")).await.refused(404, "answer_reply.not_found");
        resolve(&judge, ids[1], json!({"action": "remove", "note": "违规"})).await.is(200);
        forum.client.get(&format!("/answers/{answer}")).await.refused(404, "answer.not_found");
        let left = forum.client.get(&format!("/questions/{question}")).await;
        assert_eq!([&left.is(200)["answer_count"], &left["accepted_answer_id"]], [&json!(0), &Value::Null]);
        resolve(&judge, ids[2], json!({"action": "suspend"})).await.is(200);
        asker.get("/me").await.refused(401, "auth.invalid_token");
        forum.client.get(&format!("/questions/{question}")).await.is(200);
        // Who judges needs no report, and it stands in the log all the same.
        judge.delete(&format!("/questions/{question}")).await.is(204);
        let admin = forum.user("管站").await;
        become_(&forum, &admin, forum_domain::account::SiteRole::Admin).await;
        let log = admin.get("/admin/moderation-log").await;
        let deeds: Vec<(&str, &str)> = log.is(200).items().iter()
            .map(|line| (line["action"].as_str().unwrap(), line["target"]["type"].as_str().unwrap())).collect();
        assert_eq!(deeds[1..5], [("delete", "question"), ("suspend", "user"), ("delete", "answer"), ("delete", "answer_reply")]);
        forum.is_sound().await;
    }

    async fn words_in_questions_answers_and_replies_are_refused_or_looked_at(forum: Forum) {
        let forum = forum.restart_with(&[("word_filter_refuse", "赌博"), ("word_filter_review", "微信")]).await;
        let user = forum.user("问者").await;
        let ask = |title: &str, body: &str| json!({"category": "技术问答", "title": title, "body": body, "format": "markdown"});
        user.post("/questions", &ask("来赌博", "文")).await.invalid(&[("/title", "refused_words")]);
        user.post("/questions", &ask("题", "赌**博**")).await.invalid(&[("/body", "refused_words")]);
        let question = user.post("/questions", &ask("题", "加我微信")).await.is(201)["id"].as_i64().unwrap();
        let path = format!("/questions/{question}");
        user.patch(&path, &json!({"title": "赌博"})).await.invalid(&[("/title", "refused_words")]);
        let answers = format!("{path}/answers");
        let wrong = json!({"body": "去赌博", "format": "plain"});
        user.post(&answers, &wrong).await.invalid(&[("/body", "refused_words")]);
        let answer = user.write_answer(question, "答").await;
        user.patch(&format!("/answers/{answer}"), &json!({"body": "赌博"})).await.invalid(&[("/body", "refused_words")]);
        user.patch(&format!("/answers/{answer}"), &json!({"body": "微信里说"})).await.is(200);
        let replies = format!("/answers/{answer}/replies");
        user.post(&replies, &json!({"body": "赌博"})).await.invalid(&[("/body", "refused_words")]);
        let reply = user.post(&replies, &json!({"body": "好"})).await.is(201)["id"].as_i64().unwrap();
        let reply_path = format!("/answer-replies/{reply}");
        user.patch(&reply_path, &json!({"body": "赌博"})).await.invalid(&[("/body", "refused_words")]);
        user.patch(&reply_path, &json!({"body": "微信"})).await.is(200);
        let judge = forum.user("站管").await;
        become_(&forum, &judge, forum_domain::account::SiteRole::Moderator).await;
        let queue = judge.get("/moderation/reports?status=open").await;
        let queued: Vec<(Value, Value)> = queue.is(200).items().iter()
            .map(|report| (report["target"]["type"].clone(), report["detail"].clone())).collect();
        let expected = ["answer_reply", "answer", "question"].map(|kind| (json!(kind), json!("微信")));
        assert_eq!(queued, expected);
        forum.is_sound().await;
    }
}
