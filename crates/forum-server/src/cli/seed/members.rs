//! Who is in which group, and how he came in: at once, on request, or by an invite; and who still waits, or
//! was not let in.

use std::{collections::HashSet, sync::Arc};

use forum_domain::{
    group::{JoinPolicy, Role},
    id::{GroupId, JoinRequestId, UserId},
    join::{Decide, Decided, Decision, RequestToJoin, Requested, Withdrawn, rules as join_rules},
    membership::{MemberPatch, MemberUpdated, UpdateMember},
};

use super::{
    Seeder,
    dice::{DAY, Dice, HOUR, MINUTE, Moment, Weights},
    groups::{Group, Membership},
    invites::{Guest, invite, welcome},
    lane::Lane,
    people::Person,
    progress::Stage,
};
use crate::cli::Failure;

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Its maker is in, at this moment.
    In(Moment),
    Refused(Moment),
    Withdrawn(Moment),
    /// It waits, or has waited too long.
    Undecided,
}

/// A request that is made.
struct Wish {
    group: usize,
    person: usize,
    asked: Moment,
    fate: Fate,
}

/// Fills the groups. How many members there are, owners included.
pub(super) async fn gather(
    seeder: &Seeder,
    people: &mut [Person],
    groups: &mut [Group],
) -> Result<usize, Failure> {
    let mut dice = seeder.dice(3);
    let (mut wishes, guests) = plan(seeder, people, groups, &mut dice)?;
    wishes.sort_by_key(|wish| wish.asked);
    let stage = Stage::start("members", wishes.len() + guests.len());
    let ids = ask(seeder, people, groups, &wishes, &stage, &mut dice).await?;
    decide(seeder, people, groups, &wishes, &ids, &mut dice).await?;
    let expired = join_rules::expired_since(seeder.until, &seeder.policy);
    while seeder.store.expire_join_requests(expired, seeder.until).await? > 0 {}
    let doors = invite(seeder, people, groups, &mut dice).await?;
    welcome(seeder, people, &guests, &doors, &stage).await?;
    stage.end();
    promote(seeder, people, groups, &mut dice).await?;
    for group in groups.iter() {
        for member in &group.members {
            let seen = &mut people[member.person].last_seen;
            *seen = member.since.max(*seen);
        }
    }
    Ok(groups.iter().map(|group| group.members.len()).sum())
}

fn plan(
    seeder: &Seeder,
    people: &[Person],
    groups: &mut [Group],
    dice: &mut Dice,
) -> Result<(Vec<Wish>, Vec<Guest>), Failure> {
    let everybody = Weights::new(people.iter().map(|person| person.vigour))?;
    let (mut wishes, mut guests) = (Vec::new(), Vec::new());
    let (end, life) = (seeder.end - HOUR, life_of_requests(seeder));
    for (number, group) in groups.iter_mut().enumerate() {
        let mut known: HashSet<usize> = group.members.iter().map(|member| member.person).collect();
        for _ in 0..group.size * 6 {
            if group.members.len() >= group.size.min(people.len()) {
                break;
            }
            let person = dice.weighed(&everybody);
            let from = group.since.max(people[person].since) + 5 * MINUTE;
            let asked = dice.after(from, end);
            let since = match group.join_policy {
                JoinPolicy::Approval => dice.after(asked, end.min(asked + life / 2)),
                JoinPolicy::Open | JoinPolicy::Invite => asked,
            };
            if from >= end || since >= end || !known.insert(person) {
                continue;
            }
            group.members.push(Membership { person, since, staff: false });
            if group.join_policy == JoinPolicy::Invite {
                guests.push(Guest { group: number, person, moment: since });
            } else {
                wishes.push(Wish { group: number, person, asked, fate: Fate::In(since) });
            }
        }
        if group.join_policy == JoinPolicy::Approval {
            wishes.extend(outside(seeder, people, group, number, &mut known, dice));
        }
    }
    Ok((wishes, guests))
}

/// How long a request waits at most.
fn life_of_requests(seeder: &Seeder) -> Moment {
    Moment::from(seeder.policy.join_request_expiry_days) * DAY
}

/// Those who asked and are not in: some wait, some were refused, some took it back or were forgotten.
fn outside(
    seeder: &Seeder,
    people: &[Person],
    group: &Group,
    number: usize,
    known: &mut HashSet<usize>,
    dice: &mut Dice,
) -> Vec<Wish> {
    let life = life_of_requests(seeder);
    let recent = life.min(20 * DAY) / 2;
    let mut wishes = Vec::new();
    let wanted = 4 + group.size / 10;
    for _ in 0..wanted * 8 {
        if wishes.len() == wanted {
            break;
        }
        let person = dice.index(people.len());
        let from = group.since.max(people[person].since) + 5 * MINUTE;
        let early = dice.between(from, seeder.end - 2 * DAY);
        let answered = early + dice.between(MINUTE, life / 2);
        let (asked, over, fate) = match wishes.len() % 5 {
            1 => (early, answered, Fate::Refused(answered)),
            2 => (early, answered, Fate::Withdrawn(answered)),
            4 => {
                let forgotten = dice.between(from, seeder.end - life);
                (forgotten, forgotten + life, Fate::Undecided)
            }
            _ => {
                let recent = dice.between(seeder.end - recent, seeder.end);
                (recent, recent, Fate::Undecided)
            }
        };
        // Who came too late for that, or is no outsider, did not ask: somebody else did.
        if asked >= from && over < seeder.end && known.insert(person) {
            wishes.push(Wish { group: number, person, asked, fate });
        }
    }
    wishes
}

