//! A group, beside what stands in it or leads to it.

use forum_domain::id::GroupId;
use poem_openapi::{Object, types::Example};
use serde::Serialize;

/// A group, in short.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct GroupRef {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
}

impl GroupRef {
    pub(crate) fn new(id: GroupId, name: &str) -> Self {
        Self { id: id.get(), name: name.to_owned() }
    }
}

impl Example for GroupRef {
    fn example() -> Self {
        Self { id: 7, name: "Rust 编程".into() }
    }
}
