//! What searching asks of the store.

use async_trait::async_trait;

use super::{Entry, Find, Found, SearchKind, Source};
use crate::error::PortError;

/// The index, and the subjects of its entries.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SearchRepository: Send + Sync {
    /// What entries of these are made of; those that are deleted, or never were, are left out.
    async fn search_sources(&self, kind: SearchKind, ids: &[i64]) -> Result<Vec<Source>, PortError>;

    /// Brings entries in step with their subjects `ids`, atomically, under the lock of each subject's row: the
    /// entry of one that is gone is removed, and that of one that has the version of its entry in `entries`
    /// is written. Answers the others, whose entries stay as they are: they changed meanwhile.
    ///
    /// So an entry never goes back to an older version, and no entry comes back after its subject went.
    async fn put_entries(
        &self,
        kind: SearchKind,
        ids: &[i64],
        entries: Vec<Entry>,
    ) -> Result<Vec<i64>, PortError>;

    /// Subjects, by ascending id from `after` on, at most `limit`, that are not in step with the index: they
    /// have no entry, one of another version or of another scheme; or they have one and are gone.
    async fn out_of_step(
        &self,
        kind: SearchKind,
        scheme: i32,
        after: i64,
        limit: u32,
    ) -> Result<Vec<i64>, PortError>;

    /// As [`out_of_step`](Self::out_of_step), but for subjects with an event that is not handled yet: these
    /// will be in step without anybody's doing. Read in one statement.
    async fn astray(
        &self,
        kind: SearchKind,
        scheme: i32,
        after: i64,
        limit: u32,
    ) -> Result<Vec<i64>, PortError>;

    /// Marks every entry as to be made anew: as of no scheme. They are found as before.
    async fn outdate_entries(&self) -> Result<(), PortError>;

    /// The ids of the best of what is found, best first, at most `limit`, read in one statement: only what
    /// [`Find::viewer`] may see by now. Posts of a group for members are there for its members, users who are
    /// suspended or deleted for nobody. A word in the title counts for more than one in the body, and what
    /// is newer for more than what is older. Of what very many have in common only the newest are ranked,
    /// and those that have it in their titles.
    async fn rank_found(&self, find: &Find, limit: u32) -> Result<Vec<i64>, PortError>;

    /// These of [`Find::kind`], in their order, read in one statement; those that [`Find::viewer`] may not see
    /// are left out. The query does not matter.
    async fn find_found(&self, find: &Find, ids: &[i64]) -> Result<Vec<Found>, PortError>;
}
