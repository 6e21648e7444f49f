//! Whom a text mentions, and what the services ask of their ports.

use std::sync::Arc;

use super::{
    Announced, FanOut, Kind, MockFanOut, MockNotificationRepository, NotificationService, Notifier,
    Preferences, Unread, Which, rules::mentions,
};
use crate::{
    error::PortError,
    event::{Consumer, Event, Recorded, Subject, Verb},
    id::{CommentId, NotificationId, UserId},
    testing::{CountingRandom, TestClock, actor, at, refused, user_id},
    text::skeleton,
};

fn named(text: &str) -> Vec<Vec<String>> {
    mentions(text)
}

fn names(of: &[&str]) -> Vec<String> {
    of.iter().map(|name| skeleton(name)).collect()
}

#[test]
fn a_mention_ends_at_white_space_punctuation_or_the_end() {
    assert_eq!(named("@amy"), [names(&["amy"])]);
    assert_eq!(named("<p>hello @amy, come</p>"), [names(&["amy, come", "amy,", "amy"])]);
    assert_eq!(named("谢谢@小鹿！"), [names(&["小鹿！", "小鹿"])]);
    assert_eq!(named("＠小鹿　好"), [names(&["小鹿　好", "小鹿"])]);
    // What goes on is another name.
    assert_eq!(named("@amyx"), [names(&["amyx"])]);
    assert_eq!(named("no one"), Vec::<Vec<String>>::new());
    assert_eq!(named("a@ b"), [names(&["b"])]);
    assert_eq!(named("@"), Vec::<Vec<String>>::new());
}

#[test]
fn tags_end_a_name_and_hide_none() {
    assert_eq!(named("<b>@amy</b>bob"), [names(&["amy"])]);
    assert_eq!(named("<a title=\"@ann\">x</a>"), Vec::<Vec<String>>::new());
    assert_eq!(named("@a&amp;b"), [names(&["a&b", "a"])]);
}

#[test]
fn each_is_meant_once_and_twenty_at_most() {
    assert_eq!(named("@amy @amy").len(), 1);
    assert_eq!(named("@amy, @amy").len(), 2, "the first may be called with a comma");
    assert_eq!(named("@amy\n@amy\n@amy").len(), 1);
    let many: String = (0..100).map(|n| format!("@name{n}\n")).collect();
    assert_eq!(named(&many).len(), 20);
}

fn commented() -> Recorded {
    let event = Event {
        verb: Verb::Created,
        subject: Subject::Comment(CommentId::stored(3)),
        user: Some(user_id(2)),
    };
    Recorded { id: 1, event, at: at(0) }
}

#[pollster::test]
async fn what_is_written_is_searched_for_names_and_who_hears_of_it_is_told_to_all() {
    let mut notifications = MockNotificationRepository::new();
    notifications.expect_mentioning_text().times(1).returning(|_| Ok(Some("@amy".into())));
    notifications
        .expect_follow()
        .withf(|_, mentions| *mentions == [names(&["amy"])])
        .times(1)
        .returning(|_, _| Ok(vec![user_id(7)]));
    let mut fan_out = MockFanOut::new();
    // That nobody could be told is no failure of the event.
    fan_out.expect_tell().withf(|users| users == [user_id(7)]).times(1).returning(|_| Err(PortError::Busy));
    let notifier = Notifier { notifications: Arc::new(notifications), fan_out: Arc::new(fan_out) };
    notifier.handle(&commented()).await.unwrap();
}

#[pollster::test]
async fn what_was_liked_is_not_read_for_names_and_a_failing_store_fails_the_event() {
    let mut notifications = MockNotificationRepository::new();
    notifications.expect_follow().times(1).returning(|_, _| Err(PortError::Busy));
    let notifier = Notifier { notifications: Arc::new(notifications), fan_out: Arc::new(MockFanOut::new()) };
    let liked = Recorded { event: Event { verb: Verb::Liked, ..commented().event }, ..commented() };
    assert_eq!(refused(notifier.handle(&liked).await), "server.busy");
}

fn service(notifications: MockNotificationRepository) -> NotificationService {
    let mut fan_out = MockFanOut::new();
    fan_out.expect_tell().returning(|_| Ok(()));
    let fan_out: Arc<dyn FanOut> = Arc::new(fan_out);
    NotificationService {
        notifications: Arc::new(notifications),
        fan_out,
        clock: Arc::new(TestClock::at(at(0))),
        random: Arc::new(CountingRandom::from(1)),
    }
}

#[pollster::test]
async fn what_is_marked_is_his_and_answered_with_what_is_left() {
    let mut notifications = MockNotificationRepository::new();
    notifications.expect_mark_read().times(2).returning(|mark| Ok(mark.which == Which::All));
    let left = Unread { by_kind: vec![(Kind::PostLiked, 2), (Kind::System, 1)] };
    let unread = left.clone();
    notifications.expect_count_unread().times(1).returning(move |_| Ok(unread.clone()));
    let service = service(notifications);
    assert_eq!(service.mark_read(actor(), Which::All, None).await.unwrap().total(), 3);
    let id = NotificationId::stored(9);
    assert_eq!(refused(service.mark_read(actor(), Which::UpTo(id), None).await), "notification.not_found");
    let many = Which::These(vec![id; 101]);
    assert_eq!(refused(service.mark_read(actor(), many, None).await), "request.invalid");
}

#[pollster::test]
async fn preferences_are_kept_in_order_and_once() {
    let mut notifications = MockNotificationRepository::new();
    notifications
        .expect_set_notification_preferences()
        .withf(|_, preferences| preferences.muted == [Kind::PostLiked, Kind::System])
        .times(1)
        .returning(|_, _| Ok(()));
    let muted = vec![Kind::System, Kind::PostLiked, Kind::System];
    service(notifications).set_preferences(actor(), Preferences { muted }).await.unwrap();
}

#[pollster::test]
async fn everybody_is_told_some_at_a_time_under_one_name() {
    let mut notifications = MockNotificationRepository::new();
    notifications.expect_announce().times(3).returning(|announce| {
        let next = announce.after.map_or(1, |user: UserId| user.get() + 1);
        let there = (next <= 2).then(|| UserId::stored(next));
        Ok(Announced { users: there.into_iter().collect(), last: there })
    });
    assert_eq!(service(notifications).announce(" 今晚维护 ", None).await.unwrap(), 2);
    let blank = service(MockNotificationRepository::new()).announce(" ", None).await;
    assert_eq!(refused(blank), "request.invalid");
}
