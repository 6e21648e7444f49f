//! What [`GroupRepository`](forum_domain::group::GroupRepository) promises.

mod reading;

use std::sync::Arc;

use forum_domain::{
    group::{
        CreateGroup, GroupCreated, GroupDeleted, GroupDraft, GroupFilter, GroupName, GroupPatch,
        GroupUpdated, JoinPolicy, Role, UpdateGroup, Visibility,
    },
    id::{GroupId, UserId},
    invite::Accepted,
    join::{Decision, JoinStatus, Requested},
    page::PageRequest,
    store::Store,
};

use super::stage::{CALLERS, Stage, at, count, page, race};

pub use reading::*;

fn named(stage: &Stage, name: &str) -> GroupDraft {
    GroupDraft { name: GroupName::parse(name).unwrap(), ..stage.draft(JoinPolicy::Approval) }
}

fn change(id: GroupId, by: UserId, patch: GroupPatch) -> UpdateGroup {
    UpdateGroup { id, patch, by, if_version: None, review: None, at: at(50) }
}

/// A new group is what its draft says, and its maker is its owner and only member.
pub async fn a_new_group_has_its_maker_as_owner_and_only_member(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let draft = stage.draft(JoinPolicy::Approval);
    let id = stage.create(draft.clone(), owner, at(5)).await;

    let view = stage.view(id, Some(owner), 6).await;
    let group = view.group;
    assert_eq!(
        (group.name, group.category, group.description),
        (draft.name, draft.category, draft.description)
    );
    assert_eq!((group.notice, group.cover_key, group.edited_at), (draft.notice, None, None));
    assert_eq!((group.join_policy, group.visibility), (JoinPolicy::Approval, Visibility::Members));
    assert_eq!((group.member_count, group.post_count, group.created_at), (1, 0, at(5)));
    assert_eq!(view.owner.id, owner);
    assert!(view.owner.nickname.starts_with("user "));
    let members = stage.members(id).await;
    assert_eq!(members.len(), 1);
    assert_eq!((members[0].role, members[0].joined_at), (Role::Owner, at(5)));
    stage.is_sound(at(6)).await;
}

/// A taken name is refused to a new group and to a renamed one, and nothing is written; a group may
/// keep its own name in another spelling.
pub async fn a_name_that_looks_like_another_is_refused(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let rust = stage.create(named(&stage, "Rust 编程"), owner, at(0)).await;
    let go = stage.create(named(&stage, "Go"), owner, at(0)).await;

    let claim = stage.claim(owner).await;
    let create = CreateGroup {
        draft: named(&stage, "ｒｕｓｔ编程"),
        owner,
        review: None,
        at: at(1),
        claim: Some(claim),
    };
    assert_eq!(stage.store.create_group(create).await.unwrap(), GroupCreated::NameTaken);
    assert_eq!(stage.fact(owner).await, None, "a refusal marked the key");

    let rename =
        |name: &str| GroupPatch { name: Some(GroupName::parse(name).unwrap()), ..GroupPatch::default() };
    let patch = GroupPatch { description: Some("other".into()), ..rename("RUST编程") };
    let before = stage.view(go, None, 2).await;
    assert_eq!(stage.store.update_group(change(go, owner, patch)).await.unwrap(), GroupUpdated::NameTaken);
    assert_eq!(stage.view(go, None, 2).await, before);

    let own = change(rust, owner, rename("RUST 编程"));
    assert_eq!(stage.store.update_group(own).await.unwrap(), GroupUpdated::Done);
    assert_eq!(stage.view(rust, None, 2).await.group.name.as_str(), "RUST 编程");
    let mine = stage.store.list_groups(&GroupFilter::default(), page(10, None), None, at(3)).await.unwrap();
    assert_eq!(mine.items.len(), 2);
}

/// Of many that take a name at once, in whatever spelling, one has it.
pub async fn a_name_goes_to_one_of_many_at_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let users = stage.users(CALLERS).await;
    let spellings = ["Paypal", "PAYPAL", "pаypаl", "pay pal", "ｐａｙｐａｌ"];
    let calls = users.iter().zip(spellings.iter().cycle()).map(|(owner, spelling)| {
        let (store, draft) = (Arc::clone(&stage.store), named(&stage, spelling));
        let create = CreateGroup { draft, owner: *owner, review: None, at: at(0), claim: None };
        async move { store.create_group(create).await }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &GroupCreated::NameTaken), CALLERS - 1, "{answers:?}");
    let found = stage.store.list_groups(&GroupFilter::default(), page(10, None), None, at(1)).await.unwrap();
    assert_eq!(found.items.len(), 1);
    stage.is_sound(at(1)).await;
}

