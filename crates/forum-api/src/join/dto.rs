//! What join requests look like in the API.

use forum_domain::join as domain;
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    account::UserCard,
    context::Call,
    fields::{Moment, Patch, choices},
    page::list_of,
};

choices! {
    /// Where a join request stands.
    JoinStatus for domain::JoinStatus {
        /// It waits.
        Pending = "pending",
        /// Its user was let in.
        Approved = "approved",
        /// Its user was not let in.
        Refused = "refused",
        /// Its user took it back.
        Withdrawn = "withdrawn",
        /// Nobody decided it in time.
        Expired = "expired",
    }
}

/// Why somebody wants to join.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct JoinRequestDraft {
    /// For those who decide.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(crate) reason: String,
}

impl Example for JoinRequestDraft {
    fn example() -> Self {
        Self { reason: "学习 Rust 两年，想和大家交流。".into() }
    }
}

/// What a decider says.
#[derive(Debug, Default, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct JoinDecision {
    /// For the one who asks.
    #[serde(default)]
    #[oai(validator(max_length = 200))]
    pub(crate) reply: Patch<String>,
}

impl Example for JoinDecision {
    fn example() -> Self {
        Self { reply: Patch::Value("欢迎加入！".into()) }
    }
}

/// Somebody's wish to be a member of a group.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct JoinRequest {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Of which group.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    group_id: i64,
    /// Who asks.
    user: UserCard,
    /// Why.
    #[oai(validator(max_length = 200))]
    reason: String,
    /// Where it stands.
    status: JoinStatus,
    /// What the decider said.
    #[oai(validator(max_length = 200))]
    reply: Option<String>,
    /// Who decided; null if nobody, or the group's own policy did.
    decided_by: Option<UserCard>,
    /// When he asked.
    created_at: Moment,
    /// When it stopped waiting.
    decided_at: Option<Moment>,
}

impl JoinRequest {
    pub(crate) fn of(request: domain::JoinRequest, call: &Call) -> Self {
        Self {
            id: request.id.get(),
            group_id: request.group_id.get(),
            user: UserCard::of(request.user, call),
            reason: request.reason,
            status: request.status.into(),
            reply: request.reply,
            decided_by: request.decided_by.map(|card| UserCard::of(card, call)),
            created_at: request.created_at.into(),
            decided_at: request.decided_at.map(Moment),
        }
    }
}

impl Example for JoinRequest {
    fn example() -> Self {
        Self {
            id: 99,
            group_id: 7,
            user: UserCard::example(),
            reason: "学习 Rust 两年，想和大家交流。".into(),
            status: JoinStatus::Approved,
            reply: Some("欢迎加入！".into()),
            decided_by: Some(UserCard {
                id: 1, nickname: "老船长".into(), avatar_url: None, deleted: false
            }),
            created_at: Moment::example(2, 8),
            decided_at: Some(Moment::example(2, 9)),
        }
    }
}

list_of! {
    /// A page of join requests, newest first.
    JoinRequestList of JoinRequest
}

#[cfg(test)]
crate::fields::assert_examples! { requests [JoinRequestDraft, JoinDecision] }

#[cfg(test)]
crate::fields::assert_examples! { answers [JoinRequest, JoinRequestList] }
