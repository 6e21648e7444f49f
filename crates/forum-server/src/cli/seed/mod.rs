//! `forum seed`: fills an empty forum with people, groups and what they say to each other.
//!
//! Everything goes through the store's ports, as it does from the API, so that the rules and the counters
//! hold by construction, also if it is stopped half-way. Who does what and when is drawn first, stage by
//! stage, from the seed alone; then it is written in that order. A moment is told to the port with what
//! happens at it: the history is written faster than it went by.

mod answers;
mod blocks;
mod body;
mod bookmarks;
mod comments;
mod dice;
mod drawing;
mod groups;
mod invites;
mod lane;
mod language;
mod likes;
mod made;
mod members;
mod news;
mod people;
mod pictures;
mod posts;
mod progress;
mod question_upkeep;
mod questions;
mod reports;
mod upkeep;

use std::{process::ExitCode, sync::Arc, time::Instant};

use chrono::{SubsecRound, TimeDelta};
use forum_domain::{
    Forum, Policy,
    account::{Password, PasswordHasher},
    clock::{Clock, Timestamp},
    media::MediaStorage,
    page::PageRequest,
    store::Store,
};
use forum_outbound::{clock::SystemClock, content::HtmlRenderer, image::Codec, password::Hasher};

use self::{
    dice::{DAY, Dice, Moment},
    language::Languages,
    made::Made,
    reports::History,
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
    questions: usize,
    answers: usize,
}

/// What every stage needs.
struct Seeder {
    store: Arc<dyn Store>,
    /// The rules over that store.
    forum: Forum,
    policy: Policy,
    renderer: HtmlRenderer,
    codec: Codec,
    /// Where files of media are kept.
    storage: Arc<dyn MediaStorage>,
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
    println!("{made}");
    println!("in {:.1} s", begun.elapsed().as_secs_f64());
    let [first, last] = [1, made.users].map(people::mobile);
    println!("sign in as any of them: mobile {first} to {last}, password {}", arguments.password);
    println!("{first} is the site's administrator");
    Ok(ExitCode::SUCCESS)
}

async fn open(config: &Config, arguments: &Arguments) -> Result<Seeder, Failure> {
    let (forum, storage) = wiring::for_seeding(config).await?;
    let [users, groups, posts, comments, likes, questions, answers] = arguments.sizes();
    let sizes = Sizes { users, groups, posts, comments, likes, questions, answers };
    let width = match &config.database {
        DatabaseUrl::Sqlite(_) => 64,
        DatabaseUrl::Postgres(_) => 1,
    };
    let until = match arguments.until {
        Some(until) => until,
        None => SystemClock.now(),
    };
    Ok(Seeder {
        store: Arc::clone(&forum.store),
        forum,
        policy: config.policy.clone(),
        renderer: HtmlRenderer::new(),
        codec: Codec::new(),
        storage,
        languages: Languages::load()?,
        sizes,
        seed: arguments.seed,
        end: DAYS * DAY,
        until: until.trunc_subsecs(3),
        width,
        free_width: 8.max(width),
    })
}

async fn fill(seeder: &Seeder, password_hash: &str) -> Result<Made, Failure> {
    let mut people = people::settle(seeder, password_hash).await?;
    let avatars = pictures::portray(seeder, &people).await?;
    let mut groups = groups::found(seeder, &people).await?;
    let covers = pictures::cover(seeder, &people, &groups).await?;
    let members = members::gather(seeder, &mut people, &mut groups).await?;
    let (mut posts, shown) = posts::write(seeder, &mut people, &groups).await?;
    let mut comments = comments::write(seeder, &mut people, &groups, &mut posts).await?;
    let (mut questions, asked) = questions::ask(seeder, &mut people).await?;
    let mut answers = answers::write(seeder, &mut people, &mut questions).await?;
    let mut replies = answers::reply(seeder, &mut people, &mut questions, &mut answers).await?;
    let likes = likes::give(seeder, &mut people, &groups, &mut posts, &mut comments, &mut answers).await?;
    bookmarks::keep(seeder, &people, &groups, &posts).await?;
    let gone = upkeep::keep(seeder, &people, &groups, &mut posts, &mut comments).await?;
    question_upkeep::keep(seeder, &people, &mut questions, &mut answers, &mut replies).await?;
    let blocks = blocks::block(seeder, &people).await?;
    let history = History {
        people: &people,
        groups: &groups,
        posts: &posts,
        comments: &comments,
        questions: &questions,
        answers: &answers,
        replies: &replies,
    };
    let reported = reports::report(seeder, &history).await?;
    news::spread(seeder, &people).await?;
    Ok(Made {
        users: people.len(),
        groups: groups.len(),
        members: members - gone - reported.ended,
        posts: posts.len(),
        comments: comments.len(),
        likes,
        questions: questions.len(),
        answers: answers.len(),
        replies: replies.len(),
        images: avatars + covers + shown + asked,
        blocks,
        reports: reported.reports,
    })
}
