//! Searching: what is found, by whom, how soon, and how it is shown.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Answer, Community, Forum, User, both};

/// As it stands in an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn search(forum: &Forum, user: Option<&User>, query: &str) -> Answer {
    let path = format!("/search?{query}");
    match user {
        Some(user) => user.get(&path).await,
        None => forum.client.get(&path).await,
    }
}

/// What somebody finds once the index has followed, which it does within two seconds.
async fn found(forum: &Forum, user: Option<&User>, text: &str, kind: &str, expected: &[i64]) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = search(forum, user, &format!("q={}&type={kind}", encoded(text))).await;
        if answer.is(200).ids() == expected {
            return answer;
        }
        // A busy machine is no slow forum.
        assert!(begun.elapsed() < Duration::from_secs(10), "{text}: {answer:?}, expected {expected:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn write(user: &User, group: i64, title: &str, body: &str, format: &str) -> i64 {
    let body = json!({"title": title, "body": body, "format": format});
    user.post(&format!("/groups/{group}/posts"), &body).await.is(201)["id"].as_i64().unwrap()
}

both! {
    async fn two_characters_find_their_post_and_are_marked_in_it(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = write(&place.author, place.id, "周末读书会", "<p>一起读<b>图灵</b>的论文 &lt;script&gt;</p>", "html").await;
        let answer = found(&forum, None, "图灵", "post", &[post]).await;
        let hit = &answer.items()[0];
        assert_eq!(hit["type"], "post");
        assert_eq!(hit["title"], "周末读书会");
        assert_eq!(hit["highlight_html"], "一起读<mark>图灵</mark>的论文 &lt;script&gt;");
        assert_eq!(hit["group"], json!({"id": place.id, "name": "茶馆"}));
        assert_eq!((&hit["author"]["id"], &hit["author"]["nickname"]), (&json!(place.author.id), &json!("作者")));
        assert!(hit["created_at"].as_str().unwrap().ends_with('Z'));
        let titled = found(&forum, None, "读书", "post", &[post]).await;
        assert_eq!(titled.items()[0]["highlight_html"], "周末<mark>读书</mark>会");
        // The markup is not what was written.
        found(&forum, None, "script 论文", "post", &[post]).await;
        found(&forum, None, "br", "post", &[]).await;
    }

    async fn the_index_follows_edits_deletions_and_restoring(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = write(&place.author, place.id, "旧的题目", "正文", "plain").await;
        found(&forum, None, "旧的题目", "post", &[post]).await;
        place.author.patch(&format!("/posts/{post}"), &json!({"title": "新的题目"})).await.is(200);
        found(&forum, None, "新的题目", "post", &[post]).await;
        found(&forum, None, "旧的题目", "post", &[]).await;
        place.author.delete(&format!("/posts/{post}")).await.is(204);
        // At once, whatever the index knows.
        assert_eq!(search(&forum, None, &format!("q={}", encoded("题目"))).await.items().len(), 0);
        place.moderator.post(&format!("/posts/{post}/restore"), &json!({})).await.is(200);
        found(&forum, None, "新的题目", "post", &[post]).await;
    }

    async fn who_may_see_is_asked_when_somebody_searches(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let outsider = forum.user("外人").await;
        let post = write(&place.author, place.id, "内部消息", "不可外传", "plain").await;
        found(&forum, Some(&place.member), "内部消息", "post", &[post]).await;
        let q = format!("q={}", encoded("内部消息"));
        for user in [None, Some(&outsider)] {
            assert_eq!(search(&forum, user, &q).await.is(200).json, json!({"items": [], "next_cursor": null}));
        }
        place.leaves(&place.member).await;
        assert_eq!(search(&forum, Some(&place.member), &q).await.items().len(), 0);
        place.owner.patch(&format!("/groups/{}", place.id), &json!({"visibility": "public"})).await.is(200);
        assert_eq!(search(&forum, None, &q).await.ids(), [post], "at once");
        place.owner.patch(&format!("/groups/{}", place.id), &json!({"visibility": "members"})).await.is(200);
        assert_eq!(search(&forum, None, &q).await.items().len(), 0, "at once");
    }

    async fn groups_and_users_are_found_and_mobiles_find_nobody(forum: Forum) {
        let owner = forum.user("图书管理员").await;
        let group = forum.group(&owner, "读书小组", json!({"description": "每周一起读书"})).await;
        let hit = found(&forum, None, "读书", "group", &[group]).await.items()[0].clone();
        assert_eq!((&hit["type"], &hit["title"]), (&json!("group"), &json!("读书小组")));
        assert_eq!((&hit["group"], &hit["author"]), (&Value::Null, &Value::Null));
        owner.patch("/me", &json!({"bio": "I love Running"})).await.is(200);
        for text in ["管理员", "runs", "图书 LOVE"] {
            let hit = found(&forum, None, text, "user", &[owner.id]).await.items()[0].clone();
            assert_eq!((&hit["type"], &hit["title"]), (&json!("user"), &json!("图书管理员")));
        }
        let mobile = "13899990001";
        let unnamed = User::register(&forum.client, mobile, None).await;
        unnamed.patch("/me", &json!({"bio": "匿名人士"})).await.is(200);
        let hit = found(&forum, None, "匿名", "user", &[unnamed.id]).await.items()[0].clone();
        assert_eq!((&hit["title"], &hit["highlight_html"]), (&json!("138****0001"), &json!("<mark>匿名</mark>人士")));
        for part in [mobile, "+8613899990001", "8613899990001", "138", "0001", "138****0001"] {
            found(&forum, None, part, "user", &[]).await;
        }
    }

    async fn a_ranking_stands_still_while_it_is_paged(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let mut posts = Vec::new();
        for number in 0..7 {
            posts.push(write(&place.author, place.id, &format!("第{number}"), "共同的话题", "plain").await);
        }
        posts.sort_unstable();
        let q = format!("q={}", encoded("话题"));
        let begun = Instant::now();
        while search(&forum, None, &q).await.ids().len() < 7 && begun.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let first = search(&forum, None, &format!("{q}&limit=3")).await;
        let next = first.is(200)["next_cursor"].as_str().unwrap().to_owned();
        // What is written meanwhile comes into the next ranking, what is deleted leaves this one.
        write(&place.author, place.id, "后来的话题", "话题话题", "plain").await;
        let gone = *posts.iter().find(|post| !first.ids().contains(post)).unwrap();
        place.author.delete(&format!("/posts/{gone}")).await.is(204);
        let second = search(&forum, None, &format!("{q}&limit=100&cursor={next}")).await;
        let mut all = [first.ids(), second.is(200).ids()].concat();
        all.sort_unstable();
        posts.retain(|post| *post != gone);
        assert_eq!(all, posts);
        assert_eq!(second["next_cursor"], Value::Null);
        // A cursor belongs to its query, and a ranking to whom it was made for.
        for other in [format!("q={}&limit=3", encoded("共同")), format!("{q}&type=group")] {
            search(&forum, None, &format!("{other}&cursor={next}")).await.refused(400, "cursor.invalid");
        }
        search(&forum, Some(&place.owner), &format!("{q}&limit=3&cursor={next}")).await.refused(410, "cursor.expired");
    }

    async fn what_says_nothing_is_refused_and_nothing_is_an_operator(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = write(&place.author, place.id, "50% off_now", "a\\b \"quoted\" title:x NOT y", "plain").await;
        for nothing in ["", "q=", "q=%20", "q=%25", "q=_", "q=*", "q=%22", "q=%F0%9F%A6%80", "q=%00", "q=%E3%80%82&type=user"] {
            search(&forum, None, nothing).await.refused(422, "search.nothing_to_find");
        }
        found(&forum, None, "off now", "post", &[post]).await;
        for text in ["50%", "off_now", "\"quoted\"", "title:x", "NOT y", "a\\b", "(quoted)", "quoted*", "x NOT", "50%' OR 1=1 --"] {
            let expected: &[i64] = if text.contains("OR") { &[] } else { &[post] };
            found(&forum, None, text, "post", expected).await;
        }
        for hostile in ["a\"b", "'", "')", "x' & 'y", "x:*", "\\", "{title}: x", "^x", "x NEAR y", "-x", "x\0y", "\u{202E}x", "<b>x"] {
            let answer = search(&forum, None, &format!("q={}", encoded(hostile))).await;
            assert!([200, 422].contains(&answer.status), "{hostile}: {answer:?}");
        }
        let long = "长".repeat(100);
        search(&forum, None, &format!("q={}", encoded(&long))).await.is(200);
        search(&forum, None, &format!("q={}", encoded(&(long + "长")))).await.refused(422, "request.invalid");
        for wrong in ["q=a&type=comment", "q=a&limit=0", "q=a&limit=101"] {
            search(&forum, None, wrong).await.refused(422, "request.invalid");
        }
        search(&forum, None, "q=a&cursor=forged").await.refused(400, "cursor.invalid");
    }

    async fn what_is_missing_in_the_index_is_made_anew(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = write(&place.author, place.id, "要找的", "正文", "plain").await;
        found(&forum, None, "要找", "post", &[post]).await;
        let done = forum.inside.search.reindex(true, |_| ()).await.unwrap();
        assert!(done.subjects >= 6, "{done:?}");
        assert_eq!(forum.inside.search.reindex(false, |_| ()).await.unwrap().subjects, 0);
        found(&forum, None, "要找", "post", &[post]).await;
    }

    async fn questions_are_found_by_what_they_ask(forum: Forum) {
        let (asker, other) = (forum.user("问者").await, forum.user("别人").await);
        let body = json!({"category": "技术问答", "title": "编译太慢怎么办", "body": "我的<b>增量</b>构建要十分钟", "format": "html"});
        let question = asker.post("/questions", &body).await.is(201)["id"].as_i64().unwrap();
        other.write_answer(question, "试试更快的链接器").await;
        let hit = found(&forum, None, "增量", "question", &[question]).await.items()[0].clone();
        assert_eq!((&hit["type"], &hit["title"], &hit["group"]), (&json!("question"), &json!("编译太慢怎么办"), &Value::Null));
        assert_eq!(hit["highlight_html"], "我的<mark>增量</mark>构建要十分钟");
        assert_eq!(hit["author"], asker.card("问者"));
        found(&forum, Some(&other), "编译 构建", "question", &[question]).await;
        for (text, kind) in [("链接", "question"), ("增量", "post")] {
            found(&forum, None, text, kind, &[]).await;
        }
        asker.patch(&format!("/questions/{question}"), &json!({"title": "链接太慢怎么办"})).await.is(200);
        found(&forum, None, "链接", "question", &[question]).await;
        found(&forum, None, "编译", "question", &[]).await;
        asker.delete(&format!("/questions/{question}")).await.is(204);
        let at_once = search(&forum, None, &format!("q={}&type=question", encoded("增量"))).await;
        assert_eq!(at_once.is(200).json, json!({"items": [], "next_cursor": null}));
        forum.is_sound().await;
    }
}
