//! `forum seed`: fills an empty forum with people, groups and what they say to each other.
//!
//! Everything goes through the store's ports, as it does from the API, so that the rules and the counters
//! hold by construction, also if it is stopped half-way. Who does what and when is drawn first, stage by
//! stage, from the seed alone; then it is written in that order. A moment is told to the port with what
//! happens at it: the history is written faster than it went by.

mod body;
mod comments;
mod dice;
mod groups;
mod invites;
mod lane;
mod language;
mod likes;
mod members;
mod people;
mod posts;
mod progress;
mod upkeep;

use std::{process::ExitCode, sync::Arc, time::Instant};

use chrono::{SubsecRound, TimeDelta};
use forum_domain::{
    Policy,
    account::{Password, PasswordHasher},
    clock::{Clock, Timestamp},
    page::PageRequest,
    store::Store,
};
use forum_outbound::{clock::SystemClock, content::HtmlRenderer, password::Hasher};
use forum_store::{Options, migrations};

use self::{
    dice::{DAY, Dice, Moment},
    language::Languages,
};
use super::{Failure, arguments::Seed as Arguments};
use crate::{
    config::{Config, DatabaseUrl, Loaded, Profile},
    wiring,
};

/// How long the history is, in days.
const DAYS: Moment = 180;

/// How much there shall be.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    users: usize,
    groups: usize,
    posts: usize,
    comments: usize,
    likes: usize,
}

/// What every stage needs.
struct Seeder {
    store: Arc<dyn Store>,
    policy: Policy,
    renderer: HtmlRenderer,
    languages: Languages,
    sizes: Sizes,
    seed: u64,
    /// The end of the history, in its own time.
    end: Moment,
    /// When that is.
    until: Timestamp,
    /// How many writes of what has an id may be under way.
    width: usize,
    /// How many of what has none.
    free_width: usize,
}

impl Seeder {
    /// What draws for a stage.
    fn dice(&self, stage: u64) -> Dice {
        Dice::new(self.seed, stage)
    }

    /// A moment of the history as the world's.
    fn at(&self, moment: Moment) -> Timestamp {
        self.until - TimeDelta::milliseconds(self.end - moment)
    }
}

/// Fills the forum, unless it has users.
pub(super) async fn run(loaded: Loaded, arguments: Arguments) -> Result<ExitCode, Failure> {
    let begun = Instant::now();
    let config = &loaded.config;
    if config.profile == Profile::Production {
        return Err("a forum in production is not filled: everybody would know every password".into());
    }
    let password = Password::choose(&arguments.password, &config.policy)
        .map_err(|flaw| format!("--password: {}", flaw.code))?;
    let seeder = open(config, &arguments).await?;
    if !seeder.store.list_users(None, None, PageRequest::first(), seeder.until).await?.items.is_empty() {
        let shown = config.database.shown();
        return Err(format!("{shown} has users: only an empty forum can be filled").into());
    }
    let hash = Hasher::new(&config.policy, 1, 1)?.hash(&password).await?;
    let made = tokio::select! {
        made = fill(&seeder, &hash) => made?,
        _ = tokio::signal::ctrl_c() => {
            return Err("stopped half-way; what is there is sound, but only an empty forum can be filled".into());
        }
    };
    println!(
        "{} users, {} groups with {} members, {} posts, {} comments and replies, {} likes, in {:.1} s",
        made.users,
        made.groups,
        made.members,
        made.posts,
        made.comments,
        made.likes,
        begun.elapsed().as_secs_f64(),
    );
    let [first, last] = [1, made.users].map(people::mobile);
    println!("sign in as any of them: mobile {first} to {last}, password {}", arguments.password);
    println!("{first} is the site's administrator");
    Ok(ExitCode::SUCCESS)
}

async fn open(config: &Config, arguments: &Arguments) -> Result<Seeder, Failure> {
    let url = wiring::database_url(config);
    migrations::migrate(&url).await?;
    let store = forum_store::open(&url, Options { pool: 8, readers: 2, ..Options::default() }).await?;
    let [users, groups, posts, comments, likes] = arguments.sizes();
    let sizes = Sizes { users, groups, posts, comments, likes };
    let width = match &config.database {
        DatabaseUrl::Sqlite(_) => 64,
        DatabaseUrl::Postgres(_) => 1,
    };
    let until = match arguments.until {
        Some(until) => until,
        None => SystemClock.now(),
    };
    Ok(Seeder {
        store,
        policy: config.policy.clone(),
        renderer: HtmlRenderer::new(),
        languages: Languages::load()?,
        sizes,
        seed: arguments.seed,
        end: DAYS * DAY,
        until: until.trunc_subsecs(3),
        width,
        free_width: 8.max(width),
    })
}

/// What came of it.
struct Made {
    users: usize,
    groups: usize,
    members: usize,
    posts: usize,
    comments: usize,
    likes: usize,
}

async fn fill(seeder: &Seeder, password_hash: &str) -> Result<Made, Failure> {
    let mut people = people::settle(seeder, password_hash).await?;
    let mut groups = groups::found(seeder, &people).await?;
    let members = members::gather(seeder, &mut people, &mut groups).await?;
    let mut posts = posts::write(seeder, &mut people, &groups).await?;
    let mut comments = comments::write(seeder, &mut people, &groups, &mut posts).await?;
    let likes = likes::give(seeder, &mut people, &groups, &mut posts, &mut comments).await?;
    let gone = upkeep::keep(seeder, &people, &groups, &mut posts, &mut comments).await?;
    Ok(Made {
        users: people.len(),
        groups: groups.len(),
        members: members - gone,
        posts: posts.len(),
        comments: comments.len(),
        likes,
    })
}
