//! Uploads, what shows them, and what notes that.

use forum_domain::integrity::Invariant;

use super::Scene;

const KEY: &str = "0af7651916cd43dd8448eb211c80319c.png";

/// On the scene of groups: an upload of the owner's that his post shows, a former version of a question, and an
/// answer; it is his avatar and the group's cover too.
async fn shown(scene: Scene) -> Scene {
    let (owner, group) = (scene.owner, scene.group);
    let now = format!("FROM groups g WHERE g.id = {group}; ");
    let html = format!("<img src=\"/media/{KEY}\">");
    let sql = [
        format!(
            "INSERT INTO media (key, content_type, owner_id, width, height, byte_size, created_at) \
             SELECT '{KEY}', 'image/png', {owner}, 1, 1, 1, g.created_at {now}"
        ),
        format!(
            "INSERT INTO posts (group_id, author_id, title, format, excerpt, created_at, last_activity_at) \
             SELECT {group}, {owner}, 't', 'plain', 'b', g.created_at, g.created_at {now}"
        ),
        format!(
            "INSERT INTO questions (author_id, category, title, format, excerpt, answer_count, created_at, \
                 last_activity_at) SELECT {owner}, 'c', 't', 'plain', 'b', 1, g.created_at, g.created_at {now}"
        ),
        format!(
            "INSERT INTO answers (question_id, author_id, format, excerpt, created_at) \
             SELECT 1, {owner}, 'plain', 'b', g.created_at {now}"
        ),
        format!(
            "INSERT INTO post_bodies (post_id, source, html, policy) VALUES (1, 'b', '{html}', 1); \
             INSERT INTO question_bodies (question_id, source, html, policy) VALUES (1, 'b', 'b', 1); \
             INSERT INTO answer_bodies (answer_id, source, html, policy) VALUES (1, 'b', '{html}', 1); "
        ),
        format!(
            "INSERT INTO question_revisions (question_id, version, category, title, format, source, html, policy, \
                 created_at, replaced_at) \
             SELECT 1, 1, 'c', 't', 'plain', 'b', '{html}', 1, g.created_at, g.created_at {now}"
        ),
        format!(
            "INSERT INTO media_uses (media_id, subject, subject_id) \
             VALUES (1, 'post', 1), (1, 'question', 1), (1, 'answer', 1); \
             UPDATE users SET avatar_key = '{KEY}' WHERE id = {owner}; \
             UPDATE groups SET cover_key = '{KEY}', post_count = post_count + 1 WHERE id = {group}; "
        ),
    ];
    scene.tables.run(&sql.concat()).await;
    assert_eq!(scene.findings().await, []);
    scene
}

async fn an_upload_whose_use_is_not_noted(scene: Scene) {
    let scene = shown(scene).await;
    for subject in ["post", "question", "answer"] {
        scene.tables.run(&format!("DELETE FROM media_uses WHERE subject = '{subject}'")).await;
        scene.is_found_and_repaired(Invariant::MediaUseNoted, 1).await;
    }
    // One finding, whatever many texts show it.
    scene.tables.run("DELETE FROM media_uses").await;
    scene.is_found_and_repaired(Invariant::MediaUseNoted, 1).await;
    // What a text names that was never uploaded here is nothing to note.
    scene
        .tables
        .run("UPDATE answer_bodies SET html = '<img src=\"/media/ffffffffffffffffffffffffffffffff.png\">'")
        .await;
    assert_eq!(scene.findings().await, []);
}

async fn a_use_of_what_is_gone(scene: Scene) {
    let scene = shown(scene).await;
    scene.tables.run("INSERT INTO media_uses (media_id, subject, subject_id) VALUES (77, 'post', 1), (77, 'answer', 1)").await;
    scene.is_found_and_repaired(Invariant::MediaUseOfMedia, 77).await;
}

async fn an_avatar_that_is_no_upload_of_its_users(scene: Scene) {
    let scene = shown(scene).await;
    scene.tables.run(&format!("UPDATE users SET avatar_key = '{KEY}' WHERE id = {}", scene.member)).await;
    scene.is_found_and_repaired(Invariant::AvatarIsMedia, scene.member.get()).await;
    let owner = scene.store.find_user(scene.owner).await.unwrap().unwrap();
    assert_eq!(owner.avatar_key.as_deref(), Some(KEY));
}

async fn a_cover_that_is_no_upload_for_everybody(scene: Scene) {
    let scene = shown(scene).await;
    let hidden = format!("g{}-{}", scene.group, KEY.replace('0', "1"));
    scene
        .tables
        .run(&format!(
            "INSERT INTO media (key, content_type, owner_id, group_id, width, height, byte_size, created_at) \
             SELECT '{hidden}', 'image/png', owner_id, id, 1, 1, 1, created_at FROM groups WHERE id = {0}; \
             UPDATE groups SET cover_key = '{hidden}' WHERE id = {0}",
            scene.group
        ))
        .await;
    scene.is_found_and_repaired(Invariant::CoverIsMedia, scene.group.get()).await;
}

on_both! {
    an_upload_whose_use_is_not_noted
    a_use_of_what_is_gone
    an_avatar_that_is_no_upload_of_its_users
    a_cover_that_is_no_upload_for_everybody
}
