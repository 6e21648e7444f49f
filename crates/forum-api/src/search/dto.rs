//! What was found, as it is shown.

use forum_domain::search as domain;
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::{
    account::UserCard,
    context::Call,
    fields::{Moment, choices},
    group::GroupRef,
    page::list_of,
};

choices! {
    /// What kind of thing is searched for.
    SearchType for domain::SearchKind {
        /// Posts.
        Post = "post",
        /// Questions.
        Question = "question",
        /// Groups.
        Group = "group",
        /// Users.
        User = "user",
    }
}

/// Something that was found.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct SearchHit {
    /// What it is.
    #[serde(rename = "type")]
    #[oai(rename = "type")]
    kind: SearchType,
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Its title; a group's or user's name.
    #[oai(validator(max_length = 256))]
    title: String,
    /// A passage as HTML, to be put into a page as it is: escaped text with `<mark>` around what was searched
    /// for. Of the text around the first place where it stands, else of the title; `…` stands for what was cut.
    #[oai(validator(max_length = 20000))]
    highlight_html: String,
    /// The group that a post stands in; else null.
    group: Option<GroupRef>,
    /// Who wrote it; null for groups and users.
    author: Option<UserCard>,
    /// Since when it is there.
    created_at: Moment,
}

impl SearchHit {
    pub(crate) fn of(hit: domain::Hit, call: &Call) -> Self {
        Self {
            kind: hit.kind.into(),
            id: hit.id,
            title: hit.title,
            highlight_html: hit.highlight_html,
            group: hit.group.map(|group| GroupRef::new(group.id, &group.name)),
            author: hit.author.map(|author| UserCard::of(author, call)),
            created_at: hit.created_at.into(),
        }
    }
}

impl Example for SearchHit {
    fn example() -> Self {
        Self {
            kind: SearchType::Post,
            id: 1024,
            title: "Rust 异步编程入门".into(),
            highlight_html: "…周末我们一起学<mark>异步</mark>与并发，欢迎来玩。".into(),
            group: Some(GroupRef::example()),
            author: Some(UserCard::example()),
            created_at: Moment::example(1, 8),
        }
    }
}

list_of! {
    /// A page of what was found, best first.
    SearchHitList of SearchHit
}

#[cfg(test)]
crate::fields::assert_examples! { answers [SearchHit, SearchHitList] }
