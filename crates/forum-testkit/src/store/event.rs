//! What [`EventRepository`](forum_domain::event::EventRepository) promises, and that every fact records
//! its event, once, and nothing else does.

use std::{collections::HashSet, sync::Arc, time::Duration};

use forum_domain::{
    account::{Nickname, ProfilePatch, UpdateProfile},
    comment::UpdateComment,
    event::{Event, Subject, Verb},
    group::{JoinPolicy, Role},
    id::{GroupId, JoinRequestId, PostId, UserId},
    join::{Decision, JoinStatus},
    membership::{MemberPatch, Transfer, UpdateMember},
    post::{DeletePost, PostPatch, Title, UpdatePost},
    store::Store,
};

use super::stage::{
    CALLERS, Stage, at,
    comment::{body, liking, unliking},
    race,
};

impl Stage {
    /// Every event since the last call, the oldest first.
    pub(super) async fn happened(&self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let claimed = self.store.claim_events(100, 60).await.unwrap();
            if claimed.is_empty() {
                return events;
            }
            let ids: Vec<i64> = claimed.iter().map(|claimed| claimed.recorded.id).collect();
            events.extend(claimed.iter().map(|claimed| claimed.recorded.event));
            self.store.finish_events(&ids).await.unwrap();
        }
    }
}

fn event(verb: Verb, subject: Subject, user: UserId) -> Event {
    Event { verb, subject, user: Some(user) }
}

/// As many events as facts: `count` posts.
async fn posts(stage: &Stage, count: usize) -> Vec<PostId> {
    let (group, owner) = stage.public_group().await;
    let mut posts = Vec::new();
    for _ in 0..count {
        posts.push(stage.post(group, owner, 1).await);
    }
    posts
}

/// What is written, liked, edited and deleted is told with who did it; what changed nothing is not told.
pub async fn what_is_written_and_liked_is_recorded_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let reader = stage.user().await;
    let made = event(Verb::Created, Subject::Group(group), owner);
    let user = |user| event(Verb::Created, Subject::User(user), user);
    assert_eq!(stage.happened().await, [user(owner), made, user(reader)]);

    let post = stage.post(group, owner, 1).await;
    let comment = stage.comment(post, owner, 2).await;
    let reply = stage.reply(comment, owner, 3).await;
    let [on_post, on_comment, on_reply] =
        [Subject::Post(post), Subject::Comment(comment), Subject::Comment(reply)];
    let created = |subject| event(Verb::Created, subject, owner);
    assert_eq!(stage.happened().await, [created(on_post), created(on_comment), created(on_reply)]);

    for _ in 0..2 {
        stage.store.like(liking(post, reader)).await.unwrap();
        stage.store.like(liking(reply, reader)).await.unwrap();
        stage.store.like(liking(post, owner)).await.unwrap();
    }
    let liked = |subject| event(Verb::Liked, subject, reader);
    assert_eq!(stage.happened().await, [liked(on_post), liked(on_reply)]);
    for _ in 0..2 {
        stage.store.unlike(unliking(post, reader)).await.unwrap();
        stage.store.unlike(unliking(reply, reader)).await.unwrap();
    }
    let unliked = |subject| event(Verb::Unliked, subject, reader);
    assert_eq!(stage.happened().await, [unliked(on_post), unliked(on_reply)]);

    let patch = PostPatch { title: Some(Title::parse("another").unwrap()), ..PostPatch::default() };
    for by in [owner, reader] {
        let (if_version, patch) = (None, patch.clone());
        stage
            .store
            .update_post(UpdatePost { id: post, by, patch, if_version, review: None, at: at(4) })
            .await
            .unwrap();
        let (id, body) = (comment, body("another"));
        stage
            .store
            .update_comment(UpdateComment { id, by, body, if_version, review: None, at: at(4) })
            .await
            .unwrap();
    }
    let edited = |subject| event(Verb::Edited, subject, owner);
    assert_eq!(stage.happened().await, [edited(on_post), edited(on_comment)]);

    stage.delete_comment(reply, owner, 5).await;
    for _ in 0..2 {
        let delete = DeletePost { id: post, by: owner, if_version: None, at: at(5) };
        stage.store.delete_post(delete).await.unwrap();
    }
    for _ in 0..2 {
        stage.store.restore_post(post, owner, at(6)).await.unwrap();
    }
    let [gone, all_gone] = [on_reply, on_post].map(|subject| event(Verb::Deleted, subject, owner));
    let back = event(Verb::Restored, on_post, owner);
    assert_eq!(stage.happened().await, [gone, all_gone, back]);
    stage.store.delete_group(group, Some(owner), None, at(7)).await.unwrap();
    assert_eq!(stage.happened().await, [event(Verb::Deleted, Subject::Group(group), owner)]);
}

