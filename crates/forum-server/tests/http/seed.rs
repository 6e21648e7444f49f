//! `forum seed`: what it fills a forum with, that it does so again the same way, and when it refuses.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Backend, Forum};

const SIZES: [&str; 10] =
    ["--users", "40", "--groups", "10", "--posts", "150", "--comments", "500", "--likes", "200"];
const UNTIL: [&str; 2] = ["--until", "2026-11-23T12:00:00Z"];

/// Where a forum lives that nobody serves.
struct Place {
    backend: Backend,
    directory: TempDir,
    /// On PostgreSQL.
    database_url: Option<String>,
}

impl Place {
    async fn empty(backend: Backend) -> Self {
        let database_url = match backend {
            Backend::Embedded => None,
            Backend::Shared => {
                let mut forum = Forum::start(backend, &[]).await;
                assert!(forum.stop().await);
                Some(forum.setting("database_url"))
            }
        };
        Self { backend, directory: tempfile::tempdir().unwrap(), database_url }
    }

    fn data(&self) -> String {
        self.directory.path().join("data").display().to_string()
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_forum"));
        command.env_clear().current_dir(self.directory.path()).stdin(Stdio::null());
        command.args(["--set", "policy.argon2_memory_kib=8", "--set", "policy.argon2_iterations=1"]);
        if let Some(url) = &self.database_url {
            command.arg("--set").arg(format!("database_url={url}"));
        }
        command.args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.program(arguments).output().unwrap();
        let told = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (output.status.code().unwrap(), told.concat())
    }

    /// Filled from this seed.
    async fn seeded(backend: Backend, seed: &str) -> Self {
        let place = Self::empty(backend).await;
        let arguments = [&["seed", "--seed", seed], &SIZES[..], &UNTIL].concat();
        let (code, told) = place.run(&arguments);
        assert_eq!(code, 0, "{told}");
        for sum in ["40 users, 10 groups", "150 posts, 500 comments and replies, 200 likes", "13900000001"] {
            assert!(told.contains(sum), "{sum} is not in {told}");
        }
        place
    }

    async fn serve(&self) -> Forum {
        let data = self.data();
        match &self.database_url {
            None => Forum::start(self.backend, &[("data_dir", &data)]).await,
            Some(url) => Forum::start(self.backend, &[("data_dir", &data), ("database_url", url)]).await,
        }
    }

    /// Every row of every table, but for what is drawn anew each time: the salt of the password's hash, the id
    /// of the forum, and the order of the events that wait for a server.
    async fn dump(&self) -> Vec<String> {
        match &self.database_url {
            None => dump_sqlite(&format!("{}/forum.db", self.data())),
            Some(url) => dump_postgres(url).await,
        }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

fn dump_sqlite(path: &str) -> Vec<String> {
    let mut connection = SqliteConnection::establish(path).unwrap();
    let mut ask = |sql: &str| -> Vec<String> {
        let rows: Vec<Row> = sql_query(sql).load(&mut connection).unwrap();
        rows.into_iter().map(|row| row.row).collect()
    };
    let selects = ask(
        "SELECT 'SELECT ''' || t.name || ' '' || ' || group_concat('quote(' || c.name || ')', ' || '','' || ') \
             || ' AS row FROM ' || t.name AS row \
         FROM sqlite_schema t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT IN ('forum', 'outbox', '__diesel_schema_migrations') \
             AND t.name NOT LIKE 'sqlite_%' AND c.name <> 'password_hash' \
             AND NOT (t.name = 'moderation_log' AND c.name = 'id') \
         GROUP BY t.name",
    );
    let mut rows: Vec<String> = selects.iter().flat_map(|select| ask(select)).collect();
    rows.sort_unstable();
    rows
}

async fn dump_postgres(url: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let tables = client
        .query(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' \
                 AND table_name NOT IN ('forum', 'outbox', '__diesel_schema_migrations')",
            &[],
        )
        .await
        .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        // Lines of the log are numbered in the order of their transactions, which is nobody's.
        let left_out = if table == "moderation_log" { "id" } else { "password_hash" };
        let select = format!("SELECT '{table} ' || (to_jsonb(t) - '{left_out}')::text FROM {table} t");
        rows.extend(client.query(&select, &[]).await.unwrap().iter().map(|row| row.get::<_, String>(0)));
    }
    rows.sort_unstable();
    rows
}

/// What the doctor says when all is well.
fn sound() -> String {
    // Two are about files, which the store knows nothing of, and one about the index of searching.
    format!("all {} invariants hold\n", forum_domain::integrity::Invariant::ALL.len() + 3)
}

async fn the_same_seed_gives_the_same_forum(backend: Backend) {
    let dumped = Place::seeded(backend, "7").await.dump().await;
    assert!(dumped.len() > 1_500, "{} rows", dumped.len());
    let again = Place::seeded(backend, "7").await.dump().await;
    for (row, again) in dumped.iter().zip(&again) {
        assert_eq!(row, again);
    }
    assert_eq!(dumped.len(), again.len());
    let another = Place::seeded(backend, "8").await.dump().await;
    let shared = another.iter().filter(|row| dumped.binary_search(row).is_ok()).count();
    assert!(shared < dumped.len() / 10, "{shared} rows are the same though the seed is another");
}

async fn what_is_filled_is_sound_and_alive(backend: Backend) {
    let place = Place::seeded(backend, "1").await;
    assert_eq!(place.run(&["doctor"]), (0, sound()));
    let (code, told) = place.run(&[&["seed"], &SIZES[..]].concat());
    assert!(code == 2 && told.contains("has users"), "{told}");
    let rows = place.dump().await;
    let forum = place.serve().await;

    // Everybody can sign in, and the first runs the site and a group.
    let log_in = |mobile: &'static str| {
        let body = json!({"mobile": mobile, "password": "forum-demo-2026"});
        let client = &forum.client;
        async move { client.post("/auth/login", &body).await.is(200)["access_token"].as_str().unwrap().to_owned() }
    };
    let (admin, last) = (log_in("13900000001").await, log_in("13900000040").await);
    let get = async |token: &str, path: &str| forum.client.request("GET", path).token(token).send().await;
    assert_eq!(get(&admin, "/me").await["role"], "admin");
    assert_eq!(get(&last, "/me").await["role"], "user");
    assert_eq!(get(&admin, "/groups/1").await["viewer"]["role"], "owner");

