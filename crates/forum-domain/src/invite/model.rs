//! What an invite is made of.

use crate::{account::UserCard, clock::Timestamp, group::GroupName, id::GroupId};

/// The secret in an invite's link: 128 random bits as 32 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct InviteToken(String);

impl InviteToken {
    /// A token as it stands in a link; `None` if none of ours looks like it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hexadecimal = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (text.len() == 32 && hexadecimal).then(|| Self(text.to_owned()))
    }

    pub(super) fn of_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// As it stands in the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// Whoever reads the token in a log could use it.
impl std::fmt::Debug for InviteToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteToken(…)")
    }
}

/// An invite into a group. It lets in as plain members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its id: what an idempotency key remembers it by. Clients know it by its token.
    pub id: i64,
    /// The secret in its link.
    pub token: InviteToken,
    /// Into which group.
    pub group_id: GroupId,
    /// The group's name.
    pub group_name: GroupName,
    /// How many it may let in.
    pub max_uses: i32,
    /// How many it let in.
    pub used: i32,
    /// Until when.
    pub expires_at: Timestamp,
    /// Who made it.
    pub created_by: UserCard,
    /// When.
    pub created_at: Timestamp,
}
