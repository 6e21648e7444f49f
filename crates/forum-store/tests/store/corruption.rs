//! The doctor finds what is broken, that and nothing else, and puts it right: each invariant is broken
//! by hand, past the store, on both databases.

use std::{any::Any, sync::Arc};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use forum_domain::{
    account::Registered,
    clock::Timestamp,
    group::{CreateGroup, GroupCreated, Role},
    id::{GroupId, JoinRequestId, UserId},
    integrity::{Finding, Invariant},
    invite::{CreateInvite, InviteToken},
    join::{Decide, Decided, Decision, JoinStatus, RequestToJoin, Requested},
    membership::MemberUpdated,
    store::Store,
};
use forum_testkit::build::{self, at};

use crate::{postgres, sqlite};

macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_sqlite {
            use super::Scene;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(Scene::on_sqlite().await).await;
            })*
        }
        mod on_postgres {
            use super::Scene;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(Scene::on_postgres().await).await;
            })*
        }
    };
}

mod content;
mod media;
mod moderation;
mod questions;
mod search;

/// The tables themselves, without the store.
enum Tables {
    Sqlite(String),
    Postgres(tokio_postgres::Client),
}

impl Tables {
    async fn run(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => {
                SqliteConnection::establish(path).unwrap().batch_execute(sql).unwrap();
            }
            Self::Postgres(client) => client.batch_execute(sql).await.unwrap(),
        }
    }
}

/// A sound forum: a group with two owners and a member, a request that waits and one that was refused,
/// and an invite.
struct Scene {
    store: Arc<dyn Store>,
    tables: Tables,
    group: GroupId,
    owner: UserId,
    other_owner: UserId,
    member: UserId,
    asker: UserId,
    pending: JoinRequestId,
    refused: JoinRequestId,
    _database: Box<dyn Any>,
}

const NOW: i64 = 100;

impl Scene {
    async fn on_sqlite() -> Self {
        let (store, directory) = sqlite::fresh().await;
        let url = sqlite::url(&directory);
        let path = url.strip_prefix("sqlite:").unwrap().to_owned();
        Self::set(store, Tables::Sqlite(path), Box::new(directory)).await
    }

    async fn on_postgres() -> Self {
        let (store, database) = postgres::fresh().await;
        let client = database.client().await;
        Self::set(store, Tables::Postgres(client), Box::new(database)).await
    }

    async fn set(store: Arc<dyn Store>, tables: Tables, database: Box<dyn Any>) -> Self {
        let mut users = Vec::new();
        for number in 1..=5 {
            let Registered::Created(user) = store.register(build::register(number)).await.unwrap() else {
                panic!("not registered")
            };
            users.push(user.id);
        }
        let [owner, other_owner, member, asker, unwanted] = users[..] else { panic!("five users") };
        let create = CreateGroup {
            draft: build::draft("group").unwrap(),
            owner,
            review: None,
            at: at(0),
            claim: None,
        };
        let GroupCreated::Done(group) = store.create_group(create).await.unwrap() else { panic!("not made") };
        for (user, role) in [(other_owner, Role::Owner), (member, Role::Member)] {
            let assigned = store.assign_role(group, user, role, at(1)).await.unwrap();
            assert!(matches!(assigned, MemberUpdated::Done(_)));
        }
        let (pending, refused) = (ask(&store, group, asker).await, ask(&store, group, unwanted).await);
        let decision = Decision::Refuse;
        let (reply, claim) = (None, None);
        let refuse =
            Decide { id: refused, decision, reply, by: owner, expired_since: at(0), at: at(3), claim };
        assert_eq!(store.decide(refuse).await.unwrap(), Decided::Done);
        let token = InviteToken::parse(&"a".repeat(32)).unwrap();
        let (max_uses, expires_at, by, at_most) = (3, at(1_000), owner, 10);
        let invite = CreateInvite {
            token,
            group_id: group,
            max_uses,
            expires_at,
            by,
            at_most,
            at: at(3),
            claim: None,
        };
        store.create_invite(invite).await.unwrap();
        let _database = database;
        let scene =
            Self { store, tables, group, owner, other_owner, member, asker, pending, refused, _database };
        assert_eq!(scene.findings().await, []);
        scene
    }

