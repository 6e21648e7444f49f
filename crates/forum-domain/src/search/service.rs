//! Searching.

use std::sync::Arc;

use super::{Analyser, Find, Hit, Passage, Query, SearchError, SearchKind, SearchRepository, rules};
use crate::{
    actor::Actor,
    clock::Clock,
    error::{Flaw, Invalid, PortError},
    page::{Page, PageRequest},
    ranking::{RankingService, Scope},
};

/// Searching, and keeping the index in step.
pub struct SearchService {
    pub(crate) search: Arc<dyn SearchRepository>,
    pub(crate) analyser: Arc<dyn Analyser>,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl SearchService {
    /// A page of what has all the words of a text, best first, of what the caller may see.
    ///
    /// Each first page is ranked anew, so that it holds what was written a moment ago; what follows it is
    /// the ranking that it began. What the caller may no longer see is left out of later pages.
    ///
    /// # Errors
    /// `too_long` at `/q`, [`SearchError::NothingToFind`], `cursor.expired`.
    pub async fn find(
        &self,
        actor: Option<Actor>,
        kind: SearchKind,
        text: &str,
        page: PageRequest,
    ) -> Result<Page<Hit>, SearchError> {
        let text = text.trim();
        if text.chars().count() > rules::QUERY_MAX {
            let most = i64::try_from(rules::QUERY_MAX).unwrap_or(i64::MAX);
            return Err(Invalid::field("/q", Flaw::range("too_long", 1, most)).into());
        }
        let query = self.analyser.query(text)?;
        if query.parts.is_empty() {
            return Err(SearchError::NothingToFind);
        }
        let viewer = actor.map(|actor| actor.user_id);
        // Who looks is part of what is ranked: a ranking holds only what its asker may see.
        let who = viewer.map(|id| id.to_string());
        let scope = Scope::new("search", &[Some(kind.as_str()), Some(text), who.as_deref()]);
        let find = Find { kind, query, viewer, now: self.clock.now() };
        let make = |limit| self.search.rank_found(&find, limit);
        let ranked = self.rankings.page_anew(&scope, page, make).await?;
        let items = self.hits(&find, &ranked.items).await?;
        Ok(Page { items, next: ranked.next })
    }

    async fn hits(&self, find: &Find, ids: &[i64]) -> Result<Vec<Hit>, PortError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = self.search.find_found(find, ids).await?;
        let passages: Vec<Passage> = found
            .iter_mut()
            .map(|one| Passage {
                title: one.title_is_searched.then(|| one.title.clone()),
                body: std::mem::replace(&mut one.body, super::Body::Plain(String::new())),
            })
            .collect();
        let query: &Query = &find.query;
        let shown = self.analyser.highlight(query, passages).await?;
        let hits = found.into_iter().zip(shown).map(|(one, highlight_html)| Hit {
            kind: find.kind,
            id: one.id,
            title: one.title,
            highlight_html,
            group: one.group,
            author: one.author,
            created_at: one.created_at,
        });
        Ok(hits.collect())
    }
}
