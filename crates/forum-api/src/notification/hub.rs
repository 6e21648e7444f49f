//! Open streams of notifications: who has one, and who is to look.
//!
//! A stream takes what it delivers from the store, from where it stands, whenever its user's feed is said to
//! have changed: by this process, by others ([`FanOut`](forum_domain::notification::FanOut)), or, should
//! a word be lost, by the store, which is asked for all feeds at once every two seconds. So nothing waits
//! in memory for a client that reads slowly, and idle clients cost no reading at all. Streams of one user
//! that stand in the same place share one reading.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use forum_domain::{
    Actor, Forum,
    error::PortError,
    id::{SessionId, UserId},
    notification::{Changes, NotificationError},
};
use tokio::{
    sync::{Semaphore, watch},
    time::{self, Instant},
};

/// How many streams read at a time: enough to keep a store busy, few enough to leave connections to others.
const READERS: usize = 8;
/// How often the store is asked which feeds changed.
const LOOK: Duration = Duration::from_secs(2);
/// How far back it is asked: longer than one failed question and its transaction take.
const LOOK_BACK_SECONDS: u32 = 10;
/// How long that may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);
/// How often it is looked whose session ended.
const EXPEL: Duration = Duration::from_secs(1);
/// For how long a reading counts: what one may see by now is asked anew after that.
const FRESH: Duration = Duration::from_millis(250);
/// After how long a user who has too many streams may try again: dead ones have been noticed by then.
const TOO_MANY: Duration = Duration::from_secs(30);

/// The open streams of this process.
pub struct Hub {
    forum: Arc<Forum>,
    feeds: Mutex<HashMap<UserId, Feed>>,
    open: AtomicUsize,
    seats: AtomicU64,
    readers: Semaphore,
    closed: watch::Sender<bool>,
}

/// What the streams of one user have in common.
struct Feed {
    /// Goes up whenever they are to look.
    calls: watch::Sender<u64>,
    sessions: HashMap<u64, SessionId>,
    shared: Arc<Shared>,
}

/// What was read last, while several streams may want it.
type Shared = tokio::sync::Mutex<Option<Reading>>;

struct Reading {
    /// It holds whatever was there before this call.
    call: u64,
    since: i64,
    at: Instant,
    changes: Arc<Changes>,
}

/// One stream's place. It is free again when this goes.
pub(super) struct Seat {
    hub: Arc<Hub>,
    number: u64,
    /// Who listens.
    pub(super) actor: Actor,
    calls: watch::Receiver<u64>,
    closed: watch::Receiver<bool>,
    shared: Arc<Shared>,
}

/// Why a stream wakes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// There may be something new, or the session may have ended.
    Look,
    /// The process stops.
    Close,
}

impl Hub {
    /// A hub with nobody. [`Hub::run`] makes it work.
    #[must_use]
    pub fn new(forum: Arc<Forum>) -> Arc<Self> {
        Arc::new(Self {
            forum,
            feeds: Mutex::default(),
            open: AtomicUsize::new(0),
            seats: AtomicU64::new(0),
            readers: Semaphore::new(READERS),
            closed: watch::Sender::new(false),
        })
    }

    /// How many streams are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Ends every stream at once, and opens no more.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Calls streams for as long as it is polled.
    pub async fn run(&self) {
        tokio::join!(self.hear(), self.look(), self.expel());
    }

    /// Calls those whom the fan-out names.
    async fn hear(&self) {
        let mut told = self.forum.notifications.listen();
        loop {
            match told.next().await {
                Some(users) => {
                    let feeds = self.feeds();
                    users.iter().filter_map(|user| feeds.get(user)).for_each(Feed::call);
                }
                None => self.feeds().values().for_each(Feed::call),
            }
        }
    }

    /// Calls those whose feed changed, and who may not have been told.
    async fn look(&self) {
        let mut ticks = time::interval(LOOK);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        // Up to where each feed was seen to be at the last look: by then its streams were called.
        let mut seen = HashMap::<UserId, i64>::new();
        let mut failing = false;
        loop {
            ticks.tick().await;
            if self.open() == 0 {
                seen.clear();
                continue;
            }
            let asked = time::timeout(LOOK_TIMEOUT, self.forum.notifications.changed(LOOK_BACK_SECONDS));
            match asked.await.map_err(PortError::unavailable).flatten() {
                Ok(changed) => {
                    let feeds = self.feeds();
                    if failing {
                        // What changed meanwhile may be further back than was asked.
                        feeds.values().for_each(Feed::call);
                    }
                    failing = false;
                    for (user, seq) in &changed {
                        if let Some(feed) = feeds.get(user)
                            && seen.get(user) != Some(seq)
                        {
                            feed.call();
                        }
                    }
                    drop(feeds);
                    seen = changed.into_iter().collect();
                }
                Err(error) => {
                    if !failing {
                        tracing::warn!(%error, "it cannot be asked which notifications changed");
                    }
                    failing = true;
                }
            }
        }
    }

