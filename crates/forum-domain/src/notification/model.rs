//! What a notification is made of.

use crate::{
    account::UserCard,
    clock::Timestamp,
    id::{AnswerId, CommentId, GroupId, JoinRequestId, NotificationId, PostId, QuestionId},
};

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Somebody commented on his post.
    PostCommented,
    /// Somebody replied under his comment, or answered him there.
    CommentReplied,
    /// Some like his post.
    PostLiked,
    /// Some like his comment or reply.
    CommentLiked,
    /// Some like his answer.
    AnswerLiked,
    /// Somebody answered his question.
    QuestionAnswered,
    /// Somebody replied to his answer, or answered him there.
    AnswerReplied,
    /// His answer was accepted.
    AnswerAccepted,
    /// Somebody named him.
    Mentioned,
    /// Somebody asks to be let into a group where he decides.
    JoinRequested,
    /// He was let into a group.
    JoinApproved,
    /// He was not.
    JoinRefused,
    /// He has another role in a group.
    RoleChanged,
    /// A moderator removed what he had written.
    ContentRemoved,
    /// The site says something.
    System,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::PostCommented,
        Self::CommentReplied,
        Self::PostLiked,
        Self::CommentLiked,
        Self::AnswerLiked,
        Self::QuestionAnswered,
        Self::AnswerReplied,
        Self::AnswerAccepted,
        Self::Mentioned,
        Self::JoinRequested,
        Self::JoinApproved,
        Self::JoinRefused,
        Self::RoleChanged,
        Self::ContentRemoved,
        Self::System,
    ];
}

/// What a notification leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A group.
    Group(GroupId),
    /// A post.
    Post(PostId),
    /// A comment or a reply.
    Comment(CommentId),
    /// A question.
    Question(QuestionId),
    /// An answer.
    Answer(AnswerId),
    /// A join request.
    JoinRequest(JoinRequestId),
}

/// Where a notification leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// To what.
    pub place: Place,
    /// The title of the post or question that it is or stands under; the name of the group.
    pub title: Option<String>,
    /// The group in which it stands.
    pub group_id: Option<GroupId>,
    /// The post that it is or stands under.
    pub post_id: Option<PostId>,
    /// The question that it is or stands under.
    pub question_id: Option<QuestionId>,
}

/// Something that a user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Its place in the user's feed: goes up whenever something of it changes but that it was read.
    pub seq: i64,
    /// What it is about.
    pub kind: Kind,
    /// Who did it: of several the last three, the last one first.
    pub actors: Vec<UserCard>,
    /// How many did.
    pub actor_count: i64,
    /// Where it leads; `None` of what leads nowhere.
    pub target: Option<Target>,
    /// The beginning of what was said; of a changed role the role.
    pub excerpt: Option<String>,
    /// Since when it is read.
    pub read_at: Option<Timestamp>,
    /// When it happened; of several likes the last of them.
    pub created_at: Timestamp,
}

/// How many unread notifications a user has that he may still see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// Of each kind that he has any of, in the order of [`Kind::ALL`].
    pub by_kind: Vec<(Kind, i64)>,
}

impl Unread {
    /// In all.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.by_kind.iter().map(|(_, count)| count).sum()
    }
}

/// Which kinds a user wants to be told of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Those that he does not, in the order of [`Kind::ALL`].
    pub muted: Vec<Kind>,
}

/// What became of a feed since some place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The feed's number: of every change up to it, what is to be seen of it is here.
    pub seq: i64,
    /// What is new or changed, in the order of the feed; empty if `gap`.
    pub items: Vec<Notification>,
    /// There is more than can be told, or the place is none of this feed's: it is to be read anew.
    pub gap: bool,
    /// What is unread.
    pub unread: Unread,
}