    // There is something of every kind.
    let some = |table: &str, with: &str| {
        let there = rows.iter().any(|row| row.starts_with(&format!("{table} ")) && row.contains(with));
        assert!(there, "no row of {table} has {with}");
    };
    for status in ["approved", "pending", "refused", "withdrawn", "expired"] {
        some("join_requests", status);
    }
    for policy in ["open", "approval", "invite"] {
        some("groups", policy);
    }
    for category in ["教育同盟", "同城交易", "程序设计", "生活兴趣"] {
        some("groups", category);
    }
    for format in ["html", "markdown", "plain"] {
        some("posts", format);
    }
    for role in ["owner", "moderator", "member"] {
        some("memberships", role);
    }
    for table in
        ["post_likes", "comment_likes", "bookmarks", "invites", "bans", "post_revisions", "comment_revisions"]
    {
        some(table, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_forum_on_sqlite() {
    the_same_seed_gives_the_same_forum(Backend::Embedded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_forum_on_postgres() {
    the_same_seed_gives_the_same_forum(Backend::Shared).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filled_is_sound_and_alive_on_sqlite() {
    what_is_filled_is_sound_and_alive(Backend::Embedded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filled_is_sound_and_alive_on_postgres() {
    what_is_filled_is_sound_and_alive(Backend::Shared).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_in_production_is_not_filled() {
    let place = Place::empty(Backend::Embedded).await;
    let production = ["profile=production", "public_url=https://forum.example", "rate_limit=on"];
    let secrets = ["token_secret=0123456789abcdef0123456789abcdef", "sms=yunpian"];
    let gateway = ["yunpian_apikey=key", "yunpian_signature=【论坛】", "yunpian_url=https://sms.example"];
    let mut command = place.program(&["seed"]);
    for setting in production.iter().chain(&secrets).chain(&gateway) {
        command.args(["--set", setting]);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("production"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_filled_half_way_is_sound() {
    let place = Place::empty(Backend::Embedded).await;
    let arguments = ["seed", "--users", "30", "--groups", "3", "--posts", "100", "--comments", "200000"];
    let mut child = place.program(&arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // The comments go on for minutes once the posts are there.
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    while lines.next().unwrap().unwrap() != "posts: 100" {}
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let interrupted = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(lines.next().unwrap().unwrap().contains("stopped half-way"));
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert_eq!(place.run(&["doctor"]), (0, sound()));
}
