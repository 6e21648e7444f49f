//! Who one is, where one belongs, and what one posted.

use forum_domain::{account as domain, like::Target};
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use super::each;
use crate::{
    content::BodyFormat,
    fields::{Moment, choices},
    group::{GroupRef, GroupRole},
    join::JoinStatus,
};

/// A device that signed in.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct DeviceRecord {
    /// Its session.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// What it called itself.
    #[oai(validator(max_length = 1000))]
    user_agent: Option<String>,
    /// From where it came last.
    #[oai(validator(max_length = 64))]
    ip: String,
    /// When it signed in.
    created_at: Moment,
    /// When it was last seen.
    last_seen_at: Moment,
}

/// A group that he is in.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct MembershipRecord {
    /// Which.
    group: GroupRef,
    /// As what.
    role: GroupRole,
    /// Since when.
    joined_at: Moment,
}

/// A wish to join a group.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct JoinRequestRecord {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Which group.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    group_id: i64,
    /// Why.
    #[oai(validator(max_length = 200))]
    reason: String,
    /// What became of it.
    status: JoinStatus,
    /// What the decider said.
    #[oai(validator(max_length = 200))]
    reply: Option<String>,
    /// When he asked.
    created_at: Moment,
    /// When it was decided.
    decided_at: Option<Moment>,
}

/// A post, as it is or was.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct PostRecord {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Where it stands.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    group_id: i64,
    /// What it says now.
    text: PostText,
    /// What it said before.
    #[oai(validator(max_items = 1000000))]
    before: Vec<PostText>,
    /// When it was written.
    created_at: Moment,
    /// When it was deleted.
    deleted_at: Option<Moment>,
}

/// What a post or a question says or said.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct PostText {
    /// Its title.
    #[oai(validator(max_length = 256))]
    title: String,
    /// How the body is written.
    format: BodyFormat,
    /// The body as it was written.
    #[oai(validator(max_length = 100000))]
    body: String,
    /// Since when it said so.
    since: Moment,
}

/// A comment or reply, as it is or was.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct CommentRecord {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Under which post.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    post_id: i64,
    /// Under which comment, if it is a reply.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    parent_id: Option<i64>,
    /// What it says.
    #[oai(validator(max_length = 100000))]
    body: String,
    /// What it said before.
    #[oai(validator(max_items = 1000000, max_length = 100000))]
    before: Vec<String>,
    /// When it was written.
    created_at: Moment,
    /// When it was deleted.
    deleted_at: Option<Moment>,
}

choices! {
    /// What was liked.
    Likeable for LikedKind {
        /// A post.
        Post = "post",
        /// A comment or reply.
        Comment = "comment",
        /// An answer to a question.
        Answer = "answer",
    }
}

/// The kind of a [`Target`], without its id.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LikedKind {
    Post,
    Comment,
    Answer,
}

/// A like.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct LikeRecord {
    /// Of what.
    target_type: Likeable,
    /// Of which.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    target_id: i64,
    /// When it was given.
    created_at: Moment,
}

/// A bookmark.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct BookmarkRecord {
    /// Of which post.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(super) post_id: i64,
    /// When it was set.
    pub(super) created_at: Moment,
}

/// A user who is blocked.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct BlockRecord {
    /// Who.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(super) user_id: i64,
    /// When.
    pub(super) created_at: Moment,
}

impl From<domain::ExportedSession> for DeviceRecord {
    fn from(session: domain::ExportedSession) -> Self {
        Self {
            id: session.id.get(),
            user_agent: session.user_agent,
            ip: session.ip,
            created_at: session.created_at.into(),
            last_seen_at: session.last_seen_at.into(),
        }
    }
}

impl From<domain::ExportedMembership> for MembershipRecord {
    fn from(membership: domain::ExportedMembership) -> Self {
        Self {
            group: GroupRef::new(membership.group.id, &membership.group.name),
            role: membership.role.into(),
            joined_at: membership.joined_at.into(),
        }
    }
}

