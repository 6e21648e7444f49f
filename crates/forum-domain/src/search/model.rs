//! What is searched, and what is found.

use crate::{account::UserCard, clock::Timestamp, group::GroupCard, id::UserId};

/// What can be found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SearchKind {
    /// Posts, by title and body.
    #[default]
    Post,
    /// Questions, by title and body; not by their answers.
    Question,
    /// Groups, by name and description: their cards are for everyone.
    Group,
    /// Users, by the nickname that they chose and their bio; never by a mobile.
    User,
}

impl SearchKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Post, Self::Question, Self::Group, Self::User];
}

/// A body, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// HTML that went through the sanitiser.
    Html(String),
    /// Plain text.
    Plain(String),
}

/// What an entry is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Whose it is: the id of a post, a group, …
    pub id: i64,
    /// The version of its content.
    pub version: i64,
    /// Its title or name.
    pub title: String,
    /// Its body, description or bio.
    pub body: Body,
}

/// The words of a text, as the index keeps them: letters and digits only, parted by single spaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Those of the title, in their order.
    pub title: String,
    /// Those of the body, in their order.
    pub body: String,
    /// The runs of characters that were cut into pairs, whole: what a [`Part::Run`] must be a part of.
    pub runs: String,
}

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose it is.
    pub id: i64,
    /// The version of its content that the words are of.
    pub version: i64,
    /// Its words.
    pub terms: Terms,
    /// Which scheme of the analyser made them.
    pub scheme: i32,
}

/// A part of a query. Everything that is found has every part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// A word as it stands in [`Terms`].
    Word(String),
    /// Two or more characters of a script without spaces, which MUST stand together just so. The index
    /// holds each pair of them as a word.
    Run(String),
    /// One such character: the index has it wherever a word begins with it.
    Character(char),
}

/// What is searched for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Query {
    /// Its parts, each once; none if there is nothing to search for.
    pub parts: Vec<Part>,
}

/// A search, as the store is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// What to find.
    pub kind: SearchKind,
    /// By which words.
    pub query: Query,
    /// Who searches: only what he may see is found.
    pub viewer: Option<UserId>,
    /// When.
    pub now: Timestamp,
}

/// Something that was found, as it is by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: i64,
    /// Its title or name; a user's masked mobile if he chose no nickname.
    pub title: String,
    /// Whether the title is searched: a masked mobile is not.
    pub title_is_searched: bool,
    /// Its body.
    pub body: Body,
    /// The group it stands in.
    pub group: Option<GroupCard>,
    /// Who wrote it.
    pub author: Option<UserCard>,
    /// Since when it is there.
    pub created_at: Timestamp,
}

/// A hit, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: SearchKind,
    /// Its id.
    pub id: i64,
    /// Its title or name.
    pub title: String,
    /// A passage of it as HTML, escaped but for `<mark>` around what was searched for.
    pub highlight_html: String,
    /// The group it stands in: a post's.
    pub group: Option<GroupCard>,
    /// Who wrote it.
    pub author: Option<UserCard>,
    /// Since when it is there.
    pub created_at: Timestamp,
}
