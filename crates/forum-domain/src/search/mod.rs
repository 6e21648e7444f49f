//! Finding groups, posts, questions and users by their words.
//!
//! What can be found has an entry in an index: the words of its title and body, made by an [`Analyser`] and
//! kept by the store. An entry follows its subject through the events that the subject's facts record
//! ([`SearchService`] is a [`Consumer`](crate::event::Consumer)), so it may lag behind by a moment; who may
//! see what is asked of the subjects themselves, at once, whenever somebody searches.

mod error;
mod indexing;
mod model;
mod ports;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::SearchError;
pub use indexing::Indexed;
pub use model::{Body, Entry, Find, Found, Hit, Part, Query, SearchKind, Source, Terms};
pub use ports::{Analyser, Passage};
pub use repository::SearchRepository;
pub use service::SearchService;
#[cfg(any(test, feature = "mock"))]
pub use {ports::MockAnalyser, repository::MockSearchRepository};
