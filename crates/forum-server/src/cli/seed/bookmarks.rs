//! The bookmarks.

use std::{collections::HashSet, sync::Arc};

use super::{
    Seeder,
    dice::Weights,
    groups::{Crowd, Group},
    lane::Lane,
    people::Person,
    posts::Post,
};
use crate::cli::Failure;

/// Some for each, of what draws most.
pub(super) async fn keep(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    posts: &[Post],
) -> Result<(), Failure> {
    if posts.is_empty() {
        return Ok(());
    }
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
