//! Deleting one's account: what goes at once, and what is cleared away after it.

use async_trait::async_trait;
use chrono::TimeDelta;

use super::{AccountError, AccountService, Password};
use crate::{
    actor::{Actor, Origin},
    clock::Timestamp,
    error::{Check, PortError},
    id::{SessionId, UserId},
    media::MediaKey,
};

/// What becomes of the content of somebody who goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legacy {
    /// It stays, under "deleted user", with his likes.
    Keep,
    /// What he wrote, asked and answered, its history, his uploads and his likes go too.
    Erase,
}

/// An account to be deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeleteAccount {
    /// Whose.
    pub user_id: UserId,
    /// What becomes of his content.
    pub legacy: Legacy,
    /// Only if [`super::Credentials::version`] is still this one.
    pub if_credentials: i64,
    /// When.
    pub at: Timestamp,
}

/// How [`DeletionRepository::delete_account`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountDeleted {
    /// It is gone, and these sessions ended with it.
    Done {
        /// The sessions that ended.
        ended: Vec<SessionId>,
    },
    /// A group with other members would have no owner; nothing was written.
    LastOwner,
    /// The credentials changed meanwhile; nothing was written.
    Changed,
    /// There is no such account.
    NoSuchUser,
}

/// What deleting accounts asks of the store.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait DeletionRepository: Send + Sync {
    /// Takes everything personal from the account and frees its mobile and nickname, ends its sessions,
    /// takes it out of its groups, withdraws its pending join requests, and notes what is left to be
    /// cleared away, atomically. A group in which nobody else is goes with it.
    async fn delete_account(&self, delete: DeleteAccount) -> Result<AccountDeleted, PortError>;

    /// Deleted accounts that left something, longest noted first, at most `limit`.
    async fn departed(&self, limit: u32) -> Result<Vec<UserId>, PortError>;

    /// Clears away a part of what a deleted account left: what it remembered (bookmarks, blocks, quotas,
    /// stored answers, reasons it gave) and, with [`Legacy::Erase`], its likes and what it wrote, of which
    /// nothing MUST be left in any column. Each part is atomic, with the counters it moves; after any number
    /// of them, from any instances, every counter is exact. Whether there may be more.
    async fn clear_away(&self, user: UserId, at: Timestamp) -> Result<bool, PortError>;

    /// Deletes one of the media that a deleted account left: with [`Legacy::Erase`] any of them, whatever shows
    /// it, else one that is used nowhere. The file, which is the caller's to remove; `None` once there is none.
    async fn clear_media(&self, user: UserId, at: Timestamp) -> Result<Option<MediaKey>, PortError>;

    /// Forgets that a deleted account left something, if it was deleted before `before`. To be called
    /// once nothing is left.
    async fn cleared(&self, user: UserId, before: Timestamp) -> Result<(), PortError>;
}

/// For so long an account that is cleared is looked at again: a request that it sent just before may end
/// just after.
const LATECOMERS: TimeDelta = TimeDelta::minutes(1);

/// How many parts are cleared away before the answer: all of them, of most accounts.
const AT_ONCE: usize = 50;

/// How many accounts one round of [`AccountService::clear_departed`] takes.
const ROUND: u32 = 10;

impl AccountService {
    /// Deletes the actor's account. It is gone, and nobody can sign in to it, when this answers; what
    /// it wrote and remembered is cleared away by then if it is not too much, and else by and by
    /// ([`AccountService::clear_departed`]).
    ///
    /// # Errors
    /// Wrong fields, [`AccountError::WrongPassword`], `auth.too_many_attempts`,
    /// [`AccountError::LastOwner`].
    pub async fn delete(
        &self,
        actor: Actor,
        password: &str,
        legacy: Legacy,
        origin: &Origin,
    ) -> Result<(), AccountError> {
        let mut check = Check::default();
        let password = check.field("/password", Password::claim(password));
        let (password,) = check.done((password,))?;
        let credentials = self.prove_password(actor, &password, origin).await?;
        let at = self.clock.now();
        let user_id = actor.user_id;
        let delete = DeleteAccount { user_id, legacy, if_credentials: credentials.version, at };
        match self.deletions.delete_account(delete).await? {
            AccountDeleted::Done { ended } => self.sessions.note_ended(&ended, at),
            AccountDeleted::LastOwner => return Err(AccountError::LastOwner),
            AccountDeleted::Changed => return Err(AccountError::WrongPassword),
            AccountDeleted::NoSuchUser => return Err(AccountError::NotFound),
        }
        for _ in 0..AT_ONCE {
            // The account is gone whatever becomes of this: what fails now is done by the job.
            if !matches!(self.clear_part(user_id, at).await, Ok(true)) {
                break;
            }
        }
        Ok(())
    }

