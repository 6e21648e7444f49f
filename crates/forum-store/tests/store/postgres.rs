//! On PostgreSQL: a database of its own for each test, copied from a template.

mod database;
mod faults;

use std::sync::Arc;

use forum_domain::store::Store;
use forum_store::{Options, open};

pub(crate) use database::Database;

/// An empty store, and its database, which is dropped after it.
pub(crate) async fn fresh() -> (Arc<dyn Store>, Database) {
    let database = Database::migrated().await;
    (open(&database.url, Options::default()).await.unwrap(), database)
}

mod contract {
    use super::*;

    forum_testkit::store_contract!(fresh);
}
