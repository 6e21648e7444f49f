//! What join requests ask of the store.

use async_trait::async_trait;

use super::{Decision, JoinRequest, JoinStatus};
use crate::{
    clock::Timestamp,
    error::PortError,
    id::{GroupId, JoinRequestId, UserId},
    idempotency::Claim,
    page::{Page, PageRequest},
};

/// A request to be made.
#[derive(Debug, Clone)]
pub struct RequestToJoin {
    /// Which group.
    pub group_id: GroupId,
    /// Who asks.
    pub user_id: UserId,
    /// Why.
    pub reason: String,
    /// A refusal decided after this moment stands in the way.
    pub cooldown_since: Timestamp,
    /// A request that waits since before this moment has expired.
    pub expired_since: Timestamp,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`JoinRepository::request_to_join`] ended. But for `Done`, nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requested {
    /// It is there: waiting or, if the group is open, approved and its user a member.
    Done(JoinRequestId),
    /// He is a member already.
    AlreadyMember,
    /// A request of his waits already.
    AlreadyPending,
    /// He was refused after `cooldown_since`, and the group lets in by approval: an open one lets in
    /// whoever was refused before it opened.
    Cooldown,
    /// The group takes members by invite only.
    InviteOnly,
    /// He is banned.
    Banned,
    /// There is no such group.
    NoSuchGroup,
}

/// A decision to be made.
#[derive(Debug, Clone)]
pub struct Decide {
    /// On which request.
    pub id: JoinRequestId,
    /// What.
    pub decision: Decision,
    /// What the decider says to it.
    pub reply: Option<String>,
    /// Who decides.
    pub by: UserId,
    /// A request that waits since before this moment has expired.
    pub expired_since: Timestamp,
    /// When.
    pub at: Timestamp,
    /// The idempotency key it was asked for under.
    pub claim: Option<Claim>,
}

/// How [`JoinRepository::decide`] ended. But for `Done`, nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It is decided.
    Done,
    /// It waited no longer.
    AlreadyDecided,
    /// Its user is banned meanwhile, so it cannot be approved.
    Banned,
    /// There is no such request, or `by` does not moderate its group (any more).
    NotFound,
}

/// How [`JoinRepository::withdraw`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is withdrawn.
    Done,
    /// It waited no longer.
    AlreadyDecided,
    /// This user has no such request.
    NotFound,
}

/// The join requests. A request leaves `Pending` once, by compare-and-set.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait JoinRepository: Send + Sync {
    /// Writes a request, under the group's lock, atomically with every condition of [`Requested`]. In
    /// an open group it is written approved, with the member and `member_count`. A request of his that
    /// has expired is marked so first. Of any number of parallel calls by one user exactly one MUST be
    /// `Done`.
    async fn request_to_join(&self, request: RequestToJoin) -> Result<Requested, PortError>;

    /// Decides a request if `by` moderates its group, atomically; approving adds the member and bumps
    /// `member_count`. Of any number of parallel decisions exactly one MUST be `Done`.
    async fn decide(&self, decide: Decide) -> Result<Decided, PortError>;

    /// Takes a user's own request back.
    async fn withdraw(
        &self,
        id: JoinRequestId,
        user_id: UserId,
        at: Timestamp,
    ) -> Result<Withdrawn, PortError>;

    /// The request, if `viewer` made it or moderates its group.
    async fn find_join_request(
        &self,
        id: JoinRequestId,
        viewer: UserId,
    ) -> Result<Option<JoinRequest>, PortError>;

    /// A group's requests, newest first; only of this status, if one is named.
    async fn list_join_requests(
        &self,
        group_id: GroupId,
        status: Option<JoinStatus>,
        page: PageRequest,
    ) -> Result<Page<JoinRequest>, PortError>;

    /// A user's requests, newest first; only of this status, if one is named.
    async fn list_join_requests_of(
        &self,
        user_id: UserId,
        status: Option<JoinStatus>,
        page: PageRequest,
    ) -> Result<Page<JoinRequest>, PortError>;

    /// Expires requests that wait since before `expired_since`, at most 1 000 a call. How many.
    async fn expire_join_requests(&self, expired_since: Timestamp, at: Timestamp) -> Result<u64, PortError>;
}
