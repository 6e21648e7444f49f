//! `forum seed`: what it fills a forum with, that it does so again the same way, and when it refuses.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Backend, Forum};

const SIZES: [&str; 14] = [
    "--users",
    "40",
    "--groups",
    "10",
    "--posts",
    "150",
    "--comments",
    "500",
    "--likes",
    "200",
    "--questions",
    "60",
    "--answers",
    "150",
];
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
        let sums = [
            "40 users, 10 groups",
            "150 posts, 500 comments and replies, 200 likes",
            "60 questions, 150 answers with 90 replies",
            "40 reports",
            "13900000001",
        ];
        for sum in sums {
            assert!(told.contains(sum), "{sum} is not in {told}");
        }
        place
    }

    /// The names and bytes of the files of media.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut waiting = vec![self.directory.path().join("data/media")];
        while let Some(directory) = waiting.pop() {
            for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    waiting.push(entry.path());
                } else {
                    let bytes = std::fs::read(entry.path()).unwrap();
                    files.insert(entry.file_name().into_string().unwrap(), bytes);
                }
            }
        }
        files
    }

    async fn serve(&self) -> Forum {
        let data = self.data();
        match &self.database_url {
            None => Forum::start(self.backend, &[("data_dir", &data)]).await,
            Some(url) => Forum::start(self.backend, &[("data_dir", &data), ("database_url", url)]).await,
        }
    }

    /// Every row of every table, but for what is another each time: the salt of the password's hash, the id of
    /// the forum, and by the database's own clock the moments at which feeds changed.
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
         WHERE t.type = 'table' AND t.name NOT IN ('forum', '__diesel_schema_migrations') \
             AND t.name NOT LIKE 'sqlite_%' AND c.name NOT IN ('password_hash', 'changed_at') \
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
                 AND table_name NOT IN ('forum', '__diesel_schema_migrations')",
            &[],
        )
        .await
        .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        // Lines of the log are numbered in the order of their transactions, which is nobody's.
        let left_out = match table.as_str() {
            "moderation_log" => "id",
            "notification_feeds" => "changed_at",
            _ => "password_hash",
        };
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
    let place = Place::seeded(backend, "7").await;
    let (dumped, files) = (place.dump().await, place.files());
    assert!(dumped.len() > 3_000, "{} rows", dumped.len());
    assert!(files.len() > 40, "{} files", files.len());
    let place = Place::seeded(backend, "7").await;
    let again = place.dump().await;
    assert_eq!(files, place.files());
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
    assert!(!rows.iter().any(|row| row.starts_with("outbox ")), "a server has nothing left to handle");
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
    for table in [
        "post_likes",
        "comment_likes",
        "answer_likes",
        "bookmarks",
        "invites",
        "bans",
        "blocks",
        "post_revisions",
        "comment_revisions",
        "question_revisions",
        "answer_revisions",
        "answer_replies",
        "media",
        "media_uses",
        "question_images",
        "moderation_log",
        "notifications",
    ] {
        some(table, "");
    }
    what_is_reported_is_listed(&forum, &admin).await;
    what_is_asked_is_found_and_answered(&forum).await;
    what_is_shown_is_an_image(&forum, &admin).await;
    everybody_hears_of_the_last_week(&forum, &rows).await;
}

/// Reports of everything, for every reason, and with every end.
async fn what_is_reported_is_listed(forum: &Forum, admin: &str) {
    let list = forum.client.request("GET", "/moderation/reports?limit=100").token(admin).send().await;
    assert_eq!(list.is(200).items().len(), 40);
    let has = |pointer: &str, expected: &[&str]| {
        let there = list.each(pointer);
        for one in expected {
            assert!(there.contains(&json!(one)), "no report has {one} at {pointer}: {there:?}");
        }
    };
    has("/status", &["open", "resolved"]);
    has("/action", &["dismiss", "remove", "mute", "ban", "suspend"]);
    has("/reason", &["spam", "abuse", "off_topic", "illegal", "sexual", "other"]);
    let kinds = ["post", "comment", "question", "answer", "answer_reply", "group", "user"];
    has("/target/type", &kinds);
}

/// Questions of both categories, which are found by their titles; some are answered, some are not, some have the answer.
async fn what_is_asked_is_found_and_answered(forum: &Forum) {
    let questions = forum.client.get("/questions?limit=100").await;
    assert!((50..=60).contains(&questions.is(200).items().len()), "a few are deleted");
    let has = |what: &str, holds: fn(&Value) -> bool| {
        assert!(questions.items().iter().any(holds), "no question {what}");
    };
    has("asks", |question| question["category"] == "技术问答");
    has("shares", |question| question["category"] == "技术分享");
    has("is answered", |question| question["answer_count"].as_i64() > Some(1));
    has("is not answered", |question| question["answer_count"] == 0);
    has("has an accepted answer", |question| question["accepted_answer_id"].is_i64());
    has("has images", |question| question["image_urls"].as_array().is_some_and(|images| !images.is_empty()));
    let newest = &questions.items()[0];
    let title: String =
        newest["title"].as_str().unwrap().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found = forum.client.get(&format!("/search?type=question&q={title}")).await;
    assert!(found.is(200).ids().contains(&newest["id"].as_i64().unwrap()), "{newest} is not found");
}

/// The first has a face, the first group a cover, and what posts show is served.
async fn what_is_shown_is_an_image(forum: &Forum, admin: &str) {
    let me = forum.client.request("GET", "/me").token(admin).send().await;
    let group = forum.client.get("/groups/1").await;
    let posts = forum.client.request("GET", "/posts?limit=100").token(admin).send().await;
    let mut shown = vec![me["avatar_url"].clone(), group["cover_url"].clone()];
    for id in posts.ids() {
        let post = forum.client.request("GET", &format!("/posts/{id}")).token(admin).send().await;
        let html = post["body_html"].as_str().unwrap().to_owned();
        let address = html.split_once("<img src=\"").and_then(|(_, rest)| rest.split_once('"'));
        shown.extend(address.map(|(address, _)| json!(address.replace("&amp;", "&"))));
    }
    assert!(shown.len() > 4, "no post shows an image");
    for url in shown {
        let url = url.as_str().unwrap();
        let path = url.strip_prefix("http://forum.test").unwrap_or(url);
        let served = forum.client.at("GET", path).send().await;
        assert_eq!(served.is(200).header("content-type"), Some("image/png"), "{path}");
        image::load_from_memory(&served.bytes).unwrap();
    }
}

/// Some have read what they were told, and some have not.
async fn everybody_hears_of_the_last_week(forum: &Forum, rows: &[String]) {
    let notifications = rows.iter().filter(|row| row.starts_with("notifications ")).count();
    assert!(notifications > 20, "{notifications} notifications");
    let mut counted = (0, 0);
    for number in 1..=40 {
        let body = json!({"mobile": format!("139{number:08}"), "password": "forum-demo-2026"});
        let signed_in = forum.client.post("/auth/login", &body).await;
        let token = signed_in.is(200)["access_token"].as_str().unwrap();
        let list = forum.client.request("GET", "/notifications?limit=100").token(token).send().await;
        for one in list.is(200).items() {
            *(if one["read_at"].is_null() { &mut counted.0 } else { &mut counted.1 }) += 1;
        }
    }
    assert!(counted.0 > 5 && counted.1 > 5, "{counted:?} are unread and read");
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
