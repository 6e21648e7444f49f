//! What the dispatcher does with events, and with consumers that fail.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::{
    Claimed, Consumer, Dispatcher, Event, MockConsumer, MockEventRepository, Recorded, Subject, Verb, rules,
};
use crate::{error::PortError, id::PostId, testing::at};

fn event(id: i64) -> Recorded {
    let event = Event { verb: Verb::Created, subject: Subject::Post(PostId::stored(id)), user: None };
    Recorded { id, event, at: at(0) }
}

fn lending(events: &[(i64, u32)]) -> MockEventRepository {
    let claimed: Vec<Claimed> =
        events.iter().map(|(id, attempts)| Claimed { recorded: event(*id), attempts: *attempts }).collect();
    let mut repository = MockEventRepository::new();
    repository.expect_claim_events().times(1).return_once(move |_, _| Ok(claimed));
    repository
}

/// Remembers what it was given.
#[derive(Default)]
struct Listening(Mutex<Vec<i64>>);

#[async_trait]
impl Consumer for Listening {
    async fn handle(&self, event: &Recorded) -> Result<(), PortError> {
        self.0.lock().unwrap().push(event.id);
        Ok(())
    }
}

/// Panics at one event.
struct Panicking(i64);

#[async_trait]
impl Consumer for Panicking {
    async fn handle(&self, event: &Recorded) -> Result<(), PortError> {
        assert_ne!(event.id, self.0);
        Ok(())
    }
}

#[pollster::test]
async fn every_consumer_is_given_every_event_and_what_all_handled_is_forgotten() {
    let mut events = lending(&[(1, 1), (2, 1)]);
    events.expect_finish_events().withf(|ids| ids == [1, 2]).times(1).returning(|_| Ok(()));
    let (one, other) = (Arc::new(Listening::default()), Arc::new(Listening::default()));
    let dispatcher = Dispatcher { events: Arc::new(events), consumers: vec![one.clone(), other.clone()] };
    let round = dispatcher.dispatch().await.unwrap();
    assert_eq!((round.handled, round.failed.len(), round.full), (2, 0, false));
    assert_eq!(
        (one.0.lock().unwrap().as_slice(), other.0.lock().unwrap().as_slice()),
        (&[1, 2][..], &[1, 2][..])
    );
}

#[pollster::test]
async fn an_event_that_one_consumer_fails_comes_again_later_and_stops_nobody() {
    let mut events = lending(&[(1, 3), (2, 1)]);
    events
        .expect_postpone_event()
        .withf(|id, pause| (*id, *pause) == (1, 4))
        .times(1)
        .returning(|_, _| Ok(()));
    events.expect_finish_events().withf(|ids| ids == [2]).times(1).returning(|_| Ok(()));
    let mut failing = MockConsumer::new();
    failing.expect_handle().returning(|event| if event.id == 1 { Err(PortError::Busy) } else { Ok(()) });
    let behind = Arc::new(Listening::default());
    let dispatcher =
        Dispatcher { events: Arc::new(events), consumers: vec![Arc::new(failing), behind.clone()] };
    let round = dispatcher.dispatch().await.unwrap();
    assert_eq!((round.handled, round.failed[0].0.id), (1, 1));
    assert_eq!(*behind.0.lock().unwrap(), [1, 2]);
}

#[pollster::test]
async fn a_consumer_that_panics_fails_its_event_and_no_other() {
    let mut events = lending(&[(1, 1), (2, 1)]);
    events.expect_postpone_event().withf(|id, _| *id == 1).times(1).returning(|_, _| Ok(()));
    events.expect_finish_events().withf(|ids| ids == [2]).times(1).returning(|_| Ok(()));
    let dispatcher = Dispatcher { events: Arc::new(events), consumers: vec![Arc::new(Panicking(1))] };
    assert_eq!(dispatcher.dispatch().await.unwrap().handled, 1);
}

#[test]
fn the_pause_doubles_up_to_five_minutes() {
    let pauses: Vec<u32> = [0, 1, 2, 3, 9, 10, 33, u32::MAX].map(rules::pause_seconds).into();
    assert_eq!(pauses, [1, 1, 2, 4, 256, 300, 300, 300]);
}
