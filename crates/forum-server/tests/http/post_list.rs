//! Lists of posts: filters, orders, paging, and what stands still meanwhile.

use chrono::TimeDelta;
use forum_domain::{
    content::{Content, Format, Rendered, Source},
    id::GroupId,
    post::{CreatePost, PostCreated, PostDraft, PostRepository, Title},
};
use serde_json::{Value, json};

use crate::{
    group::pages,
    support::{Backend, Community, Forum, User, both},
};

/// The ids of every page of a list, one after the other.
async fn ids(forum: &Forum, user: Option<&User>, path: &str, limit: usize) -> Vec<i64> {
    pages(forum, user, path, limit).await.iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

/// A post that was written so many hours ago.
async fn old_post(forum: &Forum, author: &User, group: i64, title: &str, hours: i64) -> i64 {
    let rendered = Rendered { html: "<p>旧</p>".into(), excerpt: "旧".into(), blank: false, policy: 1 };
    let content = Content { format: Format::Plain, source: Source::stored("旧".into()), rendered };
    let posts: &dyn PostRepository = forum.inside.store.as_ref();
    let create = CreatePost {
        group_id: GroupId::new(group).unwrap(),
        author: author.actor().user_id,
        draft: PostDraft { title: Title::parse(title).unwrap(), content },
        review: None,
        at: forum.inside.clock.now() - TimeDelta::hours(hours),
        claim: None,
    };
    match posts.create_post(create).await.unwrap() {
        PostCreated::Done(id) => id.get(),
        other => panic!("{other:?}"),
    }
}

/// Gives so many likes to a post, each from somebody new.
async fn like(forum: &Forum, post: i64, times: usize) {
    for number in 0..times {
        let user = forum.user(&format!("点赞{post}之{number}")).await;
        user.call("PUT", &format!("/posts/{post}/like")).await.is(200);
    }
}

both! {
    async fn a_groups_posts_are_the_newest_first_and_before_them_the_pinned(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        assert_eq!(forum.client.get(&place.posts()).await.is(200).json, json!({"items": [], "next_cursor": null}));
        let mut posts = Vec::new();
        for number in 0..7 {
            let author = if number % 2 == 0 { &place.author } else { &place.member };
            posts.push(author.write_post(place.id, &format!("第{number}帖")).await);
        }
        for (call, number) in [("pin", 1), ("pin", 4), ("excellent", 1), ("excellent", 3), ("excellent", 6)] {
            place.moderator.call("PUT", &format!("/posts/{}/{call}", posts[number])).await.is(204);
        }
        let order = |numbers: &[usize]| numbers.iter().map(|number| posts[*number]).collect::<Vec<_>>();
        let all = order(&[4, 1, 6, 5, 3, 2, 0]);
        for limit in [1, 2, 3, 7, 100] {
            assert_eq!(ids(&forum, None, &place.posts(), limit).await, all, "limit {limit}");
        }
        let listed = async |query: &str| forum.client.get(&format!("{}?{query}", place.posts())).await.is(200).ids();
        assert_eq!(listed("sort=new&filter=all&period=all&author_id=").await, all);
        assert_eq!(listed("filter=excellent").await, order(&[1, 6, 3]));
        assert_eq!(listed(&format!("author_id={}", place.member.id)).await, order(&[1, 5, 3]));
        assert_eq!(listed(&format!("filter=excellent&author_id={}", place.author.id)).await, order(&[6]));
        assert_eq!(listed("author_id=999999").await, [0; 0]);
        assert_eq!(listed("filter=hot").await, [0; 0]);
        // Fifteen comments make a post hot.
        for number in 0..15 {
            place.author.write_comment(posts[2], &format!("第{number}评")).await;
        }
        assert_eq!(listed("filter=hot").await, [posts[2]]);
        assert_eq!(forum.client.get(&format!("/posts/{}", posts[2])).await["hot"], true);
        // In the other orders the pinned ones come first as well.
        for sort in ["active", "hot", "top"] {
            assert_eq!(listed(&format!("sort={sort}")).await[..2], order(&[4, 1]), "{sort}");
            assert_eq!(listed(&format!("sort={sort}")).await.len(), 7);
        }
        // The public list knows no pins.
        assert_eq!(forum.client.get("/posts").await.ids(), order(&[6, 5, 4, 3, 2, 1, 0]));
    }

    async fn posts_are_ranked_by_what_happens_to_them(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let mut posts = Vec::new();
        for number in 0..4 {
            posts.push(place.author.write_post(place.id, &format!("第{number}帖")).await);
        }
        // Two likes against one comment, and a comment on the oldest last.
        like(&forum, posts[1], 3).await;
        like(&forum, posts[2], 1).await;
        place.member.write_comment(posts[2], "说").await;
        place.member.write_comment(posts[0], "说").await;
        let old = old_post(&forum, &place.author, place.id, "旧帖", 24 * 8).await;
        like(&forum, old, 4).await;
        let mine = place.posts();
        for (path, user) in [(mine.as_str(), None), ("/posts", None), ("/feed", Some(&place.member))] {
            let listed = async |query: &str| ids(&forum, user, &format!("{path}?{query}"), 2).await;
            assert_eq!(listed("sort=active").await, [posts[0], posts[2], posts[3], posts[1], old], "{path}");
            // By heat: three likes are five points and so is a like with a commenter; the newer first. What
            // is a week old is cold.
            assert_eq!(listed("sort=hot").await, [posts[2], posts[1], posts[0], posts[3], old], "{path}");
            if path != "/feed" {
                assert_eq!(listed("sort=top").await, [old, posts[1], posts[2], posts[3], posts[0]], "{path}");
            }
        }
        for (period, length) in [("all", 5), ("month", 5), ("week", 4), ("day", 4)] {
            let top = ids(&forum, None, &format!("{mine}?sort=top&period={period}"), 2).await;
            assert_eq!(top.len(), length, "{period}");
            assert_eq!(top[0], if length == 5 { old } else { posts[1] }, "{period}");
        }
        // The feed's first order is by activity.
        assert_eq!(place.member.get("/feed").await.ids(), place.member.get("/feed?sort=active").await.ids());
        assert_eq!(place.member.get("/feed?sort=new").await.ids()[..4], [posts[3], posts[2], posts[1], posts[0]]);
    }

    async fn the_public_list_and_the_feed_hold_what_is_theirs(forum: Forum) {
        let open = Community::of(&forum, "public").await;
        let owner = forum.user("别组长").await;
        let closed = forum.group(&owner, "密室", json!({})).await;
        let elsewhere = forum.group(&owner, "广场", json!({"visibility": "public"})).await;
        let (one, two, three) = (
            open.author.write_post(open.id, "一").await, owner.write_post(closed, "二").await,
            owner.write_post(elsewhere, "三").await,
        );
        for sort in ["new", "active", "hot", "top"] {
            for user in [None, Some(&owner), Some(&open.author)] {
                assert_eq!(ids(&forum, user, &format!("/posts?sort={sort}"), 1).await, [three, one], "{sort}");
            }
        }
        for sort in ["active", "new", "hot"] {
            assert_eq!(ids(&forum, Some(&owner), &format!("/feed?sort={sort}"), 1).await, [three, two], "{sort}");
            assert_eq!(ids(&forum, Some(&open.member), &format!("/feed?sort={sort}"), 1).await, [one], "{sort}");
        }
        let alone = forum.user("独行").await;
        assert_eq!(alone.get("/feed").await.is(200).json, json!({"items": [], "next_cursor": null}));
        forum.client.get("/feed").await.refused(401, "auth.required");
        forum.client.get(&format!("/groups/{closed}/posts")).await.refused(401, "auth.required");
        alone.get(&format!("/groups/{closed}/posts")).await.refused(403, "group.not_member");
        alone.get("/groups/999999/posts").await.refused(404, "group.not_found");
    }

    async fn parameters_of_lists_are_looked_at_closely(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        for number in 0..3 {
            place.author.write_post(place.id, &format!("第{number}帖")).await;
        }
        let mine = place.posts();
        for wrong in [
            "sort=best", "filter=none", "period=year", "author_id=0", "author_id=-1", "author_id=x",
            "author_id=9223372036854775808", "limit=0", "limit=101", "limit=x", "sort=%00",
        ] {
            let field = format!("/{}", wrong.split('=').next().unwrap());
            let answer = forum.client.get(&format!("{mine}?{wrong}")).await;
            answer.refused(422, "request.invalid");
            assert_eq!(answer["errors"][0]["pointer"], field, "{wrong}");
        }
        place.member.get("/feed?sort=top").await.refused(422, "request.invalid");
        forum.client.get("/posts?sort=best").await.refused(422, "request.invalid");
        // A cursor is good for the list, the order and the filters that it is of, and for nothing else.
        let lists = [
            format!("{mine}?sort=new"), format!("{mine}?sort=active"), format!("{mine}?sort=hot"), format!("{mine}?sort=top"),
            format!("{mine}?sort=top&period=week"), format!("{mine}?author_id={}", place.author.id),
            "/posts?sort=new".into(), "/posts?sort=active".into(), "/posts?sort=hot".into(), "/posts?sort=top".into(),
            "/feed?sort=new".into(), "/feed?sort=active".into(), "/feed?sort=hot".into(),
        ];
        let mut cursors = Vec::new();
        for list in &lists {
            let page = place.member.get(&format!("{list}&limit=1")).await;
            cursors.push(page.is(200)["next_cursor"].as_str().unwrap().to_owned());
        }
        for (at, list) in lists.iter().enumerate() {
            for (of, cursor) in cursors.iter().enumerate() {
                let page = place.member.get(&format!("{list}&limit=1&cursor={cursor}")).await;
                if at == of {
                    page.is(200);
                } else {
                    page.refused(400, "cursor.invalid");
                }
            }
            for forged in ["x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &cursors[at][1..]] {
                place.member.get(&format!("{list}&cursor={forged}")).await.refused(400, "cursor.invalid");
            }
        }
        let other = forum.group(&place.owner, "别处", json!({"visibility": "public"})).await;
        forum.client.get(&format!("/groups/{other}/posts?cursor={}", cursors[0])).await.refused(400, "cursor.invalid");
    }

    async fn a_ranked_list_stands_still_while_it_is_paged(forum: Forum, with [("policy.hot_refresh_seconds", "1")]) {
        let place = Community::of(&forum, "public").await;
        let mut posts = Vec::new();
        for number in 0..6 {
            posts.push(place.author.write_post(place.id, &format!("第{number}帖")).await);
        }
        like(&forum, posts[5], 1).await;
        place.member.call("PUT", &format!("/posts/{}/bookmark", posts[0])).await.is(204);
        let lists = [
            format!("{}?sort=active", place.posts()), format!("{}?sort=hot", place.posts()),
            format!("{}?sort=top", place.posts()), "/posts?sort=hot".into(), "/feed?sort=active".into(),
        ];
        let mut begun = Vec::new();
        for list in &lists {
            let first = place.member.get(&format!("{list}&limit=3")).await;
            begun.push((first.is(200).ids(), first["next_cursor"].as_str().unwrap().to_owned()));
        }
        // Everybody looks at what was last in each, and one more comes.
        for post in &posts {
            if !begun.iter().all(|(seen, _)| seen.contains(post)) {
                like(&forum, *post, 2).await;
                place.member.write_comment(*post, "说").await;
            }
        }
        let new = place.author.write_post(place.id, "新帖").await;
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        for (list, (seen, cursor)) in lists.iter().zip(&begun) {
            // Others have another ranking by now.
            assert!(place.owner.get(list).await.ids().contains(&new), "{list}");
            let second = place.member.get(&format!("{list}&limit=3&cursor={cursor}")).await;
            assert_eq!(second.is(200)["next_cursor"], Value::Null, "{list}");
            let mut all = [seen.clone(), second.ids()].concat();
            all.sort_unstable();
            assert_eq!(all, posts, "no post twice, none left out: {list}");
        }
        // What is deleted meanwhile is left out, and nothing moves up for it.
        let (list, (_, cursor)) = (&lists[2], &begun[2]);
        let second = place.member.get(&format!("{list}&limit=3&cursor={cursor}")).await.ids();
        place.author.delete(&format!("/posts/{}", second[1])).await.is(204);
        let again = place.member.get(&format!("{list}&limit=3&cursor={cursor}")).await;
        assert_eq!(again.is(200).ids(), [second[0], second[2]]);
    }

    async fn a_cursor_whose_ranking_is_lost_says_so(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        for number in 0..3 {
            let post = place.author.write_post(place.id, &format!("第{number}帖")).await;
            place.member.write_comment(post, "说").await;
        }
        let post = place.author.write_post(place.id, "讨论").await;
        for number in 0..3 {
            place.member.write_comment(post, &format!("第{number}评")).await;
        }
        let lists = [format!("{}?sort=hot", place.posts()), "/posts?sort=top".into(), format!("/posts/{post}/comments?sort=hot")];
        let mut nexts = Vec::new();
        for list in &lists {
            let first = forum.client.get(&format!("{list}&limit=1")).await;
            nexts.push(format!("{list}&limit=1&cursor={}", first.is(200)["next_cursor"].as_str().unwrap()));
        }
        for next in &nexts {
            forum.client.get(next).await.is(200);
        }
        // What is kept in memory ends with the process; in Redis, under another prefix nothing is found.
        let lost: &[_] = if forum.backend == Backend::Shared { &[("cache_prefix", "http-elsewhere")] } else { &[] };
        let forum = forum.restart_with(lost).await;
        for (list, next) in lists.iter().zip(&nexts) {
            forum.client.get(next).await.refused(410, "cursor.expired");
            forum.client.get(list).await.is(200);
        }
    }

    async fn a_list_by_age_loses_and_doubles_nothing_while_posts_come_and_go(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let mut posts = Vec::new();
        for number in 0..12 {
            posts.push(place.author.write_post(place.id, &format!("第{number}帖")).await);
        }
        place.moderator.call("PUT", &format!("/posts/{}/pin", posts[3])).await.is(204);
        let (writer, group) = (place.author.clone(), place.id);
        let writing = tokio::spawn(async move {
            for number in 0.. {
                let post = writer.write_post(group, &format!("后来{number}")).await;
                writer.delete(&format!("/posts/{post}")).await.is(204);
                writer.write_post(group, &format!("留下{number}")).await;
            }
        });
        for list in [place.posts(), "/posts".into(), "/feed?sort=new".into()] {
            let mut seen = Vec::new();
            let mut path = format!("{list}{}limit=2", if list.contains('?') { '&' } else { '?' });
            // So many pages that whoever writes is left behind.
            loop {
                let page = place.member.get(&path).await;
                seen.extend(page.is(200).ids());
                let Some(next) = page["next_cursor"].as_str() else { break };
                path = format!("{list}{}limit=2&cursor={next}", if list.contains('?') { '&' } else { '?' });
            }
            for post in &posts {
                assert_eq!(seen.iter().filter(|id| *id == post).count(), 1, "{post} in {list}: {seen:?}");
            }
        }
        writing.abort();
    }
}
