//! What [`NotificationRepository`](forum_domain::notification::NotificationRepository) promises.

mod asked;

use std::sync::Arc;

use forum_domain::{
    event::{Event, Recorded, Subject, Verb},
    group::{JoinPolicy, Role},
    id::{GroupId, NotificationId, UserId},
    join::Decision,
    notification::{Announce, Kind, MarkRead, Notification, NotificationFilter, Place, Preferences, Which},
    page::PageRequest,
    post::DeletePost,
    store::Store,
};

pub use asked::*;

use super::stage::{
    Stage, all, at,
    comment::{liking, unliking},
    race,
};

impl Stage {
    /// Lets everything that happened be followed, twice over, as after a crash; `mentions` are those of each
    /// text.
    async fn follow_naming(&self, mentions: &[&str]) {
        let mentions = vec![mentions.iter().map(|name| forum_domain::text::skeleton(name)).collect()];
        loop {
            let claimed = self.store.claim_events(100, 60).await.unwrap();
            if claimed.is_empty() {
                return;
            }
            for _ in 0..2 {
                for event in &claimed {
                    self.store.follow(&event.recorded, Vec::clone(&mentions)).await.unwrap();
                }
            }
            let ids: Vec<i64> = claimed.iter().map(|claimed| claimed.recorded.id).collect();
            self.store.finish_events(&ids).await.unwrap();
        }
    }

    async fn follow(&self) {
        self.follow_naming(&[]).await;
    }

    async fn told(&self, user: UserId) -> Vec<Notification> {
        let none = NotificationFilter::default();
        all(|page| self.store.list_notifications(user, none, page)).await
    }

    /// The kinds that a user is told, the last changed first; what he counts as unread is what he lists.
    async fn kinds(&self, user: UserId) -> Vec<Kind> {
        let told = self.told(user).await;
        let unread = told.iter().filter(|one| one.read_at.is_none()).count();
        let counted = self.store.count_unread(user).await.unwrap();
        assert_eq!(counted.total(), i64::try_from(unread).unwrap(), "{told:?}");
        told.iter().map(|one| one.kind).collect()
    }

    async fn mark(&self, user: UserId, which: Which) -> bool {
        self.store.mark_read(MarkRead { user, which, at: at(50), claim: None }).await.unwrap()
    }
}

fn actors(one: &Notification) -> Vec<UserId> {
    one.actors.iter().map(|card| card.id).collect()
}

/// A public group with a post of its owner's, and a member.
async fn scene(stage: &Stage) -> (GroupId, UserId, forum_domain::id::PostId, UserId) {
    let (group, owner) = stage.public_group().await;
    let post = stage.post(group, owner, 1).await;
    let member = stage.member(group, Role::Member).await;
    stage.follow().await;
    (group, owner, post, member)
}

/// Comments reach the post's author, replies whom they answer; nobody hears of himself.
pub async fn comments_and_replies_are_told_to_whom_they_answer(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner, post, member) = scene(&stage).await;
    let other = stage.member(group, Role::Member).await;
    let comment = stage.comment(post, member, 2).await;
    stage.comment(post, owner, 3).await;
    let reply = stage.reply(comment, other, 4).await;
    stage.reply(reply, owner, 5).await;
    stage.follow().await;

    assert_eq!(stage.kinds(owner).await, [Kind::PostCommented]);
    let told = stage.told(owner).await;
    let target = told[0].target.as_ref().unwrap();
    assert_eq!((target.place, target.post_id, target.group_id), (Place::Post(post), Some(post), Some(group)));
    assert_eq!((actors(&told[0]), told[0].excerpt.as_deref()), (vec![member], Some("a comment")));
    assert_eq!(stage.kinds(member).await, [Kind::CommentReplied, Kind::CommentReplied]);
    let told = stage.told(member).await;
    assert_eq!(told[1].target.as_ref().unwrap().place, Place::Comment(comment));
    // Who is answered under somebody else's comment hears of it too.
    assert_eq!(stage.kinds(other).await, [Kind::CommentReplied]);
}