/// Who asks, is let in, gets a role and goes.
pub async fn what_becomes_of_members_is_recorded(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let users = stage.users(6).await;
    let of = |id: JoinRequestId| Subject::JoinRequest(id);
    let here = Subject::Group(group);
    let mut asked = Vec::new();
    for user in &users {
        asked.push(stage.request(group, *user, 10).await);
    }
    stage.happened().await;

    stage.store.decide(Stage::verdict(asked[0], Decision::Approve, owner, 20)).await.unwrap();
    stage.store.decide(Stage::verdict(asked[0], Decision::Refuse, owner, 21)).await.unwrap();
    stage.store.decide(Stage::verdict(asked[1], Decision::Refuse, owner, 22)).await.unwrap();
    stage.store.withdraw(asked[2], users[2], at(23)).await.unwrap();
    assert_eq!(
        stage.happened().await,
        [
            event(Verb::Decided, of(asked[0]), owner),
            event(Verb::RoleChanged, here, users[0]),
            event(Verb::Decided, of(asked[1]), owner),
            event(Verb::Decided, of(asked[2]), users[2]),
        ]
    );

    stage.ban(group, users[3], owner, 24).await;
    assert_eq!(stage.happened().await, [event(Verb::Decided, of(asked[3]), owner)]);
    stage.set_policy(group, owner, JoinPolicy::Open, at(25)).await;
    let happened: HashSet<Event> = stage.happened().await.into_iter().collect();
    let expected = [
        event(Verb::Decided, of(asked[4]), owner),
        event(Verb::Decided, of(asked[5]), owner),
        event(Verb::RoleChanged, here, users[4]),
        event(Verb::RoleChanged, here, users[5]),
        event(Verb::Edited, here, owner),
    ];
    assert_eq!(happened, expected.into());

    let change = |user_id, role| UpdateMember {
        group_id: group,
        user_id,
        patch: MemberPatch { role: Some(role), muted_until: None },
        by: owner,
        at: at(26),
    };
    for _ in 0..2 {
        stage.store.update_member(change(users[0], Role::Moderator)).await.unwrap();
    }
    let (from, to, claim) = (owner, users[4], None);
    stage.store.transfer_group(Transfer { group_id: group, from, to, at: at(27), claim }).await.unwrap();
    for _ in 0..2 {
        stage.store.remove_member(group, users[5], users[4], at(28)).await.unwrap();
    }
    stage.ban(group, users[0], users[4], 29).await;
    assert_eq!(
        stage.happened().await,
        [
            event(Verb::RoleChanged, here, users[0]),
            event(Verb::RoleChanged, here, users[4]),
            event(Verb::Left, here, users[5]),
            event(Verb::Left, here, users[0]),
        ]
    );
}

/// What is decided by itself, many at a time, is told of each.
pub async fn requests_that_end_together_are_each_recorded(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let mut asked = Vec::new();
    let ask = async |group: GroupId| {
        let user = stage.user().await;
        Subject::JoinRequest(stage.request(group, user, 10).await)
    };
    let (expiring, _) = stage.group(JoinPolicy::Approval).await;
    let (closing, owner) = stage.group(JoinPolicy::Approval).await;
    for group in [expiring, expiring, closing] {
        asked.push(ask(group).await);
    }
    stage.happened().await;
    stage.set_policy(closing, owner, JoinPolicy::Invite, at(20)).await;
    let refused = event(Verb::Decided, asked[2], owner);
    assert_eq!(stage.happened().await, [refused, event(Verb::Edited, Subject::Group(closing), owner)]);
    assert_eq!(stage.store.expire_join_requests(at(15), at(30)).await.unwrap(), 2);
    let expired = |subject| Event { verb: Verb::Decided, subject, user: None };
    assert_eq!(stage.happened().await, [expired(asked[0]), expired(asked[1])]);
    assert!(stage.requests(expiring, JoinStatus::Expired).await.len() == 2);
}

