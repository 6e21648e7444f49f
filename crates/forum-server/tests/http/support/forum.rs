//! A whole forum in this process, on an ephemeral port.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use forum_domain::{group::Role, hook::Hook, id::GroupId};
use forum_server::{
    config::{self, Sources},
    net::Limits,
    serve::Instance,
};
use tempfile::TempDir;
use tokio::{
    sync::{OnceCell, oneshot},
    task::JoinHandle,
};
use tokio_postgres::NoTls;

use super::{Answer, Client, User};

/// On what a forum runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite and memory.
    Embedded,
    /// PostgreSQL and Redis.
    Shared,
}

/// A forum that serves until it is dropped.
pub(crate) struct Forum {
    pub(crate) backend: Backend,
    pub(crate) client: Client,
    /// The rules and the database behind it.
    pub(crate) inside: Arc<forum_domain::Forum>,
    settings: Vec<(String, String)>,
    directory: Arc<TempDir>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<bool>>,
}

/// Settings of every test: nothing is limited but by name, and hashes cost nothing.
const SETTINGS: &[(&str, &str)] = &[
    ("listen", "127.0.0.1:0"),
    // The issuer of tokens, which must not change with the port.
    ("public_url", "http://forum.test"),
    ("rate_limit", "off"),
    ("policy.argon2_memory_kib", "8"),
    ("policy.argon2_iterations", "1"),
];

impl Forum {
    /// A forum of its own, with these settings besides the usual ones.
    pub(crate) async fn start(backend: Backend, settings: &[(&str, &str)]) -> Self {
        Self::start_with_hooks(backend, settings, Vec::new()).await
    }

    /// As [`Forum::start`], with these hooks. Another instance of it has none.
    pub(crate) async fn start_with_hooks(
        backend: Backend,
        settings: &[(&str, &str)],
        hooks: Vec<Arc<dyn Hook>>,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut all: Vec<_> = SETTINGS.iter().map(pair).collect();
        all.push(("data_dir".into(), directory.path().join("data").display().to_string()));
        if backend == Backend::Shared {
            all.push(("database_url".into(), database().await));
            all.push(("cache_url".into(), given("FORUM_TEST_REDIS_URL")));
            // Databases that were copied share their id.
            let name = directory.path().file_name().unwrap().to_string_lossy().into_owned();
            all.push(("cache_prefix".into(), format!("http-{}", name.replace('.', "-"))));
        }
        all.extend(settings.iter().map(pair));
        Self::open(backend, all, Arc::new(directory), hooks).await
    }

    /// Another instance on the same database, cache and secrets, with these settings besides.
    pub(crate) async fn another(&self, settings: &[(&str, &str)]) -> Self {
        assert_eq!(self.backend, Backend::Shared, "SQLite belongs to one process");
        let all = self.settings.iter().cloned().chain(settings.iter().map(pair)).collect();
        Self::open(self.backend, all, self.directory.clone(), Vec::new()).await
    }

    async fn open(
        backend: Backend,
        settings: Vec<(String, String)>,
        directory: Arc<TempDir>,
        hooks: Vec<Arc<dyn Hook>>,
    ) -> Self {
        super::logs::capture();
        let sources = Sources { flags: settings.clone(), ..Sources::default() };
        let config = config::load(&sources).unwrap().config;
        // A test in a busy process must not be cut off.
        let limits = Limits { head_timeout: Duration::from_secs(30), ..Limits::default() };
        let instance = Instance::start_with_hooks(config, limits, hooks).await.unwrap();
        let (client, inside) = (Client::new(instance.address()), instance.forum().clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(instance.run(async {
            stopped.await.ok();
        }));
        Self { backend, client, inside, settings, directory, stop: Some(stop), server: Some(server) }
    }

    /// Stops it and starts it again on the same data.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(&[]).await
    }

    /// Stops it and starts it again on the same data, with these settings besides.
    pub(crate) async fn restart_with(mut self, settings: &[(&str, &str)]) -> Self {
        assert!(self.stop().await, "something was not finished in time");
        let (backend, mut all, directory) = (self.backend, self.settings.clone(), self.directory.clone());
        all.extend(settings.iter().map(pair));
        drop(self);
        Self::open(backend, all, directory, Vec::new()).await
    }

