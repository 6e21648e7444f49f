//! The likes: within the quotas, and never of what one wrote oneself.

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
    answers::Answer,
    comments::Comment,
    dice::{DAY, Dice, MINUTE, Moment, Weights},
    groups::{Crowd, Group},
    lane::Lane,
    people::{Person, Public},
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
    Answer(usize),
}

/// Gives the likes. How many there are.
pub(super) async fn give(
    seeder: &Seeder,
    people: &mut [Person],
    groups: &[Group],
    posts: &mut [Post],
    comments: &mut [Comment],
    answers: &mut [Answer],
) -> Result<usize, Failure> {
    let plans = plan(seeder, people, groups, posts, comments, answers)?;
    let stage = Stage::start("likes", plans.len());
    let mut lane = Lane::new(seeder.free_width);
    let mut given = 0;
    for Plan { target, person, moment } in &plans {
        let at = seeder.at(*moment);
        let like = Like {
            target: match *target {
                Liking::Post(post) => Target::Post(posts[post].id),
                Liking::Comment(comment) => Target::Comment(comments[comment].id),
                Liking::Answer(answer) => Target::Answer(answers[answer].id),
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
        people[*person].seen(*moment);
        match *target {
            Liking::Post(post) => posts[post].happened(*moment),
            Liking::Comment(comment) => comments[comment].happened(*moment),
            Liking::Answer(answer) => answers[answer].happened(*moment),
        }
    }
    while let Some(answer) = lane.answer().await? {
        given += liked(Some(answer))?;
    }
    stage.end();
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
    answers: &[Answer],
) -> Result<Vec<Plan>, Failure> {
    let mut dice = seeder.dice(8);
    let mut circle = Circle::new(seeder, people, groups)?;
    // The last of each stands for none, so that there may be none.
    let hot_posts = Weights::new(posts.iter().map(|post| post.heat).chain([1]))?;
    let hot_comments = Weights::new(comments.iter().map(|_| dice.heat()).chain([1]))?;
    let hot_answers = Weights::new(answers.iter().map(|answer| answer.heat).chain([1]))?;
    let whose = |target| match target {
        Liking::Post(post) => posts.get(post).map(|post| (Some(post.group), post.author, post.since)),
        Liking::Comment(comment) => {
            let comment = comments.get(comment)?;
            Some((Some(posts[comment.post].group), comment.author, comment.since))
        }
        Liking::Answer(answer) => answers.get(answer).map(|answer| (None, answer.author, answer.since)),
    };
    let mut plans = Vec::with_capacity(seeder.sizes.likes);
    for _ in 0..seeder.sizes.likes.saturating_mul(8) {
        if plans.len() == seeder.sizes.likes {
            break;
        }
        let target = match dice.below(100) {
            0..12 => Liking::Answer(dice.weighed(&hot_answers)),
            12..65 => Liking::Post(dice.weighed(&hot_posts)),
            _ => Liking::Comment(dice.weighed(&hot_comments)),
        };
        let Some((group, author, since)) = whose(target) else { continue };
        let moment = dice.after(since, seeder.end - MINUTE);
        let person = circle.somebody(group, moment, &mut dice);
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
    public: Public,
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
            public: Public::new(people)?,
            // A day of 25 hours, where a clock is put back, touches three of 24.
            per_day: (seeder.policy.likes_per_day / 3).max(1),
            per_author: (seeder.policy.likes_per_author_per_day / 3).max(1),
            given: HashSet::new(),
            used: HashMap::new(),
            used_for: HashMap::new(),
        })
    }

    /// Somebody who may read what stands in a group, or in none, at a moment: of a group a member mostly.
    fn somebody(&self, group: Option<usize>, moment: Moment, dice: &mut Dice) -> usize {
        let member =
            group.filter(|group| self.groups[*group].visibility == Visibility::Members || !dice.percent(15));
        match member {
            Some(group) => self.crowd.member(self.groups, group, moment, dice),
            None => self.public.somebody(self.people, moment, dice),
        }
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
