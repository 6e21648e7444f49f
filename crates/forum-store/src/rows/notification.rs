//! Rows about notifications.

use diesel::{
    Queryable,
    sql_types::{BigInt, Nullable, Text},
};
use forum_domain::{
    account::UserCard,
    id::{AnswerId, CommentId, GroupId, JoinRequestId, NotificationId, PostId, QuestionId},
    notification::{Kind, Notification, Place, Target},
};

use crate::{
    rows::CardRow,
    types::{At, Moment, Read},
};

type Card = Nullable<(BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>)>;

/// The columns of [`NotificationRow`].
pub(crate) type Item = (
    BigInt,
    BigInt,
    Text,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    BigInt,
    Moment,
    Nullable<Moment>,
    Card,
    Card,
    Card,
);

/// A notification with what it is about.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct NotificationRow {
    id: i64,
    pub(crate) seq: i64,
    kind: Read<Kind>,
    group_id: Option<i64>,
    post_id: Option<i64>,
    comment_id: Option<i64>,
    question_id: Option<i64>,
    answer_id: Option<i64>,
    join_request_id: Option<i64>,
    title: Option<String>,
    excerpt: Option<String>,
    actor_count: i64,
    pub(crate) created_at: At,
    read_at: Option<At>,
    actor: Option<CardRow>,
    second_actor: Option<CardRow>,
    third_actor: Option<CardRow>,
}

impl NotificationRow {
    /// The nearest thing that it is about.
    fn place(&self) -> Option<Place> {
        let comment = self.comment_id.map(|id| Place::Comment(CommentId::stored(id)));
        let request = self.join_request_id.map(|id| Place::JoinRequest(JoinRequestId::stored(id)));
        let answer = self.answer_id.map(|id| Place::Answer(AnswerId::stored(id)));
        let post = self.post_id.map(|id| Place::Post(PostId::stored(id)));
        let question = self.question_id.map(|id| Place::Question(QuestionId::stored(id)));
        let group = self.group_id.map(|id| Place::Group(GroupId::stored(id)));
        comment.or(request).or(answer).or(post).or(question).or(group)
    }
}

impl From<NotificationRow> for Notification {
    fn from(row: NotificationRow) -> Self {
        let target = row.place().map(|place| Target {
            place,
            title: row.title.clone(),
            group_id: row.group_id.map(GroupId::stored),
            post_id: row.post_id.map(PostId::stored),
            question_id: row.question_id.map(QuestionId::stored),
        });
        let actors = [row.actor, row.second_actor, row.third_actor].into_iter().flatten();
        Self {
            id: NotificationId::stored(row.id),
            seq: row.seq,
            kind: row.kind.0,
            actors: actors.map(UserCard::from).collect(),
            actor_count: row.actor_count,
            target,
            excerpt: row.excerpt,
            read_at: row.read_at.map(|at| at.0),
            created_at: row.created_at.0,
        }
    }
}
