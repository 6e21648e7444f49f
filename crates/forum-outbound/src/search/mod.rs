//! The words of texts, for searching: see [`Words`].
//!
//! A text is folded (`fold`): NFKC, lower case, nothing invisible. Runs of scripts that put no spaces between
//! words (Han, kana, hangul) become their overlapping pairs of characters, and the last of them once more, so
//! that a word of the index begins with each character; whatever else is letters and digits becomes words,
//! English ones without their endings (`pieces`). Passages are shown by folding them the same way and marking
//! where the parts of the query stand (`highlight`).

mod fold;
mod highlight;
mod pieces;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, sync::Arc};

use async_trait::async_trait;
use forum_domain::{
    error::PortError,
    search::{Analyser, Body, Part, Passage, Query, Source, Terms},
};
use rust_stemmers::{Algorithm, Stemmer};

use self::{fold::Folded, pieces::Piece};
use crate::content::tokens::Seen;

/// Texts of more bytes in all are worked on away from the async workers.
const SMALL: usize = 32 << 10;

/// Makes words of texts, with no state.
#[derive(Clone)]
pub struct Words {
    stemmer: Arc<Stemmer>,
}

impl Words {
    /// An analyser.
    #[must_use]
    pub fn new() -> Self {
        Self { stemmer: Arc::new(Stemmer::create(Algorithm::English)) }
    }

    /// The word that a piece of folded letters and digits counts as.
    fn word<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = pieces::bounded(text);
        if text.bytes().all(|b| b.is_ascii_lowercase()) { self.stemmer.stem(text) } else { text.into() }
    }

    fn terms_of(&self, source: &Source) -> Terms {
        let mut terms = Terms::default();
        self.collect(&source.title, &mut terms.title, &mut terms.runs);
        self.collect(&text_of(&source.body), &mut terms.body, &mut terms.runs);
        terms
    }

    /// Adds the words of a text to some.
    fn collect(&self, text: &str, words: &mut String, runs: &mut String) {
        let folded = Folded::of(text);
        let add = |to: &mut String, word: &str| {
            if !to.is_empty() {
                to.push(' ');
            }
            to.push_str(word);
        };
        for piece in pieces::of(&folded.text) {
            match piece {
                Piece::Word(range) => add(words, &self.word(&folded.text[range])),
                Piece::Run(range) => {
                    let run = &folded.text[range];
                    pieces::pairs(run).for_each(|pair| add(words, pair));
                    add(words, pieces::last(run));
                    add(runs, run);
                }
            }
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::new()
    }
}

/// What a reader sees of a body.
fn text_of(body: &Body) -> Cow<'_, str> {
    match body {
        Body::Html(html) => Seen::of(html).text.into(),
        Body::Plain(text) => text.into(),
    }
}

const fn size(body: &Body) -> usize {
    let (Body::Html(text) | Body::Plain(text)) = body;
    text.len()
}

/// Does some work here, or elsewhere if it is much.
async fn work<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PortError> {
    if bytes <= SMALL {
        Ok(work())
    } else {
        tokio::task::spawn_blocking(work).await.map_err(PortError::broken)
    }
}

#[async_trait]
impl Analyser for Words {
    fn scheme(&self) -> i32 {
        1
    }

    async fn terms(&self, sources: Vec<Source>) -> Result<Vec<Terms>, PortError> {
        let words = self.clone();
        let bytes = sources.iter().map(|source| size(&source.body)).sum();
        work(bytes, move || sources.iter().map(|source| words.terms_of(source)).collect()).await
    }

    fn query(&self, text: &str) -> Result<Query, PortError> {
        let folded = Folded::of(text);
        let mut query = Query::default();
        for piece in pieces::of(&folded.text) {
            let part = match piece {
                Piece::Word(range) => Part::Word(self.word(&folded.text[range]).into_owned()),
                Piece::Run(range) => {
                    let run = &folded.text[range];
                    let mut characters = run.chars();
                    match (characters.next(), characters.next()) {
                        (Some(only), None) => Part::Character(only),
                        _ => Part::Run(run.to_owned()),
                    }
                }
            };
            if !query.parts.contains(&part) {
                query.parts.push(part);
            }
        }
        Ok(query)
    }

    async fn highlight(&self, query: &Query, passages: Vec<Passage>) -> Result<Vec<String>, PortError> {
        let (words, query) = (self.clone(), query.clone());
        let bytes = passages.iter().map(|passage| size(&passage.body)).sum();
        work(bytes, move || {
            let sought = highlight::Sought::new(&query);
            passages.iter().map(|passage| words.passage(&sought, passage)).collect()
        })
        .await
    }
}
