//! What is written in groups: posts, comments, replies and likes.

use forum_domain::integrity::Invariant;

use super::{Scene, Tables};

/// The post of the scene, its comment with a reply, and a tombstone with one.
const POST: i64 = 1;
const OTHER_POST: i64 = 2;
const COMMENT: i64 = 1;
const REPLY: i64 = 2;
const TOMBSTONE: i64 = 3;
const DELETED_REPLY: i64 = 5;

/// On the scene of groups: the member's post with all that can stand under it, the owner's post with nothing,
/// and one that was deleted. The owner likes the member's post, the member the owner's comment. It is put
/// there by hand, so that what is counted is not what the store counted.
async fn written(scene: Scene) -> Scene {
    let (owner, member) = (scene.owner, scene.member);
    let post = |author, count, likes, active, deleted: &str| {
        format!(
            "INSERT INTO posts (group_id, author_id, title, format, excerpt, comment_count, like_count, \
                 created_at, last_activity_at, deleted_at, deleted_by) \
             SELECT g.id, {author}, 'title', 'plain', 'body', {count}, {likes}, g.created_at, {active}, {deleted} \
             FROM groups g, join_requests r WHERE r.id = {}; ",
            scene.pending
        )
    };
    let comment = |author, parent: &str, likes, replies, deleted: &str| {
        format!(
            "INSERT INTO comments (post_id, parent_id, author_id, body, like_count, reply_count, \
                 created_at, deleted_at, deleted_by) \
             SELECT {POST}, {parent}, {author}, 'body', {likes}, {replies}, r.created_at, {deleted} \
             FROM join_requests r WHERE r.id = {}; ",
            scene.pending
        )
    };
    let like = |kind: &str, user| {
        format!(
            "INSERT INTO {kind}_likes ({kind}_id, user_id, day, created_at) \
             SELECT 1, {user}, 20000, r.created_at FROM join_requests r WHERE r.id = {}; ",
            scene.pending
        )
    };
    let quota = |user, author| {
        format!(
            "INSERT INTO like_quotas (user_id, day, author_id, used, allowed) \
             VALUES ({user}, 20000, {author}, 1, 10); "
        )
    };
    let [there, gone] = ["NULL, NULL", "r.created_at, r.user_id"];
    // A tombstone's reply counts, a deleted reply does not.
    let sql = [
        post(member, 3, 1, "r.created_at", there),
        post(owner, 0, 0, "g.created_at", there),
        post(owner, 0, 0, "r.created_at", gone),
        "INSERT INTO post_bodies (post_id, source, html, policy) SELECT id, 'body', 'body', 1 FROM posts; "
            .into(),
        "UPDATE groups SET post_count = 2; ".into(),
        comment(owner, "NULL", 1, 1, there),
        comment(member, "1", 0, 0, there),
        comment(owner, "NULL", 0, 1, gone),
        comment(member, "3", 0, 0, there),
        comment(member, "1", 0, 0, gone),
        like("post", owner),
        like("comment", member),
        ["0".to_owned(), member.to_string()].map(|author| quota(owner, author)).concat(),
        ["0".to_owned(), owner.to_string()].map(|author| quota(member, author)).concat(),
    ];
    scene.tables.run(&sql.concat()).await;
    assert_eq!(scene.findings().await, []);
    scene
}

/// That a counter, changed by hand in whatever direction, is found, counted anew, and right again.
async fn counts(scene: Scene, invariant: Invariant, counter: &str, subject: i64) {
    let scene = written(scene).await;
    let (table, column) = counter.split_once('.').unwrap();
    for change in ["+ 1", "- 1", "* 0 - 7"] {
        let wrong = format!("UPDATE {table} SET {column} = {column} {change} WHERE id = {subject}");
        scene.tables.run(&wrong).await;
        scene.is_found_and_repaired(invariant, subject).await;
    }
}

async fn a_wrong_post_count(scene: Scene) {
    let group = scene.group.get();
    counts(scene, Invariant::PostCount, "groups.post_count", group).await;
}

async fn a_wrong_comment_count(scene: Scene) {
    counts(scene, Invariant::CommentCount, "posts.comment_count", POST).await;
}

async fn a_wrong_comment_count_of_a_post_without_comments(scene: Scene) {
    counts(scene, Invariant::CommentCount, "posts.comment_count", OTHER_POST).await;
}

async fn a_wrong_reply_count(scene: Scene) {
    counts(scene, Invariant::ReplyCount, "comments.reply_count", COMMENT).await;
}

async fn a_wrong_reply_count_of_a_tombstone(scene: Scene) {
    counts(scene, Invariant::ReplyCount, "comments.reply_count", TOMBSTONE).await;
}

async fn a_wrong_like_count_of_a_post(scene: Scene) {
    counts(scene, Invariant::PostLikeCount, "posts.like_count", POST).await;
}

async fn a_wrong_like_count_of_a_comment(scene: Scene) {
    counts(scene, Invariant::CommentLikeCount, "comments.like_count", COMMENT).await;
}

async fn a_wrong_like_count_of_a_reply(scene: Scene) {
    counts(scene, Invariant::CommentLikeCount, "comments.like_count", REPLY).await;
}

async fn a_comment_that_vanished_is_missed_by_each_that_counted_it(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&format!("DELETE FROM comments WHERE id = {REPLY}")).await;
    let found = scene.findings().await;
    let told: Vec<_> =
        found.iter().map(|one| (one.invariant, one.subject, &*one.expected, &*one.found)).collect();
    let expected = [(Invariant::ReplyCount, COMMENT, "0", "1"), (Invariant::CommentCount, POST, "2", "3")];
    assert_eq!(told, expected);
    for finding in &found {
        assert!(scene.store.repair(finding, Scene::now()).await.unwrap(), "{finding:?}");
    }
    assert_eq!(scene.findings().await, []);
}

