//! Comments and replies: writing, listing, editing and deleting them.

use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Community, Forum, both},
};

both! {
    async fn a_comment_is_made_counted_and_seen(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let list = format!("/posts/{post}/comments");
        let made = place.member.post(&list, &json!({"body": " 说 <b>得</b>\n好 "})).await;
        made.is(201);
        let id = made["id"].as_i64().unwrap();
        assert_eq!(made.header("location"), Some(format!("/api/v1/comments/{id}").as_str()));
        let mut expected = json!({
            "id": id, "post_id": post, "parent_id": null, "author": place.member.card("成员"), "reply_to": null,
            "body": "说 <b>得</b>\n好", "body_html": "<p>说 &lt;b&gt;得&lt;/b&gt;<br>好</p>", "like_count": 0, "reply_count": 0,
            "deleted": false, "created_at": made["created_at"], "edited_at": null,
            "viewer": {"liked": false, "can": {
                "edit": true, "delete": true, "comment": true, "like": false, "moderate": false}},
        });
        assert_eq!(made.json, expected);
        let path = format!("/comments/{id}");
        let alone = place.member.get(&path).await;
        assert_eq!(alone.is(200).json, expected);
        assert_eq!(alone.header("etag"), made.header("etag"));
        let known = place.member.request("GET", &path).header("if-none-match", alone.header("etag").unwrap()).send().await;
        assert_eq!((known.status, known.text.as_str()), (304, ""));
        assert_eq!(place.member.get(&list).await.items(), std::slice::from_ref(&expected));
        let seen = place.author.get(&format!("/posts/{post}")).await;
        assert_eq!([&seen["comment_count"], &seen["last_activity_at"]], [&json!(1), &made["created_at"]]);
        expected["viewer"] = Value::Null;
        assert_eq!(forum.client.get(&path).await.is(200).json, expected);

        // A reply is a comment too; it counts for both.
        let replies = format!("/comments/{id}/replies");
        let body = json!({"body": "同意", "reply_to_user_id": place.member.id});
        let reply = place.author.post(&replies, &body).await;
        let answer = reply.is(201)["id"].as_i64().unwrap();
        assert_eq!(reply.header("location"), Some(format!("/api/v1/comments/{answer}").as_str()));
        assert_eq!([&reply["parent_id"], &reply["post_id"]], [id, post]);
        assert_eq!([&reply["author"], &reply["reply_to"]], [&place.author.card("作者"), &place.member.card("成员")]);
        assert_eq!(place.author.get(&format!("/comments/{answer}")).await.json, reply.json);
        assert_eq!(place.author.get(&replies).await.items(), std::slice::from_ref(&reply.json));
        assert_eq!(forum.client.get(&path).await["reply_count"], 1);
        let seen = forum.client.get(&format!("/posts/{post}")).await;
        assert_eq!([&seen["comment_count"], &seen["last_activity_at"]], [&json!(2), &reply["created_at"]]);
        // The list of comments is the top level only.
        assert_eq!(forum.client.get(&list).await.ids(), [id]);
        forum.is_sound().await;
    }

    async fn a_reply_to_a_reply_stands_beside_it_and_answers_its_author(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.member.write_comment(post, "说").await;
        let reply = place.author.write_reply(comment, "答").await;
        let answer = async |to: i64, body: Value| place.moderator.post(&format!("/comments/{to}/replies"), &body).await;
        let nested = answer(reply, json!({"body": "再答"})).await;
        assert_eq!([&nested.is(201)["parent_id"], &nested["reply_to"]], [&json!(comment), &place.author.card("作者")]);
        let named = answer(reply, json!({"body": "又答", "reply_to_user_id": place.member.id})).await;
        assert_eq!([&named.is(201)["parent_id"], &named["reply_to"]["id"]], [comment, place.member.id]);
        let bare = answer(comment, json!({"body": "还答"})).await;
        assert_eq!(bare.is(201)["reply_to"], Value::Null);
        let ids: Vec<i64> = [&nested, &named, &bare].iter().map(|reply| reply["id"].as_i64().unwrap()).collect();
        let all = [&[reply][..], &ids].concat();
        for limit in [1, 3, 100] {
            let listed = pages(&forum, Some(&place.owner), &format!("/comments/{comment}/replies"), limit).await;
            assert_eq!(listed.iter().map(|reply| reply["id"].as_i64().unwrap()).collect::<Vec<_>>(), all, "oldest first");
        }
        // A reply has none of its own.
        assert_eq!(place.owner.get(&format!("/comments/{reply}/replies")).await.is(200).items().len(), 0);
        assert_eq!(place.owner.get(&format!("/comments/{comment}")).await["reply_count"], 4);
        // Only who spoke there can be answered.
        for nobody in [place.owner.id, 999_999] {
            answer(comment, json!({"body": "谁？", "reply_to_user_id": nobody})).await
                .invalid(&[("/reply_to_user_id", "unknown")]);
        }
        answer(comment, json!({"body": "谁？", "reply_to_user_id": 0})).await.refused(422, "request.invalid");
        answer(999_999, json!({"body": "哪？"})).await.refused(404, "comment.not_found");
        forum.is_sound().await;
    }

    async fn comments_have_bounds(forum: Forum, with [("policy.comment_max", "20")]) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        let (long, lists) = ("字".repeat(21), [format!("/posts/{post}/comments"), format!("/comments/{comment}/replies")]);
        for (body, code) in [
            (json!({}), "required"), (json!({"body": null}), "null"), (json!({"body": " \n\u{3000}"}), "too_short"),
            (json!({"body": long}), "too_long"), (json!({"body": "a\0b"}), "control_characters"),
            (json!({"body": "a\u{1b}[31m"}), "control_characters"), (json!({"body": ["x"]}), "type"),
        ] {
            for list in &lists {
                place.member.post(list, &body).await.invalid(&[("/body", code)]);
            }
            if code != "required" {
                place.author.patch(&format!("/comments/{comment}"), &body).await.invalid(&[("/body", code)]);
            }
        }
        for list in &lists {
            let made = place.member.post(list, &json!({"body": "字".repeat(20)})).await;
            assert_eq!(made.is(201)["body"], "字".repeat(20));
            place.member.request("POST", list).bytes(&b"{\"body\": \"\xFF\"}"[..]).send().await.refused(400, "request.malformed");
        }
    }

    async fn comments_are_listed_by_age_and_by_heat(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let list = format!("/posts/{post}/comments");
        assert_eq!(forum.client.get(&list).await.is(200).json, json!({"items": [], "next_cursor": null}));
        let mut all = Vec::new();
        for number in 0..5 {
            all.push(place.author.write_comment(post, &format!("第{number}评")).await);
        }
        // A reply is as good as two likes.
        place.member.write_reply(all[3], "答").await;
        for (user, comment) in [(&place.member, 1), (&place.owner, 1), (&place.moderator, 1), (&place.member, 4)] {
            user.call("PUT", &format!("/comments/{}/like", all[comment])).await.is(200);
        }
        let order = |numbers: [usize; 5]| numbers.map(|number| all[number]);
        for (query, expected) in [
            ("", order([4, 3, 2, 1, 0])), ("sort=new&", order([4, 3, 2, 1, 0])), ("sort=old&", order([0, 1, 2, 3, 4])),
            ("sort=hot&", order([1, 3, 4, 0, 2])),
        ] {
            for limit in [1, 2, 5, 100] {
                let listed = pages(&forum, None, &format!("{list}?{}", query.trim_end_matches('&')), limit).await;
                let ids: Vec<i64> = listed.iter().map(|comment| comment["id"].as_i64().unwrap()).collect();
                assert_eq!(ids, expected, "{query} {limit}");
            }
        }
        assert_eq!(place.member.get(&format!("{list}?sort=old")).await.each("/viewer/liked"), [false, true, false, false, true]);
        for wrong in ["sort=top", "limit=0", "limit=101"] {
            forum.client.get(&format!("{list}?{wrong}")).await.refused(422, "request.invalid");
        }
        let other = place.author.write_post(place.id, "别题").await;
        for number in 0..2 {
            place.author.write_comment(other, &format!("第{number}评")).await;
        }
        let cursor = async |of: String| { forum.client.get(&of).await.is(200)["next_cursor"].as_str().unwrap().to_owned() };
        let replies = format!("/comments/{}/replies", all[3]);
        for (sort, others) in [("new", ["old", "hot"]), ("old", ["new", "hot"]), ("hot", ["new", "old"])] {
            let cursor = cursor(format!("{list}?sort={sort}&limit=1")).await;
            for wrong in [
                format!("{list}?sort={}&cursor={cursor}", others[0]), format!("{list}?sort={}&cursor={cursor}", others[1]),
                format!("/posts/{other}/comments?sort={sort}&cursor={cursor}"), format!("{replies}?cursor={cursor}"),
                format!("{list}?sort={sort}&cursor={}", &cursor[1..]), format!("{list}?sort={sort}&cursor=%00"),
            ] {
                forum.client.get(&wrong).await.refused(400, "cursor.invalid");
            }
        }
    }

    async fn comments_by_heat_stand_still_while_they_are_paged(forum: Forum, with [("policy.hot_refresh_seconds", "1")]) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let mut all = Vec::new();
        for number in 0..6 {
            all.push(place.author.write_comment(post, &format!("第{number}评")).await);
        }
        let list = format!("/posts/{post}/comments?sort=hot");
        let first = forum.client.get(&format!("{list}&limit=3")).await;
        let cursor = first["next_cursor"].as_str().unwrap().to_owned();
        // By nothing else than age, the oldest come first: now the last ones are liked and answered.
        for comment in &all[3..] {
            place.member.call("PUT", &format!("/comments/{comment}/like")).await.is(200);
            place.member.write_reply(*comment, "答").await;
        }
        place.author.write_comment(post, "新评").await;
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        assert_eq!(forum.client.get(&list).await.ids()[..3], all[3..]);
        let second = forum.client.get(&format!("{list}&limit=3&cursor={cursor}")).await;
        assert_eq!([first.ids(), second.is(200).ids()].concat(), all);
        assert_eq!(second["next_cursor"], Value::Null);
    }

    async fn its_author_edits_a_comment_and_a_stale_edit_is_refused(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.member.write_comment(post, "旧话").await;
        let reply = place.member.write_reply(comment, "旧答").await;
        for id in [comment, reply] {
            let path = format!("/comments/{id}");
            let seen = place.member.get(&path).await;
            let etag = seen.header("etag").unwrap().to_owned();
            for same in [json!({}), json!({"body": format!(" {} ", seen["body"].as_str().unwrap())})] {
                assert_eq!(place.member.patch(&path, &same).await.is(200).json, seen.json, "what changes nothing is no edit");
            }
            place.author.call("PUT", &format!("{path}/like")).await.is(200);
            let edit = |body: &str, etag: &str| {
                place.member.request("PATCH", &path).json(&json!({"body": body})).header("if-match", etag).send()
            };
            let edited = edit("新话 <i>", &etag).await;
            assert_eq!([&edited.is(200)["body"], &edited["body_html"]], ["新话 <i>", "<p>新话 &lt;i&gt;</p>"]);
            assert!(edited["edited_at"].is_string());
            assert_eq!([&edited["like_count"], &edited["parent_id"]], [&json!(1), &seen["parent_id"]]);
            assert_eq!(place.member.get(&path).await.json, edited.json);
            edit("又一话", &etag).await.refused(412, "request.precondition_failed");
            edit("又一话", edited.header("etag").unwrap()).await.is(200);
            forum.client.request("PATCH", &path).json(&json!({"body": "x"})).send().await.refused(401, "auth.required");
            for user in [&place.author, &place.moderator, &place.owner, &forum.user(&format!("路人{id}")).await] {
                user.patch(&path, &json!({"body": "别话"})).await.refused(403, "comment.not_allowed");
            }
            place.member.request("DELETE", &path).header("if-match", &etag).send().await
                .refused(412, "request.precondition_failed");
        }
        place.mute(&forum, &place.member).await;
        place.member.patch(&format!("/comments/{comment}"), &json!({"body": "x"})).await.refused(403, "group.muted");
        place.leaves(&place.member).await;
        place.member.patch(&format!("/comments/{comment}"), &json!({"body": "x"})).await.refused(403, "group.not_member");
        place.member.delete(&format!("/comments/{reply}")).await.is(204);
        place.owner.patch("/comments/999999", &json!({"body": "x"})).await.refused(404, "comment.not_found");
        assert_eq!(forum.client.get(&format!("/comments/{comment}")).await["body"], "又一话");
        forum.is_sound().await;
    }

    async fn a_deleted_comment_with_replies_stays_as_a_tombstone(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let list = format!("/posts/{post}/comments");
        let (bare, kept) = (place.member.write_comment(post, "独语").await, place.member.write_comment(post, "有人答").await);
        let reply = place.author.write_reply(kept, "答").await;
        place.author.call("PUT", &format!("/comments/{kept}/like")).await.is(200);
        let count = async || forum.client.get(&format!("/posts/{post}")).await["comment_count"].clone();
        assert_eq!(count().await, 3);
        for user in [&place.author, &forum.user("路人").await] {
            user.delete(&format!("/comments/{kept}")).await.refused(403, "comment.not_allowed");
        }
        forum.client.request("DELETE", &format!("/comments/{kept}")).send().await.refused(401, "auth.required");
        // With nothing under it, it is gone.
        place.moderator.delete(&format!("/comments/{bare}")).await.is(204);
        forum.client.get(&format!("/comments/{bare}")).await.refused(404, "comment.not_found");
        place.member.delete(&format!("/comments/{bare}")).await.refused(404, "comment.not_found");
        // With a reply, it tells only that it was there.
        place.member.delete(&format!("/comments/{kept}")).await.is(204);
        assert_eq!(count().await, 1);
        let tombstone = place.member.get(&format!("/comments/{kept}")).await;
        assert_eq!(tombstone.is(200)["deleted"], true);
        for field in ["author", "body", "body_html", "reply_to"] {
            assert_eq!(tombstone[field], Value::Null, "{field}");
        }
        assert_eq!([&tombstone["reply_count"], &tombstone["post_id"]], [1, post]);
        let can = json!({"edit": false, "delete": false, "comment": false, "like": false, "moderate": false});
        assert_eq!(tombstone["viewer"]["can"], can);
        for sort in ["new", "old", "hot"] {
            assert_eq!(place.member.get(&format!("{list}?sort={sort}")).await.items(), std::slice::from_ref(&tombstone.json));
        }
        // Nothing more can be done with it, but its replies go on.
        place.author.call("PUT", &format!("/comments/{kept}/like")).await.refused(404, "comment.not_found");
        place.author.post(&format!("/comments/{kept}/replies"), &json!({"body": "晚了"})).await.refused(409, "comment.deleted");
        place.member.patch(&format!("/comments/{kept}"), &json!({"body": "x"})).await.refused(404, "comment.not_found");
        for user in [&place.member, &place.moderator] {
            user.delete(&format!("/comments/{kept}")).await.refused(404, "comment.not_found");
        }
        assert_eq!(forum.client.get(&format!("/comments/{kept}/replies")).await.ids(), [reply]);
        assert_eq!(forum.client.get(&format!("/comments/{reply}")).await.is(200)["body"], "答");
        place.author.patch(&format!("/comments/{reply}"), &json!({"body": "改答"})).await.is(200);
        forum.is_sound().await;
        // With its last reply it goes as well.
        place.author.delete(&format!("/comments/{reply}")).await.is(204);
        for id in [reply, kept] {
            forum.client.get(&format!("/comments/{id}")).await.refused(404, "comment.not_found");
        }
        forum.client.get(&format!("/comments/{kept}/replies")).await.refused(404, "comment.not_found");
        assert_eq!(forum.client.get(&list).await.items().len(), 0);
        assert_eq!(count().await, 0);
        forum.is_sound().await;
    }

    async fn a_locked_post_takes_no_comments_until_it_is_opened(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.member.write_comment(post, "说").await;
        place.moderator.call("PUT", &format!("/posts/{post}/lock")).await.is(204);
        for user in [&place.member, &place.author, &place.owner] {
            user.post(&format!("/posts/{post}/comments"), &json!({"body": "x"})).await.refused(409, "post.locked");
            user.post(&format!("/comments/{comment}/replies"), &json!({"body": "x"})).await.refused(409, "post.locked");
        }
        assert_eq!(place.member.get(&format!("/posts/{post}")).await["viewer"]["can"]["comment"], false);
        // What stands may still be put right, liked and deleted.
        place.member.patch(&format!("/comments/{comment}"), &json!({"body": "改"})).await.is(200);
        place.author.call("PUT", &format!("/comments/{comment}/like")).await.is(200);
        place.moderator.call("DELETE", &format!("/posts/{post}/lock")).await.is(204);
        place.author.write_reply(comment, "答").await;
        place.member.write_comment(post, "又说").await;
        forum.is_sound().await;
    }

    async fn only_members_who_may_speak_comment(forum: Forum) {
        for visibility in ["public", "members"] {
            let owner = forum.user(&format!("组长{visibility}")).await;
            let group = forum.group(&owner, visibility, json!({"visibility": visibility, "join_policy": "open"})).await;
            let (muted, outsider) = (forum.user(&format!("禁言{visibility}")).await, forum.user(&format!("路人{visibility}")).await);
            let banned = forum.user(&format!("被禁{visibility}")).await;
            muted.ask(group).await;
            let until = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
            owner.patch(&format!("/groups/{group}/members/{}", muted.id), &json!({"muted_until": until})).await.is(200);
            owner.put(&format!("/groups/{group}/bans/{}", banned.id), &json!({})).await.is(204);
            let post = owner.write_post(group, "题").await;
            let comment = owner.write_comment(post, "说").await;
            for (path, gone) in [(format!("/posts/{post}/comments"), "post.not_found"), (format!("/comments/{comment}/replies"), "comment.not_found")] {
                let body = json!({"body": "我说"});
                forum.client.post(&path, &body).await.refused(401, "auth.required");
                muted.post(&path, &body).await.refused(403, "group.muted");
                for (user, code) in [(&outsider, "group.not_member"), (&banned, "group.banned")] {
                    let answer = user.post(&path, &body).await;
                    if visibility == "public" { answer.refused(403, code) } else { answer.refused(404, gone) };
                }
            }
            assert_eq!(owner.get(&format!("/posts/{post}")).await["comment_count"], 1);
        }
        forum.is_sound().await;
    }

    async fn comments_and_replies_that_are_sent_again_are_made_once(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        for path in [format!("/posts/{post}/comments"), format!("/comments/{comment}/replies")] {
            let send = |body: &str| {
                place.member.request("POST", &path).json(&json!({"body": body})).header("idempotency-key", "k").send()
            };
            let (first, again) = (send("一次").await, send("一次").await);
            assert_eq!(first.is(201).text, again.is(201).text);
            assert_eq!(first.header("location"), again.header("location"));
            send("两次").await.refused(422, "idempotency.mismatch");
        }
        assert_eq!(place.member.get(&format!("/posts/{post}")).await["comment_count"], 3);
        forum.is_sound().await;
    }
}
