//! What notifications look like in the API.

use forum_domain::notification as domain;
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use super::kinds::{NotificationKind, UnreadByKind};
use crate::{
    account::UserCard,
    context::Call,
    fields::{Moment, choices, present},
    page::list_of,
};

/// To what a notification leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination {
    Post,
    Comment,
    Question,
    Answer,
    JoinRequest,
    Group,
}

choices! {
    /// To what a notification leads.
    NotificationTargetType for Destination {
        /// A post.
        Post = "post",
        /// A comment or a reply.
        Comment = "comment",
        /// A question.
        Question = "question",
        /// An answer.
        Answer = "answer",
        /// A join request.
        JoinRequest = "join_request",
        /// A group.
        Group = "group",
    }
}

/// Where a notification leads.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct NotificationTarget {
    /// To what.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    kind: NotificationTargetType,
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// The title of the post or question that it is or stands under; of a group or a join request the group's
    /// name.
    #[oai(validator(max_length = 256))]
    title: Option<String>,
    /// The group in which it stands.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    group_id: Option<i64>,
    /// The post that it is or stands under.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    post_id: Option<i64>,
    /// The question that it is or stands under.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    question_id: Option<i64>,
}

impl From<domain::Target> for NotificationTarget {
    fn from(target: domain::Target) -> Self {
        let (kind, id) = match target.place {
            domain::Place::Post(id) => (NotificationTargetType::Post, id.get()),
            domain::Place::Comment(id) => (NotificationTargetType::Comment, id.get()),
            domain::Place::Question(id) => (NotificationTargetType::Question, id.get()),
            domain::Place::Answer(id) => (NotificationTargetType::Answer, id.get()),
            domain::Place::JoinRequest(id) => (NotificationTargetType::JoinRequest, id.get()),
            domain::Place::Group(id) => (NotificationTargetType::Group, id.get()),
        };
        Self {
            kind,
            id,
            title: target.title,
            group_id: target.group_id.map(|id| id.get()),
            post_id: target.post_id.map(|id| id.get()),
            question_id: target.question_id.map(|id| id.get()),
        }
    }
}

impl Example for NotificationTarget {
    fn example() -> Self {
        Self {
            kind: NotificationTargetType::Post,
            id: 1024,
            title: Some("周末徒步路线分享".into()),
            group_id: Some(7),
            post_id: Some(1024),
            question_id: None,
        }
    }
}

/// Something that a user is told.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Notification {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// What it is about.
    kind: NotificationKind,
    /// Who did it, the last one first: of several who like the same the last three. Empty of what moderators
    /// and the site did.
    #[oai(validator(max_items = 3))]
    actors: Vec<UserCard>,
    /// How many did.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    actor_count: i64,
    /// Where it leads: `post_…` to the post, `comment_…` to the comment, `join_…` to the join request,
    /// `mentioned` to where it stands; null of what leads nowhere.
    target: Option<NotificationTarget>,
    /// The beginning of what was said, as plain text; of `role_changed` the new role.
    #[oai(validator(max_length = 200))]
    excerpt: Option<String>,
    /// Since when it is read; null if it is not.
    read_at: Option<Moment>,
    /// When it happened; of several likes the last of them.
    created_at: Moment,
}

impl Notification {
    pub(crate) fn of(notification: domain::Notification, call: &Call) -> Self {
        Self {
            id: notification.id.get(),
            kind: notification.kind.into(),
            actors: notification.actors.into_iter().map(|card| UserCard::of(card, call)).collect(),
            actor_count: notification.actor_count,
            target: notification.target.map(NotificationTarget::from),
            excerpt: notification.excerpt,
            read_at: notification.read_at.map(Moment),
            created_at: notification.created_at.into(),
        }
    }
}

impl Example for Notification {
    fn example() -> Self {
        Self {
            id: 900,
            kind: NotificationKind::PostLiked,
            actors: vec![UserCard::example()],
            actor_count: 12,
            target: Some(NotificationTarget::example()),
            excerpt: Some("这条路线全程约十二公里，适合新手。".into()),
            read_at: None,
            created_at: Moment::example(3, 7),
        }
    }
}

list_of! {
    /// A page of one's notifications, the last changed first.
    NotificationList of Notification
}

/// How many notifications are unread that one may still see.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct UnreadCount {
    /// In all.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    unread: i64,
    /// Of each kind.
    by_kind: UnreadByKind,
}

impl From<&domain::Unread> for UnreadCount {
    fn from(unread: &domain::Unread) -> Self {
        Self { unread: unread.total(), by_kind: unread.into() }
    }
}

impl Example for UnreadCount {
    fn example() -> Self {
        Self { unread: 3, by_kind: UnreadByKind::example() }
    }
}

/// Which notifications were read: exactly one of the fields.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct NotificationsRead {
    /// These. What is none of one's own is passed over.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(max_items = 100, minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) ids: Option<Vec<i64>>,
    /// The one with this id, and all below it in the list.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) up_to: Option<i64>,
    /// All: only `true` is taken.
    #[serde(default, deserialize_with = "present")]
    pub(crate) all: Option<bool>,
}

impl Example for NotificationsRead {
    fn example() -> Self {
        Self { ids: Some(vec![900, 901]), up_to: None, all: None }
    }
}

/// What is unread now.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct UnreadLeft {
    /// How many.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    pub(crate) unread: i64,
}

impl Example for UnreadLeft {
    fn example() -> Self {
        Self { unread: 1 }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [NotificationsRead] }

#[cfg(test)]
crate::fields::assert_examples! {
    answers [Notification, NotificationTarget, NotificationList, UnreadCount, UnreadLeft]
}
