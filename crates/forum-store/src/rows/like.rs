//! Rows about likes.

use diesel::Queryable;
use forum_domain::like::{Like, Liked, Tally};

/// How things stand between a user and a target that is there for him.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct StandingRow {
    pub(crate) author_id: i64,
    pub(crate) like_count: i64,
    pub(crate) liked: bool,
    used_today: i32,
    used_for_author: i32,
}

impl StandingRow {
    /// What keeps him from liking it, or makes a like change nothing.
    pub(crate) fn objection(&self, like: &Like) -> Option<Liked> {
        if self.author_id == like.user.get() {
            return Some(Liked::OwnContent);
        }
        let tally = self.tally();
        if self.liked {
            return Some(Liked::Already(tally));
        }
        if tally.used_today >= like.per_day {
            return Some(Liked::DailyLimit);
        }
        (tally.used_for_author >= like.per_author).then_some(Liked::AuthorLimit)
    }

    /// The same for the domain.
    pub(crate) fn tally(&self) -> Tally {
        // The table's check keeps the numbers from being negative.
        let count = |used: i32| u32::try_from(used).unwrap_or(0);
        Tally {
            liked: self.liked,
            like_count: self.like_count,
            used_today: count(self.used_today),
            used_for_author: count(self.used_for_author),
        }
    }

    /// With the target's likes and both quotas, that to all first, as they were just written.
    pub(crate) fn written(self, liked: bool, like_count: i64, quotas: &[(i64, i32)]) -> Tally {
        let used = |author: bool| quotas.iter().find(|(id, _)| (*id != 0) == author).map(|(_, used)| *used);
        Self {
            liked,
            like_count,
            used_today: used(false).unwrap_or(self.used_today),
            used_for_author: used(true).unwrap_or(self.used_for_author),
            ..self
        }
        .tally()
    }
}

/// How a statement that wrote, or had nothing to write, leaves things.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct WrittenRow {
    author_id: i64,
    like_count: i64,
    /// Before it ran.
    liked: bool,
    used_today: i32,
    used_for_author: i32,
    /// It wrote.
    pub(crate) done: bool,
}

impl WrittenRow {
    /// How things stand; `liked` as they stood before.
    pub(crate) fn standing(&self) -> StandingRow {
        StandingRow {
            author_id: self.author_id,
            like_count: self.like_count,
            liked: self.liked,
            used_today: self.used_today,
            used_for_author: self.used_for_author,
        }
    }
}
