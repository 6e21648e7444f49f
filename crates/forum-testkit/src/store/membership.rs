//! What [`MembershipRepository`](forum_domain::membership::MembershipRepository) promises.

use std::sync::Arc;

use forum_domain::{
    clock::Timestamp,
    group::{JoinPolicy, Role},
    id::{GroupId, UserId},
    join::{Decided, Decision, JoinStatus, Requested},
    membership::{
        BanMember, BanSet, MemberPatch, MemberRemoved, MemberUpdated, Transfer, Transferred, UpdateMember,
    },
    store::Store,
};

use super::stage::{CALLERS, Stage, all, at, count, race};

fn nobody() -> UserId {
    UserId::stored(9_999_999)
}

fn nowhere() -> GroupId {
    GroupId::stored(9_999_999)
}

fn give(group_id: GroupId, user_id: UserId, role: Role, by: UserId) -> UpdateMember {
    let patch = MemberPatch { role: Some(role), muted_until: None };
    UpdateMember { group_id, user_id, patch, by, at: at(50) }
}

fn mute(group_id: GroupId, user_id: UserId, until: Option<Timestamp>, by: UserId) -> UpdateMember {
    let patch = MemberPatch { role: None, muted_until: Some(until) };
    UpdateMember { group_id, user_id, patch, by, at: at(50) }
}

fn banning(group_id: GroupId, user_id: UserId, by: UserId, seconds: i64) -> BanMember {
    let reason = Some(String::from("spam"));
    BanMember { group_id, user_id, until: Some(at(1_000)), reason, by, at: at(seconds) }
}

fn done(updated: &MemberUpdated) -> bool {
    matches!(updated, MemberUpdated::Done(_))
}

/// Members come first joined first, page by page, or only those of a role.
pub async fn members_are_listed_first_joined_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let mut joined = vec![owner];
    for (seconds, role) in [(10, Role::Member), (10, Role::Moderator), (10, Role::Member), (9, Role::Member)]
    {
        let user = stage.user().await;
        stage.assign(group, user, role, at(seconds)).await;
        joined.push(user);
    }
    let last = joined.remove(4);
    joined.insert(1, last);
    assert_eq!(stage.member_ids(group).await, joined);
    let moderators = all(|page| stage.store.list_members(group, Some(Role::Moderator), page)).await;
    assert_eq!(moderators.iter().map(|member| member.user.id).collect::<Vec<_>>(), [joined[3]]);
    assert_eq!((moderators[0].role, moderators[0].joined_at), (Role::Moderator, at(10)));
}

/// Owners give roles; nobody else does, and nobody gets one who is not in.
pub async fn owners_give_roles(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let (member, moderator) =
        (stage.member(group, Role::Member).await, stage.member(group, Role::Moderator).await);
    let update = async |update| stage.store.update_member(update).await.unwrap();

    let MemberUpdated::Done(now) = update(give(group, member, Role::Moderator, owner)).await else {
        panic!("an owner may")
    };
    assert_eq!((now.user.id, now.role, now.joined_at), (member, Role::Moderator, at(1)));
    let refused = update(give(group, member, Role::Member, moderator)).await;
    assert_eq!(refused, MemberUpdated::NotAllowed);
    assert_eq!(stage.role(group, member).await, Some(Role::Moderator), "a refusal wrote something");
    let stranger = update(give(group, stage.user().await, Role::Owner, owner)).await;
    assert_eq!(stranger, MemberUpdated::NoSuchMember);
    let by_stranger = update(give(group, member, Role::Member, stage.user().await)).await;
    assert_eq!(by_stranger, MemberUpdated::NotAllowed);
    assert_eq!(stage.view(group, None, 60).await.group.member_count, 3);
    stage.is_sound(at(60)).await;
}

/// Those who moderate mute those below them, until a moment or until it is lifted.
pub async fn moderators_mute_those_below_them(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let (member, moderator) =
        (stage.member(group, Role::Member).await, stage.member(group, Role::Moderator).await);
    let update = async |update| stage.store.update_member(update).await.unwrap();

    let MemberUpdated::Done(muted) = update(mute(group, member, Some(at(99)), moderator)).await else {
        panic!("a moderator may")
    };
    assert_eq!((muted.muted_until, muted.role), (Some(at(99)), Role::Member));
    let MemberUpdated::Done(free) = update(mute(group, member, None, owner)).await else {
        panic!("an owner may")
    };
    assert_eq!(free.muted_until, None);
    for (target, by) in [(owner, moderator), (moderator, moderator), (moderator, member), (member, nobody())]
    {
        assert_eq!(update(mute(group, target, Some(at(99)), by)).await, MemberUpdated::NotAllowed);
    }
    assert!(stage.members(group).await.iter().all(|member| member.muted_until.is_none()));
}

