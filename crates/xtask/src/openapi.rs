//! `cargo xtask openapi`: the committed OpenAPI documents.

use std::fs;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::interrupt::Interrupt;
use crate::workspace;

/// Each document's path from the workspace's root, and what makes `forum openapi` emit it.
const DOCUMENTS: [(&str, &[&str]); 4] = [
    ("openapi/forum.json", &["--format", "json"]),
    ("openapi/forum.yaml", &["--format", "yaml"]),
    ("openapi/forum-3.1.json", &["--format", "json", "--version", "3.1"]),
    ("openapi/forum-3.1.yaml", &["--format", "yaml", "--version", "3.1"]),
];

/// Writes all documents, or with `check` fails if one differs from its committed file.
pub(crate) fn run(check: bool, interrupt: &Interrupt) -> Result<ExitCode> {
    let root = workspace::root();
    let mut different = Vec::new();
    for (name, arguments) in DOCUMENTS {
        interrupt.check()?;
        let document = emit(arguments)?;
        let path = root.join(name);
        if check {
            if let Some(line) = first_difference(&path, &document) {
                different.push(format!("{name} (from line {line})"));
            }
        } else {
            fs::create_dir_all(root.join("openapi"))?;
            fs::write(&path, document).with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("xtask: wrote {name}");
        }
    }
    if !different.is_empty() {
        bail!(
            "not what the binary emits: {}; run `cargo xtask openapi` and commit the result",
            different.join(", ")
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// What `forum openapi` prints.
fn emit(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = workspace::cargo()
        .args(["run", "--quiet", "--locked", "--package", "forum-server", "--bin", "forum", "--", "openapi"])
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "`forum openapi {}` failed", arguments.join(" "));
    ensure!(!output.stdout.is_empty(), "`forum openapi {}` printed nothing", arguments.join(" "));
    Ok(output.stdout)
}

/// The first line at which a file is not `expected`, from 1. A missing file differs from its first line.
fn first_difference(path: &Path, expected: &[u8]) -> Option<usize> {
    let actual = fs::read(path).unwrap_or_default();
    if actual == expected {
        return None;
    }
    let same = actual.iter().zip(expected).take_while(|(a, b)| a == b).count();
    Some(1 + expected[..same].iter().filter(|byte| **byte == b'\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equal_file_has_no_difference_and_others_name_their_first_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("document");
        assert_eq!(first_difference(&path, b"a\nb\n"), Some(1));
        fs::write(&path, "a\nb\n").unwrap();
        assert_eq!(first_difference(&path, b"a\nb\n"), None);
        assert_eq!(first_difference(&path, b"a\nc\n"), Some(2));
        assert_eq!(first_difference(&path, b"a\nb\nc\n"), Some(3));
        assert_eq!(first_difference(&path, b"a\n"), Some(2));
    }
}
