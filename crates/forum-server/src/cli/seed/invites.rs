//! Invites, and those who follow them.

use std::sync::Arc;

use forum_domain::{
    group::JoinPolicy,
    invite::{Accepted, CreateInvite, InviteCreated, InviteToken},
};

use super::{
    Seeder,
    dice::{DAY, Dice, HOUR, MINUTE, Moment},
    groups::Group,
    lane::Lane,
    people::Person,
    progress::Stage,
};
use crate::cli::Failure;

/// Somebody who follows an invite.
pub(super) struct Guest {
    pub(super) group: usize,
    pub(super) person: usize,
    pub(super) moment: Moment,
}

/// Makes invites into every group: for those who let in only so, one that lets all guests in; besides, one that
/// is open and one whose time is over. The tokens of the first kind, where there is one.
pub(super) async fn invite(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    dice: &mut Dice,
) -> Result<Vec<Option<InviteToken>>, Failure> {
    let mut lane = Lane::new(seeder.width);
    let mut doors = Vec::with_capacity(groups.len());
    for group in groups {
        let by = people[group.owner()].id;
        let mut door = None;
        let guests = (group.join_policy == JoinPolicy::Invite)
            .then(|| (group.members.len(), group.since + MINUTE, group.since + 365 * DAY));
        let open = (5, seeder.end - 2 * DAY, seeder.end + 28 * DAY);
        let over = (1, group.since + HOUR, group.since + HOUR + DAY);
        for (kind, invite) in [guests, Some(open), dice.percent(50).then_some(over)].into_iter().enumerate() {
            let Some((uses, moment, expiry)) = invite else { continue };
            let token = token(dice)?;
            if kind == 0 {
                door = Some(token.clone());
            }
            let create = CreateInvite {
                token,
                group_id: group.id,
                max_uses: i32::try_from(uses)?,
                expires_at: seeder.at(expiry),
                by,
                at_most: seeder.policy.invites_per_group,
                at: seeder.at(moment.max(group.since)),
                claim: None,
            };
            let store = Arc::clone(&seeder.store);
            invited(lane.begin(async move { store.create_invite(create).await }).await?)?;
        }
        doors.push(door);
    }
    while let Some(answer) = lane.answer().await? {
        invited(Some(answer))?;
    }
    Ok(doors)
}

fn token(dice: &mut Dice) -> Result<InviteToken, Failure> {
    let text: String = dice.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
    InviteToken::parse(&text).ok_or_else(|| "no token is drawn".into())
}

fn invited(answer: Option<InviteCreated>) -> Result<(), Failure> {
    match answer {
        // Where few invites may be open, there are few.
        None | Some(InviteCreated::Done(_) | InviteCreated::TooMany) => Ok(()),
        Some(refused) => Err(format!("an invite: {refused:?}").into()),
    }
}

/// Lets the guests in.
pub(super) async fn welcome(
    seeder: &Seeder,
    people: &[Person],
    guests: &[Guest],
    doors: &[Option<InviteToken>],
    stage: &Stage,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for guest in guests {
        let Some(token) = doors[guest.group].clone() else { continue };
        let (user, at) = (people[guest.person].id, seeder.at(guest.moment));
        let store = Arc::clone(&seeder.store);
        welcomed(lane.begin(async move { store.accept_invite(&token, user, at, None).await }).await?)?;
        stage.step();
    }
    while let Some(answer) = lane.answer().await? {
        welcomed(Some(answer))?;
    }
    Ok(())
}

fn welcomed(answer: Option<Accepted>) -> Result<(), Failure> {
    match answer {
        None | Some(Accepted::Done(_)) => Ok(()),
        Some(refused) => Err(format!("a guest: {refused:?}").into()),
    }
}
