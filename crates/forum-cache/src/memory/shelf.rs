//! A bounded map whose entries have their time, changed by one caller at a time.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta};
use forum_domain::clock::{Clock, Timestamp};
use moka::{Expiry, policy::EvictionPolicy, sync};

/// What an entry takes beside its key and value: two links, a timer, reference counts, hash slots.
const OVERHEAD: usize = 200;

/// Longer than anything is kept; the timers of the map want a bound.
const LONGEST: Duration = Duration::from_secs(10 * 366 * 24 * 3_600);

pub(super) struct Shelf<K, V> {
    entries: sync::Cache<K, Entry<V>>,
    /// Held while entries are read and changed, so that several of them change together.
    one_at_a_time: Mutex<()>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone)]
struct Entry<V> {
    value: V,
    until: Timestamp,
    /// How long from when it was put on the shelf; `None` if only its value changed since.
    lifetime: Option<Duration>,
}

/// Lets an entry go when its time is over by the monotonic clock, too.
struct Lifetimes;

impl<K, V> Expiry<K, Entry<V>> for Lifetimes {
    fn expire_after_create(&self, _: &K, entry: &Entry<V>, _: Instant) -> Option<Duration> {
        entry.lifetime
    }

    fn expire_after_update(
        &self,
        _: &K,
        entry: &Entry<V>,
        _: Instant,
        left: Option<Duration>,
    ) -> Option<Duration> {
        entry.lifetime.or(left)
    }
}

impl<K, V> Shelf<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// An empty shelf that bears `bytes`; `size` tells how many a key and its value take on the heap.
    pub(super) fn new(bytes: u64, size: fn(&K, &V) -> usize, clock: Arc<dyn Clock>) -> Self {
        let fixed = OVERHEAD + size_of::<K>() + size_of::<Entry<V>>();
        let weigh = move |key: &K, entry: &Entry<V>| {
            u32::try_from(fixed + size(key, &entry.value)).unwrap_or(u32::MAX)
        };
        // Least recently used: what is new is always taken in, however often the old was asked for.
        let entries = sync::Cache::builder()
            .max_capacity(bytes)
            .weigher(weigh)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(Lifetimes)
            .build();
        Self { entries, one_at_a_time: Mutex::new(()), clock }
    }

    /// The shelf for one caller, at one moment.
    pub(super) fn lock(&self) -> Locked<'_, K, V> {
        let guard = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        Locked { shelf: self, now: self.clock.now(), _guard: guard }
    }
}

pub(super) struct Locked<'a, K, V> {
    shelf: &'a Shelf<K, V>,
    /// The moment.
    pub(super) now: Timestamp,
    _guard: MutexGuard<'a, ()>,
}

impl<K, V> Locked<'_, K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The value and until when it is there.
    pub(super) fn get(&self, key: &K) -> Option<(V, Timestamp)> {
        let entry = self.shelf.entries.get(key)?;
        (entry.until > self.now).then_some((entry.value, entry.until))
    }

    /// Puts a value on the shelf for so long from now, in place of any other.
    pub(super) fn put(&self, key: K, value: V, lifetime: Duration) {
        let lifetime = lifetime.min(LONGEST);
        let until = TimeDelta::from_std(lifetime).ok().and_then(|life| self.now.checked_add_signed(life));
        let until = until.unwrap_or(DateTime::<chrono::Utc>::MAX_UTC);
        self.shelf.entries.insert(key, Entry { value, until, lifetime: Some(lifetime) });
    }

    /// Changes the value of a key that is there, which leaves when it would have left.
    pub(super) fn change(&self, key: &K, value: V, until: Timestamp) {
        self.shelf.entries.insert(key.clone(), Entry { value, until, lifetime: None });
    }

    pub(super) fn remove(&self, key: &K) {
        self.shelf.entries.invalidate(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct StoppedClock(Mutex<Timestamp>);

    impl Clock for StoppedClock {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    fn stopped() -> Arc<StoppedClock> {
        Arc::new(StoppedClock(Mutex::new(DateTime::from_timestamp_micros(1_800_000_000_000_000).unwrap())))
    }

    fn shelf(bytes: u64, clock: Arc<StoppedClock>) -> Shelf<String, u32> {
        Shelf::new(bytes, |key, _| key.len(), clock)
    }

    #[test]
    fn a_flood_of_keys_drives_out_the_oldest_and_not_the_newest() {
        let shelf = shelf(100_000, stopped());
        for number in 0..20_000u32 {
            shelf.lock().put(number.to_string(), number, Duration::from_secs(60));
        }
        shelf.entries.run_pending_tasks();
        assert!(shelf.entries.weighted_size() <= 100_000);
        let locked = shelf.lock();
        assert_eq!(locked.get(&"19999".into()).map(|(number, _)| number), Some(19_999));
        assert_eq!(locked.get(&"0".into()), None);
    }

    #[test]
    fn an_entry_leaves_when_its_time_is_over_by_the_given_clock() {
        let clock = stopped();
        let shelf = shelf(100_000, clock.clone());
        shelf.lock().put("k".into(), 1, Duration::from_secs(60));
        *clock.0.lock().unwrap() += TimeDelta::seconds(59);
        assert!(shelf.lock().get(&"k".into()).is_some());
        *clock.0.lock().unwrap() += TimeDelta::seconds(1);
        assert!(shelf.lock().get(&"k".into()).is_none());
    }

    #[test]
    fn a_clock_that_was_set_back_extends_nothing() {
        let clock = stopped();
        let shelf = shelf(100_000, clock.clone());
        shelf.lock().put("k".into(), 1, Duration::from_millis(50));
        *clock.0.lock().unwrap() -= TimeDelta::hours(2);
        let (_, until) = shelf.lock().get(&"k".into()).unwrap();
        shelf.lock().change(&"k".into(), 2, until);
        std::thread::sleep(Duration::from_millis(120));
        assert!(shelf.lock().get(&"k".into()).is_none());
    }
}