    fn now() -> Timestamp {
        at(NOW)
    }

    /// Everything that is wrong.
    async fn findings(&self) -> Vec<Finding> {
        let mut all = Vec::new();
        for invariant in Invariant::ALL {
            all.extend(self.store.inspect(invariant, Self::now(), 100).await.unwrap());
        }
        all
    }

    /// The one thing that is wrong, which breaks this invariant.
    async fn only_finding(&self, invariant: Invariant) -> Finding {
        let mut found = self.findings().await;
        assert_eq!(found.len(), 1, "{found:?}");
        let finding = found.remove(0);
        assert_eq!(finding.invariant, invariant, "{finding:?}");
        finding
    }

    /// That this is the only finding, and that its repair leaves none and happens once.
    async fn is_found_and_repaired(&self, invariant: Invariant, subject: i64) {
        let finding = self.only_finding(invariant).await;
        assert_eq!(finding.subject, subject, "{finding:?}");
        assert!(self.store.repair(&finding, Self::now()).await.unwrap(), "{finding:?} was not repaired");
        assert_eq!(self.findings().await, []);
        assert!(!self.store.repair(&finding, Self::now()).await.unwrap(), "{finding:?} was repaired twice");
    }

    /// That this is the only finding, and that no repair touches it.
    async fn is_found_and_left_alone(&self, invariant: Invariant, subject: i64) {
        let finding = self.only_finding(invariant).await;
        assert_eq!(finding.subject, subject, "{finding:?}");
        assert!(!self.store.repair(&finding, Self::now()).await.unwrap(), "{finding:?} was repaired");
        assert_eq!(self.findings().await, [finding]);
    }

    async fn member_count(&self) -> i64 {
        self.store.find_group(self.group, None, Self::now()).await.unwrap().unwrap().group.member_count
    }

    async fn role(&self, user: UserId) -> Option<Role> {
        self.store.standing(self.group, Some(user), Self::now()).await.unwrap().unwrap().role
    }

    async fn status(&self, id: JoinRequestId) -> JoinStatus {
        self.store.find_join_request(id, self.owner).await.unwrap().unwrap().status
    }
}

async fn ask(store: &Arc<dyn Store>, group_id: GroupId, user_id: UserId) -> JoinRequestId {
    let (reason, claim) = (String::from("let me in"), None);
    let (cooldown_since, expired_since, at) = (at(0), at(0), at(2));
    let request = RequestToJoin { group_id, user_id, reason, cooldown_since, expired_since, at, claim };
    match store.request_to_join(request).await.unwrap() {
        Requested::Done(id) => id,
        refused => panic!("{refused:?}"),
    }
}

async fn a_wrong_member_count(scene: Scene) {
    for change in ["+ 1", "- 1", "* 0"] {
        scene.tables.run(&format!("UPDATE groups SET member_count = member_count {change}")).await;
        scene.is_found_and_repaired(Invariant::MemberCount, scene.group.get()).await;
        assert_eq!(scene.member_count().await, 3);
    }
}

async fn a_group_without_owners(scene: Scene) {
    scene.tables.run("UPDATE memberships SET role = 'moderator' WHERE role = 'owner'").await;
    scene.is_found_and_left_alone(Invariant::GroupHasOwner, scene.group.get()).await;
}

async fn a_shown_owner_who_is_none(scene: Scene) {
    scene.tables.run(&format!("UPDATE groups SET owner_id = {}", scene.member)).await;
    scene.is_found_and_repaired(Invariant::ShownOwner, scene.group.get()).await;
    let shown = scene.store.find_group(scene.group, None, Scene::now()).await.unwrap().unwrap().owner;
    assert_eq!(shown.id, scene.owner, "the owner of longest standing");
}

async fn a_second_pending_request(scene: Scene) {
    let copy = format!(
        "DROP INDEX join_requests_one_pending; \
         INSERT INTO join_requests (group_id, user_id, reason, status, created_at) \
         SELECT group_id, user_id, reason, status, created_at FROM join_requests WHERE id = {}",
        scene.pending
    );
    scene.tables.run(&copy).await;
    // The newest request is the copy.
    let second = scene.refused.get() + 1;
    scene.is_found_and_repaired(Invariant::OnePendingRequest, second).await;
    assert_eq!(scene.status(scene.pending).await, JoinStatus::Pending, "the oldest waits on");
    assert_eq!(scene.status(JoinRequestId::stored(second)).await, JoinStatus::Expired);
}