/// The last owner neither steps down nor leaves, nor is made less by an operator.
pub async fn the_last_owner_stays(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    stage.member(group, Role::Moderator).await;
    let demoted = stage.store.update_member(give(group, owner, Role::Member, owner)).await.unwrap();
    assert_eq!(demoted, MemberUpdated::LastOwner);
    let left = stage.store.remove_member(group, owner, owner, at(50)).await.unwrap();
    assert_eq!(left, MemberRemoved::LastOwner);
    let assigned = stage.store.assign_role(group, owner, Role::Member, at(50)).await.unwrap();
    assert_eq!(assigned, MemberUpdated::LastOwner);
    let same = stage.store.update_member(give(group, owner, Role::Owner, owner)).await.unwrap();
    assert!(done(&same), "{same:?}");
    assert_eq!(stage.role(group, owner).await, Some(Role::Owner));
    stage.is_sound(at(60)).await;
}

/// When the owner that a group shows goes or steps down, it shows the one of longest standing.
pub async fn the_shown_owner_is_the_one_of_longest_standing(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, first) = stage.group(JoinPolicy::Open).await;
    let (late, early) = (stage.user().await, stage.user().await);
    stage.assign(group, late, Role::Owner, at(30)).await;
    stage.assign(group, early, Role::Owner, at(20)).await;
    assert_eq!(stage.shown_owner(group).await, first);

    assert!(done(&stage.store.update_member(give(group, first, Role::Member, late)).await.unwrap()));
    assert_eq!(stage.shown_owner(group).await, early);
    let left = stage.store.remove_member(group, early, early, at(60)).await.unwrap();
    assert_eq!(left, MemberRemoved::Done);
    assert_eq!(stage.shown_owner(group).await, late);
    stage.assign(group, first, Role::Owner, at(70)).await;
    stage.assign(group, late, Role::Moderator, at(80)).await;
    assert_eq!(stage.shown_owner(group).await, first);
    stage.is_sound(at(90)).await;
}

/// Members leave; owners take out everyone, moderators those below them; nobody goes twice.
pub async fn members_leave_or_are_taken_out(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let (a, b) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let (x, y) = (stage.member(group, Role::Moderator).await, stage.member(group, Role::Moderator).await);
    let remove = async |user, by| stage.store.remove_member(group, user, by, at(50)).await.unwrap();

    assert_eq!(remove(x, y).await, MemberRemoved::NotAllowed);
    assert_eq!(remove(owner, x).await, MemberRemoved::NotAllowed);
    assert_eq!(remove(b, a).await, MemberRemoved::NotAllowed);
    assert_eq!(stage.view(group, None, 50).await.group.member_count, 5, "a refusal wrote something");
    assert_eq!(remove(a, a).await, MemberRemoved::Done);
    assert_eq!(remove(a, a).await, MemberRemoved::NoSuchMember);
    assert_eq!(remove(b, x).await, MemberRemoved::Done);
    assert_eq!(remove(b, x).await, MemberRemoved::NoSuchMember);
    assert_eq!(remove(y, owner).await, MemberRemoved::Done);
    assert_eq!(stage.view(group, None, 51).await.group.member_count, 2);
    assert_eq!(stage.role(group, a).await, None);
    stage.is_sound(at(60)).await;
}

/// Of two last owners who leave at once, one stays.
pub async fn one_of_two_last_owners_stays(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    for round in 0..20 {
        let (group, one) = stage.group(JoinPolicy::Open).await;
        let other = stage.member(group, Role::Owner).await;
        let leaves = |user: UserId, steps_down: bool| {
            let store = Arc::clone(&stage.store);
            async move {
                if steps_down {
                    let updated = store.update_member(give(group, user, Role::Member, user)).await?;
                    return Ok(if done(&updated) { MemberRemoved::Done } else { MemberRemoved::LastOwner });
                }
                store.remove_member(group, user, user, at(50)).await
            }
        };
        let answers = race([leaves(one, false), leaves(other, round % 2 == 0)]).await;
        assert_eq!(count(&answers, &MemberRemoved::LastOwner), 1, "round {round}: {answers:?}");
        assert_eq!(count(&answers, &MemberRemoved::Done), 1, "round {round}: {answers:?}");
    }
    stage.is_sound(at(60)).await;
}

