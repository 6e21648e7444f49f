//! Races over HTTP: fifty at once, one effect, exact counters, never a 500 (sec_54, sec_55).

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::{Answer, Community, Forum, PASSWORD, at_once, both, next_mobile};

/// How many at once.
const CROWD: usize = 50;

/// How often each status was answered.
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status).or_default() += 1;
    }
    counts
}

both! {
    async fn sec_54_of_many_registrations_of_one_mobile_one_is_made(forum: Forum) {
        let mobile = next_mobile();
        forum.client.post_patiently("/auth/codes", &json!({"mobile": mobile, "purpose": "register"})).await.is(202);
        let code = forum.client.code(&mobile).await;
        let (client, one) = (forum.client.clone(), mobile.clone());
        let answers = at_once(CROWD, move |_| {
            let (client, body) = (client.clone(), json!({"mobile": one, "code": code, "password": PASSWORD}));
            async move { client.post("/auth/register", &body).await }
        })
        .await;
        // The code is spent by one; the others come too late for it, or for the mobile, or find the cache too busy.
        let counts = statuses(&answers);
        assert_eq!(counts.get(&201), Some(&1), "{counts:?}");
        assert!(counts.keys().all(|status| matches!(status, 201 | 409 | 422 | 503)), "{counts:?}");
    }

    async fn sec_54_of_many_names_that_look_alike_one_is_taken(forum: Forum) {
        let users = forum.users(8).await;
        let names = ["Rust小组", "rust小组", "ＲＵＳＴ小组", "Rust 小组"];
        let crowd = users.clone();
        let answers = at_once(CROWD, move |number| {
            let user = crowd[number % crowd.len()].clone();
            let body = json!({"name": names[number % names.len()], "category": "程序设计", "description": ""});
            async move { user.post("/groups", &body).await }
        })
        .await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, CROWD - 1)]));
        assert_eq!(forum.client.get("/groups").await.items().len(), 1);
        forum.is_sound().await;
    }

    async fn sec_54_many_join_and_leave_and_the_count_is_exact(forum: Forum) {
        let owner = forum.user("组长").await;
        let group = forum.group(&owner, "一组", json!({"join_policy": "open"})).await;
        let users = forum.users(CROWD / 2).await;
        // Each twice at once.
        let crowd = users.clone();
        let answers = at_once(CROWD, move |number| {
            let user = crowd[number % crowd.len()].clone();
            async move { user.post(&format!("/groups/{group}/join-requests"), &json!({"reason": "我来了"})).await }
        })
        .await;
        assert_eq!(statuses(&answers), BTreeMap::from([(201, CROWD / 2), (409, CROWD / 2)]));
        assert_eq!(forum.client.get(&format!("/groups/{group}")).await["member_count"], CROWD / 2 + 1);
        forum.is_sound().await;
        let crowd = users.clone();
        let answers = at_once(CROWD, move |number| {
            let user = crowd[number % crowd.len()].clone();
            async move { user.delete(&format!("/groups/{group}/members/{}", user.id)).await }
        })
        .await;
        assert_eq!(statuses(&answers), BTreeMap::from([(204, CROWD / 2), (404, CROWD / 2)]));
        assert_eq!(forum.client.get(&format!("/groups/{group}")).await["member_count"], 1);
        forum.is_sound().await;
    }

    async fn sec_54_of_many_decisions_one_stands(forum: Forum) {
        let owner = forum.user("组长").await;
        let group = forum.group(&owner, "一组", json!({})).await;
        let user = forum.user("申请者").await;
        let request = user.ask(group).await;
        let (decider, asker) = (owner.clone(), user.clone());
        let answers = at_once(CROWD, move |number| {
            let (owner, user) = (decider.clone(), asker.clone());
            async move {
                match number % 3 {
                    0 => owner.post(&format!("/join-requests/{request}/approve"), &json!({})).await,
                    1 => owner.post(&format!("/join-requests/{request}/refuse"), &json!({})).await,
                    _ => user.delete(&format!("/join-requests/{request}")).await,
                }
            }
        })
        .await;
        let status = user.get(&format!("/join-requests/{request}")).await["status"].as_str().unwrap().to_owned();
        let decided: Vec<usize> = (0..CROWD).filter(|number| answers[*number].status < 300).collect();
        match status.as_str() {
            // Withdrawing what is withdrawn is no conflict.
            "withdrawn" => assert!(decided.iter().all(|number| number % 3 == 2), "{decided:?}"),
            _ => assert_eq!(decided.len(), 1, "{status}: {decided:?}"),
        }
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 204 | 409)));
        let members = if status == "approved" { 2 } else { 1 };
        assert_eq!(owner.get(&format!("/groups/{group}")).await["member_count"], members);
        forum.is_sound().await;
    }

    async fn sec_55_two_last_owners_do_not_leave_at_once(forum: Forum) {
        let (one, two) = (forum.user("甲").await, forum.user("乙").await);
        for round in 0..5 {
            let group = forum.group(&one, &format!("第{round}组"), json!({"join_policy": "open"})).await;
            two.ask(group).await;
            one.patch(&format!("/groups/{group}/members/{}", two.id), &json!({"role": "owner"})).await.is(200);
            let owners = [one.clone(), two.clone()];
            let answers = at_once(2, move |number| {
                let owner = owners[number].clone();
                async move { owner.delete(&format!("/groups/{group}/members/{}", owner.id)).await }
            })
            .await;
            assert_eq!(statuses(&answers), BTreeMap::from([(204, 1), (409, 1)]));
        }
        forum.is_sound().await;
    }

    async fn sec_03_fifty_parallel_guesses_burn_a_code(forum: Forum) {
        let user = forum.user("甲").await;
        let code = user.code_for(&user.mobile, "login").await;
        // All wrong, and more than it bears: whatever their order, the code is burnt by the fifth.
        let right: u32 = code.parse().unwrap();
        let (client, mobile) = (forum.client.clone(), user.mobile.clone());
        let answers = at_once(CROWD, move |number| {
            let guess = format!("{:06}", (right + 1 + u32::try_from(number).unwrap()) % 1_000_000);
            let (client, body) = (client.clone(), json!({"mobile": mobile, "code": guess}));
            async move { client.post("/auth/login/code", &body).await }
        })
        .await;
        // A cache that is too busy to count refuses as well.
        assert!(answers.iter().all(|answer| matches!(answer.status, 422 | 503)), "{:?}", statuses(&answers));
        // It is burnt.
        forum.client.post_patiently("/auth/login/code", &json!({"mobile": user.mobile, "code": code})).await
            .refused(422, "auth.invalid_code");
    }

    async fn sec_54_many_like_and_unlike_and_the_counts_are_exact(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        let users = forum.users(CROWD).await;
        for path in [format!("/posts/{post}"), format!("/comments/{comment}")] {
            let count = async || forum.client.get(&path).await.is(200)["like_count"].clone();
            let by_all = |likes: fn(usize) -> bool| {
                let (crowd, like) = (users.clone(), format!("{path}/like"));
                at_once(CROWD, move |number| {
                    let (user, like) = (crowd[number].clone(), like.clone());
                    async move { user.call(if likes(number) { "PUT" } else { "DELETE" }, &like).await }
                })
            };
            // All at once; then every second one takes it back while the others like it again; then half of
            // those and half of these do what they did not.
            for (likes, left) in [
                ((|_| true) as fn(usize) -> bool, CROWD),
                (|number| number % 2 == 1, CROWD / 2),
                (|number| number < CROWD / 2, CROWD / 2),
            ] {
                assert_eq!(statuses(&by_all(likes).await), BTreeMap::from([(200, CROWD)]));
                assert_eq!(count().await, left);
                forum.is_sound().await;
            }
        }
    }

    async fn sec_54_a_like_that_is_clicked_often_is_one_and_costs_one(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        for (method, count, left) in [("PUT", 1, 49), ("DELETE", 0, 50), ("PUT", 1, 49)] {
            let user = place.member.clone();
            let answers = at_once(CROWD, move |_| {
                let user = user.clone();
                async move { user.call(method, &format!("/posts/{post}/like")).await }
            })
            .await;
            for answer in &answers {
                assert_eq!([&answer.is(200)["like_count"], &answer["remaining_today"]], [count, left], "{method}");
            }
            assert_eq!(forum.client.get(&format!("/posts/{post}")).await["like_count"], count);
            forum.is_sound().await;
        }
    }

    async fn sec_54_of_twice_as_many_likes_exactly_the_quota_is_given(forum: Forum, with [
        ("policy.likes_per_day", "10"), ("policy.likes_per_author_per_day", "6"),
    ]) {
        let place = Community::of(&forum, "public").await;
        let mut posts = Vec::new();
        for number in 0..24 {
            let author = if number % 2 == 0 { &place.author } else { &place.owner };
            posts.push(author.write_post(place.id, &format!("第{number}帖")).await);
        }
        // First one author's alone, then everybody's.
        for (mine, refusal, given) in [(Some(0), "like.author_limit", 6), (None, "like.daily_limit", 10)] {
            let chosen: Vec<i64> = posts.iter().copied().enumerate()
                .filter(|(number, _)| mine.is_none_or(|rest| number % 2 == rest)).map(|(_, post)| post).collect();
            let user = place.member.clone();
            let wanted = chosen.clone();
            let answers = at_once(wanted.len(), move |number| {
                let (user, post) = (user.clone(), wanted[number]);
                async move { user.call("PUT", &format!("/posts/{post}/like")).await }
            })
            .await;
            let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status != 200).collect();
            assert_eq!(answers.len() - refused.len(), given, "{:?}", statuses(&answers));
            for answer in refused {
                assert_eq!(answer.status, 429, "{answer:?}");
                assert!(answer["code"] == refusal || answer["code"] == "like.author_limit", "{answer:?}");
            }
            forum.is_sound().await;
        }
    }

    async fn sec_54_of_many_comments_under_one_key_one_is_made(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        for path in [format!("/posts/{post}/comments"), format!("/comments/{comment}/replies"), place.posts()] {
            let (user, path) = (place.member.clone(), path);
            let answers = at_once(CROWD, move |_| {
                let body = if path.starts_with("/groups") {
                    json!({"title": "题", "body": "文", "format": "plain"})
                } else {
                    json!({"body": "只说一次"})
                };
                user.request("POST", &path).json(&body).header("idempotency-key", "k").send()
            })
            .await;
            let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
            assert!(!made.is_empty() && made.iter().all(|answer| answer.text == made[0].text));
            for answer in answers.iter().filter(|answer| answer.status != 201) {
                answer.refused(409, "idempotency.in_flight");
            }
        }
        assert_eq!(forum.client.get(&format!("/posts/{post}")).await["comment_count"], 3);
        assert_eq!(forum.client.get(&format!("/groups/{}", place.id)).await["post_count"], 2);
        forum.is_sound().await;
    }

    async fn sec_54_many_comment_while_the_post_is_deleted_and_restored_and_one_leaves(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        let leaver = place.newcomer(&forum, "将去的").await;
        let (owner, member, group) = (place.owner.clone(), place.member.clone(), place.id);
        let answers = at_once(CROWD, move |number| {
            let (owner, member, leaver) = (owner.clone(), member.clone(), leaver.clone());
            let body = json!({"body": format!("第{number}评")});
            async move {
                match number % 5 {
                    0 => member.post(&format!("/posts/{post}/comments"), &body).await,
                    1 => member.post(&format!("/comments/{comment}/replies"), &body).await,
                    2 => leaver.post(&format!("/comments/{comment}/replies"), &body).await,
                    3 if number == 3 => leaver.delete(&format!("/groups/{group}/members/{}", leaver.id)).await,
                    3 => owner.delete(&format!("/posts/{post}")).await,
                    _ => owner.call("POST", &format!("/posts/{post}/restore")).await,
                }
            }
        })
        .await;
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201 | 204 | 403 | 404)), "{:?}", statuses(&answers));
        place.owner.call("POST", &format!("/posts/{post}/restore")).await.is(200);
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(forum.client.get(&format!("/posts/{post}")).await.is(200)["comment_count"], 1 + made);
        forum.is_sound().await;
    }
}
