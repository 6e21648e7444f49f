//! What can be typed after `forum seed`.

use chrono::{DateTime, Utc};
use clap::Args;

/// How much there shall be, and of which kind.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  forum seed
  forum seed --users 100 --groups 10 --posts 500 --comments 2000 --likes 1000 \
    --questions 100 --answers 300
  forum --data-dir /tmp/demo seed --seed 7 && forum --data-dir /tmp/demo")]
pub(in crate::cli) struct Seed {
    /// How many users.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    users: u32,
    /// How many groups.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    groups: u32,
    /// How many posts.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(0..=5_000_000))]
    posts: u32,
    /// How many comments and replies.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(0..=20_000_000))]
    comments: u32,
    /// How many likes, as far as quotas and people go.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(0..=20_000_000))]
    likes: u32,
    /// How many questions.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    questions: u32,
    /// How many answers; three replies come with five of them.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(0..=5_000_000))]
    answers: u32,
    /// Which forum: the same number gives the same one again, ids included.
    #[arg(long, default_value_t = 1)]
    pub(in crate::cli) seed: u64,
    /// What everybody signs in with.
    #[arg(long, default_value = "forum-demo-2026")]
    pub(in crate::cli) password: String,
    /// When the history ends, as 2026-11-23T20:00:00Z; without it now.
    #[arg(long, value_name = "MOMENT")]
    pub(in crate::cli) until: Option<DateTime<Utc>>,
}

impl Seed {
    /// How much there shall be: users, groups, posts, comments, likes, questions, answers.
    pub(in crate::cli) fn sizes(&self) -> [usize; 7] {
        let Self { users, groups, posts, comments, likes, questions, answers, .. } = *self;
        [users, groups, posts, comments, likes, questions, answers].map(|size| size as usize)
    }
}