/// Owners who demote each other at once leave one of them an owner.
pub async fn owners_who_demote_each_other_leave_one(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, _) = stage.group(JoinPolicy::Open).await;
    for _ in 0..9 {
        stage.member(group, Role::Owner).await;
    }
    let owners = stage.member_ids(group).await;
    let calls = (0..CALLERS).map(|n| {
        let store = Arc::clone(&stage.store);
        let (by, target) = (owners[n % 10], owners[(n + 1 + n / 10) % 10]);
        async move { store.update_member(give(group, target, Role::Member, by)).await }
    });
    let answers = race(calls).await;
    let owners = all(|page| stage.store.list_members(group, Some(Role::Owner), page)).await;
    assert_eq!(owners.len(), 1, "one remains whom no other owner is left to demote: {answers:?}");
    stage.is_sound(at(60)).await;
}

/// Of many who take one member out at once, or him leaving, one did it; the count follows.
pub async fn a_member_goes_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let stays = stage.member(group, Role::Moderator).await;
    let mut members = Vec::new();
    for _ in 0..10 {
        members.push(stage.member(group, Role::Member).await);
    }
    let calls = members.iter().flat_map(|user| [*user, owner, stays, *user, owner].map(|by| (*user, by)));
    let calls = calls.map(|(user, by)| {
        let store = Arc::clone(&stage.store);
        async move { Ok((user, store.remove_member(group, user, by, at(50)).await?)) }
    });
    let answers = race(calls).await;
    for user in members {
        assert_eq!(count(&answers, &(user, MemberRemoved::Done)), 1, "{answers:?}");
        assert_eq!(count(&answers, &(user, MemberRemoved::NoSuchMember)), 4, "{answers:?}");
    }
    assert_eq!(stage.view(group, None, 60).await.group.member_count, 2);
    stage.is_sound(at(60)).await;
}

/// A group is handed over by an owner to a member, who is shown from then on.
pub async fn a_group_is_handed_over(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let other = stage.member(group, Role::Owner).await;
    let member = stage.member(group, Role::Member).await;
    let transfer = |from, to, claim| Transfer { group_id: group, from, to, at: at(50), claim };
    let hand = async |transfer| stage.store.transfer_group(transfer).await.unwrap();

    assert_eq!(hand(transfer(member, owner, None)).await, Transferred::NotAllowed);
    let claim = Some(stage.claim(owner).await);
    assert_eq!(hand(transfer(owner, nobody(), claim)).await, Transferred::NoSuchMember);
    assert_eq!(stage.fact(owner).await, None, "a refusal marked the key");
    assert_eq!(stage.role(group, owner).await, Some(Role::Owner), "a refusal wrote something");

    assert_eq!(hand(transfer(owner, member, claim)).await, Transferred::Done);
    assert_eq!(stage.fact(owner).await, Some(group.get()));
    assert_eq!(stage.role(group, owner).await, Some(Role::Moderator));
    assert_eq!(stage.role(group, member).await, Some(Role::Owner));
    assert_eq!(stage.shown_owner(group).await, member, "not the owner who was there before");
    assert_eq!(stage.role(group, other).await, Some(Role::Owner));
    assert_eq!(hand(transfer(owner, member, None)).await, Transferred::NotAllowed);
    stage.is_sound(at(60)).await;
}

/// A ban takes a member out, refuses his request and keeps him from asking; it is for those above him.
pub async fn a_ban_keeps_out(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let (member, moderator) =
        (stage.member(group, Role::Member).await, stage.member(group, Role::Moderator).await);
    let asks = stage.user().await;
    let request = stage.request(group, asks, 10).await;
    let ban = async |user, by| stage.store.ban_member(banning(group, user, by, 20)).await.unwrap();

    for (user, by) in [(owner, moderator), (moderator, moderator), (asks, member), (asks, nobody())] {
        assert_eq!(ban(user, by).await, BanSet::NotAllowed);
    }
    assert_eq!(ban(nobody(), owner).await, BanSet::NoSuchUser);
    assert_eq!(stage.view(group, None, 20).await.group.member_count, 3, "a refusal wrote something");

    assert_eq!(ban(member, moderator).await, BanSet::Done);
    assert_eq!(ban(asks, moderator).await, BanSet::Done);
    assert_eq!(stage.role(group, member).await, None);
    assert_eq!(stage.view(group, None, 21).await.group.member_count, 2);
    let refused = stage.seen(request, asks).await;
    assert_eq!((refused.status, refused.decided_at), (JoinStatus::Refused, Some(at(20))));
    assert_eq!(refused.decided_by.unwrap().id, moderator);
    for user in [member, asks] {
        let again = stage.store.request_to_join(Stage::wish(group, user, 30)).await.unwrap();
        assert_eq!(again, Requested::Banned);
    }
    stage.request(group, asks, 1_000).await;
    stage.is_sound(at(60)).await;
}

