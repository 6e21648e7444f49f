//! What a post is made of.

use crate::{
    account::UserCard,
    clock::Timestamp,
    content::{Content, Format, Source},
    error::Flaw,
    group::{GroupCard, Role},
    id::{GroupId, PostId, UserId},
    text,
};

/// A title: one line of 1 to 200 characters, nothing hidden in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The greatest length, in characters.
    pub const MAX: usize = 200;

    /// A title, trimmed.
    ///
    /// # Errors
    /// As [`text::line`].
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        text::line(text, 1, Self::MAX).map(Self)
    }

    /// A title that is already stored. Adapters only: nothing is checked.
    #[must_use]
    pub fn stored(title: String) -> Self {
        Self(title)
    }

    /// As shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A post, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// The group it stands in.
    pub group: GroupCard,
    /// Who wrote it.
    pub author: UserCard,
    /// Its title.
    pub title: Title,
    /// How its body is written.
    pub format: Format,
    /// The beginning of its text.
    pub excerpt: String,
    /// Visible comments and replies under it.
    pub comment_count: i64,
    /// Its likes.
    pub like_count: i64,
    /// It stands before the others of its group.
    pub pinned: bool,
    /// Its moderators recommend it (精华).
    pub excellent: bool,
    /// It takes no new comments.
    pub locked: bool,
    /// It drew many likes and comments, see [`super::rules::HOT_POINTS`].
    pub hot: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// When somebody last wrote: the post, or a comment or reply under it. Never goes back.
    pub last_activity_at: Timestamp,
    /// Goes up with every edit; what `If-Match` compares. Likes, comments and marks leave it alone.
    pub version: i64,
}

/// A post as somebody sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostView {
    /// The post.
    pub post: Post,
    /// What it is to whoever looks; `None` if nobody is signed in.
    pub viewer: Option<PostViewer>,
}

/// A post with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostDetail {
    /// The post.
    pub view: PostView,
    /// Its body as it was written.
    pub source: Source,
    /// What is served of it, sanitised when it was written.
    pub html: String,
}

/// What a post is to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostViewer {
    /// He likes it.
    pub liked: bool,
    /// He bookmarked it.
    pub bookmarked: bool,
    /// His role in its group; `None` if he is no member.
    pub role: Option<Role>,
    /// Until when he may only read in its group.
    pub muted_until: Option<Timestamp>,
    /// What he may do.
    pub can: PostCapabilities,
}

/// What a user may do with a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostCapabilities {
    /// Change it.
    pub edit: bool,
    /// Delete it.
    pub delete: bool,
    /// Comment on it.
    pub comment: bool,
    /// Like it.
    pub like: bool,
    /// Pin, lock and recommend it, and restore it once it is deleted.
    pub moderate: bool,
}

/// A post as it was before an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRevision {
    /// The group that the post stands in.
    pub group_id: GroupId,
    /// Which version of the post it was.
    pub version: i64,
    /// Its title then.
    pub title: Title,
    /// How its body was written then.
    pub format: Format,
    /// Its body then.
    pub source: Source,
    /// What was served of it.
    pub html: String,
    /// Since when it was so.
    pub created_at: Timestamp,
    /// When it was edited into the next version.
    pub replaced_at: Timestamp,
}

/// A post to be written, all of it valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostDraft {
    /// Its title.
    pub title: Title,
    /// Its body, rendered.
    pub content: Content,
}

/// Changes to a post: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostPatch {
    /// Its title.
    pub title: Option<Title>,
    /// Its body, rendered.
    pub content: Option<Content>,
}

/// What moderators say of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It stands before the others of its group.
    Pinned,
    /// It is recommended (精华).
    Excellent,
    /// It takes no new comments.
    Locked,
}

/// Which posts of a group a list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PostFilter {
    /// All.
    #[default]
    All,
    /// Those that moderators recommend.
    Excellent,
    /// Those that drew many likes and comments.
    Hot,
}

/// In which order a list holds them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PostSort {
    /// Newest first.
    #[default]
    New,
    /// By when somebody last wrote: a frozen ranking.
    Active,
    /// By [`super::rules::heat`]: a frozen ranking.
    Hot,
    /// By likes: a frozen ranking.
    Top,
}

/// How far back `top` goes, by when a post was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Period {
    /// To the beginning.
    #[default]
    All,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

/// Which posts there are to be listed. Deleted posts and those of deleted groups are in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostList {
    /// Those of one group, the pinned ones first.
    Group {
        /// Which group.
        id: GroupId,
        /// Which of them.
        filter: PostFilter,
        /// Only those that he wrote.
        author: Option<UserId>,
    },
    /// Those of all public groups.
    Public,
    /// Those that this user wrote, in any group.
    By(UserId),
    /// Those of the groups that this user is a member of.
    Feed(UserId),
}

/// By what the store itself ranks posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankBy {
    /// By [`Post::last_activity_at`].
    Activity,
    /// By [`Post::like_count`], of the posts written since this moment, if one is named.
    Likes {
        /// The moment.
        since: Option<Timestamp>,
    },
}

/// What the heat of a post depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// The post.
    pub id: PostId,
    /// It stands before the others of the list, whatever its heat.
    pub pinned: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// Its likes.
    pub like_count: i64,
    /// How many different users have visible comments or replies under it.
    pub commenters: i64,
}
