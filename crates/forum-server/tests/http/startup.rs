//! The program itself: its start, its end, its commands.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use serde_json::{Value, json};

use crate::support::{Backend, Client, Forum, User, both, eventually, next_mobile};

/// The program, with an environment of its own.
fn forum(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forum"));
    command.env_clear().env("PATH", std::env::var("PATH").unwrap()).current_dir(directory).args(arguments);
    command.stdin(Stdio::null());
    command
}

fn run(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let Output { status, stdout, stderr } =
        forum(directory, arguments).envs(environment.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A program that serves, killed with the test.
struct Serving {
    child: Child,
    client: Client,
    /// What it printed before it was ready.
    banner: String,
}

impl Serving {
    fn start(directory: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = forum(directory, &["--listen", "127.0.0.1:0"]);
        command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut banner = String::new();
        while !banner.contains("Ctrl-C") {
            banner.push_str(&lines.next().expect("the program ended before it was ready").unwrap());
            banner.push('\n');
        }
        // What it prints later must not block it.
        std::thread::spawn(move || lines.count());
        let address = banner.lines().find_map(|line| line.trim().strip_prefix("listens   http://"));
        let url = address.unwrap_or_else(|| panic!("no address in {banner}"));
        let client = Client::new(url.parse().unwrap());
        Self { child, client, banner }
    }

    fn signal(&self, name: &str) {
        let killed = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Waits for its end and gives its exit code.
    fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test]
async fn a_newcomer_is_told_what_to_do_and_it_works() {
    let directory = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(directory.path(), &[]);
    for told in ["/docs", "sqlite:data/forum.db", "memory:", "/dev/sms?mobile=", "admin user promote"] {
        assert!(serving.banner.contains(told), "{told} is not in {}", serving.banner);
    }
    let user = User::register(&serving.client, &next_mobile(), Some("新人")).await;

    // An operator works beside the server.
    let (code, printed, _) =
        run(directory.path(), &["admin", "user", "promote", &user.mobile, "--json"], &[]);
    assert_eq!(code, 0);
    let promoted: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!([&promoted["id"], &promoted["role"]], [&json!(user.id), &json!("admin")]);
    assert_eq!(user.get("/me").await["role"], "admin");
    let body = json!({"name": "一组", "category": "程序设计", "description": ""});
    let group = user.post("/groups", &body).await.is(201)["id"].to_string();
    let (code, printed, _) = run(directory.path(), &["admin", "group", "list"], &[]);
    assert!(code == 0 && printed.contains("一组") && printed.contains("新人"), "{printed}");
    let (code, _, told) = run(directory.path(), &["admin", "group", "delete", &group], &[]);
    assert!(code == 2 && told.contains("--yes"), "{told}");
    assert_eq!(run(directory.path(), &["admin", "group", "delete", &group, "--yes"], &[]).0, 0);
    user.get(&format!("/groups/{group}")).await.is(404);
    let (code, password, _) = run(directory.path(), &["admin", "user", "reset-password", &user.mobile], &[]);
    assert_eq!(code, 0);
    eventually(Duration::from_secs(5), || async { user.get("/me").await.status == 401 }).await;
    user.log_in(password.trim()).await;
    let (code, printed, _) =
        run(directory.path(), &["admin", "user", "suspend", &user.id.to_string(), "--days", "1"], &[]);
    assert!(code == 0 && !printed.contains("suspended until  -"), "{printed}");
    let (code, _, told) = run(directory.path(), &["admin", "user", "show", "999"], &[]);
    assert!(code == 2 && told.contains("there is no user 999"), "{told}");
    assert_eq!(run(directory.path(), &["doctor"], &[]).0, 0);

    // A second server on the same file is refused, and told by what.
    let (code, _, told) = run(directory.path(), &["--listen", "127.0.0.1:0"], &[]);
    assert!(code == 2 && told.contains("forum.db.lock"), "{told}");

    serving.signal("TERM");
    assert_eq!(serving.ended(), Some(0));
    assert!(!directory.path().join("data/forum.db-wal").exists(), "the log is folded into the file");
}

#[tokio::test]
async fn an_index_that_was_lost_is_found_and_made_anew_beside_the_server() {
    let directory = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(directory.path(), &[]);
    let user = User::register(&serving.client, &next_mobile(), Some("图灵")).await;
    let question = user.ask_question("图灵机").await;
    let finds = async || serving.client.get("/search?type=question&q=%E5%9B%BE%E7%81%B5").await.is(200).ids();
    eventually(Duration::from_secs(10), || async { finds().await == [question] }).await;
    eventually(Duration::from_secs(10), || async { run(directory.path(), &["doctor"], &[]).0 == 0 }).await;

    let lose = || {
        let path = directory.path().join("data/forum.db");
        let mut tables = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let lost = "DELETE FROM search_documents; DELETE FROM search_words_question";
        tables.batch_execute(&format!("PRAGMA busy_timeout = 5000; {lost}")).unwrap();
    };
    lose();
    assert_eq!(finds().await, [] as [i64; 0]);
    let (code, printed, _) = run(directory.path(), &["doctor", "--json"], &[]);
    let told: Value = serde_json::from_str(&printed).unwrap();
    let subjects: Vec<&Value> =
        told["findings"].as_array().unwrap().iter().map(|one| &one["subject"]).collect();
    assert_eq!(
        (code, &subjects[..]),
        (1, &[&json!(format!("question {question}")), &json!(format!("user {}", user.id))][..])
    );
    let (code, printed, _) = run(directory.path(), &["doctor", "--fix"], &[]);
    assert!(code == 0 && printed.contains("2 found, all repaired"), "{printed}");
    assert_eq!(finds().await, [question]);

    lose();
    let reindex =
        |arguments: &[&str]| run(directory.path(), &[&["admin", "reindex"], arguments].concat(), &[]);
    assert_eq!(reindex(&[]), (0, "2 entries were brought in step\n".into(), String::new()));
    assert_eq!(finds().await, [question]);
    assert_eq!(reindex(&[]).1, "the index is in step\n");
    assert_eq!(reindex(&["--all"]).1, "2 entries were brought in step\n");
    assert_eq!(run(directory.path(), &["doctor"], &[]).0, 0);
    serving.signal("TERM");
    assert_eq!(serving.ended(), Some(0));
}

#[tokio::test]
async fn what_an_older_policy_let_through_is_taken_out_beside_the_server() {
    let directory = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(directory.path(), &[]);
    let user = User::register(&serving.client, &next_mobile(), Some("图灵")).await;
    let group = json!({"name": "图灵社", "category": "程序设计", "description": ""});
    let group = user.post("/groups", &group).await.is(201)["id"].as_i64().unwrap();
    let post = user.write_post(group, "图灵机").await;
    let question = user.ask_question("停机问题").await;
    let html = async |path: &str| user.get(path).await.is(200)["body_html"].as_str().unwrap().to_owned();
    let (post, question) = (format!("/posts/{post}"), format!("/questions/{question}"));
    let before = html(&post).await;

    let path = directory.path().join("data/forum.db");
    let mut tables = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    tables
        .batch_execute(
            "PRAGMA busy_timeout = 5000;
             UPDATE post_bodies SET html = '<blink>' || html || '</blink>', policy = 0;
             UPDATE question_bodies SET policy = 0",
        )
        .unwrap();
    assert!(html(&post).await.contains("<blink>"));

    let resanitise = || run(directory.path(), &["admin", "resanitise"], &[]);
    let (code, printed, _) = resanitise();
    assert!(code == 0 && printed.starts_with("2 texts were rendered anew, 1 changed\n"), "{printed}");
    assert_eq!(html(&post).await, before);
    html(&question).await;
    assert_eq!(run(directory.path(), &["doctor"], &[]).0, 0);
    assert_eq!(resanitise().1, "every text is of the newest policy\nthe index is in step\n");
    serving.signal("TERM");
    assert_eq!(serving.ended(), Some(0));
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(directory.path(), &[]);
    let user = User::register(&serving.client, &next_mobile(), Some("甲")).await;
    let writer = user.clone();
    let writing = tokio::spawn(async move {
        let mut made = Vec::new();
        for number in 0..10_000 {
            let body = json!({"name": format!("第{number}组"), "category": "程序设计", "description": ""});
            let Some(answer) = writer.request("POST", "/groups").json(&body).try_send().await else { break };
            made.push(answer.is(201)["id"].as_i64().unwrap());
        }
        made
    });
    tokio::time::sleep(Duration::from_millis(400)).await;
    serving.child.kill().unwrap();
    serving.ended();
    let made = writing.await.unwrap();
    assert!(!made.is_empty());

    let begun = Instant::now();
    let serving = Serving::start(directory.path(), &[("FORUM_PUBLIC_URL", &serving.client.base)]);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    for id in made {
        serving.client.get(&format!("/groups/{id}")).await.is(200);
    }
    user.at(&serving.client).get("/me").await.is(200);
    assert_eq!(run(directory.path(), &["doctor", "--json"], &[]).0, 0);
}

#[tokio::test]
async fn told_to_stop_it_finishes_what_it_was_asked() {
    let directory = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(directory.path(), &[]);
    let client = serving.client.clone();
    let asking = tokio::spawn(async move {
        let mut answered = 0;
        // Until nobody listens any more: each answer before is whole.
        while let Some(answer) = client.request("GET", "/groups").try_send().await {
            answer.is(200);
            answered += 1;
        }
        answered
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    serving.signal("TERM");
    assert_eq!(serving.ended(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(asking.await.unwrap() > 0);
}

#[test]
fn the_document_needs_no_configuration_and_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let broken = [("FORUM_DATABASE_URL", "nonsense"), ("FORUM_NONSENSE", "1")];
    for (arguments, version) in [(&["openapi"][..], "3.0.3"), (&["openapi", "--version", "3.1"], "3.1.0")] {
        let (code, printed, _) = run(directory.path(), arguments, &broken);
        let document: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!((code, document["openapi"].as_str()), (0, Some(version)));
    }
    let (code, printed, _) = run(directory.path(), &["openapi", "--format", "yaml"], &broken);
    assert!(code == 0 && printed.starts_with("openapi:"));
    assert_eq!(run(directory.path(), &["completions", "bash"], &broken).0, 0);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn sec_19_what_is_wrong_is_named_by_its_variable_and_not_by_its_value() {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, told) =
        run(directory.path(), &[], &[("FORUM_PROFILE", "production"), ("FORUM_TOKEN_SECRET", "hunter2")]);
    assert_eq!(code, 2);
    for variable in ["FORUM_TOKEN_SECRET", "FORUM_SIGNING_KEY_FILES", "FORUM_SMS", "FORUM_PUBLIC_URL"] {
        assert!(told.contains(variable), "{variable} is not in {told}");
    }
    assert!(!told.contains("hunter2"), "{told}");
    let (code, _, told) = run(directory.path(), &["check-config"], &[("FORUM_DATABSE_URL", "x")]);
    assert!(code == 2 && told.contains("FORUM_DATABASE_URL"), "{told}");
    let (code, printed, _) = run(directory.path(), &["check-config"], &[("FORUM_TOKEN_SECRET", "hunter2")]);
    assert!(code == 0 && printed.contains("FORUM_TOKEN_SECRET=(hidden)") && !printed.contains("hunter2"));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn a_port_that_is_taken_and_a_database_that_is_away_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, _, told) = run(directory.path(), &["--listen", &address], &[]);
    assert!(code == 2 && told.contains(&address), "{told}");
    let away = [("FORUM_DATABASE_URL", "postgres://u:hunter2@127.0.0.1:1/x")];
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["doctor"], &["migrate"]] {
        let (code, _, told) = run(directory.path(), arguments, &away);
        assert!(code == 2 && told.contains("cannot be reached") && !told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_database_is_migrated_beforehand_if_that_is_wanted() {
    let directory = tempfile::tempdir().unwrap();
    let (code, printed, _) = run(directory.path(), &["migrate", "--dry-run"], &[]);
    assert!(code == 0 && printed.contains("accounts_and_groups"), "{printed}");
    assert!(!directory.path().join("data").exists(), "a dry run writes nothing");
    let (code, _, told) = run(directory.path(), &["doctor"], &[]);
    assert!(code == 2 && told.contains("migrat"), "{told}");
    assert_eq!(run(directory.path(), &["migrate"], &[]).0, 0);
    let (code, printed, _) = run(directory.path(), &["migrate", "--dry-run"], &[]);
    assert!(code == 0 && printed.contains("up to date"), "{printed}");
    assert_eq!(run(directory.path(), &["doctor"], &[]).0, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_tells_what_is_wrong_repairs_it_and_is_content() {
    let forum = Forum::start(Backend::Shared, &[]).await;
    let owner = forum.user("组长").await;
    let group = forum.group(&owner, "一组", json!({})).await;
    let url = forum.setting("database_url");
    forum.execute(&format!("UPDATE groups SET member_count = 7 WHERE id = {group}")).await;
    let directory = tempfile::tempdir().unwrap();
    let doctor = |arguments: &[&str]| run(directory.path(), arguments, &[("FORUM_DATABASE_URL", &url)]);
    let (code, printed, _) = doctor(&["doctor", "--json"]);
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&printed).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["invariant"], "group.member_count");
    assert_eq!([&findings[0]["expected"], &findings[0]["found"]], ["1", "7"]);
    assert_eq!(owner.get(&format!("/groups/{group}")).await["member_count"], 7, "looking changes nothing");
    let (code, printed, _) = doctor(&["doctor", "--fix"]);
    assert!(code == 0 && printed.contains("repaired"), "{printed}");
    assert_eq!(owner.get(&format!("/groups/{group}")).await["member_count"], 1);
    assert_eq!(doctor(&["doctor"]).0, 0);
}

both! {
    async fn a_forum_that_stops_says_so_first(forum: Forum) {
        let mut forum = forum;
        forum.client.get("/readyz").await.is(200);
        assert!(forum.stop().await);
        assert!(forum.client.request("GET", "/livez").try_send().await.is_none(), "nobody listens any more");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_the_forum_goes_on_and_what_guards_accounts_is_closed() {
    let healthy = Forum::start(Backend::Shared, &[]).await;
    let user = healthy.user("甲").await;
    // Nobody listens on this port.
    let away = [("cache_url", "redis://127.0.0.1:1"), ("rate_limit", "on")];
    let forum = healthy.another(&away).await;
    let user = user.at(&forum.client);
    let ready = forum.client.get("/readyz").await;
    assert_eq!(ready.is(503)["checks"], json!({"accepting": "ok", "cache": "unavailable", "database": "ok"}));
    forum.client.get("/livez").await.is(200);
    let group = forum.group(&user, "照常", json!({})).await;
    assert_eq!(forum.client.get("/groups?sort=hot").await.each("/id"), [json!(group)]);
    user.get("/me").await.is(200);
    forum.client.post("/auth/refresh", &json!({"refresh_token": user.refresh})).await.is(200);
    let login = json!({"mobile": user.mobile, "password": crate::support::PASSWORD});
    forum.client.post("/auth/login", &login).await.refused(503, "server.unavailable");
    let code = json!({"mobile": user.mobile, "purpose": "login"});
    forum.client.post("/auth/codes", &code).await.refused(503, "server.unavailable");
}

#[tokio::test]
async fn sec_19_in_production_there_are_no_dev_endpoints_and_logs_are_for_machines() {
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("signing.pem");
    let keys = forum_outbound::keys::SigningKeys::generate(&forum_outbound::random::SystemRandom);
    std::fs::write(&key, keys.to_pem().unwrap()).unwrap();
    let key = key.display().to_string();
    let serving = Serving::start(
        directory.path(),
        &[
            ("FORUM_PROFILE", "production"),
            ("FORUM_PUBLIC_URL", "https://forum.test"),
            ("FORUM_TOKEN_SECRET", "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"),
            ("FORUM_SIGNING_KEY_FILES", &key),
            ("FORUM_SMS", "yunpian"),
            ("FORUM_YUNPIAN_APIKEY", "a key"),
            ("FORUM_YUNPIAN_SIGNATURE", "论坛"),
            ("FORUM_YUNPIAN_URL", "https://127.0.0.1:1"),
        ],
    );
    serving.client.get("/dev/sms?mobile=13800000000").await.refused(404, "request.not_found");
    let local =
        serving.client.request("GET", "/groups").header("origin", "http://localhost:3000").send().await;
    assert_eq!(local.header("access-control-allow-origin"), None);
    assert!(local.header("strict-transport-security").is_some());
    // The gateway is away: no code was sent, and the next try is not too early.
    for _ in 0..2 {
        let body = json!({"mobile": "13800000000", "purpose": "register"});
        serving.client.post("/auth/codes", &body).await.refused(503, "server.unavailable");
    }
    assert!(!directory.path().join("data/secrets").exists(), "secrets are given, not made");
}
