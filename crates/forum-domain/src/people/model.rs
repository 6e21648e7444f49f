//! What a user's page is made of.

use crate::{
    account::{Gender, UserCard},
    clock::Timestamp,
};

/// A user, as somebody else sees him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// His name and avatar; of a deleted account only that it is one.
    pub card: UserCard,
    /// Gender, if told.
    pub gender: Option<Gender>,
    /// Bio, if told.
    pub bio: Option<String>,
    /// Since when the account is there.
    pub created_at: Timestamp,
    /// What there is of him.
    pub counts: ProfileCounts,
    /// Whether whoever looks blocked him; `None` if nobody is signed in.
    pub blocked: Option<bool>,
}

/// What there is of a user that whoever looks may see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProfileCounts {
    /// Groups that he is a member of: public ones, and those whose members may be seen.
    pub groups: i64,
    /// Posts.
    pub posts: i64,
    /// Questions.
    pub questions: i64,
    /// Answers.
    pub answers: i64,
}

/// Somebody who is blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Who.
    pub user: UserCard,
    /// Since when.
    pub created_at: Timestamp,
}

/// How [`super::PeopleRepository::set_block`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockSet {
    /// It is as asked.
    Done,
    /// There is no such user to block.
    NoSuchUser,
}
