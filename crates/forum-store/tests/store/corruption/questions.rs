//! Questions, answers, the replies under them and likes of them.

use forum_domain::integrity::Invariant;

use super::{Scene, Tables};

/// The question of the scene, its accepted answer with a reply, and a deleted answer.
const QUESTION: i64 = 1;
const ANSWER: i64 = 1;
const DELETED_ANSWER: i64 = 2;
const REPLY: i64 = 1;

/// On the scene of groups: the owner's question, the member's answer to it, which the owner accepted and likes,
/// with the owner's reply; a deleted answer and a deleted reply. Put there by hand, so that what is counted is
/// not what the store counted.
async fn asked(scene: Scene) -> Scene {
    let (owner, member) = (scene.owner, scene.member);
    let now = format!("FROM join_requests r WHERE r.id = {}; ", scene.pending);
    let sql = [
        format!(
            "INSERT INTO questions (author_id, category, title, format, excerpt, answer_count, created_at, \
                 last_activity_at) SELECT {owner}, 'c', 'title', 'plain', 'body', 1, r.created_at, r.created_at {now}"
        ),
        format!(
            "INSERT INTO answers (question_id, author_id, format, excerpt, accepted, like_count, reply_count, \
                 created_at) SELECT {QUESTION}, {member}, 'plain', 'body', TRUE, 1, 1, r.created_at {now}"
        ),
        format!(
            "INSERT INTO answers (question_id, author_id, format, excerpt, created_at, deleted_at, deleted_by) \
             SELECT {QUESTION}, {member}, 'plain', 'body', r.created_at, r.created_at, {member} {now}"
        ),
        format!(
            "INSERT INTO answer_replies (answer_id, author_id, body, created_at) \
             SELECT {ANSWER}, {owner}, 'body', r.created_at {now}"
        ),
        format!(
            "INSERT INTO answer_replies (answer_id, author_id, body, created_at, deleted_at, deleted_by) \
             SELECT {ANSWER}, {owner}, 'body', r.created_at, r.created_at, {owner} {now}"
        ),
        "INSERT INTO question_bodies (question_id, source, html, policy) SELECT id, 'b', 'b', 1 FROM questions; \
         INSERT INTO answer_bodies (answer_id, source, html, policy) SELECT id, 'b', 'b', 1 FROM answers; "
            .to_owned(),
        format!(
            "INSERT INTO answer_likes (answer_id, user_id, day, created_at) \
             SELECT {ANSWER}, {owner}, 20000, r.created_at {now}"
        ),
        format!(
            "INSERT INTO like_quotas (user_id, day, author_id, used, allowed) \
             VALUES ({owner}, 20000, 0, 1, 10), ({owner}, 20000, {member}, 1, 10); "
        ),
    ];
    scene.tables.run(&sql.concat()).await;
    assert_eq!(scene.findings().await, []);
    scene
}

/// That a counter, changed by hand in whatever direction, is found, counted anew, and right again.
async fn counts(scene: Scene, invariant: Invariant, counter: &str) {
    let scene = asked(scene).await;
    let (table, column) = counter.split_once('.').unwrap();
    for change in ["+ 1", "- 1", "* 0 - 7"] {
        scene.tables.run(&format!("UPDATE {table} SET {column} = {column} {change} WHERE id = 1")).await;
        scene.is_found_and_repaired(invariant, 1).await;
    }
}

async fn a_wrong_answer_count(scene: Scene) {
    counts(scene, Invariant::AnswerCount, "questions.answer_count").await;
}

async fn a_wrong_reply_count_of_an_answer(scene: Scene) {
    counts(scene, Invariant::AnswerReplyCount, "answers.reply_count").await;
}

async fn a_wrong_like_count_of_an_answer(scene: Scene) {
    counts(scene, Invariant::AnswerLikeCount, "answers.like_count").await;
}

async fn a_deleted_answer_that_is_accepted(scene: Scene) {
    let scene = asked(scene).await;
    let sql = format!(
        "UPDATE answers SET accepted = FALSE WHERE id = {ANSWER}; \
         UPDATE answers SET accepted = TRUE WHERE id = {DELETED_ANSWER}"
    );
    scene.tables.run(&sql).await;
    scene.is_found_and_repaired(Invariant::AcceptedAnswer, DELETED_ANSWER).await;
}

async fn a_like_of_ones_own_answer(scene: Scene) {
    let scene = asked(scene).await;
    let sql = "INSERT INTO answer_likes (answer_id, user_id, day, created_at) \
             SELECT id, author_id, 20001, created_at FROM answers WHERE id = 1; \
         UPDATE answers SET like_count = like_count + 1 WHERE id = 1";
    scene.tables.run(sql).await;
    scene.is_found_and_repaired(Invariant::OwnAnswerLike, ANSWER).await;
}

async fn a_quota_that_missed_a_like_of_an_answer(scene: Scene) {
    let scene = asked(scene).await;
    scene.tables.run(&format!("UPDATE like_quotas SET used = 0 WHERE user_id = {}", scene.owner)).await;
    scene.is_found_and_repaired(Invariant::LikeQuota, scene.owner.get()).await;
}

async fn a_question_or_an_answer_without_a_body(scene: Scene) {
    let scene = asked(scene).await;
    scene.tables.run("DELETE FROM answer_bodies WHERE answer_id = 1").await;
    scene.is_found_and_left_alone(Invariant::AnswerHasBody, ANSWER).await;
    scene
        .tables
        .run("INSERT INTO answer_bodies (answer_id, source, html, policy) VALUES (1, 'b', 'b', 1)")
        .await;
    scene.tables.run("DELETE FROM question_bodies").await;
    scene.is_found_and_left_alone(Invariant::QuestionHasBody, QUESTION).await;
}

async fn a_deleter_of_what_stands(scene: Scene) {
    let scene = asked(scene).await;
    for (table, invariant, id) in [
        ("questions", Invariant::QuestionDeletedBy, QUESTION),
        ("answers", Invariant::AnswerDeletedBy, ANSWER),
        ("answer_replies", Invariant::AnswerReplyDeletedBy, REPLY),
    ] {
        scene.tables.run(&format!("UPDATE {table} SET deleted_by = author_id WHERE id = {id}")).await;
        scene.is_found_and_repaired(invariant, id).await;
    }
}

async fn a_last_activity_before_the_newest_answer_or_reply_or_the_question(scene: Scene) {
    let scene = asked(scene).await;
    let (sooner, later) = match &scene.tables {
        Tables::Sqlite(_) => ("created_at - 1000000", "created_at + 60000000"),
        Tables::Postgres(_) => ("created_at - INTERVAL '1 second'", "created_at + INTERVAL '1 minute'"),
    };
    for wrong in [
        format!("UPDATE questions SET last_activity_at = {sooner}"),
        format!("UPDATE answers SET created_at = {later} WHERE id = {ANSWER}"),
        format!(
            "UPDATE answer_replies SET created_at = (SELECT {later} FROM answers WHERE id = {ANSWER}) WHERE id = {REPLY}"
        ),
    ] {
        scene.tables.run(&wrong).await;
        scene.is_found_and_repaired(Invariant::QuestionActivity, QUESTION).await;
    }
}

on_both! {
    a_wrong_answer_count
    a_wrong_reply_count_of_an_answer
    a_wrong_like_count_of_an_answer
    a_deleted_answer_that_is_accepted
    a_like_of_ones_own_answer
    a_quota_that_missed_a_like_of_an_answer
    a_question_or_an_answer_without_a_body
    a_deleter_of_what_stands
    a_last_activity_before_the_newest_answer_or_reply_or_the_question
}