    /// Calls those whose session ended.
    async fn expel(&self) {
        let mut ticks = time::interval(EXPEL);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let sessions = &self.forum.sessions;
            for feed in self.feeds().values() {
                if feed.sessions.values().any(|session| sessions.has_ended(*session)) {
                    feed.call();
                }
            }
        }
    }

    /// A place for one more stream of this user's. From now on no change is missed.
    ///
    /// # Errors
    /// [`NotificationError::TooManyStreams`]; the process stops.
    pub(super) fn enter(self: &Arc<Self>, actor: Actor) -> Result<Seat, NotificationError> {
        let closed = self.closed.subscribe();
        if *closed.borrow() {
            return Err(PortError::Busy.into());
        }
        let most = self.forum.policy.streams_per_user as usize;
        let number = self.seats.fetch_add(1, Ordering::Relaxed);
        let mut feeds = self.feeds();
        let feed = feeds.entry(actor.user_id).or_insert_with(Feed::new);
        if feed.sessions.len() >= most {
            return Err(NotificationError::TooManyStreams { retry_after: TOO_MANY });
        }
        feed.sessions.insert(number, actor.session_id);
        self.open.fetch_add(1, Ordering::Relaxed);
        let (calls, shared) = (feed.calls.subscribe(), feed.shared.clone());
        Ok(Seat { hub: self.clone(), number, actor, calls, closed, shared })
    }

    fn feeds(&self) -> MutexGuard<'_, HashMap<UserId, Feed>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    fn new() -> Self {
        Self { calls: watch::Sender::new(0), sessions: HashMap::new(), shared: Arc::default() }
    }

    fn call(&self) {
        self.calls.send_modify(|calls| *calls += 1);
    }
}

impl Seat {
    /// Waits until there may be something to do.
    pub(super) async fn called(&mut self) -> Call {
        tokio::select! {
            biased;
            _ = self.closed.wait_for(|closed| *closed) => Call::Close,
            // The sender is in the feed, which is there as long as this seat is.
            _ = self.calls.changed() => Call::Look,
        }
    }

    /// Whether the session of this stream has not ended.
    ///
    /// # Errors
    /// Only a port's.
    pub(super) async fn is_open(&self) -> Result<bool, PortError> {
        self.hub.forum.sessions.is_open(self.actor.session_id).await
    }

    /// What became of the feed since it had this number: everything that was there when the stream was last
    /// called. What another stream of the user's has just read counts.
    ///
    /// # Errors
    /// Only a port's.
    pub(super) async fn changes(&mut self, since: i64) -> Result<Arc<Changes>, PortError> {
        let shared = self.shared.clone();
        let mut shared = shared.lock().await;
        let call = *self.calls.borrow_and_update();
        if let Some(reading) = shared.as_ref()
            && (reading.call, reading.since) == (call, since)
            && reading.at.elapsed() < FRESH
        {
            return Ok(reading.changes.clone());
        }
        let changes = Arc::new(self.read(Some(since)).await?);
        let alone = self.hub.feeds().get(&self.actor.user_id).is_none_or(|feed| feed.sessions.len() < 2);
        let reading = || Reading { call, since, at: Instant::now(), changes: changes.clone() };
        *shared = (!alone).then(reading);
        Ok(changes)
    }

    /// As [`Seat::changes`], read now; with `None` only where the feed is, and what is unread.
    ///
    /// # Errors
    /// Only a port's.
    pub(super) async fn read(&mut self, since: Option<i64>) -> Result<Changes, PortError> {
        // It is never closed.
        let _turn = self.hub.readers.acquire().await.map_err(PortError::unavailable)?;
        // Calls that came while it waited are answered, too.
        self.calls.mark_unchanged();
        self.hub.forum.notifications.changes(self.actor.user_id, since).await
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut feeds = self.hub.feeds();
        if let Some(feed) = feeds.get_mut(&self.actor.user_id) {
            feed.sessions.remove(&self.number);
            if feed.sessions.is_empty() {
                feeds.remove(&self.actor.user_id);
            }
        }
        self.hub.open.fetch_sub(1, Ordering::Relaxed);
    }
}
