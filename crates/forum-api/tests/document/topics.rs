//! The pages for front-end teams under `docs/`: every call that they name stands in the document.

use std::{collections::BTreeSet, fs, path::Path};

use forum_api::{BASE_PATH, spec::Version};

use crate::reading::{Operation, document, none, operations};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// What stands beside the document.
const OUTSIDE: [&str; 5] = ["/dev/sms", "/media/", "/problems/", "/openapi", "/docs"];

#[test]
fn every_call_that_the_topics_name_stands_in_the_document() {
    let known: BTreeSet<String> =
        operations(&document(Version::V3_0)).into_iter().map(|Operation { place, .. }| place).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut findings = Vec::new();
    let mut named = 0;
    for page in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&page).unwrap();
        for (method, path) in text.split('`').skip(1).step_by(2).filter_map(call) {
            named += 1;
            let method = method.to_lowercase();
            if !known.contains(&format!("{method} {path}"))
                && !known.contains(&format!("{method} {BASE_PATH}{path}"))
            {
                findings.push(format!("{}: there is no {method} {path}", page.display()));
            }
        }
    }
    assert!(named > 30, "the topics have lost their calls");
    none(findings);
}

/// The call that a piece of code names: `GET /posts/{post_id}`, without its query.
fn call(code: &str) -> Option<(&str, &str)> {
    let (method, path) = code.split_once(' ')?;
    let path = path.split(['?', ' ']).next()?;
    let called = METHODS.contains(&method) && path.starts_with('/');
    (called && !OUTSIDE.iter().any(|outside| path.starts_with(outside))).then_some((method, path))
}
