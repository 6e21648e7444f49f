//! The invariants, in the words of the rules.

/// What must hold after any history of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invariant {
    /// `group.member_count` counts current members, owners included.
    MemberCount,
    /// A group has at least one owner.
    GroupHasOwner,
    /// The owner that a group shows is one of its owners.
    ShownOwner,
    /// A user has at most one pending request for a group.
    OnePendingRequest,
    /// Who is a member does not wait to be let in.
    MemberDoesNotWait,
    /// Who is banned is no member.
    BannedIsOut,
    /// A request that waits was not decided, one that does not was.
    RequestDecided,
    /// An invite let in no more than it may.
    InviteUses,
}

impl Invariant {
    /// Every invariant, in the order in which they are repaired.
    pub const ALL: [Self; 8] = [
        Self::BannedIsOut,
        Self::OnePendingRequest,
        Self::MemberDoesNotWait,
        Self::RequestDecided,
        Self::InviteUses,
        Self::GroupHasOwner,
        Self::ShownOwner,
        Self::MemberCount,
    ];

    /// Its name, as the doctor prints it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MemberCount => "group.member_count",
            Self::GroupHasOwner => "group.has_owner",
            Self::ShownOwner => "group.shown_owner",
            Self::OnePendingRequest => "join_request.one_pending",
            Self::MemberDoesNotWait => "join_request.member_does_not_wait",
            Self::BannedIsOut => "ban.banned_is_out",
            Self::RequestDecided => "join_request.decided",
            Self::InviteUses => "invite.uses",
        }
    }

    /// What it says.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::MemberCount => "member_count counts current members, owners included",
            Self::GroupHasOwner => "a group has at least one owner",
            Self::ShownOwner => "the owner that a group shows is one of its owners",
            Self::OnePendingRequest => "a user has at most one pending request for a group",
            Self::MemberDoesNotWait => "who is a member does not wait to be let in",
            Self::BannedIsOut => "who is banned is no member",
            Self::RequestDecided => "decided_at is set exactly if a request is no longer pending",
            Self::InviteUses => "an invite let in no more than it may",
        }
    }

    /// Whether [`super::IntegrityRepository::repair`] can put it right without guessing. A group with
    /// no owner needs somebody to say who owns it.
    #[must_use]
    pub const fn repairable(self) -> bool {
        !matches!(self, Self::GroupHasOwner | Self::InviteUses)
    }
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it breaks.
    pub invariant: Invariant,
    /// The id of what is wrong: of the group, the request, the invite; for a ban, of its group.
    pub subject: i64,
    /// What should be there.
    pub expected: String,
    /// What is.
    pub found: String,
}
