//! What [`InviteRepository`](forum_domain::invite::InviteRepository) promises.

use std::sync::Arc;

use forum_domain::{
    group::{JoinPolicy, Role},
    invite::{Accepted, CreateInvite, InviteCreated, InviteToken},
    join::JoinStatus,
    store::Store,
};

use super::stage::{CALLERS, Stage, all, at, count, race};

fn made(created: &InviteCreated) -> bool {
    matches!(created, InviteCreated::Done(_))
}

/// An invite is made by those who moderate, and found by its token and under its key.
pub async fn an_invite_is_made_by_those_who_moderate(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Invite).await;
    let (member, moderator) =
        (stage.member(group, Role::Member).await, stage.member(group, Role::Moderator).await);
    for by in [member, stage.user().await] {
        let asked = stage.store.create_invite(stage.invitation(group, by, 3)).await.unwrap();
        assert_eq!(asked, InviteCreated::NotAllowed);
    }
    let claim = Some(stage.claim(moderator).await);
    let create = CreateInvite { claim, ..stage.invitation(group, moderator, 3) };
    let token = create.token.clone();
    let InviteCreated::Done(invite) = stage.store.create_invite(create).await.unwrap() else {
        panic!("a moderator may")
    };
    assert_eq!((&invite.token, invite.group_id, invite.created_by.id), (&token, group, moderator));
    assert_eq!(invite.group_name, stage.view(group, None, 1).await.group.name);
    assert_eq!((invite.max_uses, invite.used), (3, 0));
    assert_eq!((invite.created_at, invite.expires_at), (at(0), at(1_000)));
    assert_eq!(stage.store.find_invite(&token).await.unwrap().as_ref(), Some(&invite));
    let fact = stage.fact(moderator).await.unwrap();
    assert_eq!(stage.store.find_invite_by_id(fact).await.unwrap(), Some(invite));
    assert_eq!(stage.store.find_invite_by_id(fact + 1).await.unwrap(), None);
    let unknown = InviteToken::parse(&"f".repeat(32)).unwrap();
    assert_eq!(stage.store.find_invite(&unknown).await.unwrap(), None);

    stage.store.delete_group(group, Some(owner), None, at(1)).await.unwrap();
    let late = stage.store.create_invite(stage.invitation(group, owner, 3)).await.unwrap();
    assert_eq!(late, InviteCreated::NotAllowed);
}

/// A group has so many open invites and no more; those that let in nobody any more do not count.
pub async fn a_group_has_so_many_open_invites(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Invite).await;
    let create = async |seconds, max_uses| {
        let invitation = stage.invitation(group, owner, max_uses);
        let create = CreateInvite { at_most: 2, at: at(seconds), expires_at: at(100), ..invitation };
        let token = create.token.clone();
        (stage.store.create_invite(create).await.unwrap(), token)
    };
    let (_, once) = create(0, 1).await;
    let (_, revoked) = create(0, 5).await;
    let (refused, unmade) = create(1, 5).await;
    assert_eq!(refused, InviteCreated::TooMany);
    assert_eq!(stage.store.find_invite(&unmade).await.unwrap(), None);
    let guest = stage.user().await;
    assert_eq!(stage.store.accept_invite(&once, guest, at(2), None).await.unwrap(), Accepted::Done(group));
    stage.store.revoke_invite(&revoked, at(3)).await.unwrap();
    for _ in 0..2 {
        assert!(made(&create(4, 5).await.0), "one that is used up and one that is revoked do not count");
    }
    assert_eq!(create(99, 5).await.0, InviteCreated::TooMany);
    assert!(made(&create(100, 5).await.0), "those that are over do not count");
}

/// Of many invites made at once, as many are there as there may be.
pub async fn invites_made_at_once_stay_within_the_bound(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Invite).await;
    let calls = (0..CALLERS).map(|_| {
        let create = CreateInvite { at_most: 7, ..stage.invitation(group, owner, 1) };
        let store = Arc::clone(&stage.store);
        async move { store.create_invite(create).await }
    });
    let answers = race(calls).await;
    assert_eq!(answers.iter().filter(|answer| made(answer)).count(), 7);
    assert_eq!(all(|page| stage.store.list_invites(group, page, at(1))).await.len(), 7);
}