/// A profile that was changed.
pub async fn a_changed_profile_is_recorded(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let user_id = stage.user().await;
    stage.happened().await;
    let nickname = Some(Nickname::parse("somebody else").unwrap());
    let patch = ProfilePatch { nickname, ..ProfilePatch::default() };
    for if_version in [None, Some(1)] {
        let update = UpdateProfile { user_id, patch: patch.clone(), if_version, review: None, at: at(1) };
        stage.store.update_profile(update).await.unwrap();
    }
    assert_eq!(stage.happened().await, [event(Verb::Edited, Subject::User(user_id), user_id)]);
}

/// However many ask at once, each event is lent to one of them.
pub async fn an_event_is_lent_to_one_at_a_time(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    stage.happened().await;
    posts(&stage, 40).await;
    let claims = race((0..CALLERS).map(|_| {
        let store = stage.store.clone();
        async move { store.claim_events(3, 60).await }
    }));
    let mut lent: Vec<i64> = claims.await.into_iter().flatten().map(|claimed| claimed.recorded.id).collect();
    let more = stage.store.claim_events(100, 60).await.unwrap();
    lent.extend(more.iter().map(|claimed| claimed.recorded.id));
    // The group, its owner and the posts.
    assert_eq!((lent.len(), lent.iter().collect::<HashSet<_>>().len()), (42, 42));
    assert_eq!(stage.store.backlog().await.unwrap().waiting, 42);
    stage.store.finish_events(&lent).await.unwrap();
    stage.store.finish_events(&lent).await.unwrap();
    let backlog = stage.store.backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.oldest), (0, None));
}

/// Whose handler died is handed out again, and so is what was put off, later; the count of attempts tells.
pub async fn an_event_that_was_not_handled_comes_again(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    posts(&stage, 1).await;
    let first = stage.store.claim_events(100, 0).await.unwrap();
    assert_eq!(first.iter().map(|claimed| claimed.attempts).collect::<Vec<_>>(), [1, 1, 1]);
    let again = stage.store.claim_events(100, 60).await.unwrap();
    assert_eq!(again.iter().map(|claimed| claimed.attempts).collect::<Vec<_>>(), [2, 2, 2]);
    assert_eq!(
        first.iter().map(|claimed| claimed.recorded).collect::<Vec<_>>(),
        again.iter().map(|claimed| claimed.recorded).collect::<Vec<_>>()
    );
    assert_eq!(stage.store.claim_events(100, 60).await.unwrap(), []);
    let ids: Vec<i64> = again.iter().map(|claimed| claimed.recorded.id).collect();
    stage.store.postpone_event(ids[0], 0).await.unwrap();
    stage.store.postpone_event(ids[1], 60).await.unwrap();
    let third = stage.store.claim_events(100, 60).await.unwrap();
    assert_eq!(third.iter().map(|claimed| claimed.recorded.id).collect::<Vec<_>>(), [ids[0]]);
    let backlog = stage.store.backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.failed, backlog.oldest), (3, 3, Some(at(0))));
}

/// Whoever waits for events need not ask for them.
pub async fn who_waits_is_woken_once_events_are_there(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let reader = stage.user().await;
    let soon = Duration::from_secs(5);
    // What happened before is told once.
    tokio::time::timeout(soon, stage.store.recorded()).await.unwrap();
    stage.happened().await;
    let quiet = tokio::time::timeout(Duration::from_millis(50), stage.store.recorded()).await;
    assert!(quiet.is_err(), "nothing was recorded");
    for how in 0..4 {
        match how {
            0 => drop(stage.comment(post, reader_in(&stage, group).await, 2).await),
            1 => drop(stage.store.like(liking(post, reader)).await.unwrap()),
            2 => drop(stage.store.unlike(unliking(post, reader)).await.unwrap()),
            _ => drop(stage.post(group, owner, 3).await),
        }
        tokio::time::timeout(soon, stage.store.recorded()).await.unwrap();
        assert_ne!(stage.happened().await, [], "{how}");
    }
}

/// Somebody new who may write there.
async fn reader_in(stage: &Stage, group: GroupId) -> UserId {
    stage.member(group, Role::Member).await
}
