//! What a group is made of.

use crate::{
    account::UserCard,
    clock::Timestamp,
    error::Flaw,
    id::{GroupId, JoinRequestId, MediaId},
    join::JoinStatus,
    text,
};

/// A group's name: 1 to 100 characters, NFKC, nothing hidden, unique by [`skeleton`](text::skeleton).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupName(String);

impl GroupName {
    /// The greatest length, in characters.
    pub const MAX: usize = 100;

    /// A name, normalised.
    ///
    /// # Errors
    /// As [`text::name`].
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        text::name(text, 1, Self::MAX).map(Self)
    }

    /// A name that is already stored. Adapters only: nothing is checked.
    #[must_use]
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// As shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it must not share with another group's name.
    #[must_use]
    pub fn skeleton(&self) -> String {
        text::skeleton(&self.0)
    }
}

/// How one becomes a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinPolicy {
    /// Whoever asks is in.
    Open,
    /// Whoever asks waits for an owner or moderator.
    Approval,
    /// Only by an invite.
    Invite,
}

/// Who may read a group's content. Its card is for everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone.
    Public,
    /// Members.
    Members,
}

/// What a member may do in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Takes part.
    Member,
    /// Moderates, and decides who joins.
    Moderator,
    /// Does all of it, and says who else does.
    Owner,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: GroupName,
    /// One of the policy's categories.
    pub category: String,
    /// What it is about, at most 2 000 characters.
    pub description: String,
    /// What its members should know, at most 2 000 characters.
    pub notice: Option<String>,
    /// The key of the cover's file.
    pub cover_key: Option<String>,
    /// How one becomes a member.
    pub join_policy: JoinPolicy,
    /// Who may read its content.
    pub visibility: Visibility,
    /// Current members, owners included.
    pub member_count: i64,
    /// Visible posts.
    pub post_count: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its content was last edited.
    pub edited_at: Option<Timestamp>,
    /// Goes up with every edit; what `If-Match` compares.
    pub version: i64,
}

/// A group as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupView {
    /// The group.
    pub group: Group,
    /// The owner of longest standing.
    pub owner: UserCard,
    /// What it is to whoever looks; `None` if nobody is signed in.
    pub viewer: Option<GroupViewer>,
}

/// What a group is to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupViewer {
    /// His role; `None` if he is no member.
    pub role: Option<Role>,
    /// His newest join request.
    pub join_request: Option<(JoinRequestId, JoinStatus)>,
    /// From when on he may ask again, if a refusal makes him wait.
    pub can_request_at: Option<Timestamp>,
    /// Until when he may only read.
    pub muted_until: Option<Timestamp>,
    /// He is banned now.
    pub banned: bool,
    /// Join requests that wait, for those who decide them.
    pub pending_request_count: Option<i64>,
    /// What he may do, so that a page shows only what works.
    pub can: Capabilities,
}

/// What a user may do in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Post and comment.
    pub post: bool,
    /// Change the group itself.
    pub edit: bool,
    /// Moderate content and members.
    pub moderate: bool,
    /// Decide join requests.
    pub decide: bool,
    /// Make invites.
    pub invite: bool,
    /// Leave.
    pub leave: bool,
    /// Delete the group.
    pub delete: bool,
}

/// A group as it is named beside what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCard {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
}

/// What keeps a user from writing in a group that he may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// He is banned.
    Banned,
    /// He is no member.
    NotMember,
    /// He may only read, for a time.
    Muted,
}

/// What the rules need to know of a user in a group. The store reads it in one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who may read the group's content.
    pub visibility: Visibility,
    /// How one becomes a member.
    pub join_policy: JoinPolicy,
    /// His role; `None` if he is no member, or nobody is signed in.
    pub role: Option<Role>,
    /// Until when he may only read.
    pub muted_until: Option<Timestamp>,
    /// He is banned now.
    pub banned: bool,
}

/// A category and how many groups are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryCount {
    /// Its name.
    pub name: String,
    /// Groups in it, deleted ones aside.
    pub group_count: i64,
}

/// Which groups a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupFilter {
    /// Only of this category.
    pub category: Option<String>,
    /// Only with this text in their name, whatever the case.
    pub text: Option<String>,
}

/// In which order a list holds them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupSort {
    /// Newest first.
    #[default]
    New,
    /// By members, then by posts of the last seven days: a frozen ranking.
    Hot,
}

/// A group to be made, all of it valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDraft {
    /// Its name.
    pub name: GroupName,
    /// One of the policy's categories.
    pub category: String,
    /// What it is about.
    pub description: String,
    /// What its members should know.
    pub notice: Option<String>,
    /// An upload of its maker's that is for everybody, for its cover.
    pub cover: Option<MediaId>,
    /// How one becomes a member.
    pub join_policy: JoinPolicy,
    /// Who may read its content.
    pub visibility: Visibility,
}

/// Changes to a group: `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupPatch {
    /// Its name.
    pub name: Option<GroupName>,
    /// One of the policy's categories.
    pub category: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// What its members should know.
    pub notice: Option<Option<String>>,
    /// An upload of the editor's that is for everybody, for its cover; `Some(None)` removes the cover.
    pub cover: Option<Option<MediaId>>,
    /// How one becomes a member: `Open` approves what is pending, `Invite` refuses it.
    pub join_policy: Option<JoinPolicy>,
    /// Who may read its content.
    pub visibility: Option<Visibility>,
}
