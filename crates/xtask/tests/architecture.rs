//! The architecture, as far as a machine can hold it: which crate may depend on which, what the domain may
//! use, and what may stand at the top level.
//!
//! A failure here means a decision, not a typo: change the table together with the documents that explain it.

#![expect(clippy::unwrap_used, reason = "clippy exempts test functions, but not what they call")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Each crate, those of ours that it may depend on, and those that only its tests and examples may use.
const ARROWS: &[(&str, &[&str], &[&str])] = &[
    ("forum-domain", &[], &[]),
    ("forum-store", &["forum-domain"], &["forum-testkit"]),
    ("forum-cache", &["forum-domain"], &["forum-testkit"]),
    ("forum-outbound", &["forum-domain"], &["forum-testkit"]),
    ("forum-api", &["forum-domain"], &["forum-testkit"]),
    ("forum-testkit", &["forum-domain"], &[]),
    (
        "forum-server",
        &["forum-api", "forum-cache", "forum-domain", "forum-outbound", "forum-store"],
        &["forum-testkit"],
    ),
    ("forum-bench", &["forum-domain", "forum-outbound", "forum-store"], &[]),
    ("xtask", &[], &[]),
];

/// All that the rules may use: no I/O, no runtime, no serialisation.
const DOMAIN_MAY_USE: &[&str] = &[
    "aho-corasick",
    "async-trait",
    "chrono",
    "chrono-tz",
    "mockall",
    "phonenumber",
    "thiserror",
    "unicode-normalization",
    "unicode-security",
];

/// What the domain's tests may use besides.
const DOMAIN_TESTS_MAY_USE: &[&str] = &["pollster"];

/// Everything at the top level, apart from files whose names begin with a dot.
const TOP_LEVEL: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "crates",
    "deploy",
    "docs",
    "justfile",
    "migrations",
    "openapi",
];

/// Git-ignored, but there.
const LEFT_BY_RUNNING: &[&str] = &["data", "target"];

fn workspace() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

fn ours(package: &Package, kinds: &[DependencyKind]) -> BTreeSet<String> {
    let dependencies = package.dependencies.iter();
    dependencies.filter(|d| d.path.is_some() && kinds.contains(&d.kind)).map(|d| d.name.to_string()).collect()
}

fn external(package: &Package, kinds: &[DependencyKind]) -> BTreeSet<String> {
    let dependencies = package.dependencies.iter();
    dependencies.filter(|d| d.path.is_none() && kinds.contains(&d.kind)).map(|d| d.name.to_string()).collect()
}

fn beyond(actual: &BTreeSet<String>, allowed: &[&[&str]]) -> Vec<String> {
    actual.iter().filter(|name| !allowed.concat().contains(&name.as_str())).cloned().collect()
}

const PROGRAM: &[DependencyKind] = &[DependencyKind::Normal, DependencyKind::Build];
const TESTS: &[DependencyKind] = &[DependencyKind::Development];

#[test]
fn every_crate_has_its_row_in_the_table_of_arrows() {
    let actual = workspace().packages.iter().map(|package| package.name.to_string()).collect::<BTreeSet<_>>();
    let listed = ARROWS.iter().map(|(name, ..)| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(actual, listed);
}

#[test]
fn crates_depend_on_each_other_only_along_the_arrows() {
    let workspace = workspace();
    let mut strays = Vec::new();
    for (name, program, tests) in ARROWS {
        let package = workspace.packages.iter().find(|package| package.name.as_str() == *name).unwrap();
        for stray in beyond(&ours(package, PROGRAM), &[program]) {
            strays.push(format!("{name} -> {stray}"));
        }
        for stray in beyond(&ours(package, TESTS), &[program, tests]) {
            strays.push(format!("{name} (tests) -> {stray}"));
        }
    }
    assert_eq!(strays, Vec::<String>::new(), "arrows that the architecture does not have");
}

#[test]
fn the_domain_uses_only_the_crates_it_is_allowed() {
    let workspace = workspace();
    let domain = workspace.packages.iter().find(|package| package.name.as_str() == "forum-domain").unwrap();
    assert_eq!(beyond(&external(domain, PROGRAM), &[DOMAIN_MAY_USE]), Vec::<String>::new());
    assert_eq!(
        beyond(&external(domain, TESTS), &[DOMAIN_MAY_USE, DOMAIN_TESTS_MAY_USE]),
        Vec::<String>::new(),
        "in the domain's tests"
    );
}

#[test]
fn every_crate_opts_into_the_workspace_lints() {
    for package in workspace().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let opted_in = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(
            opted_in.and_then(toml::Value::as_bool),
            Some(true),
            "{} lacks `[lints] workspace = true`",
            package.name
        );
    }
}

#[test]
fn nothing_new_stands_at_the_top_level() {
    let strays = top_level()
        .into_iter()
        .filter(|name| !name.starts_with('.') && !name.starts_with("LICENSE"))
        .filter(|name| !TOP_LEVEL.contains(&name.as_str()))
        .collect::<Vec<_>>();
    assert_eq!(strays, Vec::<String>::new(), "the top level is fixed: put these elsewhere");
}

/// What git keeps there, so that a developer's own untracked files are nobody's business; without git, what
/// is there.
fn top_level() -> BTreeSet<String> {
    let listed = Command::new("git").arg("-C").arg(root()).args(["ls-files", "-z"]).output();
    if let Ok(output) = listed
        && output.status.success()
        && !output.stdout.is_empty()
    {
        let paths = String::from_utf8(output.stdout).unwrap();
        let first = paths.split('\0').filter_map(|path| path.split('/').next());
        return first.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    }
    let entries = std::fs::read_dir(root()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !LEFT_BY_RUNNING.contains(&name.as_str())).collect()
}