/// A key is marked with the group that was made under it, and a voided claim makes none.
pub async fn a_group_is_made_once_under_its_key(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let claim = Some(stage.claim(owner).await);
    let create = CreateGroup { draft: stage.draft(JoinPolicy::Open), owner, review: None, at: at(1), claim };
    let GroupCreated::Done(id) = stage.store.create_group(create).await.unwrap() else { panic!("not made") };
    assert_eq!(stage.fact(owner).await, Some(id.get()));

    let other = stage.user().await;
    let claim = Some(stage.void_claim(other).await);
    let create =
        CreateGroup { draft: stage.draft(JoinPolicy::Open), owner: other, review: None, at: at(1), claim };
    assert!(stage.store.create_group(create).await.is_err());
    assert_eq!(stage.store.count_categories().await.unwrap().iter().map(|c| c.group_count).sum::<i64>(), 1);
}

/// An update writes what it names, leaves the rest, and says that it happened.
pub async fn an_update_changes_what_it_names(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let before = stage.view(group, None, 1).await.group;
    let patch = GroupPatch {
        description: Some("new".into()),
        notice: Some(None),
        visibility: Some(Visibility::Public),
        ..GroupPatch::default()
    };
    assert_eq!(stage.store.update_group(change(group, owner, patch)).await.unwrap(), GroupUpdated::Done);
    let after = stage.view(group, None, 60).await.group;
    assert_eq!((after.description.as_str(), after.notice.as_deref()), ("new", None));
    assert_eq!((after.visibility, after.edited_at), (Visibility::Public, Some(at(50))));
    assert_eq!((&after.name, after.join_policy), (&before.name, before.join_policy));
    assert_eq!((&after.category, after.member_count), (&before.category, 1));
    assert!(after.version > before.version);
}

/// An update is for an owner who saw the version that is there, also among many at once.
pub async fn an_update_needs_an_owner_who_saw_this_version(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let before = stage.view(group, None, 1).await;
    let version = before.group.version;
    let patch = |text: &str| GroupPatch { description: Some(text.into()), ..GroupPatch::default() };
    let update = |by, if_version, text: &str| UpdateGroup { if_version, ..change(group, by, patch(text)) };

    let asked = stage.store.update_group(update(moderator, None, "x")).await.unwrap();
    assert_eq!(asked, GroupUpdated::NotAllowed);
    let stale = stage.store.update_group(update(owner, Some(version - 1), "x")).await.unwrap();
    assert_eq!(stale, GroupUpdated::Changed);
    assert_eq!(stage.view(group, None, 1).await, before, "a refusal wrote something");
    let nowhere = change(GroupId::stored(9_999_999), owner, patch("x"));
    assert_eq!(stage.store.update_group(nowhere).await.unwrap(), GroupUpdated::NoSuchGroup);

    let calls = (0..CALLERS).map(|n| {
        let (store, update) = (Arc::clone(&stage.store), update(owner, Some(version), &format!("text {n}")));
        async move { store.update_group(update).await }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &GroupUpdated::Done), 1, "{answers:?}");
    assert_eq!(count(&answers, &GroupUpdated::Changed), CALLERS - 1, "{answers:?}");
    assert_eq!(stage.view(group, None, 60).await.group.version, version + 1);
}

/// Opening a group lets in who waits, and counts exactly them.
pub async fn opening_a_group_lets_in_who_waits(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let (elsewhere, _) = stage.group(JoinPolicy::Approval).await;
    let waiting = stage.users(5).await;
    for user in &waiting {
        stage.request(group, *user, 10).await;
    }
    let not_here = stage.request(elsewhere, waiting[0], 11).await;
    let taken_back = stage.user().await;
    let withdrawn = stage.request(group, taken_back, 10).await;
    stage.store.withdraw(withdrawn, taken_back, at(11)).await.unwrap();
    let banned = stage.user().await;
    stage.request(group, banned, 10).await;
    stage.ban(group, banned, owner, 12).await;

    stage.set_policy(group, owner, JoinPolicy::Open, at(20)).await;
    let mut members = stage.member_ids(group).await;
    members.sort();
    assert_eq!(members, [&[owner], &waiting[..]].concat());
    assert_eq!(stage.view(group, None, 21).await.group.member_count, 6);
    let approved = stage.requests(group, JoinStatus::Approved).await;
    assert_eq!(approved.len(), 5);
    let decided = |request: &forum_domain::join::JoinRequest| {
        request.decided_at == Some(at(20)) && request.decided_by.as_ref().is_some_and(|by| by.id == owner)
    };
    assert!(approved.iter().all(decided), "{approved:?}");
    assert_eq!(stage.requests(group, JoinStatus::Pending).await, []);
    assert_eq!(stage.seen(not_here, waiting[0]).await.status, JoinStatus::Pending);
    stage.is_sound(at(21)).await;
}

/// Making a group invite-only refuses who waits.
pub async fn closing_a_group_refuses_who_waits(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    for user in stage.users(4).await {
        stage.request(group, user, 10).await;
    }
    let patch = GroupPatch { description: Some("same policy".into()), ..GroupPatch::default() };
    stage.store.update_group(change(group, owner, patch)).await.unwrap();
    assert_eq!(stage.requests(group, JoinStatus::Pending).await.len(), 4, "nobody spoke of the policy");

    stage.set_policy(group, owner, JoinPolicy::Invite, at(60)).await;
    let refused = stage.requests(group, JoinStatus::Refused).await;
    assert_eq!(refused.len(), 4);
    assert!(refused.iter().all(|request| request.decided_at == Some(at(60))));
    assert_eq!(stage.view(group, None, 61).await.group.member_count, 1);
    stage.is_sound(at(61)).await;
}