    /// Clears away a part of what a deleted account left: uploads come last, when nothing of his shows them.
    /// Whether there may be more.
    async fn clear_part(&self, user: UserId, at: Timestamp) -> Result<bool, PortError> {
        if self.deletions.clear_away(user, at).await? {
            return Ok(true);
        }
        let Some(file) = self.deletions.clear_media(user, at).await? else { return Ok(false) };
        // A file that cannot be removed now has no row any more, and is swept as a stray.
        let _ = self.storage.remove(&file).await;
        Ok(true)
    }

    /// Clears away what deleted accounts left. Any instance may do it, at any time. How many parts were.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn clear_departed(&self) -> Result<u64, PortError> {
        let mut parts = 0;
        for user in self.deletions.departed(ROUND).await? {
            let at = self.clock.now();
            while self.clear_part(user, at).await? {
                parts += 1;
            }
            self.deletions.cleared(user, at - LATECOMERS).await?;
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::Verdict,
        media::ImageFormat,
        testing::{PASSWORD, Ports, actor, at, credentials, down, origin, refused, session_id, user},
    };

    fn knowing() -> Ports {
        let mut ports = Ports::default().patient();
        ports.accounts.expect_find_user().returning(|_| Ok(Some(user())));
        ports.accounts.expect_credentials().returning(|_| Ok(Some(credentials())));
        ports.hasher.expect_verify().returning(|password, _| {
            Ok(if password.expose() == PASSWORD { Verdict::Right } else { Verdict::Wrong })
        });
        ports
    }

    fn file(number: u8) -> MediaKey {
        MediaKey::new([number; 16], ImageFormat::Png, None)
    }

    async fn delete(ports: Ports, password: &str) -> Result<(), AccountError> {
        ports.services().accounts.delete(actor(), password, Legacy::Erase, &origin()).await
    }

    #[pollster::test]
    async fn an_account_goes_by_its_password_and_takes_along_what_it_wrote() {
        let mut ports = knowing();
        ports.deletions.expect_delete_account().times(1).returning(|delete| {
            assert_eq!((delete.user_id, delete.legacy), (actor().user_id, Legacy::Erase));
            assert_eq!((delete.if_credentials, delete.at), (credentials().version, at(0)));
            Ok(AccountDeleted::Done { ended: vec![session_id(7)] })
        });
        let mut left = 3;
        ports.deletions.expect_clear_away().times(4).returning(move |_, _| {
            left -= 1;
            Ok(left >= 0)
        });
        ports.deletions.expect_clear_media().times(1).returning(|_, _| Ok(None));
        let services = ports.services();
        services.accounts.delete(actor(), PASSWORD, Legacy::Erase, &origin()).await.unwrap();
    }

    #[pollster::test]
    async fn a_wrong_password_deletes_nothing() {
        assert_eq!(refused(delete(knowing(), "not-my-password").await), "account.wrong_password");
    }

    #[pollster::test]
    async fn what_the_store_refuses_is_told() {
        for (outcome, code) in [
            (AccountDeleted::LastOwner, "group.last_owner"),
            (AccountDeleted::Changed, "account.wrong_password"),
            (AccountDeleted::NoSuchUser, "account.not_found"),
        ] {
            let mut ports = knowing();
            ports.deletions.expect_delete_account().return_once(|_| Ok(outcome));
            assert_eq!(refused(delete(ports, PASSWORD).await), code);
        }
    }

    #[pollster::test]
    async fn an_account_is_gone_even_if_clearing_away_fails() {
        let mut ports = knowing();
        ports
            .deletions
            .expect_delete_account()
            .return_once(|_| Ok(AccountDeleted::Done { ended: Vec::new() }));
        ports.deletions.expect_clear_away().times(1).returning(|_, _| Err(down()));
        assert!(delete(ports, PASSWORD).await.is_ok());
    }

    #[pollster::test]
    async fn the_job_clears_until_nothing_is_left_and_looks_again_for_latecomers() {
        let mut ports = Ports::default();
        ports.deletions.expect_departed().returning(|_| Ok(vec![actor().user_id]));
        let mut left = 2;
        ports.deletions.expect_clear_away().times(5).returning(move |_, _| {
            left -= 1;
            Ok(left >= 0)
        });
        let mut media = vec![file(2), file(1)];
        ports.deletions.expect_clear_media().times(3).returning(move |_, _| Ok(media.pop()));
        // One whose file cannot be removed is left to the sweep.
        ports.storage.expect_remove().times(1).withf(|key| *key == file(1)).returning(|_| Err(down()));
        ports.storage.expect_remove().times(1).withf(|key| *key == file(2)).returning(|_| Ok(()));
        ports
            .deletions
            .expect_cleared()
            .withf(|user, before| (*user, *before) == (actor().user_id, at(-60)))
            .times(1)
            .returning(|_, _| Ok(()));
        assert_eq!(ports.services().accounts.clear_departed().await.unwrap(), 4);
    }
}
