//! Bookmarks: a user's own list of posts.

use serde_json::json;

use crate::{
    group::pages,
    support::{Community, Forum, both},
};

both! {
    async fn bookmarked_posts_are_listed_last_bookmarked_first(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let reader = forum.user("读者").await;
        let mut posts = Vec::new();
        for number in 0..5 {
            posts.push(place.author.write_post(place.id, &format!("第{number}帖")).await);
        }
        let bookmark = async |method: &str, post: i64| reader.call(method, &format!("/posts/{post}/bookmark")).await;
        for number in [2, 0, 4, 1] {
            bookmark("PUT", posts[number]).await.is(204);
        }
        // Again changes nothing, not even the order.
        bookmark("PUT", posts[2]).await.is(204);
        let expected: Vec<i64> = [1, 4, 0, 2].map(|number: usize| posts[number]).into();
        for limit in [1, 3, 100] {
            let all = pages(&forum, Some(&reader), "/me/bookmarks", limit).await;
            assert_eq!(all.iter().map(|post| post["id"].as_i64().unwrap()).collect::<Vec<_>>(), expected);
        }
        let listed = reader.get("/me/bookmarks").await;
        assert!(listed.each("/viewer/bookmarked").iter().all(|one| one == true), "{listed:?}");
        assert_eq!(listed.items()[3], reader.get(&place.posts()).await.items()[2]);
        assert_eq!(listed.header("cache-control"), Some("no-store"));
        let post = reader.get(&format!("/posts/{}", posts[2])).await;
        assert_eq!(post["viewer"]["bookmarked"], true);
        assert_eq!(place.author.get(&format!("/posts/{}", posts[2])).await["viewer"]["bookmarked"], false);
        assert_eq!(place.author.get("/me/bookmarks").await.items().len(), 0);

        for _ in 0..2 {
            bookmark("DELETE", posts[4]).await.is(204);
        }
        assert_eq!(reader.get("/me/bookmarks").await.ids(), [posts[1], posts[0], posts[2]]);
        // To forget always works; to remember takes a post that is there.
        bookmark("DELETE", 999_999).await.is(204);
        bookmark("PUT", 999_999).await.refused(404, "post.not_found");
        forum.client.request("PUT", &format!("/posts/{}/bookmark", posts[0])).send().await.refused(401, "auth.required");
        forum.client.get("/me/bookmarks").await.refused(401, "auth.required");
        reader.get("/me/bookmarks?cursor=forged").await.refused(400, "cursor.invalid");
    }

    async fn a_bookmark_shows_only_what_one_may_still_see(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let post = place.author.write_post(place.id, "内部").await;
        let path = format!("/posts/{post}/bookmark");
        place.member.call("PUT", &path).await.is(204);
        assert_eq!(place.member.get("/me/bookmarks").await.ids(), [post]);
        place.leaves(&place.member).await;
        assert_eq!(place.member.get("/me/bookmarks").await.is(200).json, json!({"items": [], "next_cursor": null}));
        place.member.call("PUT", &path).await.refused(404, "post.not_found");
        // Back again, so is the bookmark.
        place.member.join(place.id, &place.owner).await;
        assert_eq!(place.member.get("/me/bookmarks").await.ids(), [post]);
        place.leaves(&place.member).await;
        place.member.call("DELETE", &path).await.is(204);
        place.member.join(place.id, &place.owner).await;
        assert_eq!(place.member.get("/me/bookmarks").await.items().len(), 0);
        forum.is_sound().await;
    }
}
