//! Databases for tests.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use forum_store::migrations;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

/// A database that is dropped with this value.
pub(crate) struct Database {
    /// Its URL.
    pub(crate) url: String,
    name: String,
}

impl Database {
    /// One with every migration, copied from a template: a copy takes a fraction of the time.
    pub(crate) async fn migrated() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(template).await;
        Self::create(&format!("TEMPLATE {template}")).await
    }

    /// One with nothing in it.
    pub(crate) async fn empty() -> Self {
        Self::create("TEMPLATE template0").await
    }

    async fn create(how: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("forum_test_{}_{number}", std::process::id());
        let admin = connect(&server()).await;
        run(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        run(&admin, &format!("CREATE DATABASE {name} {how}")).await;
        Self { url: on(&name), name }
    }

    /// A connection of the test's own.
    pub(crate) async fn client(&self) -> Client {
        connect(&self.url).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The test's runtime cannot be waited for in a drop, so another one does it.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { run(&connect(&server()).await, &sql).await });
        });
        if dropped.join().is_err() {
            eprintln!("the database {} stays behind", self.name);
        }
    }
}

/// The template for these migrations; made once, by whichever test process comes first.
async fn template() -> String {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let mut migrations: Vec<_> =
        directory.read_dir().unwrap().map(|entry| entry.unwrap().path().join("up.sql")).collect();
    migrations.sort_unstable();
    let mut hasher = DefaultHasher::new();
    for up in migrations {
        std::fs::read_to_string(up).unwrap().hash(&mut hasher);
    }
    let name = format!("forum_template_{:x}", hasher.finish());
    let admin = connect(&server()).await;
    run(&admin, "SELECT pg_advisory_lock(711)").await;
    let made = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    if admin.query(&made, &[]).await.unwrap().is_empty() {
        let draft = format!("{name}_draft");
        run(&admin, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await;
        run(&admin, &format!("CREATE DATABASE {draft} TEMPLATE template0")).await;
        migrations::migrate(&on(&draft)).await.unwrap();
        // Only a whole one bears the name. The server waits for the migrating connection to go.
        run(&admin, &format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
    name
}

/// The server that tests may fill.
fn server() -> String {
    std::env::var("FORUM_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()).expect(
        "FORUM_TEST_POSTGRES_URL must name a PostgreSQL server that tests may fill with databases: run the \
         tests with `cargo xtask test`, or with `cargo xtask services -- cargo test …`, which start one",
    )
}

fn on(database: &str) -> String {
    let server = server();
    let (address, query) = server.split_once('?').map_or((server.as_str(), None), |(a, q)| (a, Some(q)));
    let scheme = address.find("://").expect("a URL") + 3;
    let path = address[scheme..].find('/').map_or(address.len(), |slash| scheme + slash);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{database}{query}", &address[..path])
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}