/// A group that opens while people ask leaves nobody waiting, and counts each once.
pub async fn nobody_waits_for_a_group_that_opens(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    for round in 0..5 {
        let (group, owner) = stage.group(JoinPolicy::Approval).await;
        let users = stage.users(20).await;
        let calls = (0..=users.len()).map(|n| {
            let store = Arc::clone(&stage.store);
            let user = users.get(n).copied();
            async move {
                let Some(user) = user else {
                    let patch = GroupPatch { join_policy: Some(JoinPolicy::Open), ..GroupPatch::default() };
                    let updated = store.update_group(change(group, owner, patch)).await?;
                    return Ok(updated == GroupUpdated::Done);
                };
                let asked = store.request_to_join(Stage::wish(group, user, 10)).await?;
                Ok(matches!(asked, Requested::Done(_)))
            }
        });
        assert!(race(calls).await.into_iter().all(|done| done), "round {round}");
        assert_eq!(stage.requests(group, JoinStatus::Pending).await, [], "round {round}");
        assert_eq!(stage.view(group, None, 60).await.group.member_count, 21, "round {round}");
    }
    stage.is_sound(at(60)).await;
}

/// A group goes with what waits for it and leads to it, and its name is free again.
pub async fn a_deleted_group_frees_its_name_and_voids_what_leads_to_it(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let name = stage.view(group, None, 1).await.group.name;
    let (waits, refused, guest) = (stage.user().await, stage.user().await, stage.user().await);
    let pending = stage.request(group, waits, 10).await;
    let decided = stage.request(group, refused, 10).await;
    stage.store.decide(Stage::verdict(decided, Decision::Refuse, owner, 11)).await.unwrap();
    let invite = stage.invite(group, owner, 5).await;

    let deleted = stage.store.delete_group(group, Some(owner), None, at(20)).await.unwrap();
    assert_eq!(deleted, GroupDeleted::Done);
    assert_eq!(stage.store.find_group(group, Some(owner), at(21)).await.unwrap(), None);
    let request = stage.seen(pending, waits).await;
    assert_eq!((request.status, request.decided_at), (JoinStatus::Expired, Some(at(20))));
    assert_eq!(stage.seen(decided, refused).await.status, JoinStatus::Refused);
    assert_eq!(stage.store.find_invite(&invite).await.unwrap(), None);
    let accepted = stage.store.accept_invite(&invite, guest, at(21), None).await.unwrap();
    assert_eq!(accepted, Accepted::NotFound);
    let asked = stage.store.request_to_join(Stage::wish(group, guest, 21)).await.unwrap();
    assert_eq!(asked, Requested::NoSuchGroup);
    let again = stage.store.delete_group(group, Some(owner), None, at(22)).await.unwrap();
    assert_eq!(again, GroupDeleted::NoSuchGroup);

    let draft = GroupDraft { name, ..stage.draft(JoinPolicy::Open) };
    assert_ne!(stage.create(draft, waits, at(23)).await, group);
    stage.is_sound(at(24)).await;
}

/// Deleting is for an owner who saw the version that is there, or for an operator.
pub async fn a_group_is_deleted_by_an_owner_or_an_operator(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let version = stage.view(group, None, 1).await.group.version;
    let delete = async |by, if_version| stage.store.delete_group(group, by, if_version, at(2)).await.unwrap();
    assert_eq!(delete(Some(moderator), None).await, GroupDeleted::NotAllowed);
    assert_eq!(delete(Some(owner), Some(version + 1)).await, GroupDeleted::Changed);
    assert_eq!(stage.view(group, None, 3).await.group.member_count, 2);
    assert_eq!(delete(None, None).await, GroupDeleted::Done);
    assert_eq!(delete(None, None).await, GroupDeleted::NoSuchGroup);
}

/// A group that is deleted while people join lets in nobody afterwards, and nobody waits for it.
pub async fn nobody_joins_a_group_that_is_gone(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let users = stage.users(20).await;
    let calls = (0..=users.len()).map(|n| {
        let store = Arc::clone(&stage.store);
        let user = users.get(n).copied();
        async move {
            match user {
                None => store.delete_group(group, Some(owner), None, at(20)).await.map(drop),
                Some(user) => store.request_to_join(Stage::wish(group, user, 10)).await.map(drop),
            }
        }
    });
    race(calls).await;
    let mut expired = 0;
    for user in users {
        let made = stage.store.list_join_requests_of(user, None, PageRequest::first()).await.unwrap().items;
        assert!(made.iter().all(|request| request.status == JoinStatus::Expired), "{made:?}");
        expired += made.len();
    }
    assert!(expired <= 20);
    stage.is_sound(at(30)).await;
}
