//! Promises about keeping the index in step.

use std::sync::Arc;

use forum_domain::{
    id::UserId,
    post::{DeletePost, PostDeleted, PostPatch, PostRestored, PostUpdated, Title, UpdatePost},
    search::SearchKind,
    store::Store,
};

use super::{
    super::stage::{Stage, at, race},
    SCHEME, entry, index, post_id, posts, scene, write,
};

async fn retitle(stage: &Stage, id: i64, by: UserId, title: &str) {
    let patch = PostPatch { title: Some(Title::stored(title.into())), content: None };
    let update = UpdatePost { id: post_id(id), patch, by, if_version: None, review: None, at: at(9) };
    assert_eq!(stage.store.update_post(update).await.unwrap(), PostUpdated::Done);
}

async fn delete(stage: &Stage, id: i64, by: UserId) {
    let delete = DeletePost { id: post_id(id), by, if_version: None, at: at(10) };
    assert_eq!(stage.store.delete_post(delete).await.unwrap(), PostDeleted::Done);
}

async fn strays(stage: &Stage, kind: SearchKind) -> Vec<i64> {
    stage.store.out_of_step(kind, SCHEME, 0, 100).await.unwrap()
}

/// An entry is what its subject was last; an older version never overwrites a newer one.
pub async fn an_entry_follows_its_subject_and_never_goes_back(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let id = write(&stage, group, author, ["旧标题", "正文"], 1).await;
    let old = stage.store.search_sources(SearchKind::Post, &[id]).await.unwrap().remove(0);
    retitle(&stage, id, author, "新标题").await;
    index(&stage, SearchKind::Post, &[id]).await;
    index(&stage, SearchKind::Post, &[id]).await;
    assert_eq!(posts(&stage, "新标题").await, [id]);
    assert_eq!(posts(&stage, "旧标题").await, [] as [i64; 0]);
    let changed = stage.store.put_entries(SearchKind::Post, &[id], vec![entry(&old)]).await.unwrap();
    assert_eq!(changed, [id], "it has another version by now");
    assert_eq!(posts(&stage, "新标题").await, [id]);
    assert_eq!(posts(&stage, "正文").await, [id]);
}

/// The entry of what is gone goes, and cannot come back before its subject does.
pub async fn an_entry_goes_with_its_subject_and_comes_back_with_it(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let owner = stage.shown_owner(group).await;
    let id = write(&stage, group, author, ["标题", "正文"], 1).await;
    let source = stage.store.search_sources(SearchKind::Post, &[id]).await.unwrap().remove(0);
    delete(&stage, id, author).await;
    assert_eq!(strays(&stage, SearchKind::Post).await, [id]);
    assert_eq!(stage.store.search_sources(SearchKind::Post, &[id]).await.unwrap(), []);
    for _ in 0..2 {
        // An entry that was made before it went is too late.
        let late = vec![entry(&source)];
        assert_eq!(stage.store.put_entries(SearchKind::Post, &[id], late).await.unwrap(), [] as [i64; 0]);
        assert_eq!(strays(&stage, SearchKind::Post).await, [] as [i64; 0]);
    }
    assert_eq!(stage.store.restore_post(post_id(id), owner, at(11)).await.unwrap(), PostRestored::Done);
    assert_eq!(strays(&stage, SearchKind::Post).await, [id]);
    assert_eq!(posts(&stage, "标题").await, [] as [i64; 0], "a moment later");
    index(&stage, SearchKind::Post, &[id]).await;
    assert_eq!(posts(&stage, "标题").await, [id]);
}

