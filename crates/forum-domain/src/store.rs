//! The store and the cache: every repository in one, every port to what may be lost in another, so
//! that a database is one value and a cache is one value.

use async_trait::async_trait;

use crate::{
    account::{AccountRepository, DeletionRepository, ExportRepository},
    answer::AnswerRepository,
    answer_reply::AnswerReplyRepository,
    code::CodeStore,
    comment::CommentRepository,
    content::ContentRepository,
    error::PortError,
    event::EventRepository,
    group::GroupRepository,
    idempotency::IdempotencyRepository,
    integrity::IntegrityRepository,
    invite::InviteRepository,
    join::JoinRepository,
    like::LikeRepository,
    limit::Limiter,
    media::MediaRepository,
    membership::MembershipRepository,
    moderation::ModerationRepository,
    notification::{FanOut, NotificationRepository},
    people::PeopleRepository,
    post::PostRepository,
    question::QuestionRepository,
    ranking::RankingStore,
    search::SearchRepository,
    session::{SessionRepository, TicketStore},
};

/// Whether something answers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Health: Send + Sync {
    /// Asks it, and answers within two seconds.
    ///
    /// # Errors
    /// [`PortError::Unavailable`].
    async fn ping(&self) -> Result<(), PortError>;
}

/// A database that holds a forum. One value of it upcasts to each repository.
pub trait Store:
    AccountRepository
    + DeletionRepository
    + ExportRepository
    + SessionRepository
    + GroupRepository
    + MembershipRepository
    + JoinRepository
    + InviteRepository
    + PostRepository
    + CommentRepository
    + LikeRepository
    + QuestionRepository
    + AnswerRepository
    + AnswerReplyRepository
    + ContentRepository
    + EventRepository
    + NotificationRepository
    + MediaRepository
    + SearchRepository
    + PeopleRepository
    + ModerationRepository
    + IdempotencyRepository
    + IntegrityRepository
    + Health
{
}

impl<T> Store for T where
    T: AccountRepository
        + DeletionRepository
        + ExportRepository
        + SessionRepository
        + GroupRepository
        + MembershipRepository
        + JoinRepository
        + InviteRepository
        + PostRepository
        + CommentRepository
        + LikeRepository
        + QuestionRepository
        + AnswerRepository
        + AnswerReplyRepository
        + ContentRepository
        + EventRepository
        + NotificationRepository
        + MediaRepository
        + SearchRepository
        + PeopleRepository
        + ModerationRepository
        + IdempotencyRepository
        + IntegrityRepository
        + Health
{
}

/// What is shared by all instances, short-lived, and may be lost: codes, limits, rankings and tickets, and
/// how instances tell each other. One value of it upcasts to each port.
pub trait Cache: CodeStore + Limiter + RankingStore + TicketStore + FanOut + Health {}

impl<T> Cache for T where T: CodeStore + Limiter + RankingStore + TicketStore + FanOut + Health {}
