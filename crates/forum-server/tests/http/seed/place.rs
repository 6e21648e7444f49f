//! A forum that nobody serves yet: filled from a seed, and all that is in it.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use tempfile::TempDir;

use crate::support::{Backend, Forum};

pub(super) const SIZES: [&str; 14] = [
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
pub(super) const UNTIL: [&str; 2] = ["--until", "2026-11-23T12:00:00Z"];

/// Where a forum lives that nobody serves.
pub(super) struct Place {
    backend: Backend,
    directory: TempDir,
    /// On PostgreSQL.
    database_url: Option<String>,
}

impl Place {
    pub(super) async fn empty(backend: Backend) -> Self {
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

    pub(super) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_forum"));
        command.env_clear().current_dir(self.directory.path()).stdin(Stdio::null());
        command.args(["--set", "policy.argon2_memory_kib=8", "--set", "policy.argon2_iterations=1"]);
        if let Some(url) = &self.database_url {
            command.arg("--set").arg(format!("database_url={url}"));
        }
        command.args(arguments);
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.program(arguments).output().unwrap();
        let told = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (output.status.code().unwrap(), told.concat())
    }

    /// Filled from this seed.
    pub(super) async fn seeded(backend: Backend, seed: &str) -> Self {
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
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
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

    pub(super) async fn serve(&self) -> Forum {
        let data = self.data();
        match &self.database_url {
            None => Forum::start(self.backend, &[("data_dir", &data)]).await,
            Some(url) => Forum::start(self.backend, &[("data_dir", &data), ("database_url", url)]).await,
        }
    }

    /// Every row of every table, but for what is another each time: the salt of the password's hash, the id of
    /// the forum, the numbers of the log, and, by the database's own clock, when feeds changed and when
    /// suspensions ended sessions.
    pub(super) async fn dump(&self) -> Vec<String> {
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
             AND t.name NOT LIKE 'sqlite_%' AND c.name NOT IN ('password_hash', 'changed_at', 'ended_at') \
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
            "sessions" => "ended_at",
            _ => "password_hash",
        };
        let select = format!("SELECT '{table} ' || (to_jsonb(t) - '{left_out}')::text FROM {table} t");
        rows.extend(client.query(&select, &[]).await.unwrap().iter().map(|row| row.get::<_, String>(0)));
    }
    rows.sort_unstable();
    rows
}
