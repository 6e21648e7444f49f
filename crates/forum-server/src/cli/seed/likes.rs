//! The likes and bookmarks: within the quotas, and never of what one wrote oneself.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use forum_domain::{
    group::Visibility,
    like::{Like, Liked, Target, rules::day},
};

use super::{
    Seeder,
    comments::Comment,
    dice::{DAY, Dice, MINUTE, Moment, Weights},
    groups::{Crowd, Group},
    lane::Lane,
    people::Person,
    posts::Post,
    progress::Stage,
};
use crate::cli::Failure;

/// A like that is given.
struct Plan {
    target: Liking,
    person: usize,
    moment: Moment,
}

/// What is liked, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Liking {
    Post(usize),
    Comment(usize),
}

/// Gives the likes, and remembers some posts besides. How many likes there are.
pub(super) async fn give(
    seeder: &Seeder,
    people: &mut [Person],
    groups: &[Group],
    posts: &mut [Post],
    comments: &mut [Comment],
) -> Result<usize, Failure> {
    if posts.is_empty() {
        return Ok(0);
    }
    let plans = plan(seeder, people, groups, posts, comments)?;
    let mut stage = Stage::start("likes", plans.len());
    let mut lane = Lane::new(seeder.free_width);
    let mut given = 0;
    for Plan { target, person, moment } in &plans {
        let at = seeder.at(*moment);
        let like = Like {
            target: match *target {
                Liking::Post(post) => Target::Post(posts[post].id),
                Liking::Comment(comment) => Target::Comment(comments[comment].id),
            },
            user: people[*person].id,
            day: day(at, seeder.policy.day_timezone),
            per_day: seeder.policy.likes_per_day,
            per_author: seeder.policy.likes_per_author_per_day,
            at,
        };
        let store = Arc::clone(&seeder.store);
        given += liked(lane.begin(async move { store.like(like).await }).await?)?;
        stage.step();
        people[*person].last_seen = (*moment).max(people[*person].last_seen);
        match *target {
            Liking::Post(post) => posts[post].happened(*moment),
            Liking::Comment(comment) => comments[comment].happened(*moment),
        }
    }
    while let Some(answer) = lane.answer().await? {
        given += liked(Some(answer))?;
    }
    stage.end();
    remember(seeder, people, groups, posts).await?;
    Ok(given)
}

fn liked(answer: Option<Liked>) -> Result<usize, Failure> {
    match answer {
        // Where quotas are smaller than a third of a day's likes can be, some are refused.
        None | Some(Liked::DailyLimit | Liked::AuthorLimit) => Ok(0),
        Some(Liked::Done(_)) => Ok(1),
        Some(refused) => Err(format!("a like: {refused:?}").into()),
    }
}

fn plan(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    posts: &[Post],
    comments: &[Comment],
) -> Result<Vec<Plan>, Failure> {
    let mut dice = seeder.dice(8);
    let mut circle = Circle::new(seeder, people, groups)?;
    let hot_posts = Weights::new(posts.iter().map(|post| post.heat))?;
    let hot_comments = Weights::new(comments.iter().map(|_| dice.heat()).chain([1]))?;
    let mut plans = Vec::with_capacity(seeder.sizes.likes);
    for _ in 0..seeder.sizes.likes.saturating_mul(8) {
        if plans.len() == seeder.sizes.likes {
            break;
        }
        let post = (Liking::Post(dice.weighed(&hot_posts)), 60);
        let comment = dice.weighed(&hot_comments);
        let (target, _) = match comments.get(comment) {
            Some(_) if dice.percent(100 - post.1) => (Liking::Comment(comment), 0),
            _ => post,
        };
        let (post, author, since) = match target {
            Liking::Post(post) => (post, posts[post].author, posts[post].since),
            Liking::Comment(comment) => {
                let Comment { post, author, since, .. } = comments[comment];
                (post, author, since)
            }
        };
        let moment = dice.after(since, seeder.end - MINUTE);
        let person = circle.somebody(posts[post].group, moment, &mut dice);
        if circle.may_like(target, person, author, moment) {
            plans.push(Plan { target, person, moment });
        }
    }
    plans.sort_by_key(|plan| plan.moment);
    Ok(plans)
}

/// Who may like, and did already.
struct Circle<'a> {
    people: &'a [Person],
    groups: &'a [Group],
    crowd: Crowd,
    everybody: Weights,
    /// How many a user may give in 24 hours so that no day has more than the quota, wherever it begins.
    per_day: u32,
    per_author: u32,
    given: HashSet<(Liking, usize)>,
    used: HashMap<(usize, Moment), u32>,
    used_for: HashMap<(usize, usize, Moment), u32>,
}

impl<'a> Circle<'a> {
    fn new(seeder: &Seeder, people: &'a [Person], groups: &'a [Group]) -> Result<Self, Failure> {
        Ok(Self {
            people,
            groups,
            crowd: Crowd::new(groups, people)?,
            everybody: Weights::new(people.iter().map(|person| person.vigour))?,
            // A day of 25 hours, where a clock is put back, touches three of 24.
            per_day: (seeder.policy.likes_per_day / 3).max(1),
            per_author: (seeder.policy.likes_per_author_per_day / 3).max(1),
            given: HashSet::new(),
            used: HashMap::new(),
            used_for: HashMap::new(),
        })
    }

    /// Somebody who may read what stands in a group at a moment: a member mostly.
    fn somebody(&self, group: usize, moment: Moment, dice: &mut Dice) -> usize {
        if self.groups[group].visibility == Visibility::Public && dice.percent(15) {
            let person = dice.weighed(&self.everybody);
            if self.people[person].since < moment {
                return person;
            }
        }
        self.crowd.member(self.groups, group, moment, dice)
    }

    /// Takes the like, if nothing is against it.
    fn may_like(&mut self, target: Liking, person: usize, author: usize, moment: Moment) -> bool {
        let day = moment.div_euclid(DAY);
        let used = self.used.entry((person, day)).or_default();
        let used_for = self.used_for.entry((person, author, day)).or_default();
        let may = person != author
            && *used < self.per_day
            && *used_for < self.per_author
            && self.given.insert((target, person));
        if may {
            *used += 1;
            *used_for += 1;
        }
        may
    }
}

/// Bookmarks: some for each, of what draws most.
async fn remember(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    posts: &[Post],
) -> Result<(), Failure> {
    let mut dice = seeder.dice(9);
    let crowd = Crowd::new(groups, people)?;
    let drawn = Weights::new(posts.iter().map(|post| post.heat))?;
    let mut known = HashSet::new();
    let mut lane = Lane::new(seeder.free_width);
    for _ in 0..people.len() * 4 {
        let post = dice.weighed(&drawn);
        let moment = dice.after(posts[post].since, seeder.end);
        let person = crowd.member(groups, posts[post].group, moment, &mut dice);
        if known.insert((post, person)) {
            let (id, user, at) = (posts[post].id, people[person].id, seeder.at(moment));
            let store = Arc::clone(&seeder.store);
            lane.begin(async move { store.bookmark_post(id, user, true, at).await }).await?;
        }
    }
    while lane.answer().await?.is_some() {}
    Ok(())
}
