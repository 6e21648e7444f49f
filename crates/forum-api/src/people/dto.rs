//! What user pages and blocks look like.

use forum_domain::people as domain;
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::{
    account::{Gender, UserCard},
    context::Call,
    fields::Moment,
    page::list_of,
};

/// A user, as others see him.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct UserPage {
    #[serde(flatten)]
    #[oai(flatten)]
    card: UserCard,
    /// What he says of his gender.
    gender: Option<Gender>,
    /// What he says of himself.
    #[oai(validator(max_length = 500))]
    bio: Option<String>,
    /// Since when the account is there.
    created_at: Moment,
    /// What there is of him that the caller may see.
    counts: UserCounts,
    /// What he is to the caller; null if nobody is signed in.
    viewer: Option<UserViewer>,
}

/// How much there is of a user that the caller may see.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct UserCounts {
    /// Groups.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    groups: i64,
    /// Posts.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    posts: i64,
    /// Questions.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    questions: i64,
    /// Answers.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    answers: i64,
}

impl Example for UserCounts {
    fn example() -> Self {
        Self { groups: 3, posts: 41, questions: 2, answers: 17 }
    }
}

/// What a user is to the caller.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct UserViewer {
    /// The caller blocked him.
    blocked: bool,
}

impl Example for UserViewer {
    fn example() -> Self {
        Self { blocked: false }
    }
}

impl UserPage {
    pub(crate) fn of(profile: domain::Profile, call: &Call) -> Self {
        let counts = profile.counts;
        Self {
            card: UserCard::of(profile.card, call),
            gender: profile.gender.map(Into::into),
            bio: profile.bio,
            created_at: profile.created_at.into(),
            counts: UserCounts {
                groups: counts.groups,
                posts: counts.posts,
                questions: counts.questions,
                answers: counts.answers,
            },
            viewer: profile.blocked.map(|blocked| UserViewer { blocked }),
        }
    }
}

impl Example for UserPage {
    fn example() -> Self {
        Self {
            card: UserCard::example(),
            gender: Some(Gender::Female),
            bio: Some("喜欢 Rust 和徒步。".into()),
            created_at: Moment::example(1, 8),
            counts: UserCounts::example(),
            viewer: Some(UserViewer::example()),
        }
    }
}

/// Somebody whom one blocked.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Block {
    /// Who.
    user: UserCard,
    /// Since when.
    created_at: Moment,
}

impl Block {
    pub(crate) fn of(block: domain::Block, call: &Call) -> Self {
        Self { user: UserCard::of(block.user, call), created_at: block.created_at.into() }
    }
}

impl Example for Block {
    fn example() -> Self {
        Self { user: UserCard::example(), created_at: Moment::example(2, 9) }
    }
}

list_of! {
    /// A page of whom one blocked, last blocked first.
    BlockList of Block
}

#[cfg(test)]
crate::fields::assert_examples! { answers [UserPage, Block, BlockList] }