/// Only invites that could let somebody in are listed, newest first; the others can still be found,
/// but for those that were revoked.
pub async fn invites_that_lead_in_are_listed_newest_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Invite).await;
    let (elsewhere, stranger) = stage.group(JoinPolicy::Invite).await;
    stage.invite(elsewhere, stranger, 5).await;
    let mut tokens = Vec::new();
    for seconds in [1, 2, 2, 2, 3] {
        let create = CreateInvite { at: at(seconds), ..stage.invitation(group, owner, 2) };
        tokens.push(create.token.clone());
        assert!(made(&stage.store.create_invite(create).await.unwrap()));
    }
    let over = CreateInvite { expires_at: at(50), ..stage.invitation(group, owner, 2) };
    let expired = over.token.clone();
    stage.store.create_invite(over).await.unwrap();
    let (revoked, used) = (stage.invite(group, owner, 5).await, stage.invite(group, owner, 1).await);
    stage.store.revoke_invite(&revoked, at(5)).await.unwrap();
    stage.store.revoke_invite(&revoked, at(6)).await.unwrap();
    let guest = stage.user().await;
    stage.store.accept_invite(&used, guest, at(5), None).await.unwrap();

    tokens.reverse();
    let listed = all(|page| stage.store.list_invites(group, page, at(50))).await;
    assert_eq!(listed.into_iter().map(|invite| invite.token).collect::<Vec<_>>(), tokens);
    assert_eq!(stage.store.find_invite(&used).await.unwrap().unwrap().used, 1);
    assert!(stage.store.find_invite(&expired).await.unwrap().is_some());
    assert_eq!(stage.store.find_invite(&revoked).await.unwrap(), None);
}

/// Accepting makes a member, counts the use and marks the key; a request that waits is approved by the
/// invite's maker.
pub async fn accepting_makes_a_member(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let token = stage.invite(group, moderator, 5).await;
    let user = stage.user().await;
    let request = stage.request(group, user, 5).await;
    let claim = Some(stage.claim(user).await);

    let accepted = stage.store.accept_invite(&token, user, at(10), claim).await.unwrap();
    assert_eq!(accepted, Accepted::Done(group));
    assert_eq!(stage.fact(user).await, Some(group.get()));
    let member = stage.members(group).await.remove(2);
    assert_eq!((member.user.id, member.role, member.joined_at), (user, Role::Member, at(10)));
    assert_eq!(stage.view(group, None, 11).await.group.member_count, 3);
    assert_eq!(stage.store.find_invite(&token).await.unwrap().unwrap().used, 1);
    let request = stage.seen(request, user).await;
    assert_eq!((request.status, request.decided_at), (JoinStatus::Approved, Some(at(10))));
    assert_eq!(request.decided_by.unwrap().id, moderator);

    for (user, when) in [(user, 11), (owner, 11), (user, 1_000)] {
        let again = stage.store.accept_invite(&token, user, at(when), None).await.unwrap();
        assert_eq!(again, Accepted::AlreadyMember(group));
    }
    assert_eq!(stage.store.find_invite(&token).await.unwrap().unwrap().used, 1);
    stage.is_sound(at(20)).await;
}

