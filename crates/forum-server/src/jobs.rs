//! What happens by itself, in every instance: each job may run anywhere, any number of times.

use std::{sync::Arc, time::Duration};

use forum_domain::{Forum, error::PortError};
use tokio::{
    task::JoinSet,
    time::{self, MissedTickBehavior},
};

/// How often the sessions that other instances ended are asked for.
const POLL: Duration = Duration::from_secs(1);
/// How long a poll may take before it counts as failed.
const POLL_TIMEOUT: Duration = Duration::from_secs(2);
/// How many rounds of events are handled side by side.
const DISPATCHERS: u32 = 4;
/// How often events are asked for of which this process did not hear: those of other processes that died
/// before they could handle them, and those that failed and are due again.
const ASK_FOR_EVENTS: Duration = Duration::from_millis(500);
const EXPIRE: Duration = Duration::from_secs(60);
const PRUNE: Duration = Duration::from_secs(3_600);
/// What one call forgets at most: as many mean that there may be more.
const BATCH: u64 = 1_000;

/// Starts every job. They stop when the value goes.
pub fn start(forum: &Arc<Forum>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(every(POLL, "poll revocations", forum.clone(), |forum| async move {
        let poll = forum.sessions.poll_revocations();
        time::timeout(POLL_TIMEOUT, poll).await.map_err(PortError::unavailable)??;
        Ok(0)
    }));
    for turn in 0..DISPATCHERS {
        jobs.spawn(dispatch(forum.clone(), turn));
    }
    jobs.spawn(every(EXPIRE, "expire join requests", forum.clone(), |forum| async move {
        all(|| forum.joins.expire()).await
    }));
    jobs.spawn(every(EXPIRE, "clear away what deleted accounts left", forum.clone(), |forum| async move {
        Ok(forum.accounts.clear_departed().await?)
    }));
    jobs.spawn(every(PRUNE, "forget old sessions", forum.clone(), |forum| async move {
        all(|| forum.sessions.prune()).await
    }));
    jobs.spawn(every(PRUNE, "forget old idempotency keys", forum.clone(), |forum| async move {
        all(|| forum.idempotency.prune()).await
    }));
    jobs.spawn(every(PRUNE, "forget old like quotas", forum.clone(), |forum| async move {
        all(|| forum.likes.prune()).await
    }));
    jobs.spawn(every(PRUNE, "forget old notifications", forum.clone(), |forum| async move {
        all(|| forum.notifications.prune()).await
    }));
    jobs.spawn(every(PRUNE, "delete unused uploads", forum.clone(), |forum| async move {
        let mut done = 0;
        loop {
            match forum.media.sweep().await? {
                0 => return Ok(done),
                swept => done += swept,
            }
        }
    }));
    jobs.spawn(every(PRUNE, "remove files of broken uploads", forum.clone(), |forum| async move {
        Ok(forum.media.sweep_files().await?)
    }));
    jobs
}

/// Handles events for ever: as soon as this process records some, and else in turns with the others.
async fn dispatch(forum: Arc<Forum>, turn: u32) {
    let first = time::Instant::now() + ASK_FOR_EVENTS * turn;
    let mut asks = time::interval_at(first, ASK_FOR_EVENTS * DISPATCHERS);
    asks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        tokio::select! {
            () = forum.events.recorded() => {}
            _ = asks.tick() => {}
        }
        loop {
            let round = match forum.events.dispatch().await {
                Ok(round) => round,
                Err(error) => {
                    if !failing {
                        tracing::warn!(%error, "events cannot be handled, and are tried again");
                    }
                    failing = true;
                    break;
                }
            };
            failing = false;
            for (event, error) in &round.failed {
                tracing::warn!(event = event.id, what = ?event.event, %error, "an event was not handled, and is tried again");
            }
            if !round.full {
                break;
            }
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs a job now and then, for ever. That it fails is told once, until it succeeds again.
async fn every<Run>(period: Duration, name: &'static str, forum: Arc<Forum>, run: impl Fn(Arc<Forum>) -> Run)
where
    Run: Future<Output = Result<u64, Failure>>,
{
    let mut ticks = time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        ticks.tick().await;
        match run(forum.clone()).await {
            Ok(done) => {
                if failing {
                    tracing::info!(job = name, "the job succeeds again");
                }
                if done > 0 {
                    tracing::info!(job = name, done, "the job is done");
                }
                failing = false;
            }
            Err(error) => {
                if !failing {
                    tracing::warn!(job = name, error, "the job fails, and is tried again");
                }
                failing = true;
            }
        }
    }
}

/// Calls until a batch is not full. How many in all.
async fn all<E, Call>(call: impl Fn() -> Call) -> Result<u64, Failure>
where
    Call: Future<Output = Result<u64, E>>,
    E: Into<Failure>,
{
    let mut done = 0;
    loop {
        let batch = call().await.map_err(Into::into)?;
        done += batch;
        if batch < BATCH {
            return Ok(done);
        }
    }
}
