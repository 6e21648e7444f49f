//! On SQLite, in a temporary directory for each test.

use std::sync::Arc;

use forum_domain::store::Store;
use forum_store::{OpenError, Options, migrations, open};
use tempfile::TempDir;

/// An empty store, and the directory that goes after it.
pub(crate) async fn fresh() -> (Arc<dyn Store>, TempDir) {
    let directory = TempDir::new().unwrap();
    let url = url(&directory);
    migrations::migrate(&url).await.unwrap();
    (open(&url, Options::default()).await.unwrap(), directory)
}

/// The URL of the database in this directory.
pub(crate) fn url(directory: &TempDir) -> String {
    format!("sqlite:{}/data/forum.db", directory.path().display())
}

mod contract {
    use super::*;

    forum_testkit::store_contract!(fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_opener_is_refused_and_told_which_file_is_locked() {
    let (store, directory) = fresh().await;
    let url = url(&directory);
    for refused in
        [open(&url, Options::default()).await.map(|_| ()), migrations::migrate(&url).await.map(|_| ())]
    {
        let Err(OpenError::InUse(path)) = &refused else { panic!("{refused:?}") };
        assert_eq!(path, &directory.path().join("data/forum.db.lock"));
    }
    drop(store);
    open(&url, Options::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_end_folds_the_log_into_the_file() {
    let (store, directory) = fresh().await;
    store.register(forum_testkit::build::register(1)).await.unwrap();
    drop(store);
    let log = directory.path().join("data/forum.db-wal");
    assert!(!log.exists() || log.metadata().unwrap().len() == 0);
    let store = open(&url(&directory), Options::default()).await.unwrap();
    let mobile = forum_testkit::build::mobile(1);
    assert!(store.find_user_by_mobile(&mobile).await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_without_migrations_is_not_served() {
    let directory = TempDir::new().unwrap();
    let refused = open(&url(&directory), Options::default()).await;
    assert!(matches!(refused, Err(OpenError::Behind(lacking)) if !lacking.is_empty()));
    assert!(!directory.path().join("data").exists(), "looking made a file");
}