impl From<domain::ExportedRequest> for JoinRequestRecord {
    fn from(request: domain::ExportedRequest) -> Self {
        Self {
            id: request.id.get(),
            group_id: request.group_id.get(),
            reason: request.reason,
            status: request.status.into(),
            reply: request.reply,
            created_at: request.created_at.into(),
            decided_at: request.decided_at.map(Moment),
        }
    }
}

impl From<domain::ExportedPost> for PostRecord {
    fn from(post: domain::ExportedPost) -> Self {
        Self {
            id: post.id.get(),
            group_id: post.group_id.get(),
            text: post.text.into(),
            before: each(post.before),
            created_at: post.created_at.into(),
            deleted_at: post.deleted_at.map(Moment),
        }
    }
}

impl From<domain::ExportedText> for PostText {
    fn from(text: domain::ExportedText) -> Self {
        Self {
            title: text.title,
            format: text.format.into(),
            body: text.body.as_str().to_owned(),
            since: text.since.into(),
        }
    }
}

impl From<domain::ExportedComment> for CommentRecord {
    fn from(comment: domain::ExportedComment) -> Self {
        Self {
            id: comment.id.get(),
            post_id: comment.post_id.get(),
            parent_id: comment.parent_id.map(forum_domain::id::CommentId::get),
            body: comment.body.as_str().to_owned(),
            before: comment.before.iter().map(|body| body.as_str().to_owned()).collect(),
            created_at: comment.created_at.into(),
            deleted_at: comment.deleted_at.map(Moment),
        }
    }
}

impl From<(Target, forum_domain::clock::Timestamp)> for LikeRecord {
    fn from((target, at): (Target, forum_domain::clock::Timestamp)) -> Self {
        let (kind, target_id) = match target {
            Target::Post(id) => (LikedKind::Post, id.get()),
            Target::Comment(id) => (LikedKind::Comment, id.get()),
            Target::Answer(id) => (LikedKind::Answer, id.get()),
        };
        Self { target_type: kind.into(), target_id, created_at: at.into() }
    }
}

impl Example for DeviceRecord {
    fn example() -> Self {
        Self {
            id: 4_503_599_627_370_497,
            user_agent: Some("Mozilla/5.0".into()),
            ip: "192.0.2.7".into(),
            created_at: Moment::example(1, 8),
            last_seen_at: Moment::example(4, 9),
        }
    }
}

impl Example for MembershipRecord {
    fn example() -> Self {
        Self { group: GroupRef::example(), role: GroupRole::Member, joined_at: Moment::example(1, 9) }
    }
}

impl Example for JoinRequestRecord {
    fn example() -> Self {
        Self {
            id: 12,
            group_id: 7,
            reason: "学习 Rust 两年，想和大家交流。".into(),
            status: JoinStatus::Approved,
            reply: Some("欢迎加入！".into()),
            created_at: Moment::example(1, 8),
            decided_at: Some(Moment::example(1, 9)),
        }
    }
}

impl Example for PostRecord {
    fn example() -> Self {
        Self {
            id: 1024,
            group_id: 7,
            text: PostText::example(),
            before: Vec::new(),
            created_at: Moment::example(2, 8),
            deleted_at: None,
        }
    }
}

impl Example for PostText {
    fn example() -> Self {
        Self {
            title: "借用检查器".into(),
            format: BodyFormat::Markdown,
            body: "它**总是**对的吗？".into(),
            since: Moment::example(2, 8),
        }
    }
}

impl Example for CommentRecord {
    fn example() -> Self {
        Self {
            id: 2048,
            post_id: 1024,
            parent_id: None,
            body: "大多数时候是。".into(),
            before: vec!["大多数时侯是。".into()],
            created_at: Moment::example(3, 8),
            deleted_at: None,
        }
    }
}

impl Example for LikeRecord {
    fn example() -> Self {
        Self { target_type: Likeable::Post, target_id: 1025, created_at: Moment::example(3, 9) }
    }
}

impl Example for BookmarkRecord {
    fn example() -> Self {
        Self { post_id: 1025, created_at: Moment::example(3, 9) }
    }
}

impl Example for BlockRecord {
    fn example() -> Self {
        Self { user_id: 99, created_at: Moment::example(3, 9) }
    }
}
