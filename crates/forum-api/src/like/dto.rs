//! What likes look like in answers.

use forum_domain::like as domain;
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::fields::Moment;

/// How things stand between the caller and what he likes, after the call: what a like button shows.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct LikeState {
    /// He likes it.
    liked: bool,
    /// Its likes, his among them.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    like_count: i64,
    /// Likes that are left to him today, on the whole site.
    #[oai(validator(minimum(value = "0"), maximum(value = "4294967295")))]
    remaining_today: i64,
    /// Those of them that he may give to this author.
    #[oai(validator(minimum(value = "0"), maximum(value = "4294967295")))]
    remaining_for_author: i64,
    /// When the day ends and both are full again: midnight in the forum's time zone.
    resets_at: Moment,
}

impl From<domain::LikeState> for LikeState {
    fn from(state: domain::LikeState) -> Self {
        Self {
            liked: state.liked,
            like_count: state.like_count,
            remaining_today: state.remaining_today.into(),
            remaining_for_author: state.remaining_for_author.into(),
            resets_at: state.resets_at.into(),
        }
    }
}

impl Example for LikeState {
    fn example() -> Self {
        Self {
            liked: true,
            like_count: 37,
            remaining_today: 42,
            remaining_for_author: 9,
            resets_at: Moment::example(6, 16),
        }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { answers [LikeState] }