/// An invite that leads nowhere says why, and nothing is written.
pub async fn an_invite_that_leads_nowhere_says_why(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Invite).await;
    let (banned, user) = (stage.user().await, stage.user().await);
    stage.ban(group, banned, owner, 1).await;
    let accept = async |token: &InviteToken, user, seconds| {
        stage.store.accept_invite(token, user, at(seconds), None).await.unwrap()
    };
    let token = stage.invite(group, owner, 1).await;
    assert_eq!(accept(&token, banned, 5).await, Accepted::Banned);
    assert_eq!(accept(&token, user, 1_000).await, Accepted::Expired);
    assert_eq!(stage.store.find_invite(&token).await.unwrap().unwrap().used, 0);
    assert_eq!(stage.member_ids(group).await, [owner]);

    let claim = Some(stage.void_claim(banned).await);
    let voided = stage.store.accept_invite(&token, user, at(5), claim).await;
    assert!(voided.is_err(), "a voided claim made a fact");
    assert_eq!(accept(&token, user, 999).await, Accepted::Done(group));
    assert_eq!(accept(&token, stage.user().await, 6).await, Accepted::UsedUp);
    let revoked = stage.invite(group, owner, 1).await;
    stage.store.revoke_invite(&revoked, at(6)).await.unwrap();
    assert_eq!(accept(&revoked, stage.user().await, 7).await, Accepted::NotFound);
    assert_eq!(stage.view(group, None, 8).await.group.member_count, 2);
    stage.is_sound(at(20)).await;
}

/// An invite for so many lets in so many of twice as many at once.
pub async fn an_invite_lets_in_as_many_as_it_may(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Invite).await;
    let token = stage.invite(group, owner, 25).await;
    let users = stage.users(CALLERS).await;
    let calls = users.into_iter().map(|user| {
        let (store, token) = (Arc::clone(&stage.store), token.clone());
        async move { store.accept_invite(&token, user, at(10), None).await }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &Accepted::Done(group)), 25, "{answers:?}");
    assert_eq!(count(&answers, &Accepted::UsedUp), 25, "{answers:?}");
    assert_eq!(stage.member_ids(group).await.len(), 26);
    assert_eq!(stage.view(group, None, 11).await.group.member_count, 26);
    assert_eq!(stage.store.find_invite(&token).await.unwrap().unwrap().used, 25);
    stage.is_sound(at(20)).await;
}

/// A user who accepts many times at once uses it once, also while he is let in another way.
pub async fn a_user_uses_an_invite_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let token = stage.invite(group, owner, 25).await;
    let user = stage.user().await;
    let calls = (0..CALLERS).map(|n| {
        let (store, token) = (Arc::clone(&stage.store), token.clone());
        async move {
            if n == 25 {
                store.request_to_join(Stage::wish(group, user, 10)).await?;
                return Ok(None);
            }
            store.accept_invite(&token, user, at(10), None).await.map(Some)
        }
    });
    let answers = race(calls).await;
    let done = count(&answers, &Some(Accepted::Done(group)));
    assert!(done <= 1, "{answers:?}");
    let used = stage.store.find_invite(&token).await.unwrap().unwrap().used;
    assert_eq!(usize::try_from(used).unwrap(), done);
    assert_eq!(stage.member_ids(group).await, [owner, user]);
    stage.is_sound(at(20)).await;
}

/// Once it is revoked, an invite lets in nobody.
pub async fn nobody_comes_in_by_an_invite_that_was_revoked(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Invite).await;
    let token = stage.invite(group, owner, 100).await;
    let users = stage.users(20).await;
    let calls = (0..=users.len()).map(|n| {
        let (store, token, user) = (Arc::clone(&stage.store), token.clone(), users.get(n).copied());
        async move {
            match user {
                Some(user) => store.accept_invite(&token, user, at(10), None).await.map(Some),
                None => store.revoke_invite(&token, at(10)).await.map(|()| None),
            }
        }
    });
    let answers = race(calls).await;
    let done = count(&answers, &Some(Accepted::Done(group)));
    assert_eq!(done + count(&answers, &Some(Accepted::NotFound)), 20, "{answers:?}");
    assert_eq!(stage.member_ids(group).await.len(), done + 1);
    let late = stage.user().await;
    let after = stage.store.accept_invite(&token, late, at(11), None).await.unwrap();
    assert_eq!(after, Accepted::NotFound);
    stage.is_sound(at(20)).await;
}
