//! Who does not want to hear of whom.

use std::{collections::HashSet, sync::Arc};

use forum_domain::people::BlockSet;

use super::{
    Seeder,
    dice::HOUR,
    lane::Lane,
    people::{Person, Public},
    upkeep::done,
};
use crate::cli::Failure;

/// One in ten blocks somebody, the busier being blocked more. How many blocks there are.
pub(super) async fn block(seeder: &Seeder, people: &[Person]) -> Result<usize, Failure> {
    let mut dice = seeder.dice(22);
    let public = Public::new(people)?;
    let mut known = HashSet::new();
    let mut lane = Lane::new(seeder.free_width);
    for _ in 0..people.len() / 10 {
        let user = dice.index(people.len());
        let moment = dice.growing((people[user].since + HOUR).min(seeder.end), seeder.end);
        let blocked = public.somebody(people, moment, &mut dice);
        // The site speaks through its first: he is heard.
        if user == blocked || blocked == 0 || !known.insert((user, blocked)) {
            continue;
        }
        let (user, blocked, at) = (people[user].id, people[blocked].id, seeder.at(moment));
        let store = Arc::clone(&seeder.store);
        let block = async move { store.set_block(user, blocked, true, at).await };
        done(lane.begin(block).await?, &BlockSet::Done)?;
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &BlockSet::Done)?;
    }
    Ok(known.len())
}
