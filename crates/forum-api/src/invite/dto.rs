//! What invites look like in the API.

use forum_domain::invite as domain;
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{account::UserCard, context::Call, fields::Moment, group::GroupRef, page::list_of};

/// An invite to be made.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct InviteDraft {
    /// How many it may let in.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    pub(crate) max_uses: i64,
    /// Until when, within a year.
    pub(crate) expires_at: Moment,
}

impl Example for InviteDraft {
    fn example() -> Self {
        Self { max_uses: 20, expires_at: Moment::example(300, 8) }
    }
}

/// An invite into a group. It lets in as plain members.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Invite {
    /// The secret in its link.
    #[oai(validator(max_length = 64))]
    token: String,
    /// The link.
    #[oai(validator(max_length = 2000))]
    url: String,
    /// Into which group.
    group: GroupRef,
    /// How many it may let in.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
    max_uses: i32,
    /// How many it let in.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    used: i32,
    /// Until when.
    expires_at: Moment,
    /// Who made it.
    created_by: UserCard,
    /// When.
    created_at: Moment,
}

impl Invite {
    pub(crate) fn of(invite: domain::Invite, call: &Call) -> Self {
        Self {
            url: call.url(&format!("/invites/{}", invite.token.as_str())),
            token: invite.token.as_str().to_owned(),
            group: GroupRef::new(invite.group_id, invite.group_name.as_str()),
            max_uses: invite.max_uses,
            used: invite.used,
            expires_at: invite.expires_at.into(),
            created_by: UserCard::of(invite.created_by, call),
            created_at: invite.created_at.into(),
        }
    }
}

impl Example for Invite {
    fn example() -> Self {
        Self {
            token: "5f0c2a9be4d1478f9c3b6a70d2e8f145".into(),
            url: "https://forum.example/invites/5f0c2a9be4d1478f9c3b6a70d2e8f145".into(),
            group: GroupRef::example(),
            max_uses: 20,
            used: 3,
            expires_at: Moment::example(300, 8),
            created_by: UserCard::example(),
            created_at: Moment::example(1, 8),
        }
    }
}

list_of! {
    /// A page of the invites that could still let somebody in, newest first.
    InviteList of Invite
}

#[cfg(test)]
crate::fields::assert_examples! { requests [InviteDraft] }

#[cfg(test)]
crate::fields::assert_examples! { answers [Invite, InviteList] }