/// A ban that stands is replaced, and lifted by those who moderate.
pub async fn a_ban_is_replaced_and_lifted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let (member, user) = (stage.member(group, Role::Member).await, stage.user().await);
    stage.store.ban_member(banning(group, user, owner, 20)).await.unwrap();
    let longer = BanMember { until: None, reason: None, ..banning(group, user, owner, 30) };
    assert_eq!(stage.store.ban_member(longer).await.unwrap(), BanSet::Done);
    let bans = all(|page| stage.store.list_bans(group, page, at(31))).await;
    assert_eq!(bans.len(), 1);
    assert_eq!((bans[0].user.id, bans[0].created_by.id), (user, owner));
    assert_eq!((bans[0].until, bans[0].reason.as_deref(), bans[0].created_at), (None, None, at(30)));

    let unban = async |by| stage.store.unban_member(group, user, by, at(50)).await.unwrap();
    assert!(!unban(member).await);
    assert!(!unban(user).await);
    assert_eq!(all(|page| stage.store.list_bans(group, page, at(31))).await.len(), 1);
    assert!(unban(owner).await);
    assert!(unban(owner).await, "lifting what is lifted is no error");
    assert_eq!(all(|page| stage.store.list_bans(group, page, at(31))).await, []);
    stage.request(group, user, 40).await;
}

/// Only bans that count now are listed, newest first.
pub async fn bans_that_count_are_listed_newest_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let mut banned = Vec::new();
    for seconds in [10, 20, 20, 20, 30] {
        let user = stage.user().await;
        stage.store.ban_member(banning(group, user, owner, seconds)).await.unwrap();
        banned.push(user);
    }
    let over = BanMember { until: Some(at(50)), ..banning(group, stage.user().await, owner, 25) };
    stage.store.ban_member(over).await.unwrap();
    banned.reverse();
    let listed = all(|page| stage.store.list_bans(group, page, at(50))).await;
    assert_eq!(listed.iter().map(|ban| ban.user.id).collect::<Vec<_>>(), banned);
    assert_eq!(all(|page| stage.store.list_bans(group, page, at(49))).await.len(), 6);
    assert_eq!(all(|page| stage.store.list_bans(group, page, at(1_000))).await, []);
}

/// An operator gives anyone any role; whoever was banned or waited is then neither.
pub async fn an_operator_assigns_any_role(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let assign = async |group, user, role| stage.store.assign_role(group, user, role, at(50)).await.unwrap();
    let (waits, banned) = (stage.user().await, stage.user().await);
    let request = stage.request(group, waits, 10).await;
    stage.ban(group, banned, owner, 10).await;

    let MemberUpdated::Done(moderator) = assign(group, waits, Role::Moderator).await else {
        panic!("an operator may")
    };
    assert_eq!((moderator.role, moderator.joined_at), (Role::Moderator, at(50)));
    assert_eq!(stage.seen(request, waits).await.status, JoinStatus::Approved);
    assert!(done(&assign(group, banned, Role::Owner).await));
    assert_eq!(stage.view(group, None, 60).await.group.member_count, 3);
    assert!(done(&assign(group, banned, Role::Member).await));
    assert_eq!(stage.view(group, None, 60).await.group.member_count, 3);
    assert_eq!(assign(group, nobody(), Role::Member).await, MemberUpdated::NoSuchMember);
    assert_eq!(assign(nowhere(), waits, Role::Member).await, MemberUpdated::NoSuchMember);
    stage.is_sound(at(60)).await;
}

/// Who is banned while he is approved ends outside, whatever came first, and the count is exact.
pub async fn a_ban_wins_over_an_approval_at_the_same_time(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let users = stage.users(25).await;
    let mut calls = Vec::new();
    for user in &users {
        let request = stage.request(group, *user, 10).await;
        calls.extend([(*user, request, true), (*user, request, false)]);
    }
    let calls = calls.into_iter().map(|(user, request, bans)| {
        let store = Arc::clone(&stage.store);
        async move {
            if bans {
                return Ok(store.ban_member(banning(group, user, moderator, 20)).await? == BanSet::Done);
            }
            let decided = store.decide(Stage::verdict(request, Decision::Approve, owner, 20)).await?;
            Ok(matches!(decided, Decided::Done | Decided::AlreadyDecided | Decided::Banned))
        }
    });
    assert!(race(calls).await.into_iter().all(|expected| expected));
    let members = stage.member_ids(group).await;
    assert_eq!(members, [owner, moderator], "somebody who is banned is in");
    assert_eq!(stage.view(group, None, 21).await.group.member_count, 2);
    assert_eq!(stage.requests(group, JoinStatus::Pending).await, []);
    stage.is_sound(at(30)).await;
}