/// What is out of step is told by ascending id, in pages; of another scheme all is.
pub async fn what_is_out_of_step_is_told(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let mut ids = Vec::new();
    for number in 0..7 {
        ids.push(write(&stage, group, author, ["标题", "正文"], number).await);
    }
    let unindexed = stage.post(group, author, 8).await.get();
    retitle(&stage, ids[2], author, "改").await;
    delete(&stage, ids[4], author).await;
    assert_eq!(strays(&stage, SearchKind::Post).await, [ids[2], ids[4], unindexed]);
    let next = stage.store.out_of_step(SearchKind::Post, SCHEME, ids[2], 1).await.unwrap();
    assert_eq!(next, [ids[4]]);
    assert_eq!(stage.store.out_of_step(SearchKind::Post, SCHEME + 1, 0, 100).await.unwrap().len(), 8);
    assert_eq!(strays(&stage, SearchKind::Group).await, [group.get()]);
    assert_eq!(strays(&stage, SearchKind::User).await.len(), 2, "the owner and the author");

    stage.store.outdate_entries().await.unwrap();
    assert_eq!(strays(&stage, SearchKind::Post).await.len(), 8);
    assert_eq!(posts(&stage, "正文").await.len(), 6, "found as before");
    for kind in SearchKind::ALL {
        index(&stage, kind, &strays(&stage, kind).await).await;
        assert_eq!(strays(&stage, kind).await, [] as [i64; 0], "{kind:?}");
    }
    assert_eq!(posts(&stage, "改").await, [ids[2]]);
}

/// What is out of step is astray once its events were handled, and not before.
pub async fn what_an_event_waits_of_is_not_astray(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let kept = write(&stage, group, author, ["标题", "正文"], 1).await;
    let gone = write(&stage, group, author, ["标题", "正文"], 2).await;
    let question = stage.question(author, 3).await.get();
    let astray = async |kind| stage.store.astray(kind, SCHEME, 0, 100).await.unwrap();
    let handled = async || {
        let claimed = stage.store.claim_events(100, 60).await.unwrap();
        let ids: Vec<i64> = claimed.iter().map(|claimed| claimed.recorded.id).collect();
        stage.store.finish_events(&ids).await.unwrap();
    };
    handled().await;
    assert_eq!(astray(SearchKind::Post).await, [] as [i64; 0]);
    assert_eq!(astray(SearchKind::Question).await, [question]);
    retitle(&stage, kept, author, "改").await;
    delete(&stage, gone, author).await;
    assert_eq!(strays(&stage, SearchKind::Post).await, [kept, gone]);
    assert_eq!(astray(SearchKind::Post).await, [] as [i64; 0], "they will be in step");
    handled().await;
    assert_eq!(astray(SearchKind::Post).await, [kept, gone]);
    assert_eq!(stage.store.astray(SearchKind::Post, SCHEME, kept, 1).await.unwrap(), [gone]);
    index(&stage, SearchKind::Post, &[kept, gone]).await;
    index(&stage, SearchKind::Question, &[question]).await;
    for kind in [SearchKind::Post, SearchKind::Question] {
        assert_eq!(astray(kind).await, [] as [i64; 0]);
    }
    assert_eq!(stage.store.astray(SearchKind::Post, SCHEME + 1, 0, 100).await.unwrap(), [kept]);
}

/// However edits, deletions and indexing meet: once the last event is handled, the entry is right.
pub async fn entries_are_right_however_writers_and_indexers_meet(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let owner = stage.shown_owner(group).await;
    let id = write(&stage, group, author, ["标题", "正文"], 1).await;
    let calls = (0..30).map(|turn| {
        let store = stage.store.clone();
        async move {
            match turn % 3 {
                0 => {
                    let title = Some(Title::stored(format!("第{turn}版")));
                    let patch = PostPatch { title, content: None };
                    let update = UpdatePost {
                        id: post_id(id),
                        patch,
                        by: author,
                        if_version: None,
                        review: None,
                        at: at(turn),
                    };
                    store.update_post(update).await?;
                }
                1 => {
                    let delete = DeletePost { id: post_id(id), by: author, if_version: None, at: at(turn) };
                    store.delete_post(delete).await?;
                }
                _ => {
                    store.restore_post(post_id(id), owner, at(turn)).await?;
                }
            }
            // What the fact's event leads to.
            let mut left = vec![id];
            while !left.is_empty() {
                let sources = store.search_sources(SearchKind::Post, &left).await?;
                let entries = sources.iter().map(entry).collect();
                left = store.put_entries(SearchKind::Post, &left, entries).await?;
            }
            Ok(())
        }
    });
    race(calls).await;
    assert_eq!(strays(&stage, SearchKind::Post).await, [] as [i64; 0]);
}