/// Likes of one thing are one notification, which names the last three and counts all; taken back, they go.
pub async fn likes_of_one_thing_are_one_notification(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, owner, post, _) = scene(&stage).await;
    let likers = stage.users(5).await;
    for (second, liker) in likers.iter().enumerate() {
        let second = i64::try_from(second).unwrap();
        let like = forum_domain::like::Like { at: at(10 + second), ..liking(post, *liker) };
        stage.store.like(like).await.unwrap();
    }
    stage.follow().await;
    let told = stage.told(owner).await;
    assert_eq!(stage.kinds(owner).await, [Kind::PostLiked]);
    assert_eq!((told[0].actor_count, actors(&told[0])), (5, vec![likers[4], likers[3], likers[2]]));

    assert!(stage.mark(owner, Which::All).await);
    stage.store.unlike(unliking(post, likers[4])).await.unwrap();
    stage.follow().await;
    let told = stage.told(owner).await;
    assert_eq!((told[0].actor_count, actors(&told[0])), (4, vec![likers[3], likers[2], likers[1]]));
    assert!(told[0].read_at.is_some(), "a like that is taken back is no news");
    stage.store.like(liking(post, likers[4])).await.unwrap();
    stage.follow().await;
    assert_eq!(stage.store.count_unread(owner).await.unwrap().total(), 1, "a new one is");
    for liker in &likers {
        stage.store.unlike(unliking(post, *liker)).await.unwrap();
    }
    stage.follow().await;
    assert_eq!(stage.kinds(owner).await, []);
    stage.is_sound(at(100)).await;
}

/// However many handle likes at once, the notification is what the likes are.
pub async fn likes_that_are_followed_at_once_leave_an_exact_count(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, owner, post, _) = scene(&stage).await;
    let likers = stage.users(20).await;
    race(likers.iter().map(|liker| {
        let (store, liker) = (stage.store.clone(), *liker);
        async move {
            store.like(liking(post, liker)).await?;
            let event = Event { verb: Verb::Liked, subject: Subject::Post(post), user: Some(liker) };
            store.follow(&Recorded { id: 0, event, at: at(1) }, Vec::new()).await
        }
    }))
    .await;
    race(likers.iter().take(10).map(|liker| {
        let (store, liker) = (stage.store.clone(), *liker);
        async move {
            store.unlike(unliking(post, liker)).await?;
            let event = Event { verb: Verb::Unliked, subject: Subject::Post(post), user: Some(liker) };
            store.follow(&Recorded { id: 0, event, at: at(1) }, Vec::new()).await
        }
    }))
    .await;
    stage.follow().await;
    let told = stage.told(owner).await;
    assert_eq!((told.len(), told[0].actor_count), (1, 10));
}

/// Whoever is named is told, unless he may not read it, did it himself, or is told otherwise.
pub async fn who_is_named_is_told_if_he_may_read_it(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let member = stage.member(group, Role::Member).await;
    let outsider = stage.user().await;
    let name = async |user| stage.store.find_user(user).await.unwrap().unwrap().nickname.unwrap();
    let [of_member, of_outsider, of_owner] = [name(member).await, name(outsider).await, name(owner).await];
    stage.follow().await;
    let post = stage.post(group, owner, 1).await;
    stage.follow_naming(&["nobody of this name", of_member.as_str()]).await;
    assert_eq!(stage.kinds(member).await, [Kind::Mentioned]);
    assert_eq!(stage.told(member).await[0].target.as_ref().unwrap().place, Place::Post(post));
    stage.post(group, owner, 2).await;
    stage.follow_naming(&[of_outsider.as_str()]).await;
    assert_eq!(stage.kinds(outsider).await, []);
    stage.post(group, owner, 3).await;
    stage.comment(post, member, 4).await;
    stage.follow_naming(&[of_owner.as_str()]).await;
    assert_eq!(stage.kinds(owner).await, [Kind::PostCommented], "told once, and not of himself");
}