async fn a_member_who_waits(scene: Scene) {
    let enter = format!(
        "INSERT INTO memberships (group_id, user_id, role, joined_at) \
         SELECT group_id, user_id, 'member', created_at FROM join_requests WHERE id = {}; \
         UPDATE groups SET member_count = member_count + 1",
        scene.pending
    );
    scene.tables.run(&enter).await;
    scene.is_found_and_repaired(Invariant::MemberDoesNotWait, scene.pending.get()).await;
    assert_eq!(scene.status(scene.pending).await, JoinStatus::Expired);
    assert_eq!(scene.role(scene.asker).await, Some(Role::Member));
}

async fn a_member_who_is_banned(scene: Scene) {
    let ban = |user: UserId| {
        format!(
            "INSERT INTO bans (group_id, user_id, created_by, created_at) \
             SELECT group_id, user_id, user_id, joined_at FROM memberships WHERE user_id = {user}"
        )
    };
    scene.tables.run(&ban(scene.member)).await;
    scene.is_found_and_repaired(Invariant::BannedIsOut, scene.group.get()).await;
    assert_eq!((scene.role(scene.member).await, scene.member_count().await), (None, 2));

    scene.tables.run(&ban(scene.owner)).await;
    scene.is_found_and_repaired(Invariant::BannedIsOut, scene.group.get()).await;
    assert_eq!((scene.role(scene.owner).await, scene.member_count().await), (None, 1));

    // The last owner stays: who shall own the group is not for a repair to say.
    scene.tables.run(&ban(scene.other_owner)).await;
    scene.is_found_and_left_alone(Invariant::BannedIsOut, scene.group.get()).await;
}

async fn a_request_that_waits_and_was_decided(scene: Scene) {
    let decide = format!("UPDATE join_requests SET decided_at = created_at WHERE id = {}", scene.pending);
    scene.tables.run(&decide).await;
    scene.is_found_and_repaired(Invariant::RequestDecided, scene.pending.get()).await;
    assert_eq!(scene.status(scene.pending).await, JoinStatus::Pending);
}

async fn a_request_that_was_refused_at_no_time(scene: Scene) {
    scene
        .tables
        .run(&format!("UPDATE join_requests SET decided_at = NULL WHERE id = {}", scene.refused))
        .await;
    scene.is_found_and_repaired(Invariant::RequestDecided, scene.refused.get()).await;
    assert_eq!(scene.status(scene.refused).await, JoinStatus::Refused);
}

async fn an_invite_that_let_in_too_many(scene: Scene) {
    scene.tables.run("UPDATE invites SET used = max_uses + 1").await;
    scene.is_found_and_left_alone(Invariant::InviteUses, 1).await;
}

async fn an_event_that_nobody_can_handle(scene: Scene) {
    scene.tables.run("UPDATE outbox SET attempts = 9").await;
    assert_eq!(scene.findings().await, []);
    scene.tables.run("UPDATE outbox SET attempts = 10 WHERE id = 1").await;
    scene.is_found_and_left_alone(Invariant::EventHandled, 1).await;
}

async fn no_more_findings_than_asked_for(scene: Scene) {
    scene.tables.run("UPDATE join_requests SET decided_at = NULL WHERE status <> 'pending'").await;
    scene.tables.run("UPDATE join_requests SET decided_at = created_at WHERE status = 'pending'").await;
    for (limit, found) in [(1, 1), (2, 2), (9, 2)] {
        let some = scene.store.inspect(Invariant::RequestDecided, Scene::now(), limit).await.unwrap();
        assert_eq!(some.len(), found);
    }
}

on_both! {
    a_wrong_member_count
    a_group_without_owners
    a_shown_owner_who_is_none
    a_second_pending_request
    a_member_who_waits
    a_member_who_is_banned
    a_request_that_waits_and_was_decided
    a_request_that_was_refused_at_no_time
    an_invite_that_let_in_too_many
    an_event_that_nobody_can_handle
    no_more_findings_than_asked_for
}
