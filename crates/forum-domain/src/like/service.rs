//! Liking, and taking it back.

use std::{sync::Arc, time::Duration};

use super::{Day, Like, LikeError, LikeRepository, LikeState, Liked, Target, Unlike, Unliked, rules};
use crate::{
    actor::Actor,
    answer::AnswerError,
    clock::{Clock, Timestamp},
    comment::CommentError,
    error::PortError,
    hook::{Fact, Hooks, Intent},
    policy::Policy,
    post::PostError,
};

/// Likes.
pub struct LikeService {
    pub(crate) likes: Arc<dyn LikeRepository>,
    pub(crate) hooks: Hooks,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Arc<Policy>,
}

impl LikeService {
    /// Likes something. To like it again changes nothing, and is no error.
    ///
    /// # Errors
    /// Not there for the caller, [`LikeError::OwnContent`], [`LikeError::DailyLimit`],
    /// [`LikeError::AuthorLimit`], a hook's veto.
    pub async fn like(&self, actor: Actor, target: Target) -> Result<LikeState, LikeError> {
        self.hooks.ask(actor, Intent::Like { target }).await?;
        let at = self.clock.now();
        let like = Like {
            target,
            user: actor.user_id,
            day: rules::day(at, self.policy.day_timezone),
            per_day: self.policy.likes_per_day,
            per_author: self.policy.likes_per_author_per_day,
            at,
        };
        match self.likes.like(like).await? {
            Liked::Done(tally) => {
                self.hooks.tell(actor, Fact::Liked { target }).await;
                Ok(rules::state(tally, &self.policy, at))
            }
            Liked::Already(tally) => Ok(rules::state(tally, &self.policy, at)),
            Liked::OwnContent => Err(LikeError::OwnContent),
            Liked::DailyLimit => Err(LikeError::DailyLimit { retry_after: self.until_reset(at) }),
            Liked::AuthorLimit => Err(LikeError::AuthorLimit { retry_after: self.until_reset(at) }),
            Liked::NoSuchTarget => Err(no_such(target)),
        }
    }

    /// Takes a like back. The quotas have it back if it was given today. Without a like nothing changes, and
    /// it is no error.
    ///
    /// # Errors
    /// Not there for the caller.
    pub async fn unlike(&self, actor: Actor, target: Target) -> Result<LikeState, LikeError> {
        let at = self.clock.now();
        let day = rules::day(at, self.policy.day_timezone);
        match self.likes.unlike(Unlike { target, user: actor.user_id, day }).await? {
            Unliked::Done(tally) => {
                self.hooks.tell(actor, Fact::Unliked { target }).await;
                Ok(rules::state(tally, &self.policy, at))
            }
            Unliked::Already(tally) => Ok(rules::state(tally, &self.policy, at)),
            Unliked::NoSuchTarget => Err(no_such(target)),
        }
    }

    /// Forgets quotas that no like can give back any more. How many.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn prune(&self) -> Result<u64, PortError> {
        let Day(today) = rules::day(self.clock.now(), self.policy.day_timezone);
        // Yesterday's stay: another instance's clock may be a little behind.
        self.likes.prune_quotas(Day(today.saturating_sub(1))).await
    }

    fn until_reset(&self, now: Timestamp) -> Duration {
        (rules::resets_at(now, self.policy.day_timezone) - now).to_std().unwrap_or_default()
    }
}

fn no_such(target: Target) -> LikeError {
    match target {
        Target::Post(_) => PostError::NoSuchPost.into(),
        Target::Comment(_) => CommentError::NoSuchComment.into(),
        Target::Answer(_) => AnswerError::NoSuchAnswer.into(),
    }
}
