//! Likes: what a button needs to know, and how many there are in a day.

use chrono::{DateTime, TimeDelta, Utc};
use forum_domain::like::{Day, Like, LikeRepository, Liked, Target, rules};
use serde_json::{Value, json};

use crate::support::{Community, Forum, both};

both! {
    async fn a_like_is_given_once_and_taken_back(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let comment = place.author.write_comment(post, "说").await;
        let reply = place.author.write_reply(comment, "答").await;
        // Whoever may read may like, member or not.
        let reader = forum.user("读者").await;
        let mut left = (50, 10);
        for path in [format!("/posts/{post}"), format!("/comments/{comment}"), format!("/comments/{reply}")] {
            let like = format!("{path}/like");
            let etag = reader.get(&path).await.header("etag").unwrap().to_owned();
            let state = |liked: bool, count: i64, left: (i64, i64), resets_at: &Value| json!({
                "liked": liked, "like_count": count, "remaining_today": left.0, "remaining_for_author": left.1,
                "resets_at": resets_at,
            });
            // Without a like there is nothing to take back, and that is no error.
            let none = reader.call("DELETE", &like).await;
            assert_eq!(none.is(200).json, state(false, 0, left, &none["resets_at"]));
            left = (left.0 - 1, left.1 - 1);
            for _ in 0..2 {
                let liked = reader.call("PUT", &like).await;
                assert_eq!(liked.is(200).json, state(true, 1, left, &none["resets_at"]));
            }
            let other = place.member.call("PUT", &like).await;
            assert_eq!(other.is(200)["like_count"], 2);
            let seen = reader.get(&path).await;
            assert_eq!([&seen["like_count"], &seen["viewer"]["liked"]], [&json!(2), &json!(true)]);
            assert_ne!(seen.header("etag"), Some(etag.as_str()), "another answer");
            assert_eq!(place.moderator.get(&path).await["viewer"]["liked"], false);
            for _ in 0..2 {
                let undone = reader.call("DELETE", &like).await;
                assert_eq!(undone.is(200).json, state(false, 1, (left.0 + 1, left.1 + 1), &none["resets_at"]));
            }
            reader.call("PUT", &like).await.is(200);

            place.author.call("PUT", &like).await.refused(403, "like.own_content");
            assert_eq!(place.author.call("DELETE", &like).await.is(200)["like_count"], 2);
            for method in ["PUT", "DELETE"] {
                forum.client.request(method, &like).send().await.refused(401, "auth.required");
            }
        }
        for path in ["/posts/999999/like", "/posts/0/like"] {
            reader.call("PUT", path).await.refused(404, "post.not_found");
            reader.call("DELETE", path).await.refused(404, "post.not_found");
        }
        reader.call("PUT", "/comments/999999/like").await.refused(404, "comment.not_found");
        forum.is_sound().await;
    }

    async fn who_is_muted_or_not_in_the_group_may_like_what_he_reads(forum: Forum) {
        let open = Community::of(&forum, "public").await;
        let post = open.author.write_post(open.id, "题").await;
        let (muted, banned) = (open.muted(&forum).await, forum.user("被禁的").await);
        open.ban(&forum, &banned).await;
        for user in [&muted, &banned] {
            user.call("PUT", &format!("/posts/{post}/like")).await.is(200);
        }
        let owner = forum.user("别组长").await;
        let closed = forum.group(&owner, "密室", json!({})).await;
        let (hidden, inside) = (owner.write_post(closed, "内部").await, forum.user("知情").await);
        forum.assign(closed, &inside, forum_domain::group::Role::Member).await;
        let comment = owner.write_comment(hidden, "内部话").await;
        inside.call("PUT", &format!("/comments/{comment}/like")).await.is(200);
        for (path, code) in [(format!("/posts/{hidden}/like"), "post.not_found"), (format!("/comments/{comment}/like"), "comment.not_found")] {
            muted.call("PUT", &path).await.refused(404, code);
            muted.call("DELETE", &path).await.refused(404, code);
        }
        forum.is_sound().await;
    }

    async fn a_day_has_so_many_likes_and_an_author_so_many_of_them(forum: Forum, with [
        ("policy.likes_per_day", "5"), ("policy.likes_per_author_per_day", "3"),
    ]) {
        let place = Community::of(&forum, "public").await;
        let fan = forum.user("粉丝").await;
        let mut posts = Vec::new();
        for number in 0..4 {
            posts.push(place.author.write_post(place.id, &format!("第{number}帖")).await);
        }
        let comment = place.author.write_comment(posts[0], "说").await;
        let others = [place.member.write_post(place.id, "别帖").await, place.member.write_post(place.id, "又帖").await,
                      place.owner.write_post(place.id, "还帖").await];
        let like = async |post: i64| fan.call("PUT", &format!("/posts/{post}/like")).await;
        let left = |answer: &crate::support::Answer| {
            answer.is(200);
            (answer["remaining_today"].as_i64().unwrap(), answer["remaining_for_author"].as_i64().unwrap())
        };
        for (post, expected) in [(posts[0], (4, 2)), (posts[1], (3, 1)), (posts[2], (2, 0))] {
            assert_eq!(left(&like(post).await), expected);
        }
        // Whatever of his it is: a post or a comment.
        for path in [format!("/posts/{}/like", posts[3]), format!("/comments/{comment}/like")] {
            let refused = fan.call("PUT", &path).await;
            refused.refused(429, "like.author_limit");
            let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=86_400).contains(&wait), "{wait}");
        }
        // To like again what is liked takes nothing.
        assert_eq!(left(&like(posts[0]).await), (2, 0));
        assert_eq!(left(&like(others[0]).await), (1, 2));
        assert_eq!(left(&like(others[1]).await), (0, 1));
        let refused = like(others[2]).await;
        refused.refused(429, "like.daily_limit");
        // Until midnight in Shanghai.
        let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        let resets_at: DateTime<Utc> = like(posts[0]).await["resets_at"].as_str().unwrap().parse().unwrap();
        let until = (resets_at - forum.inside.clock.now()).num_seconds();
        assert!((wait - until).abs() <= 5, "{wait} {until}");
        assert_eq!(resets_at.timestamp() % 86_400, 16 * 3_600);
        // What is taken back on the same day can be given again, to whomever.
        let undone = fan.call("DELETE", &format!("/posts/{}/like", posts[1])).await;
        assert_eq!(left(&undone), (1, 1));
        assert_eq!(left(&like(others[2]).await), (0, 2));
        like(posts[3]).await.refused(429, "like.daily_limit");
        // The others' likes are their own.
        assert_eq!(place.member.call("PUT", &format!("/posts/{}/like", posts[0])).await.is(200)["remaining_today"], 4);
        forum.is_sound().await;
    }

    async fn what_is_liked_is_not_forgotten_and_yesterdays_quota_does_not_come_back(forum: Forum, with [("policy.likes_per_day", "1")]) {
        let place = Community::of(&forum, "public").await;
        let (one, two) = (place.author.write_post(place.id, "一").await, place.author.write_post(place.id, "二").await);
        // Given yesterday, as the rules count days.
        let now = forum.inside.clock.now();
        let Day(today) = rules::day(now, forum.inside.policy.day_timezone);
        let likes: &dyn LikeRepository = forum.inside.store.as_ref();
        let target = Target::Post(forum_domain::id::PostId::new(one).unwrap());
        let like = Like { target, user: place.member.actor().user_id, day: Day(today - 1), per_day: 1, per_author: 1,
            at: now - TimeDelta::days(1) };
        assert!(matches!(likes.like(like).await.unwrap(), Liked::Done(_)));
        assert_eq!(place.member.get(&format!("/posts/{one}")).await["viewer"]["liked"], true);
        assert_eq!(place.member.call("PUT", &format!("/posts/{two}/like")).await.is(200)["remaining_today"], 0);
        let undone = place.member.call("DELETE", &format!("/posts/{one}/like")).await;
        assert_eq!([&undone.is(200)["liked"], &undone["remaining_today"]], [&json!(false), &json!(0)]);
        place.member.call("PUT", &format!("/posts/{one}/like")).await.refused(429, "like.daily_limit");
        // The background job forgets days of which nothing can come back.
        forum.inside.likes.prune().await.unwrap();
        place.member.call("PUT", &format!("/posts/{one}/like")).await.refused(429, "like.daily_limit");
        forum.is_sound().await;
    }

    async fn a_day_turns_where_the_operator_says(forum: Forum, with [("policy.day_timezone", "Pacific/Kiritimati")]) {
        let place = Community::of(&forum, "public").await;
        let post = place.author.write_post(place.id, "题").await;
        let liked = place.member.call("PUT", &format!("/posts/{post}/like")).await;
        let resets_at: DateTime<Utc> = liked.is(200)["resets_at"].as_str().unwrap().parse().unwrap();
        // Fourteen hours ahead of UTC.
        assert_eq!(resets_at.timestamp() % 86_400, 10 * 3_600);
        assert!(resets_at > forum.inside.clock.now());
    }
}