    /// Stops it; true if all was finished in time.
    pub(crate) async fn stop(&mut self) -> bool {
        self.stop.take();
        match self.server.take() {
            Some(server) => server.await.unwrap(),
            None => true,
        }
    }

    /// The directory of its files.
    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.directory.path().join("data")
    }

    /// A new user with this nickname; his mobile is nobody else's.
    pub(crate) async fn user(&self, nickname: &str) -> User {
        self.user_with(&next_mobile(), nickname).await
    }

    /// A new user with this mobile.
    pub(crate) async fn user_with(&self, mobile: &str, nickname: &str) -> User {
        User::register(&self.client, mobile, Some(nickname)).await
    }

    /// `count` new users.
    pub(crate) async fn users(&self, count: usize) -> Vec<User> {
        let mut users = Vec::new();
        for number in 0..count {
            users.push(self.user(&format!("用户{number}号")).await);
        }
        users
    }

    /// A new group of this user's, with these fields besides its name.
    pub(crate) async fn group(&self, owner: &User, name: &str, fields: serde_json::Value) -> i64 {
        let mut body = serde_json::json!({"name": name, "category": "程序设计", "description": "一个小组"});
        for (field, value) in fields.as_object().unwrap() {
            body[field] = value.clone();
        }
        let made: Answer = owner.post("/groups", &body).await;
        made.is(201);
        made["id"].as_i64().unwrap()
    }

    /// Makes somebody a member of a group, by the rules themselves.
    pub(crate) async fn assign(&self, group: i64, user: &User, role: Role) {
        let group = GroupId::new(group).unwrap();
        self.inside.members.assign(group, user.actor().user_id, role).await.unwrap();
    }

    /// What was set for this key.
    pub(crate) fn setting(&self, name: &str) -> String {
        self.settings.iter().rev().find(|(key, _)| key == name).unwrap().1.clone()
    }

    /// Runs a statement behind the forum's back, on PostgreSQL.
    pub(crate) async fn execute(&self, statement: &str) {
        execute(&self.setting("database_url"), statement).await;
    }

    /// Cuts every connection to Redis on which somebody listens, also those of other forums. How many.
    pub(crate) async fn cut_redis(&self) -> u32 {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let url = self.setting("cache_url");
        let address = url.strip_prefix("redis://").unwrap().split('/').next().unwrap();
        let mut redis = tokio::net::TcpStream::connect(address).await.unwrap();
        redis.write_all(b"CLIENT KILL TYPE pubsub\r\n").await.unwrap();
        let mut answer = [0; 32];
        let read = redis.read(&mut answer).await.unwrap();
        let answer = std::str::from_utf8(&answer[..read]).unwrap();
        answer.trim().strip_prefix(':').unwrap().parse().unwrap()
    }

    /// That the doctor finds nothing.
    pub(crate) async fn is_sound(&self) {
        for invariant in forum_domain::integrity::Invariant::ALL {
            let now = self.inside.clock.now();
            assert_eq!(self.inside.store.inspect(invariant, now, 100).await.unwrap(), [], "{invariant:?}");
        }
    }
}

/// A mobile that no test has had yet.
pub(crate) fn next_mobile() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("138{:08}", NEXT.fetch_add(1, Ordering::Relaxed) + 10_000_000)
}

fn pair((name, value): &(&str, &str)) -> (String, String) {
    ((*name).to_owned(), (*value).to_owned())
}

fn given(name: &str) -> String {
    let url = std::env::var(name).unwrap_or_default();
    assert!(
        !url.is_empty(),
        "{name} is not set: run `cargo xtask test`, or this under `cargo xtask services -- …`"
    );
    url
}

/// A fresh, migrated database, copied from a template that is made once.
async fn database() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = given("FORUM_TEST_POSTGRES_URL");
    let of = |name: &str| {
        let (rest, _) = server.rsplit_once('/').expect("the URL names a database");
        format!("{rest}/{name}")
    };
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("http_template_{}", std::process::id());
            execute(&server, &format!("CREATE DATABASE {name}")).await;
            forum_store::migrations::migrate(&of(&name)).await.unwrap();
            name
        })
        .await;
    let name = format!("http_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    execute(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    of(&name)
}

async fn execute(url: &str, statement: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
}
