//! Races over HTTP: fifty at once, one effect, exact counters, never a 500 (sec_54, sec_55).

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::{Answer, Forum, PASSWORD, at_once, both, next_mobile};

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
        // The code is spent by one; the others come too late for it, or for the mobile.
        let counts = statuses(&answers);
        assert_eq!(counts.get(&201), Some(&1), "{counts:?}");
        assert_eq!(counts.values().sum::<usize>() - 1, counts.get(&422).unwrap_or(&0) + counts.get(&409).unwrap_or(&0));
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
}
