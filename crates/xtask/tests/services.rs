//! `cargo xtask services` leaves nothing behind, however it ends.

#![expect(clippy::unwrap_used, reason = "clippy exempts test functions, but not what they call")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A directory for temporary files that the servers' user may enter.
fn open_directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

fn services(temporary: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("services").env("TMPDIR", temporary.path()).stdin(Stdio::null());
    command
}

fn is_empty(directory: &TempDir) -> bool {
    fs::read_dir(directory.path()).unwrap().next().is_none()
}

/// `host:port` of a URL.
fn address(url: &str) -> &str {
    let after_user = url.rsplit(['@', '/']).find(|part| part.contains(':')).unwrap();
    after_user.trim()
}

#[test]
fn a_command_gets_both_servers_and_its_exit_code_is_ours() {
    let temporary = open_directory();
    let script =
        r#""$PG_BIN/psql" --no-psqlrc -Atc 'SELECT current_database()' "$FORUM_DATABASE_URL" && exit 7"#;
    let output = services(&temporary).args(["--", "sh", "-c", script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "forum\n", "{output:?}");
    assert_eq!(output.status.code(), Some(7));
    assert!(is_empty(&temporary));
}

#[test]
fn a_signal_stops_both_servers_and_removes_their_files() {
    for signal in [Signal::INT, Signal::TERM] {
        let temporary = open_directory();
        let mut command = services(&temporary);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let urls = lines.take(4).map(|line| line.unwrap()).collect::<Vec<_>>();
        for url in &urls {
            assert!(TcpStream::connect(address(url)).is_ok(), "{url}");
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert!(child.wait().unwrap().success());
        for url in &urls {
            assert!(TcpStream::connect(address(url)).is_err(), "{url} still answers");
        }
        assert!(is_empty(&temporary));
    }
}
