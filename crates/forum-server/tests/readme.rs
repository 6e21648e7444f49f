//! The README's tour, run line by line against a forum started as its first command starts it.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The forum, stopped with the test.
struct Forum(Child);

impl Drop for Forum {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn the_tour_in_the_readme_works_line_by_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let tour = readme.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    let default = "forum=http://127.0.0.1:8888";
    assert!(tour.contains(default), "the tour no longer says where the forum is");

    let data = tempfile::tempdir().unwrap();
    // Free when asked for: the forum itself takes it a moment later.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_forum"))
        .current_dir(data.path())
        .env("FORUM_LISTEN", address.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let banner = BufReader::new(child.stdout.take().unwrap());
    let forum = Forum(child);
    // The banner is what a newcomer waits for too; its last lines tell how to begin.
    let mut lines = banner.lines().map(Result::unwrap);
    let up = lines.find(|line| line.contains(&address.to_string())).expect("the banner tells the address");
    assert!(up.contains("http://"), "{up}");
    // What else it prints, codes among it, must not block it.
    std::thread::spawn(move || lines.count());

    // Every curl fails on a refusal but the last, which shows one.
    let (calls, refusal) = tour.rsplit_once("curl -sS ").unwrap();
    let script = format!(
        "{}\ncurl -sS {refusal}",
        calls.replace("curl -sS", "curl -sS --fail-with-body --retry 20 --retry-connrefused --retry-delay 1")
    )
    .replace(default, &format!("forum=http://{address}"));
    let told = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success(), "{said}\n{complained}");

    for expected in [
        "\"nickname\":\"爱丽丝\"",
        "\"group_count\":0",
        "\"status\":\"approved\"",
        "\"reply\":\"欢迎！\"",
        "\"nickname\":\"鲍勃\"",
        "\"liked\":true,\"like_count\":1,\"remaining_today\":49,\"remaining_for_author\":9",
        "\"body\":\"谢谢！\"",
        "\"body_html\":\"<p>它<strong>总是</strong>对的吗？</p>",
        "\"comment_count\":2,\"like_count\":1",
        "\"max_uses\":5",
        "join.already_member",
    ] {
        assert!(said.contains(expected), "{expected} is not in\n{said}\n{complained}");
    }
    drop(forum);
}
