//! Keeping the index in step with what there is: one subject at a time as events tell, or all of it.

use async_trait::async_trait;

use super::{Entry, SearchKind, SearchService};
use crate::{
    error::PortError,
    event::{Consumer, Recorded, Subject, Verb},
};

/// How many subjects are brought in step in one transaction.
const BATCH: u32 = 200;

/// How often a subject is read again that changes while its entry is made.
const TRIES: usize = 5;

/// What [`SearchService::reindex`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Indexed {
    /// Subjects whose entries were made, or taken away.
    pub subjects: u64,
}

impl SearchService {
    /// Makes the entries of these subjects as the subjects are by now.
    ///
    /// # Errors
    /// What the ports say; [`PortError::Busy`] if one of them changed again and again meanwhile.
    pub async fn index(&self, kind: SearchKind, ids: &[i64]) -> Result<(), PortError> {
        let mut left = ids.to_vec();
        for _ in 0..TRIES {
            let sources = self.search.search_sources(kind, &left).await?;
            let written: Vec<(i64, i64)> = sources.iter().map(|source| (source.id, source.version)).collect();
            let terms = self.analyser.terms(sources).await?;
            let scheme = self.analyser.scheme();
            let entries = written.into_iter().zip(terms);
            let entries =
                entries.map(|((id, version), terms)| Entry { id, version, terms, scheme }).collect();
            left = self.search.put_entries(kind, &left, entries).await?;
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(PortError::Busy)
    }

    /// Subjects of a kind whose entries are not as the subjects are by now though nothing that would make them so
    /// waits to be handled: by ascending id from `after` on, so many as are looked at in one go.
    ///
    /// # Errors
    /// What the ports say.
    pub async fn astray(&self, kind: SearchKind, after: i64) -> Result<Vec<i64>, PortError> {
        self.search.astray(kind, self.analyser.scheme(), after, BATCH).await
    }

    /// Brings the whole index in step: makes what entries are missing or out of date, and removes those of
    /// what is gone; all of them anew if `anew`. It goes on while others write. One that was stopped is
    /// called again, without `anew`, and goes on where it stopped.
    ///
    /// # Errors
    /// What the ports say.
    pub async fn reindex(&self, anew: bool, progress: impl Fn(u64) + Send) -> Result<Indexed, PortError> {
        if anew {
            self.search.outdate_entries().await?;
        }
        let mut done = Indexed::default();
        for kind in SearchKind::ALL {
            let mut after = 0;
            loop {
                let scheme = self.analyser.scheme();
                let ids = self.search.out_of_step(kind, scheme, after, BATCH).await?;
                let Some(last) = ids.last() else { break };
                after = *last;
                self.index(kind, &ids).await?;
                done.subjects += ids.len() as u64;
                progress(done.subjects);
            }
        }
        Ok(done)
    }
}

/// What an event means to the index: whose entry is to be made anew.
fn subject(recorded: &Recorded) -> Option<(SearchKind, i64)> {
    if !matches!(recorded.event.verb, Verb::Created | Verb::Edited | Verb::Deleted | Verb::Restored) {
        return None;
    }
    match recorded.event.subject {
        Subject::Post(id) => Some((SearchKind::Post, id.get())),
        Subject::Question(id) => Some((SearchKind::Question, id.get())),
        Subject::Group(id) => Some((SearchKind::Group, id.get())),
        Subject::User(id) => Some((SearchKind::User, id.get())),
        _ => None,
    }
}

#[async_trait]
impl Consumer for SearchService {
    async fn handle(&self, event: &Recorded) -> Result<(), PortError> {
        match subject(event) {
            Some((kind, id)) => self.index(kind, &[id]).await,
            None => Ok(()),
        }
    }
}
