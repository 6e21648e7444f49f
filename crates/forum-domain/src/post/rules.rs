//! Rules about posts: who may do what with one, and how hot it is.

use std::cmp::Reverse;

use chrono::TimeDelta;

use super::{Mark, Measured, Period, PostCapabilities, PostFilter, PostSort, PostView};
use crate::{
    actor::Actor,
    clock::Timestamp,
    group::{Role, rules::may_write},
    id::PostId,
};

/// How many points make a post hot: a like is one, a comment or reply two. The generated column
/// `posts.hot` says the same number.
pub const HOT_POINTS: i64 = 30;

/// How hot a post is: `log10(max(2, likes + 2·commenters + 2)) / (age in hours + 2)^1.8`, where
/// commenters are counted once each. A post from the future is as old as one of now.
#[must_use]
pub fn heat(like_count: i64, commenters: i64, created_at: Timestamp, now: Timestamp) -> f64 {
    let points = (like_count + 2 * commenters + 2).max(2);
    #[expect(clippy::cast_precision_loss, reason = "no post has 2^52 likes")]
    let points = points as f64;
    points.log10() / cooling(age_hours(created_at, now))
}

/// The best `limit` of these: pinned ones first, then the hotter, then the newer.
#[must_use]
pub fn hottest(measured: Vec<Measured>, limit: u32, now: Timestamp) -> Vec<PostId> {
    let mut ranked: Vec<(Measured, f64)> = measured
        .into_iter()
        .map(|post| (post, heat(post.like_count, post.commenters, post.created_at, now)))
        .collect();
    ranked.sort_by(|(one, heat), (other, other_heat)| {
        Reverse(one.pinned)
            .cmp(&Reverse(other.pinned))
            .then_with(|| other_heat.total_cmp(heat))
            .then_with(|| other.id.cmp(&one.id))
    });
    ranked.into_iter().take(limit as usize).map(|(post, _)| post.id).collect()
}

/// Since when a post must have been written to be hotter than each of a thousand newer ones, the oldest
/// of which was written at `oldest`; so only those since then need to be measured.
///
/// The newer ones have at least the points of a post that nobody liked, log10(2); an older post has at
/// most log10 of `MOST_POINTS`. It can be hotter only while the cooling of the two is no further
/// apart than that.
#[must_use]
pub fn measured_since(oldest: Timestamp, now: Timestamp) -> Timestamp {
    let reach = (MOST_POINTS.log10() / 2_f64.log10()).powf(1.0 / COOLING);
    let hours = (age_hours(oldest, now) + 2.0) * reach - 2.0;
    #[expect(clippy::cast_possible_truncation, reason = "rounded up, and far within range")]
    let seconds = (hours * 3_600.0).ceil() as i64;
    let since = TimeDelta::try_seconds(seconds).and_then(|age| now.checked_sub_signed(age));
    // No forum is older than Unix, and both databases can say this moment.
    since.unwrap_or(Timestamp::UNIX_EPOCH).max(Timestamp::UNIX_EPOCH)
}

/// More points than a post will ever have.
const MOST_POINTS: f64 = 1e7;

/// How fast posts cool: the exponent of their age.
const COOLING: f64 = 1.8;

fn cooling(age_hours: f64) -> f64 {
    (age_hours + 2.0).powf(COOLING)
}

fn age_hours(created_at: Timestamp, now: Timestamp) -> f64 {
    (now - created_at).max(TimeDelta::zero()).as_seconds_f64() / 3_600.0
}

impl Period {
    /// The moment it reaches back to; `None` for the beginning.
    #[must_use]
    pub fn since(self, now: Timestamp) -> Option<Timestamp> {
        let days = match self {
            Self::All => return None,
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        };
        Some(now - TimeDelta::days(days))
    }

    /// Its name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

impl PostFilter {
    /// Its name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Excellent => "excellent",
            Self::Hot => "hot",
        }
    }
}

impl PostSort {
    /// Its name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Hot => "hot",
            Self::Top => "top",
        }
    }
}

impl Mark {
    /// Its name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Excellent => "excellent",
            Self::Locked => "locked",
        }
    }
}

/// Completes what the store read of a viewer with what the rules make of it.
pub(crate) fn complete(mut view: PostView, actor: Option<Actor>, now: Timestamp) -> PostView {
    if let (Some(viewer), Some(actor)) = (&mut view.viewer, actor) {
        let own = view.post.author.id == actor.user_id;
        viewer.muted_until = viewer.muted_until.filter(|until| *until > now);
        let writes = may_write(viewer.role, viewer.muted_until, false, now).is_ok();
        let moderates = viewer.role.is_some_and(Role::moderates);
        viewer.can = PostCapabilities {
            edit: own && writes,
            delete: own || moderates,
            comment: writes && !view.post.locked,
            like: !own,
            moderate: moderates,
        };
    }
    view
}
