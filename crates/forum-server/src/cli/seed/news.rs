//! What follows from all that happened: the notifications of the last week, and the index of searching.
//!
//! Every fact records an event for a server to handle, hundreds of thousands of them. A server that began
//! with these would be busy for minutes, and would tell people of what they saw half a year ago. So the
//! events end here: of the last week everybody is told, as a server would, most have read what is older
//! than two days, and what is older than a week was seen, read and forgotten.

use std::sync::Arc;

use forum_domain::{
    event::Recorded,
    notification::{MarkRead, Which},
};

use super::{
    Seeder,
    dice::{DAY, Dice, Moment},
    lane::Lane,
    people::Person,
    progress::Stage,
};
use crate::cli::Failure;

/// What people are still told of.
const NEWS: Moment = 7 * DAY;
/// What most have read is older than this.
const UNREAD: Moment = 2 * DAY;
/// How many events are taken at once.
const AT_ONCE: u32 = 10_000;
/// How many are forgotten at once.
const BATCH: usize = 1_000;
/// How long the events of the last week are held, in seconds, while people are told of them: if that is broken
/// off, a server tells the rest once this is over.
const HELD: u32 = 600;

/// Tells people, and makes everything be found.
pub(super) async fn spread(seeder: &Seeder, people: &[Person]) -> Result<(), Failure> {
    let news = collect(seeder).await?;
    let read_until = seeder.at(seeder.end - UNREAD);
    let (old, new) = news.split_at(news.partition_point(|event| event.at < read_until));
    let stage = Stage::start("news", news.len());
    tell(seeder, old, &stage).await?;
    read(seeder, people, &mut seeder.dice(24)).await?;
    tell(seeder, new, &stage).await?;
    stage.end();
    let stage = Stage::start("index", 0);
    seeder.forum.search.reindex(false, |done| stage.reach(done)).await?;
    stage.end();
    Ok(())
}

/// The events of the last week, in the order of the history. The others are over.
async fn collect(seeder: &Seeder) -> Result<Vec<Recorded>, Failure> {
    let since = seeder.at(seeder.end - NEWS);
    let mut news = Vec::new();
    loop {
        let claimed = seeder.store.claim_events(AT_ONCE, HELD).await?;
        if claimed.is_empty() {
            break;
        }
        let mut over = Vec::new();
        for claimed in claimed {
            if claimed.recorded.at < since {
                over.push(claimed.recorded.id);
            } else {
                news.push(claimed.recorded);
            }
        }
        finish(seeder, &over).await?;
    }
    // Their numbers follow the order in which they were written, which is nobody's.
    news.sort_by_cached_key(|recorded| (recorded.at, format!("{:?}", recorded.event)));
    Ok(news)
}

async fn finish(seeder: &Seeder, events: &[i64]) -> Result<(), Failure> {
    for batch in events.chunks(BATCH) {
        seeder.store.finish_events(batch).await?;
    }
    Ok(())
}

/// Tells whom these events concern. Nobody is mentioned: no text in `texts/` has an `@`.
async fn tell(seeder: &Seeder, events: &[Recorded], stage: &Stage) -> Result<(), Failure> {
    for batch in events.chunks(BATCH) {
        let mut lane = Lane::new(seeder.width);
        for event in batch {
            let store = Arc::clone(&seeder.store);
            lane.begin(async move { store.follow(event, Vec::new()).await }).await?;
            stage.step();
        }
        while lane.answer().await?.is_some() {}
        let told: Vec<i64> = batch.iter().map(|event| event.id).collect();
        finish(seeder, &told).await?;
    }
    Ok(())
}

/// Seven in ten read what they were told so far.
async fn read(seeder: &Seeder, people: &[Person], dice: &mut Dice) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for person in people.iter().filter(|_| dice.percent(70)) {
        let at = seeder.at(seeder.end - UNREAD);
        let mark = MarkRead { user: person.id, which: Which::All, at, claim: None };
        let store = Arc::clone(&seeder.store);
        lane.begin(async move { store.mark_read(mark).await }).await?;
    }
    while lane.answer().await?.is_some() {}
    Ok(())
}
