//! The groups: what they are about, who founds them and when, and how large they get.

use std::{collections::HashSet, sync::Arc};

use forum_domain::{
    group::{CreateGroup, GroupCreated, GroupDraft, GroupName, JoinPolicy, Visibility},
    id::GroupId,
    invite::rules::MAX_USES,
};

use super::{
    Seeder,
    dice::{DAY, Dice, HOUR, MINUTE, Moment, Weights},
    lane::Lane,
    language::{Languages, THEMES, Tongue, Topic},
    people::Person,
    progress::Stage,
};
use crate::cli::Failure;

/// In turn, so that with the themes' turn every policy meets every category.
const POLICIES: [JoinPolicy; 5] =
    [JoinPolicy::Open, JoinPolicy::Approval, JoinPolicy::Open, JoinPolicy::Approval, JoinPolicy::Invite];
const VISIBILITIES: [Visibility; 3] = [Visibility::Public, Visibility::Members, Visibility::Public];

/// A group.
pub(super) struct Group {
    pub(super) id: GroupId,
    pub(super) topic: Topic,
    pub(super) since: Moment,
    pub(super) join_policy: JoinPolicy,
    pub(super) visibility: Visibility,
    /// How many members it shall have.
    pub(super) size: usize,
    /// Its members, the owner first.
    pub(super) members: Vec<Membership>,
}

/// Somebody in a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Membership {
    /// Who, by his place among the people.
    pub(super) person: usize,
    pub(super) since: Moment,
    /// He owns or moderates it.
    pub(super) staff: bool,
}

impl Group {
    /// The founder.
    pub(super) fn owner(&self) -> usize {
        self.members.first().map_or(0, |member| member.person)
    }
}

/// Which member does something: the busier, the likelier.
pub(super) struct Crowd(Vec<Weights>);

impl Crowd {
    /// Of each of these groups, once all members are in.
    pub(super) fn new(groups: &[Group], people: &[Person]) -> Result<Self, Failure> {
        let weigh =
            |group: &Group| Weights::new(group.members.iter().map(|member| people[member.person].vigour));
        Ok(Self(groups.iter().map(weigh).collect::<Result<_, _>>()?))
    }

    /// Somebody who was a member of this group at a moment, if not himself then the owner.
    pub(super) fn member(&self, groups: &[Group], group: usize, moment: Moment, dice: &mut Dice) -> usize {
        for _ in 0..16 {
            let member = groups[group].members[dice.weighed(&self.0[group])];
            if member.since < moment {
                return member.person;
            }
        }
        groups[group].owner()
    }
}

/// Makes the groups, in the order in which they were founded. The first is the administrator's.
pub(super) async fn found(seeder: &Seeder, people: &[Person]) -> Result<Vec<Group>, Failure> {
    let mut dice = seeder.dice(2);
    let mut plans = plan(seeder, people, &mut dice);
    let mut names = Names::default();
    let stage = Stage::start("groups", plans.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(plans.len());
    for group in &plans {
        let (name, description) = names.next(&seeder.languages, group.topic, &mut dice)?;
        let categories = &seeder.policy.group_categories;
        let category = categories.get(group.topic.theme % categories.len()).cloned().unwrap_or_default();
        let notice = dice.percent(70).then(|| seeder.languages.say("notice", group.topic, &mut dice));
        let (join_policy, visibility) = (group.join_policy, group.visibility);
        let draft = GroupDraft { name, category, description, notice, cover: None, join_policy, visibility };
        let owner = people[group.owner()].id;
        let create = CreateGroup { draft, owner, review: None, at: seeder.at(group.since), claim: None };
        let store = Arc::clone(&seeder.store);
        let answer = lane.begin(async move { store.create_group(create).await }).await?;
        ids.extend(answer.map(id_of).transpose()?);
        stage.step();
    }
    while let Some(answer) = lane.answer().await? {
        ids.push(id_of(answer)?);
    }
    stage.end();
    for (group, id) in plans.iter_mut().zip(ids) {
        group.id = id;
    }
    Ok(plans)
}

fn id_of(answer: GroupCreated) -> Result<GroupId, Failure> {
    match answer {
        GroupCreated::Done(id) => Ok(id),
        GroupCreated::NameTaken | GroupCreated::NoSuchMedia => {
            Err("somebody else makes groups meanwhile".into())
        }
    }
}

/// The founders are those who came first. Most groups are there within the first month.
fn plan(seeder: &Seeder, people: &[Person], dice: &mut Dice) -> Vec<Group> {
    let founders = (people.len() / 10).max(1);
    let count = seeder.sizes.groups;
    // The largest has most people, the next half as many as that, and so on; which it is, is chance.
    let mut sizes: Vec<usize> =
        (0..count).map(|rank| (people.len() * 7 / (10 * (rank + 1))).max(3)).collect();
    dice.shuffle(&mut sizes);
    let mut plans: Vec<Group> = sizes
        .into_iter()
        .enumerate()
        .map(|(number, size)| {
            let owner = if number == 0 { 0 } else { dice.index(founders) };
            let late = if dice.percent(75) { 28 * DAY } else { seeder.end / 2 };
            // The administrator's is the first.
            let from = (people[owner].since + 10 * MINUTE).max(2 * HOUR);
            let since = if number == 0 { HOUR } else { dice.between(from, from + late) };
            let join_policy = POLICIES[number % POLICIES.len()];
            // An invite lets in no more.
            let most = if join_policy == JoinPolicy::Invite { MAX_USES as usize } else { usize::MAX };
            let tongue = if number % 4 == 3 { Tongue::English } else { Tongue::Chinese };
            Group {
                id: GroupId::stored(0),
                topic: Topic { tongue, theme: (number + number / THEMES) % THEMES },
                since,
                join_policy,
                visibility: VISIBILITIES[number % VISIBILITIES.len()],
                size: size.min(most),
                members: vec![Membership { person: owner, since, staff: true }],
            }
        })
        .collect();
    plans.sort_by_key(|group| group.since);
    plans
}

/// Names that no group has yet.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    told: [[usize; THEMES]; 2],
}

impl Names {
    /// A name with its description: one of the theme's or, when those are used up, one that says where.
    fn next(
        &mut self,
        languages: &Languages,
        topic: Topic,
        dice: &mut Dice,
    ) -> Result<(GroupName, String), Failure> {
        let all = languages.groups(topic);
        let told = &mut self.told[usize::from(topic.tongue == Tongue::English)][topic.theme];
        *told += 1;
        let fresh = all.get(*told - 1);
        let (base, about) = match fresh {
            Some(group) => group,
            None => dice.pick(all),
        };
        let mut text = base.clone();
        for attempt in 0_u64.. {
            if attempt > 0 || fresh.is_none() {
                text = format!("{base} · {}", languages.say("place", topic, dice));
            }
            if attempt > 3 {
                text.push_str(&format!(" {}", 2 + dice.below(10 << attempt.min(20))));
            }
            let name = GroupName::parse(&text).map_err(|flaw| format!("name {text:?}: {}", flaw.code))?;
            if self.taken.insert(name.skeleton()) {
                return Ok((name, about.clone()));
            }
        }
        Err("no name is left".into())
    }
}