/// Makes the requests, in their order. Their ids.
async fn ask(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    wishes: &[Wish],
    stage: &Stage,
    dice: &mut Dice,
) -> Result<Vec<JoinRequestId>, Failure> {
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let at = seeder.at(wish.asked);
        let request = RequestToJoin {
            group_id: groups[wish.group].id,
            user_id: people[wish.person].id,
            reason: seeder.languages.say("reason", groups[wish.group].topic, dice),
            cooldown_since: join_rules::cooldown_since(at, &seeder.policy),
            expired_since: join_rules::expired_since(at, &seeder.policy),
            at,
            claim: None,
        };
        let store = Arc::clone(&seeder.store);
        ids.extend(
            lane.begin(async move { store.request_to_join(request).await }).await?.map(made).transpose()?,
        );
        stage.step();
    }
    while let Some(answer) = lane.answer().await? {
        ids.push(made(answer)?);
    }
    Ok(ids)
}

fn made(answer: Requested) -> Result<JoinRequestId, Failure> {
    match answer {
        Requested::Done(id) => Ok(id),
        refused => Err(format!("a join request: {refused:?}").into()),
    }
}

/// Ends those requests that somebody ended.
async fn decide(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    wishes: &[Wish],
    ids: &[JoinRequestId],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for (wish, id) in wishes.iter().zip(ids) {
        let group = &groups[wish.group];
        let (decision, moment, list) = match wish.fate {
            Fate::In(moment) if group.join_policy == JoinPolicy::Approval => {
                (Decision::Approve, moment, "approve")
            }
            Fate::Refused(moment) => (Decision::Refuse, moment, "refuse"),
            Fate::Withdrawn(moment) => {
                let (id, user, at) = (*id, people[wish.person].id, seeder.at(moment));
                let store = Arc::clone(&seeder.store);
                let withdraw = async move {
                    Ok(match store.withdraw(id, user, at).await? {
                        Withdrawn::Done => Decided::Done,
                        Withdrawn::AlreadyDecided => Decided::AlreadyDecided,
                        Withdrawn::NotFound => Decided::NotFound,
                    })
                };
                decided(lane.begin(withdraw).await?)?;
                continue;
            }
            Fate::In(_) | Fate::Undecided => continue,
        };
        let reply = dice.percent(60).then(|| seeder.languages.say(list, group.topic, dice));
        let at = seeder.at(moment);
        let expired_since = join_rules::expired_since(at, &seeder.policy);
        let by = people[group.owner()].id;
        let decide = Decide { id: *id, decision, reply, by, expired_since, at, claim: None };
        let store = Arc::clone(&seeder.store);
        decided(lane.begin(async move { store.decide(decide).await }).await?)?;
    }
    while let Some(answer) = lane.answer().await? {
        decided(Some(answer))?;
    }
    Ok(())
}

fn decided(answer: Option<Decided>) -> Result<(), Failure> {
    match answer {
        None | Some(Decided::Done) => Ok(()),
        Some(refused) => Err(format!("a decision: {refused:?}").into()),
    }
}

/// Makes moderators, and some owners more, of members of long standing.
async fn promote(
    seeder: &Seeder,
    people: &[Person],
    groups: &mut [Group],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for group in groups {
        let by = people[group.owner()].id;
        group.members[1..].sort_by_key(|member| (member.since, member.person));
        let moderators = 1 + group.members.len() / 100;
        let second_owner = dice.percent(20);
        for (rank, member) in group.members.iter_mut().skip(1).take(moderators).enumerate() {
            member.staff = true;
            let role = if rank == 0 && second_owner { Role::Owner } else { Role::Moderator };
            let at = seeder.at(dice.after(member.since, seeder.end));
            let update = update(group.id, people[member.person].id, by, at, role);
            let store = Arc::clone(&seeder.store);
            promoted(lane.begin(async move { store.update_member(update).await }).await?)?;
        }
    }
    while let Some(answer) = lane.answer().await? {
        promoted(Some(answer))?;
    }
    Ok(())
}

fn update(
    group_id: GroupId,
    user_id: UserId,
    by: UserId,
    at: forum_domain::clock::Timestamp,
    role: Role,
) -> UpdateMember {
    let patch = MemberPatch { role: Some(role), muted_until: None };
    UpdateMember { group_id, user_id, patch, by, at }
}

fn promoted(answer: Option<MemberUpdated>) -> Result<(), Failure> {
    match answer {
        None | Some(MemberUpdated::Done(_)) => Ok(()),
        Some(refused) => Err(format!("a moderator: {refused:?}").into()),
    }
}
