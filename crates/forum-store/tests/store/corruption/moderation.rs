//! Reports, and the log of what became of them.

use forum_domain::integrity::Invariant;

use super::{Scene, Tables};

/// Two reports of the member: one that waits, and one that was dismissed, as the log says.
async fn reported(scene: Scene) -> Scene {
    let (member, owner) = (scene.member, scene.owner);
    let when = match scene.tables {
        Tables::Sqlite(_) => "1728000000000000",
        Tables::Postgres(_) => "TIMESTAMPTZ '2024-10-04 00:00:00Z'",
    };
    let report = |id: i64, rest: &str| {
        format!(
            "INSERT INTO reports (id, target_type, target_id, author_id, reporter_id, reason, created_at, status, \
             action, resolved_by, resolved_at) VALUES ({id}, 'user', {member}, {member}, {id}, 'spam', {when}, {rest});"
        )
    };
    let sql = [
        report(1, "'open', NULL, NULL, NULL"),
        report(2, &format!("'resolved', 'dismiss', {owner}, {when}")),
        format!(
            "INSERT INTO moderation_log (actor_id, action, target_type, target_id, created_at) \
             VALUES ({owner}, 'dismiss_report', 'user', {member}, {when});"
        ),
    ];
    scene.tables.run(&sql.concat()).await;
    assert_eq!(scene.findings().await, []);
    scene
}

async fn a_report_that_is_neither_open_nor_resolved(scene: Scene) {
    let scene = reported(scene).await;
    for wrong in ["action = 'dismiss'", "action = NULL, status = 'resolved'"] {
        scene.tables.run(&format!("UPDATE reports SET {wrong} WHERE id = 1")).await;
        let finding = scene.only_finding(Invariant::ReportState).await;
        assert_eq!(finding.subject, 1);
        assert!(!scene.store.repair(&finding, Scene::now()).await.unwrap());
    }
}

async fn a_resolution_that_the_log_does_not_know(scene: Scene) {
    let scene = reported(scene).await;
    scene.tables.run("DELETE FROM moderation_log").await;
    let finding = scene.only_finding(Invariant::ReportLogged).await;
    assert_eq!(finding.subject, 2);
    assert!(!scene.store.repair(&finding, Scene::now()).await.unwrap());
}

on_both! {
    a_report_that_is_neither_open_nor_resolved
    a_resolution_that_the_log_does_not_know
}
