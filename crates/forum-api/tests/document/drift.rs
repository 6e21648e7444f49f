//! The committed documents are what the code says: front-end teams generate from the committed ones.

use std::{fs, path::Path};

use forum_api::spec::{Format, Version, render};

#[test]
fn the_committed_documents_are_what_the_code_says() {
    let openapi = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    let document = forum_api::spec().unwrap();
    for (name, format, version) in [
        ("forum.json", Format::Json, Version::V3_0),
        ("forum.yaml", Format::Yaml, Version::V3_0),
        ("forum-3.1.json", Format::Json, Version::V3_1),
        ("forum-3.1.yaml", Format::Yaml, Version::V3_1),
    ] {
        let committed = fs::read_to_string(openapi.join(name)).unwrap();
        let emitted = render(&document, format, version).unwrap();
        // Not `assert_eq`: nobody wants both documents in his terminal.
        assert!(committed == emitted, "openapi/{name} is not what the code says: run `cargo xtask openapi`");
    }
}