async fn a_last_activity_before_the_newest_comment(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&format!("UPDATE posts SET last_activity_at = created_at WHERE id = {POST}")).await;
    scene.is_found_and_repaired(Invariant::LastActivity, POST).await;
}

async fn a_last_activity_before_the_post(scene: Scene) {
    let scene = written(scene).await;
    let epoch = match scene.tables {
        Tables::Sqlite(_) => "0",
        Tables::Postgres(_) => "'1970-01-01T00:00:00Z'",
    };
    let back = format!("UPDATE posts SET last_activity_at = {epoch} WHERE id = {OTHER_POST}");
    scene.tables.run(&back).await;
    scene.is_found_and_repaired(Invariant::LastActivity, OTHER_POST).await;
}

async fn a_post_without_a_body(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&format!("DELETE FROM post_bodies WHERE post_id = {OTHER_POST}")).await;
    scene.is_found_and_left_alone(Invariant::PostHasBody, OTHER_POST).await;
}

async fn a_reply_under_a_comment_of_another_post(scene: Scene) {
    let scene = written(scene).await;
    // Nothing counts a deleted reply, so only its place is wrong.
    let moved = format!("UPDATE comments SET post_id = {OTHER_POST} WHERE id = {DELETED_REPLY}");
    scene.tables.run(&moved).await;
    scene.is_found_and_left_alone(Invariant::ReplyPlace, DELETED_REPLY).await;
}

async fn a_reply_under_a_reply(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&format!("UPDATE comments SET parent_id = {REPLY} WHERE id = {DELETED_REPLY}")).await;
    scene.is_found_and_left_alone(Invariant::ReplyPlace, DELETED_REPLY).await;
}

async fn a_deleter_of_what_is_not_deleted(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&format!("UPDATE posts SET deleted_by = author_id WHERE id = {POST}")).await;
    scene.is_found_and_repaired(Invariant::PostDeletedBy, POST).await;
    scene.tables.run(&format!("UPDATE comments SET deleted_by = author_id WHERE id = {REPLY}")).await;
    scene.is_found_and_repaired(Invariant::CommentDeletedBy, REPLY).await;
}

async fn a_post_that_nobody_deleted(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run("UPDATE posts SET deleted_by = NULL WHERE deleted_at IS NOT NULL").await;
    scene.is_found_and_left_alone(Invariant::PostDeletedBy, 3).await;
}

async fn a_comment_that_nobody_deleted(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&format!("UPDATE comments SET deleted_by = NULL WHERE id = {TOMBSTONE}")).await;
    scene.is_found_and_left_alone(Invariant::CommentDeletedBy, TOMBSTONE).await;
}

/// The author of what has id 1 among the posts or the comments likes it, and is counted.
fn own_like(kind: &str) -> String {
    format!(
        "INSERT INTO {kind}_likes ({kind}_id, user_id, day, created_at) \
         SELECT id, author_id, 20001, created_at FROM {kind}s WHERE id = 1; \
         UPDATE {kind}s SET like_count = like_count + 1 WHERE id = 1"
    )
}

async fn a_like_of_ones_own_post(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&own_like("post")).await;
    scene.is_found_and_repaired(Invariant::OwnPostLike, POST).await;
}

async fn a_like_of_ones_own_comment(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&own_like("comment")).await;
    scene.is_found_and_repaired(Invariant::OwnCommentLike, COMMENT).await;
}

async fn a_quota_that_missed_a_like(scene: Scene) {
    let scene = written(scene).await;
    for author in ["= 0", "> 0", ">= 0"] {
        let forget = |and: &str| {
            format!(
                "UPDATE like_quotas SET used = 0{and} WHERE user_id = {} AND author_id {author}",
                scene.member
            )
        };
        scene.tables.run(&forget("")).await;
        scene.is_found_and_repaired(Invariant::LikeQuota, scene.member.get()).await;
        // Also where nothing was allowed.
        scene.tables.run(&forget(", allowed = 0")).await;
        scene.is_found_and_repaired(Invariant::LikeQuota, scene.member.get()).await;
    }
}

async fn a_quota_that_was_forgotten_or_used_for_more_is_none_of_the_doctors_concern(scene: Scene) {
    let scene = written(scene).await;
    scene.tables.run(&format!("DELETE FROM like_quotas WHERE user_id = {}", scene.owner)).await;
    scene.tables.run(&format!("UPDATE like_quotas SET used = 9 WHERE user_id = {}", scene.member)).await;
    assert_eq!(scene.findings().await, []);
}

on_both! {
    a_wrong_post_count
    a_wrong_comment_count
    a_wrong_comment_count_of_a_post_without_comments
    a_wrong_reply_count
    a_wrong_reply_count_of_a_tombstone
    a_wrong_like_count_of_a_post
    a_wrong_like_count_of_a_comment
    a_wrong_like_count_of_a_reply
    a_comment_that_vanished_is_missed_by_each_that_counted_it
    a_last_activity_before_the_newest_comment
    a_last_activity_before_the_post
    a_post_without_a_body
    a_reply_under_a_comment_of_another_post
    a_reply_under_a_reply
    a_deleter_of_what_is_not_deleted
    a_post_that_nobody_deleted
    a_comment_that_nobody_deleted
    a_like_of_ones_own_post
    a_like_of_ones_own_comment
    a_quota_that_missed_a_like
    a_quota_that_was_forgotten_or_used_for_more_is_none_of_the_doctors_concern
}