/// Those who decide hear of who asks until somebody decided; he hears how.
pub async fn requests_are_told_to_those_who_decide_and_decisions_to_who_asked(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let member = stage.member(group, Role::Member).await;
    stage.follow().await;
    assert_eq!(stage.kinds(moderator).await, [Kind::RoleChanged]);
    stage.mark(moderator, Which::All).await;
    let users = stage.users(3).await;
    let mut asked = Vec::new();
    for user in &users {
        asked.push(stage.request(group, *user, 10).await);
    }
    stage.follow().await;
    for decider in [owner, moderator] {
        assert_eq!(stage.store.count_unread(decider).await.unwrap().by_kind, [(Kind::JoinRequested, 3)]);
    }
    assert_eq!(stage.kinds(member).await, []);
    stage.store.decide(Stage::verdict(asked[0], Decision::Approve, owner, 20)).await.unwrap();
    stage.store.decide(Stage::verdict(asked[1], Decision::Refuse, owner, 20)).await.unwrap();
    stage.store.withdraw(asked[2], users[2], at(20)).await.unwrap();
    stage.follow().await;
    assert_eq!(stage.kinds(owner).await, []);
    assert_eq!(stage.kinds(users[0]).await, [Kind::JoinApproved], "and not that he has a role");
    assert_eq!(stage.kinds(users[1]).await, [Kind::JoinRefused]);
    assert_eq!(stage.told(users[1]).await[0].excerpt.as_deref(), Some("Refuse"));
    assert_eq!(stage.kinds(users[2]).await, []);
}

/// What is gone, or in a group that one left, is neither listed nor counted nor pushed, and comes back with it.
pub async fn what_one_may_not_see_is_not_there(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let author = stage.member(group, Role::Member).await;
    let other = stage.member(group, Role::Member).await;
    let post = stage.post(group, author, 2).await;
    stage.comment(post, other, 3).await;
    stage.follow().await;
    assert_eq!(stage.kinds(author).await, [Kind::PostCommented]);
    let place = stage.store.changes_since(author, None, 10).await.unwrap().seq;

    stage.store.remove_member(group, author, author, at(4)).await.unwrap();
    stage.follow().await;
    assert_eq!(stage.kinds(author).await, []);
    let changes = stage.store.changes_since(author, Some(0), 10).await.unwrap();
    assert_eq!((changes.items, changes.unread.total()), (vec![], 0));
    assert!(changes.seq > place, "that it is hidden is a change");
    stage.assign(group, author, Role::Member, at(5)).await;
    stage.follow().await;
    assert_eq!(stage.kinds(author).await, [Kind::PostCommented]);

    let delete = DeletePost { id: post, by: owner, if_version: None, at: at(6) };
    stage.store.delete_post(delete).await.unwrap();
    stage.follow().await;
    assert_eq!(stage.kinds(author).await, [Kind::ContentRemoved]);
    stage.store.restore_post(post, owner, at(7)).await.unwrap();
    stage.follow().await;
    assert_eq!(stage.kinds(author).await, [Kind::PostCommented], "once, and not twice");
}

/// Kinds that are not wanted are not told from then on.
pub async fn what_one_does_not_want_is_not_told(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, owner, post, member) = scene(&stage).await;
    let muted = Preferences { muted: vec![Kind::PostLiked, Kind::System] };
    stage.store.set_notification_preferences(owner, muted.clone()).await.unwrap();
    assert_eq!(stage.store.notification_preferences(owner).await.unwrap(), muted);
    stage.store.like(liking(post, member)).await.unwrap();
    stage.comment(post, member, 2).await;
    stage.follow().await;
    assert_eq!(stage.kinds(owner).await, [Kind::PostCommented]);
    stage.store.set_notification_preferences(owner, Preferences::default()).await.unwrap();
    assert_eq!(stage.store.notification_preferences(owner).await.unwrap(), Preferences::default());
}

