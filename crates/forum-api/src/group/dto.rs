//! What groups look like in answers.

use forum_domain::group::{self as domain, GroupView};
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::{
    account::UserCard,
    context::Call,
    fields::{Moment, choices},
    join::JoinStatus,
    page::list_of,
};

choices! {
    /// How one becomes a member of a group.
    JoinPolicy for domain::JoinPolicy {
        /// Whoever asks is in.
        Open = "open",
        /// Whoever asks waits for an owner or moderator.
        Approval = "approval",
        /// Only by an invite.
        Invite = "invite",
    }
}

choices! {
    /// Who may read a group's content. Its card is for everyone.
    Visibility for domain::Visibility {
        /// Everyone.
        Public = "public",
        /// Members.
        Members = "members",
    }
}

choices! {
    /// What a member may do in a group.
    GroupRole for domain::Role {
        /// Does everything, and says who else does.
        Owner = "owner",
        /// Moderates, and decides who joins.
        Moderator = "moderator",
        /// Takes part.
        Member = "member",
    }
}

choices! {
    /// In which order groups are listed.
    GroupSort for domain::GroupSort {
        /// Newest first.
        New = "new",
        /// By members, then by posts of the last seven days; the order stands still while it is paged.
        Hot = "hot",
    }
}

/// The configured categories of groups.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct GroupCategoryList {
    /// In the order in which they are shown.
    #[oai(validator(max_items = 1000))]
    pub(crate) items: Vec<GroupCategory>,
}

impl Example for GroupCategoryList {
    fn example() -> Self {
        Self { items: vec![GroupCategory::example()] }
    }
}

/// A category of groups.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct GroupCategory {
    /// Its name.
    #[oai(validator(max_length = 200))]
    name: String,
    /// How many groups are in it.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    group_count: i64,
}

impl From<domain::CategoryCount> for GroupCategory {
    fn from(count: domain::CategoryCount) -> Self {
        Self { name: count.name, group_count: count.group_count }
    }
}

impl Example for GroupCategory {
    fn example() -> Self {
        Self { name: "程序设计".into(), group_count: 12 }
    }
}

/// A group. Its card is for everyone.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Group {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// One of the configured categories.
    #[oai(validator(max_length = 200))]
    category: String,
    /// What it is about.
    #[oai(validator(max_length = 2000))]
    description: String,
    /// What its members should know.
    #[oai(validator(max_length = 2000))]
    notice: Option<String>,
    /// The address of its cover image.
    #[oai(validator(max_length = 2000))]
    cover_url: Option<String>,
    /// How one becomes a member.
    join_policy: JoinPolicy,
    /// Who may read its content.
    visibility: Visibility,
    /// Current members, owners included.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    member_count: i64,
    /// Visible posts.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    post_count: i64,
    /// The owner of longest standing.
    owner: UserCard,
    /// When it was made.
    created_at: Moment,
    /// When its content was last edited.
    edited_at: Option<Moment>,
    /// What it is to whoever asks; null if nobody is signed in.
    viewer: Option<GroupViewer>,
}

impl Group {
    pub(crate) fn of(view: GroupView, call: &Call) -> Self {
        let group = view.group;
        Self {
            id: group.id.get(),
            name: group.name.as_str().to_owned(),
            category: group.category,
            description: group.description,
            notice: group.notice,
            cover_url: call.media_url(group.cover_key.as_deref()),
            join_policy: group.join_policy.into(),
            visibility: group.visibility.into(),
            member_count: group.member_count,
            post_count: group.post_count,
            owner: UserCard::of(view.owner, call),
            created_at: group.created_at.into(),
            edited_at: group.edited_at.map(Moment),
            viewer: view.viewer.map(GroupViewer::from),
        }
    }
}

impl Example for Group {
    fn example() -> Self {
        Self {
            id: 7,
            name: "Rust 编程".into(),
            category: "程序设计".into(),
            description: "一起学习 Rust，分享项目与经验。".into(),
            notice: Some("发帖前请先搜索。".into()),
            cover_url: None,
            join_policy: JoinPolicy::Approval,
            visibility: Visibility::Members,
            member_count: 128,
            post_count: 42,
            owner: UserCard::example(),
            created_at: Moment::example(1, 8),
            edited_at: None,
            viewer: Some(GroupViewer::example()),
        }
    }
}

/// What a group is to whoever asks.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct GroupViewer {
    /// His role; null if he is no member.
    role: Option<GroupRole>,
    /// His newest join request.
    join_request: Option<JoinRequestRef>,
    /// From when on he may ask again, if a refusal makes him wait.
    can_request_at: Option<Moment>,
    /// Until when he may only read.
    muted_until: Option<Moment>,
    /// He is banned now.
    banned: bool,
    /// Join requests that wait, for those who decide them; null for others.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    pending_request_count: Option<i64>,
    /// What he may do, so that a page shows only what works.
    can: GroupCapabilities,
}

impl From<domain::GroupViewer> for GroupViewer {
    fn from(viewer: domain::GroupViewer) -> Self {
        Self {
            role: viewer.role.map(GroupRole::from),
            join_request: viewer
                .join_request
                .map(|(id, status)| JoinRequestRef { id: id.get(), status: status.into() }),
            can_request_at: viewer.can_request_at.map(Moment),
            muted_until: viewer.muted_until.map(Moment),
            banned: viewer.banned,
            pending_request_count: viewer.pending_request_count,
            can: viewer.can.into(),
        }
    }
}

impl Example for GroupViewer {
    fn example() -> Self {
        Self {
            role: Some(GroupRole::Moderator),
            join_request: Some(JoinRequestRef { id: 99, status: JoinStatus::Approved }),
            can_request_at: None,
            muted_until: None,
            banned: false,
            pending_request_count: Some(3),
            can: GroupCapabilities::example(),
        }
    }
}

/// A join request, in short.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct JoinRequestRef {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Where it stands.
    status: JoinStatus,
}

impl Example for JoinRequestRef {
    fn example() -> Self {
        Self { id: 99, status: JoinStatus::Pending }
    }
}

/// What somebody may do in a group.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct GroupCapabilities {
    /// Post and comment.
    post: bool,
    /// Change the group itself.
    edit: bool,
    /// Moderate content and members.
    moderate: bool,
    /// Decide join requests.
    decide: bool,
    /// Make invites.
    invite: bool,
    /// Leave.
    leave: bool,
    /// Delete the group.
    delete: bool,
}

impl From<domain::Capabilities> for GroupCapabilities {
    fn from(can: domain::Capabilities) -> Self {
        let domain::Capabilities { post, edit, moderate, decide, invite, leave, delete } = can;
        Self { post, edit, moderate, decide, invite, leave, delete }
    }
}

impl Example for GroupCapabilities {
    fn example() -> Self {
        Self {
            post: true,
            edit: false,
            moderate: true,
            decide: true,
            invite: true,
            leave: true,
            delete: false,
        }
    }
}

list_of! {
    /// A page of groups.
    GroupList of Group
}

#[cfg(test)]
crate::fields::assert_examples! { answers [GroupCategoryList, Group, GroupList] }
