//! User pages, and whom one blocked.

use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Community, Forum, User, both},
};

both! {
    async fn a_page_tells_what_everyone_may_know(forum: Forum) {
        let mobile = "13899980001";
        let user = User::register(&forum.client, mobile, None).await;
        user.patch("/me", &json!({"gender": "female", "bio": "爱喝茶", "address": "杭州"})).await.is(200);
        let path = format!("/users/{}", user.id);
        let page = forum.client.get(&path).await;
        assert_eq!(page.is(200).json, json!({
            "id": user.id, "nickname": "138****0001", "avatar_url": null, "deleted": false,
            "gender": "female", "bio": "爱喝茶", "created_at": page["created_at"],
            "counts": {"groups": 0, "posts": 0, "questions": 0, "answers": 0}, "viewer": null,
        }));
        assert!(!page.text.contains(mobile) && !page.text.contains("杭州"), "{page:?}");
        assert_eq!(user.get(&path).await["viewer"], json!({"blocked": false}));
        for nobody in ["/users/999999", "/users/0", "/users/x"] {
            for path in [nobody.to_owned(), format!("{nobody}/groups"), format!("{nobody}/posts")] {
                forum.client.get(&path).await.refused(404, "account.not_found");
            }
        }
        assert_eq!(forum.client.get(&format!("{path}/posts")).await.is(200).json, json!({"items": [], "next_cursor": null}));
    }

    async fn sec_21_a_page_counts_and_lists_what_its_reader_may_see(forum: Forum) {
        let open = Community::of(&forum, "public").await;
        let closed = Community::another(&forum, "members").await;
        let author = &open.author;
        forum.assign(closed.id, author, forum_domain::group::Role::Member).await;
        let mut posts = Vec::new();
        for number in 0..5 {
            posts.insert(0, author.write_post(open.id, &format!("公开{number}")).await);
        }
        let secret = author.write_post(closed.id, "秘密").await;
        let path = format!("/users/{}", author.id);
        let outsider = forum.user("外人").await;
        let seen = async |user: Option<&User>| {
            let page = match user {
                Some(user) => user.get(&path).await,
                None => forum.client.get(&path).await,
            };
            let counts = page.is(200)["counts"].clone();
            let [groups, written] = [
                pages(&forum, user, &format!("{path}/groups"), 2).await,
                pages(&forum, user, &format!("{path}/posts"), 2).await,
            ];
            assert_eq!((&counts["groups"], &counts["posts"]), (&json!(groups.len()), &json!(written.len())));
            let ids = |items: Vec<Value>| -> Vec<i64> { items.iter().map(|one| one["id"].as_i64().unwrap()).collect() };
            (ids(groups), ids(written))
        };
        let everything = [vec![secret], posts.clone()].concat();
        for user in [None, Some(&outsider), Some(&open.owner)] {
            assert_eq!(seen(user).await, (vec![open.id], posts.clone()));
        }
        for user in [&closed.member, &closed.owner, author] {
            assert_eq!(seen(Some(user)).await, (vec![closed.id, open.id], everything.clone()));
        }
        let summary = closed.member.get(&format!("{path}/posts?limit=1")).await.items()[0].clone();
        assert_eq!(summary, closed.member.get(&closed.posts()).await.items()[0]);
        author.delete(&format!("/posts/{}", posts[0])).await.is(204);
        assert_eq!(seen(None).await, (vec![open.id], posts[1..].to_vec()));
        closed.leaves(&closed.member).await;
        assert_eq!(seen(Some(&closed.member)).await, (vec![open.id], posts[1..].to_vec()));
        forum.client.get(&format!("{path}/posts?cursor=forged")).await.refused(400, "cursor.invalid");
    }

    async fn a_block_is_set_and_lifted_however_often(forum: Forum) {
        let user = forum.user("甲").await;
        let mut others = Vec::new();
        for number in 0..4 {
            others.push(forum.user(&format!("乙{number}")).await);
        }
        for _ in 0..2 {
            for other in &others {
                user.call("PUT", &format!("/me/blocks/{}", other.id)).await.is(204);
            }
        }
        let listed = pages(&forum, Some(&user), "/me/blocks", 3).await;
        let ids: Vec<i64> = listed.iter().map(|block| block["user"]["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, others.iter().rev().map(|other| other.id).collect::<Vec<_>>());
        let page = format!("/users/{}", others[0].id);
        assert_eq!(user.get(&page).await["viewer"], json!({"blocked": true}));
        assert_eq!(others[1].get(&page).await["viewer"], json!({"blocked": false}), "his own only");
        for _ in 0..2 {
            user.call("DELETE", &format!("/me/blocks/{}", others[0].id)).await.is(204);
        }
        assert_eq!(user.get(&page).await["viewer"], json!({"blocked": false}));
        assert_eq!(user.get("/me/blocks").await.items().len(), 3);
        assert_eq!(others[0].get("/me/blocks").await.items().len(), 0);

        user.call("PUT", &format!("/me/blocks/{}", user.id)).await.refused(422, "block.oneself");
        user.call("PUT", "/me/blocks/999999").await.refused(404, "account.not_found");
        user.call("DELETE", "/me/blocks/999999").await.is(204);
        forum.client.get("/me/blocks").await.refused(401, "auth.required");
    }

    async fn a_page_counts_what_a_user_asked_and_answered(forum: Forum) {
        let (asker, other) = (forum.user("问者").await, forum.user("别人").await);
        let counts = async |user: &crate::support::User| {
            let page = forum.client.get(&format!("/users/{}", user.id)).await;
            page.is(200)["counts"].clone()
        };
        let counted = |questions: i64, answers: i64| json!({"groups": 0, "posts": 0, "questions": questions, "answers": answers});
        let (first, second) = (asker.ask_question("一").await, asker.ask_question("二").await);
        let answer = other.write_answer(first, "答").await;
        other.write_answer(second, "答").await;
        asker.write_answer(second, "自答").await;
        assert_eq!((counts(&asker).await, counts(&other).await), (counted(2, 1), counted(0, 2)));
        other.delete(&format!("/answers/{answer}")).await.is(204);
        assert_eq!(counts(&other).await, counted(0, 1));
        // With a question goes what stands under it.
        asker.delete(&format!("/questions/{second}")).await.is(204);
        assert_eq!((counts(&asker).await, counts(&other).await), (counted(1, 0), counted(0, 0)));
        for (list, count) in [("questions", 1), ("answers", 0)] {
            assert_eq!(asker.get(&format!("/users/{}/{list}", asker.id)).await.items().len(), count, "{list}");
        }
    }
}