/// Some, up to one, all; and never another's.
pub async fn notifications_are_marked_as_read(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, owner, post, member) = scene(&stage).await;
    for second in 2..7 {
        stage.comment(post, member, second).await;
    }
    stage.follow().await;
    let ids: Vec<NotificationId> = stage.told(owner).await.iter().map(|one| one.id).collect();
    let unread = async || stage.store.count_unread(owner).await.unwrap().total();
    assert!(stage.mark(member, Which::These(ids.clone())).await);
    assert!(!stage.mark(member, Which::UpTo(ids[0])).await);
    assert_eq!(unread().await, 5);
    assert!(stage.mark(owner, Which::These(vec![ids[0], ids[0]])).await);
    assert_eq!(unread().await, 4);
    assert!(stage.mark(owner, Which::UpTo(ids[3])).await);
    assert_eq!(unread().await, 2);
    for (filter, left) in [(Some(true), 2), (Some(false), 3), (None, 5)] {
        let filter = NotificationFilter { kind: Some(Kind::PostCommented), unread: filter };
        let listed = all(|page| stage.store.list_notifications(owner, filter, page)).await;
        assert_eq!(listed.len(), left);
        let other = NotificationFilter { kind: Some(Kind::System), ..filter };
        let none = stage.store.list_notifications(owner, other, PageRequest::first()).await.unwrap();
        assert_eq!(none.items, []);
    }
    assert!(stage.mark(owner, Which::All).await);
    assert_eq!(unread().await, 0);
}

/// Every change has its number, and whoever knows one is told what came after it.
pub async fn a_feed_tells_what_came_after_a_number(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, owner, post, member) = scene(&stage).await;
    let start = stage.store.changes_since(owner, None, 10).await.unwrap();
    for second in 2..5 {
        stage.comment(post, member, second).await;
    }
    stage.follow().await;
    let changes = stage.store.changes_since(owner, Some(start.seq), 10).await.unwrap();
    assert_eq!((changes.items.len(), changes.gap, changes.unread.total()), (3, false, 3));
    assert!(changes.items.is_sorted_by_key(|one| one.seq));
    let last = changes.items[2].seq;
    let none = stage.store.changes_since(owner, Some(changes.seq), 10).await.unwrap();
    assert!(none.items.is_empty() && !none.gap && changes.seq >= last);
    assert_eq!(
        stage.store.changes_since(owner, Some(changes.items[1].seq), 10).await.unwrap().items.len(),
        1
    );
    for (since, limit) in [(start.seq, 2), (changes.seq + 1, 10), (-1, 10)] {
        assert!(stage.store.changes_since(owner, Some(since), limit).await.unwrap().gap, "{since}");
    }
    let lately = stage.store.changed_feeds(60).await.unwrap();
    assert!(lately.contains(&(owner, changes.seq)), "{lately:?}");
}

/// Each is told once, however often.
pub async fn what_the_site_says_reaches_everybody_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let users = stage.users(5).await;
    let announce =
        |after| Announce { text: "hello".into(), name: "one".into(), to: None, after, limit: 3, at: at(1) };
    for _ in 0..2 {
        let mut after = None;
        loop {
            let told = stage.store.announce(announce(after)).await.unwrap();
            after = told.last;
            if after.is_none() {
                break;
            }
        }
    }
    for user in &users {
        assert_eq!(stage.kinds(*user).await, [Kind::System]);
        let told = stage.told(*user).await;
        assert_eq!((told[0].excerpt.as_deref(), told[0].target.as_ref()), (Some("hello"), None));
    }
    let to_one = Announce { to: Some(users[1]), name: "two".into(), ..announce(None) };
    assert_eq!(stage.store.announce(to_one).await.unwrap().users, [users[1]]);
}

/// Old ones go, read ones earlier.
pub async fn old_notifications_are_forgotten(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (_, owner, post, member) = scene(&stage).await;
    stage.comment(post, member, 100).await;
    stage.store.like(forum_domain::like::Like { at: at(200), ..liking(post, member) }).await.unwrap();
    stage.follow().await;
    let prune = async |read, any| stage.store.prune_notifications(at(read), at(any)).await.unwrap();
    assert_eq!(prune(1_000, 100).await, 0);
    assert!(stage.mark(owner, Which::All).await);
    assert_eq!(prune(150, 50).await, 1);
    assert_eq!(stage.kinds(owner).await, [Kind::PostLiked]);
    assert_eq!(prune(150, 201).await, 1);
    assert_eq!(stage.kinds(owner).await, []);
}
