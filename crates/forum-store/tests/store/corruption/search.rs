//! The index of searching.

use forum_domain::search::{Entry, SearchKind, Terms};

use super::Scene;

/// Which scheme the entries below are of.
const SCHEME: i32 = 7;

/// Makes the entries of these as they should be.
async fn index(scene: &Scene, kind: SearchKind, ids: &[i64]) {
    let sources = scene.store.search_sources(kind, ids).await.unwrap();
    let entries = sources
        .iter()
        .map(|source| Entry {
            id: source.id,
            version: source.version,
            terms: Terms::default(),
            scheme: SCHEME,
        })
        .collect();
    assert_eq!(scene.store.put_entries(kind, ids, entries).await.unwrap(), [] as [i64; 0]);
}

async fn astray(scene: &Scene, kind: SearchKind) -> Vec<i64> {
    scene.store.astray(kind, SCHEME, 0, 100).await.unwrap()
}

async fn what_is_not_in_the_index_as_it_is(scene: Scene) {
    loop {
        let claimed = scene.store.claim_events(100, 60).await.unwrap();
        let ids: Vec<i64> = claimed.iter().map(|claimed| claimed.recorded.id).collect();
        if ids.is_empty() {
            break;
        }
        scene.store.finish_events(&ids).await.unwrap();
    }
    for kind in SearchKind::ALL {
        index(&scene, kind, &astray(&scene, kind).await).await;
        assert_eq!(astray(&scene, kind).await, [] as [i64; 0]);
    }
    let (group, member) = (scene.group.get(), scene.member.get());
    for (broken, kind, id) in [
        (
            format!("DELETE FROM search_documents WHERE kind = 'user' AND subject_id = {member}"),
            SearchKind::User,
            member,
        ),
        (format!("UPDATE users SET version = version + 1 WHERE id = {member}"), SearchKind::User, member),
        (
            format!("UPDATE search_documents SET scheme = 0 WHERE kind = 'group' AND subject_id = {group}"),
            SearchKind::Group,
            group,
        ),
        (
            "INSERT INTO search_documents (kind, subject_id, version, scheme) VALUES ('question', 99, 1, 7)"
                .into(),
            SearchKind::Question,
            99,
        ),
        (format!("UPDATE groups SET deleted_at = created_at WHERE id = {group}"), SearchKind::Group, group),
    ] {
        scene.tables.run(&broken).await;
        for other in SearchKind::ALL {
            let expected = if other == kind { vec![id] } else { vec![] };
            assert_eq!(astray(&scene, other).await, expected, "{broken}");
        }
        index(&scene, kind, &[id]).await;
        assert_eq!(astray(&scene, kind).await, [] as [i64; 0], "{broken}");
    }
}

on_both! {
    what_is_not_in_the_index_as_it_is
}
